"""Cuts a message into the parts that may each hold a wish of their own."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from understanding.language.phrases import written_pattern

LONGEST = 12
"""Parts of one message that are looked at."""

_SENTENCE = re.compile(r"(?<=[.!?;\n।])\s+|\n+|[;।]")
_COMMA = re.compile(r",\s+|:\s+|(?<=[.!?])\s+")
_SHORTEST_WISH = 5


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a message; `added` where words such as `and also` say that it stands beside another wish."""

    text: str
    added: bool = False


def split_clauses(text: str) -> list[Clause]:
    """List the parts of a message in order; words that join two wishes cut, and reasons are no part of their own."""
    parts: list[Clause] = []
    for sentence in split_sentences(text):
        parts += _split_joined(_without_reason(sentence))
    stripped = [Clause(part.text.strip(" ,.-"), part.added) for part in parts]
    return [part for part in stripped if part.text][:LONGEST]


def split_list(text: str) -> list[str]:
    """List the items of an enumeration: what stands between commas."""
    return [item for item in (item.strip(" ,.-") for item in _COMMA.split(text)) if item][:LONGEST]


def split_sentences(text: str) -> list[str]:
    """List the sentences of a message."""
    return [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]


def _without_reason(sentence: str) -> str:
    found = written_pattern("language/joints", "reasons").search(sentence.lower())
    return sentence[: found.start()] if found and found.start() > _SHORTEST_WISH else sentence


def _split_joined(sentence: str) -> list[Clause]:
    adding = list(written_pattern("language/joints", "adding").finditer(sentence.lower()))
    parts: list[Clause] = []
    for text in _cut(sentence, adding):
        joints = written_pattern("language/joints", "joints").finditer(text.lower())
        parts += [Clause(part, bool(adding)) for part in _cut(text, joints)]
    return parts


def _cut(text: str, marks: Iterable[re.Match[str]]) -> Iterator[str]:
    start = 0
    for found in marks:
        yield text[start : found.start()]
        start = found.end()
    yield text[start:]
