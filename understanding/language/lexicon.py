"""Which words mean the same thing to a service desk, across five languages."""

from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from understanding.language.text import fold, words

_STEM_SHORTEST = 3


class Lexicon:
    """Concepts by word, by stem and by phrase of two or three words."""

    def __init__(self, concepts: dict[str, list[Any]]) -> None:
        self._words: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        self._phrases: dict[tuple[str, ...], set[str]] = {}
        for concept, entries in concepts.items():
            for entry in entries:
                self._add(concept, fold(str(entry)))

    @property
    def known_words(self) -> frozenset[str]:
        """The whole words that stand for a concept."""
        return frozenset(self._words)

    def concepts(self, tokens: list[str]) -> list[str]:
        """List the concepts that the words name, in order of mention, each once."""
        found: dict[str, None] = {}
        for position, token in enumerate(tokens):
            for concept in self._of_phrases(tokens, position):
                found.setdefault(concept)
            for concept in sorted(self._of_word(token)):
                found.setdefault(concept)
        return list(found)

    def _add(self, concept: str, entry: str) -> None:
        parts = tuple(words(entry.rstrip("*")))
        if len(parts) > 1:
            self._phrases.setdefault(parts, set()).add(concept)
        elif entry.endswith("*") and parts:
            self._stems.setdefault(parts[0], set()).add(concept)
        elif parts:
            self._words.setdefault(parts[0], set()).add(concept)

    def _of_word(self, token: str) -> set[str]:
        found = self._words.get(token, set())
        for end in range(_STEM_SHORTEST, len(token) + 1):
            stem = self._stems.get(token[:end])
            if stem:
                found = found | stem
        return found

    def _of_phrases(self, tokens: list[str], position: int) -> list[str]:
        pair, triple = tuple(tokens[position : position + 2]), tuple(tokens[position : position + 3])
        found = self._phrases.get(triple, set()) | self._phrases.get(pair, set())
        return sorted(found)


@cache
def shipped_lexicon() -> Lexicon:
    """The concepts that ship with Switchboard (`concepts.yaml`)."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    text = Path(__file__).with_name("concepts.yaml").read_text(encoding="utf-8")
    return Lexicon(cast("dict[str, list[Any]]", yaml.load(text, Loader=loader)))  # noqa: S506 - makes strings, lists and mappings only
