"""Recognises messages that only name things, such as `the second one` or `my code is 123456`."""

import re
from collections.abc import Iterable

from domain.understanding import Entity
from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

_MARKS = re.compile(r"[^\w\s'\u0900-\u097f]+")


def only_names(text: str, entities: Iterable[Entity]) -> bool:
    """Whether nothing is left of a message once the things that it names and small words are taken away."""
    left, named = fold(text), tuple(entities)
    if not named:
        return not any(sign.isalpha() for sign in left)
    for entity in sorted(named, key=lambda entity: -len(entity.text)):
        left = left.replace(fold(entity.text), " ")
    left = phrase_pattern("entities/naming", "small").sub(" ", _MARKS.sub(" ", left))
    return not any(sign.isalpha() for sign in left)
