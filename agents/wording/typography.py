"""The spaces and apostrophes that a language's print demands."""

import re

_FIXED = "\u00a0"
_NARROW = "\u202f"
_HIGH = re.compile(r"[ \u00a0]+(?=[;?!])")
_COLON = re.compile(r" +(?=:(?:\s|$))")
_OPEN = re.compile(r"« *")
_CLOSE = re.compile(r" *»")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")

_FIRST = re.compile(
    r"\b1(?= (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b)"
)
"""Whoever wrote the day, such as a rule's disclosure: the first of a month is not told as a plain number."""


def typeset(text: str, language: str) -> str:
    """The text as print in its language has it: French marks are held to their word, with one kind of apostrophe.

    The first of a month has its own form there, whoever wrote the day.
    """
    if language != "fr":
        return text
    text = _COLON.sub(_FIXED, _HIGH.sub(_NARROW, text))
    text = _CLOSE.sub(f"{_FIXED}»", _OPEN.sub(f"«{_FIXED}", text))
    return _FIRST.sub("1er", _APOSTROPHE.sub("’", text))
