"""Cuts a message into the parts that may each hold a wish of their own."""

import re

from router.understanding.phrases import phrase_pattern

LONGEST = 12
"""Parts of one message that are looked at."""

_SENTENCE = re.compile(r"(?<=[.!?;\n।])\s+|\n+|[;।]")
_COMMA_WISH = re.compile(r",\s*")


def split_clauses(text: str) -> list[str]:
    """List the parts of a message in order; joining words that start a new wish are cut off."""
    parts: list[str] = []
    for sentence in _SENTENCE.split(text):
        parts += _split_joined(sentence)
    return [part for part in (part.strip(" ,.-") for part in parts) if part][:LONGEST]


def _split_joined(sentence: str) -> list[str]:
    lowered = sentence.casefold()
    if len(lowered) != len(sentence):
        lowered = sentence.lower()
    cuts = [found.span() for found in phrase_pattern("joints", "joints").finditer(lowered)]
    parts, start = [], 0
    for first, last in cuts:
        parts.append(sentence[start:first])
        start = last
    return [*parts, sentence[start:]]
