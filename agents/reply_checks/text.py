"""One spelling for text from anywhere, so that no other spelling of a figure or a word slips past a check."""

import re
import unicodedata

NUKTA = "\u093c"
WORD_START = r"(?<![\w\u0900-\u097f])"
WORD_END = r"(?![\w\u0900-\u097f])"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_GERMAN_MONTH = r"(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)"
_SENTENCE = re.compile(rf"(?<=[.!?।])\s+(?!{_YEAR})(?<!\d\.\s(?={_GERMAN_MONTH}))|\n+")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})


def normal(text: str) -> str:
    """Spell text one way: compatibility forms folded, every script's digits as 0-9, no invisible characters."""
    folded = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
    return "".join(_character(char) for char in folded)


def _character(char: str) -> str:
    if char == NUKTA or unicodedata.category(char) == "Cf":
        return ""
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def sentences(text: str) -> list[str]:
    """Split normalised text at sentence ends and line breaks; not at an amount's point or a month's before its year."""
    return [part for part in _SENTENCE.split(text) if part and part.strip()]


def words(*options: str) -> str:
    """A pattern that matches any of these words or patterns as whole words, in any of our scripts."""
    return f"{WORD_START}(?:{'|'.join(options)}){WORD_END}"
