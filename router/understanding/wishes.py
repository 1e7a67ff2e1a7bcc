"""Finds the wishes in a message, in the order in which they are said, each with a confidence."""

import numpy as np

from domain.understanding import Intent
from router.understanding.classifier import Classifier
from router.understanding.clauses import split_clauses
from router.understanding.person import wants_person

SOCIAL = frozenset({"greeting", "thanks", "goodbye"})
_OUTSIDE = frozenset({"out_of_scope", "are_you_human", *SOCIAL})
_SEPARATE = 0.5
"""How sure a part of a message must be of itself to count as a wish of its own."""
_PERSON_SURE = 0.97


def specialist_of(intent: str) -> str:
    """The part of an intent that names who serves it: `billing` of `billing.pay_bill`, `human` of `human`."""
    return intent.partition(".")[0]


def find_wishes(classifier: Classifier, text: str, person: bool, current: str) -> tuple[Intent, ...]:
    """List the wishes of a message. A message of several parts counts as several wishes only where each is clear."""
    whole = _best_reading(classifier, text, person, current)
    parts = split_clauses(text)
    if len(parts) < 2:
        return (whole,)
    readings = [_best_reading(classifier, part, wants_person(part), current) for part in parts]
    clear = _distinct([reading for reading in readings if reading.confidence >= _SEPARATE and _is_wish(reading.name)])
    if person and all(reading.name != "human" for reading in clear):
        clear = [*clear, Intent("human", _PERSON_SURE)]
    if len(clear) >= 2:
        return tuple(clear)
    if clear and not _is_wish(whole.name):
        return tuple(clear)
    return (whole,)


def _is_wish(intent: str) -> bool:
    return intent not in _OUTSIDE


def _distinct(readings: list[Intent]) -> list[Intent]:
    best: dict[str, Intent] = {}
    for reading in readings:
        known = best.get(reading.name)
        if known is None or known.confidence < reading.confidence:
            best[reading.name] = reading
    return list(best.values())


def _best_reading(classifier: Classifier, text: str, person: bool, current: str) -> Intent:
    if person:
        return Intent("human", _PERSON_SURE)
    shares = classifier.probabilities(text)
    groups: dict[str, float] = {}
    for intent, share in zip(classifier.intents, shares, strict=True):
        name = "out_of_scope" if intent in _OUTSIDE else specialist_of(intent)
        groups[name] = groups.get(name, 0.0) + float(share)
    groups.pop("human", None)
    group = max(groups, key=lambda name: groups[name])
    return _within(classifier, shares, group, groups[group], current)


def _within(classifier: Classifier, shares: np.ndarray, group: str, sure: float, current: str) -> Intent:
    mine = [
        (float(share), intent)
        for intent, share in zip(classifier.intents, shares, strict=True)
        if ("out_of_scope" if intent in _OUTSIDE else specialist_of(intent)) == group
    ]
    best = max(mine)
    return Intent(best[1], round(sure, 4))
