"""Words without marks of layout, for channels that show none: what articles bring along."""

import re

_MARKS = re.compile(r"\*\*|`+|(?m:^[ \t]{0,3}#{1,6}[ \t]+)")
_WRAPPED = re.compile(r"(?<=[^\s.:;!?।])[ \t]*\n(?=(\S))")


def unmarked(text: str) -> str:
    """The text without marks of emphasis, code and headings, and with lines joined that go on in small letters."""
    return _WRAPPED.sub(lambda end: " " if end[1].islower() else end[0], _MARKS.sub("", text))
