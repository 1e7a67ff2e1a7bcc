"""Which of a few things on offer words mean, where they say none of their names ("a concert" for music)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from domain.understanding import Act, Entity, Understanding
from understanding.language.text import fold
from understanding.semantics.sentences import Floats, Vectorise, open_sentence_model

MEANT = "meant"
"""The kind of what a message means of the things on offer without naming it."""

MOST = 6
"""Things on offer beyond which a likeness of words tells too little."""
_LONGEST_WORDS = 24
"""Words of a message in which a choice is looked for: who tells more tells of something else."""
_LETTERS = 3
_ALIKE = 0.88
"""How like one of its words a thing must be. Words of no relation have 0.75 to 0.86, of one field 0.88 and more."""
_APART_WHOLE = 0.007
_APART_WORD = 0.01
"""How much more like it than the next one, as a whole and by its likest word."""
_FIGURES = re.compile(r"\d")
_WORDS = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0900-\u0963])*")
_ELSEWHERE: frozenset[Act] = frozenset(
    {"question", "refusal", "correction", "change_of_mind", "hold", "frustration", "repeat_request", "asks_person"}
)
"""Acts that choose nothing of what is on offer."""
_OTHERS = re.compile(
    r"\b(?:others?|else|another|more|otr[oa]s?|mas|ander\w*|mehr|autres?|plus|aur|d[ou]+sr[aei])\b|और|दूसर"
)


def with_meant(heard: Understanding, labels: Sequence[str], values: Sequence[Any]) -> Understanding:
    """The same with what it means of the things on offer, in an entity `meant` that holds its value.

    Who asks, refuses, doubts, is lost, or wants another one means none of them; without the sentence model nobody does.
    """
    vectorise = open_sentence_model()
    if vectorise is None or _points_elsewhere(heard):
        return heard
    place = find_like(heard.text, labels, vectorise)
    if place is None:
        return heard
    return replace(heard, entities=(*heard.entities, Entity(MEANT, values[place], heard.text)))


def _points_elsewhere(heard: Understanding) -> bool:
    return (
        heard.act in _ELSEWHERE
        or heard.answer != "other"
        or bool(heard.refused or heard.topics)
        or heard.changes_mind
        or heard.wants_person
        or heard.puzzled
        or not heard.legible
        or _OTHERS.search(fold(heard.text)) is not None
    )


def find_like(words: str, labels: Sequence[str], vectorise: Vectorise) -> int | None:
    """The place of the one label that words mean, None where it may be another or none.

    The whole message and its likest word must agree. Labels that differ by figures are not told apart by meaning.
    """
    said = [word for word in _WORDS.findall(words.casefold()) if len(word) >= _LETTERS]
    if not said or len(said) > _LONGEST_WORDS or not 2 <= len(labels) <= MOST or any(map(_FIGURES.search, labels)):
        return None
    things = np.stack([vectorise(label) for label in labels])
    whole = things @ vectorise(words)
    single = max((things @ vectorise(word) for word in said), key=lambda each: float(each.max()))
    at = int(whole.argmax())
    alike = at == int(single.argmax()) and float(single[at]) >= _ALIKE
    return at if alike and _lead(whole) >= _APART_WHOLE and _lead(single) >= _APART_WORD else None


def _lead(likeness: Floats) -> float:
    first, second = np.sort(likeness)[-2:][::-1]
    return float(first - second)
