"""Cuts a message into the parts that may each hold a wish of their own."""

import re

from router.understanding.phrases import phrase_pattern

LONGEST = 12
"""Parts of one message that are looked at."""

_SENTENCE = re.compile(r"(?<=[.!?;\n।])\s+|\n+|[;।]")
_SHORTEST_WISH = 5


def split_clauses(text: str) -> list[str]:
    """List the parts of a message in order; words that join two wishes cut, and reasons are no part of their own."""
    parts: list[str] = []
    for sentence in _SENTENCE.split(text):
        parts += _split_joined(_without_reason(sentence))
    return [part for part in (part.strip(" ,.-") for part in parts) if part][:LONGEST]


def _without_reason(sentence: str) -> str:
    found = phrase_pattern("joints", "reasons").search(sentence.lower())
    return sentence[: found.start()] if found and found.start() > _SHORTEST_WISH else sentence


def _split_joined(sentence: str) -> list[str]:
    cuts = [found.span() for found in phrase_pattern("joints", "joints").finditer(sentence.lower())]
    parts, start = [], 0
    for first, last in cuts:
        parts.append(sentence[start:first])
        start = last
    return [*parts, sentence[start:]]
