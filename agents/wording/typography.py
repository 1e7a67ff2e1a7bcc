"""The spaces and apostrophes that a language's print demands."""

import re

_FIXED = "\u00a0"
_NARROW = "\u202f"
_HIGH = re.compile(r"[ \u00a0]+(?=[;?!])")
_COLON = re.compile(r" +(?=:(?:\s|$))")
_OPEN = re.compile(r"« *")
_CLOSE = re.compile(r" *»")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")


def typeset(text: str, language: str) -> str:
    """The text as print in its language has it: French marks are held to their word, with one kind of apostrophe."""
    if language != "fr":
        return text
    text = _COLON.sub(_FIXED, _HIGH.sub(_NARROW, text))
    text = _CLOSE.sub(f"{_FIXED}»", _OPEN.sub(f"«{_FIXED}", text))
    return _APOSTROPHE.sub("’", text)
