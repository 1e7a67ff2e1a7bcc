"""Words without marks of layout, for channels that show none: what articles bring along."""

import re

_MARKS = re.compile(r"\*\*|`+|(?m:^[ \t]{0,3}#{1,6}[ \t]+)")
_WRAPPED = re.compile(r"(?<=[^\s.:;!?।])[ \t]*\n(?=(\S))")
_INDENTED = re.compile(r"(?<=\S)[ \t]*\n[ \t]{2,}(?=[^\s\d*-])")
"""The end of a line in an entry of a list that goes on in the next, indented one."""


def unmarked(text: str) -> str:
    """The text without marks of emphasis, code and headings, and with lines joined that go on in small letters."""
    joined = _INDENTED.sub(" ", _MARKS.sub("", text))
    return _WRAPPED.sub(lambda end: " " if end[1].islower() else end[0], joined)
