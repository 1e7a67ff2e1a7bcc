"""Recognises signs that a customer may leave, in any conversation."""

from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

SIGNS = ("competitor", "leaving", "contract_end", "again")


def find_churn_signs(text: str) -> tuple[str, ...]:
    """Name the signs in a message."""
    folded = " ".join(fold(text).split())
    return tuple(sign for sign in SIGNS if phrase_pattern("dialogue/churn", sign).search(folded))
