"""Number words and ordinals of five languages, one word each; longer ones are put together where they are read."""

from functools import cache

from understanding.entities.numbers import cardinals
from understanding.language.phrases import phrase_lists
from understanding.language.text import fold

ORDINAL_ENDINGS = frozenset(map(fold, (
    *("st", "nd", "rd", "th", "er", "ere", "eme", "ieme", "te", "ten", "ter", "tes", "sten", "ste", "º", "o", "a"),
    *("वां", "वीं", "वें", "वी", "वे", "va", "vi", "ve"),
)))  # fmt: skip
"""What stands right behind digits that are an ordinal."""
_LONGEST_MONTH = 31
_OF_ANOTHER = {
    "hi": ("das", "do", "bis", "sat", "sath", "teen", "tin", "char", "saath", "sau", "nau", "ek", "tees", "dus"),
    "es": ("once", "seis", "dos", "cien"),
    "de": ("elf", "acht"),
}
"""Words that are numbers in one language and something else, or part of a name, in another."""
_GERMAN_STEMS = ("ersten", "zweiten", "dritten", "siebten", "achten")
_HINDI_ENDINGS = ("वां", "वीं", "वें", "वा", "वी", "वे")


@cache
def number_words(locale: str) -> dict[str, int]:
    """Whole numbers by their one word, as they are understood in a language; all of them where it is unknown."""
    strange = {word for language, listed in _OF_ANOTHER.items() if locale and language != locale for word in listed}
    return {word: int(value) for word, value in cardinals().items() if value == int(value) and word not in strange}


@cache
def ordinal_words(locale: str) -> dict[str, int]:
    """Ordinals up to the thirty-first by their one word."""
    lists = phrase_lists("entities/numbers")
    listed = {**lists["ordinals"], **lists["early_ordinals"]}
    found = {fold(word): int(value) for value, words in listed.items() for word in words if "[" not in word}
    found |= {f"{word}{ending}": value for word, value in found.items() if word.endswith("te") for ending in "nrsm"}
    small = {word: int(value) for word, value in cardinals().items() if 1 < value <= _LONGEST_MONTH}
    found |= {f"{word}{fold(ending)}": value for word, value in small.items() for ending in _HINDI_ENDINGS}
    found |= {f"{word}{end}": value for word, value in small.items() for end in ("te", "ten", "ter", "ste", "sten")}
    found |= {f"{word.rstrip('e')}ieme": value for word, value in small.items()}
    if locale and locale != "en":
        found.pop("second", None) if locale != "fr" else None
    return {word: value for word, value in found.items() if value <= _LONGEST_MONTH}
