"""Mends one slip of the fingers in a word that nobody knows."""

import re
from collections.abc import Iterable

_VOWELS = frozenset("aeiouy")
_VOWELS_FROM = 7
"""Letters of a word from which one vowel for another is a misspelling and not another word."""
_SOUNDS = tuple(
    (re.compile(spelt), heard)
    for spelt, heard in (
        ("(?<![csp])h", ""), ("ll", "y"), ("qu", "k"), ("c(?=[eiy])", "s"), ("c(?!h)", "k"), ("[vw]", "b"), ("z", "s"),
        ("gu(?=[ei])", "g"), ("j(?=[ei])", "g"), ("ph", "f"), ("ee|ie", "i"), ("oo|ou", "u"), ("(.)\\1", r"\1"),
    )
)  # fmt: skip
"""Letters that are written for each other by who writes as they speak: "yegado", "pakete", "vaapas"."""
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


class Spelling:
    """Known words, found again when one letter is missing, added, swapped with its neighbour or hit beside its key.

    Words shorter than `shortest` are left alone, and so are those in `settled`, which are words of their own. With
    `by_sound` a word that sounds like one known word alone is that word.
    """

    def __init__(
        self,
        known: Iterable[str],
        *,
        shortest: int = 5,
        settled: frozenset[str] = frozenset(),
        by_sound: bool = False,
    ) -> None:
        self._known = frozenset(known)
        self._shortest = shortest
        self._settled = settled
        self._by_shortened: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= shortest and word.isascii() and word.isalpha():
                for shortened in _shortenings(word):
                    self._by_shortened.setdefault(shortened, []).append(word)
        mendable = {word for words in self._by_shortened.values() for word in words} if by_sound else set[str]()
        self._by_sound = _by_sound(mendable)

    def mend(self, word: str) -> str:
        """Give the known word that this one most likely meant, or the word itself."""
        if word in self._known or word in self._settled or len(word) < self._shortest or not _is_plain(word):
            return word
        if heard := self._by_sound.get(_sound(word)):
            return heard
        for meant in self._by_shortened.get(word, ()):
            return meant
        for shortened in _shortenings(word):
            if len(shortened) >= self._shortest and shortened in self._known:
                return shortened
            for meant in self._by_shortened.get(shortened, ()):
                if _is_slip(word, meant):
                    return meant
        return word


def _by_sound(words: Iterable[str]) -> dict[str, str]:
    """The words by how they sound, those left out that sound like another."""
    alike: dict[str, set[str]] = {}
    for word in words:
        alike.setdefault(_sound(word), set()).add(word)
    return {sound: next(iter(meant)) for sound, meant in alike.items() if len(meant) == 1}


def _sound(word: str) -> str:
    for spelt, heard in _SOUNDS:
        word = spelt.sub(heard, word)
    return word


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isalpha()


def _shortenings(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _is_slip(word: str, meant: str) -> bool:
    """Whether two neighbouring letters are swapped, or one key was hit instead of the one beside it."""
    places = [at for at, (one, other) in enumerate(zip(word, meant, strict=False)) if one != other]
    if len(word) != len(meant) or not places:
        return False
    first, last = places[0], places[-1]
    if last == first:
        vowels = len(word) >= _VOWELS_FROM and {word[first], meant[first]} <= _VOWELS
        return vowels or meant[first] in _NEIGHBOURS.get(word[first], "")
    return last == first + 1 and word[first] == meant[last] and word[last] == meant[first]


def _neighbours() -> dict[str, str]:
    found: dict[str, str] = {}
    for row_number, row in enumerate(_ROWS):
        for at, letter in enumerate(row):
            beside = row[max(0, at - 1) : at] + row[at + 1 : at + 2]
            for other in (row_number - 1, row_number + 1):
                if 0 <= other < len(_ROWS):
                    beside += _ROWS[other][max(0, at - 1) : at + 2]
            found[letter] = beside
    return found


_NEIGHBOURS = _neighbours()
