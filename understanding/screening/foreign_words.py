"""What somebody else's system says, made fit to be shown: without secrets and hidden signs, in a line without links."""

import re
import unicodedata

from understanding.screening.secrets import screen

JOINERS = "\u200c\u200d"
"""What writing in Hindi and other languages is made with, though it is not seen."""
LINK = re.compile(r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)\S+|\b(?:[\w-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)


def clean(text: str, longest: int) -> str:
    """The words without secrets, and without what steers a screen or turns the writing's direction."""
    return screen("".join(filter(_is_written, text[:longest]))).text


def clean_line(text: str, longest: int) -> str:
    """The same in one line that leads nowhere: addresses are taken out of it."""
    return " ".join(LINK.sub("[link]", clean(text, longest)).split())


def _is_written(sign: str) -> bool:
    return sign in "\n\t" or sign in JOINERS or unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cs")
