"""Recognises that a customer tells of a misfortune of theirs, which deserves a word before anything else is said."""

from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold


def tells_hardship(text: str) -> bool:
    """Whether a message tells that its customer lost their work, is ill or had an accident."""
    return phrase_pattern("dialogue/hardship", "told").search(" ".join(fold(text).split())) is not None
