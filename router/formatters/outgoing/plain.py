"""Words without marks of layout, for channels that show none: what articles bring along."""

import re

_MARKS = re.compile(r"\*\*|`+|(?m:^[ \t]{0,3}#{1,6}[ \t]+)")
_WRAPPED = re.compile(r"(?<=[^\s.:;!?।])[ \t]*\n(?=[^\W\d_A-Z])")


def unmarked(text: str) -> str:
    """The text without marks of emphasis, code and headings, and with wrapped lines joined."""
    return _WRAPPED.sub(" ", _MARKS.sub("", text))
