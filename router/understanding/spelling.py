"""Mends one slip of the fingers in a word that nobody knows."""

from collections.abc import Iterable

_SHORTEST = 5


class Spelling:
    """Known words, found again when one letter is missing, added, changed or swapped with its neighbour."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._by_shortened: dict[str, str] = {}
        for word in sorted(self._known):
            if len(word) >= _SHORTEST and word.isascii() and word.isalpha():
                for shortened in _shortenings(word):
                    self._by_shortened.setdefault(shortened, word)

    def mend(self, word: str) -> str:
        """Give the known word that this one most likely meant, or the word itself."""
        if word in self._known or len(word) < _SHORTEST or not word.isascii() or not word.isalpha():
            return word
        if word in self._by_shortened:
            return self._by_shortened[word]
        for shortened in _shortenings(word):
            if shortened in self._known and len(shortened) >= _SHORTEST:
                return shortened
            meant = self._by_shortened.get(shortened)
            if meant is not None and meant[0] == word[0]:
                return meant
        return word


def _shortenings(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]
