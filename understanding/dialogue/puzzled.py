"""Recognises a message that says only that what was said or asked was not understood."""

import re

from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

_MARKS = re.compile(r"[^\w\s'\u0900-\u097f-]+")
_LONGEST = 80


def is_puzzled(text: str) -> bool:
    """Whether a whole message asks what was meant; such words neither answer nor wish anything."""
    folded = " ".join(_MARKS.sub(" ", fold(text)).split())
    return 0 < len(folded) <= _LONGEST and phrase_pattern("dialogue/puzzled", "puzzled").fullmatch(folded) is not None
