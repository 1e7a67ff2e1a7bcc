"""Finds the wishes in a message, in the order in which they are said, each with a confidence."""

from collections.abc import Mapping

from domain.understanding import Intent
from router.understanding.classifier import Classifier
from router.understanding.clauses import split_clauses
from router.understanding.person import wants_person
from router.understanding.social import social_intent, without_greeting

OUTSIDE = frozenset({"out_of_scope", "are_you_human", "greeting", "thanks", "goodbye"})
"""Intents that no specialist serves."""
_SEPARATE = 0.55
"""How sure a part of a message must be of itself to count as a wish of its own."""
_CLEAR_ALONE = 0.8
"""How sure a part must be to speak for a message that is unclear as a whole."""
_SURE_BY_RULE = 0.97
_PERSON_BY_WORDING = 0.9
"""How sure the classifier must be of a wish for a person that no rule recognised."""
_CLEAR_PROCEDURE = 0.4
"""The share of its specialist's probability from which a procedure is not doubted."""


def specialist_of(intent: str) -> str:
    """Name who serves an intent: `billing` of `billing.pay_bill`, `human`, or `out_of_scope` for all outside."""
    return "out_of_scope" if intent in OUTSIDE else intent.partition(".")[0]


def find_wishes(classifier: Classifier, text: str, person: bool, current: str = "") -> tuple[Intent, ...]:
    """List the wishes of a message. A message of several parts counts as several wishes only where each is clear.

    `current` is the procedure that is under way; an unclear message is more likely about it than about another.
    """
    whole = _read(classifier, without_greeting(text), person, current)
    parts = split_clauses(text)
    if len(parts) < 2:
        return (whole,)
    clear = _clear_parts(classifier, parts, current)
    if person and all(reading.name != "human" for reading in clear):
        clear = (*clear, Intent("human", _SURE_BY_RULE))
    if len({specialist_of(reading.name) for reading in clear}) >= 2 or (len(clear) >= 2 and _agrees(whole, clear)):
        return clear
    if clear and specialist_of(whole.name) == "out_of_scope" and clear[0].confidence >= _CLEAR_ALONE:
        return clear
    return (whole,)


def _agrees(whole: Intent, clear: tuple[Intent, ...]) -> bool:
    return all(reading.confidence >= _CLEAR_ALONE for reading in clear) or whole.name not in {c.name for c in clear}


def _clear_parts(classifier: Classifier, parts: list[str], current: str) -> tuple[Intent, ...]:
    best: dict[str, Intent] = {}
    for part in parts:
        reading = _read(classifier, part, wants_person(part), current)
        known = best.get(reading.name, reading)
        if reading.confidence >= _SEPARATE and reading.name not in OUTSIDE:
            best[reading.name] = max(reading, known, key=lambda intent: intent.confidence)
    return tuple(best.values())


def _read(classifier: Classifier, text: str, person: bool, current: str) -> Intent:
    if person:
        return Intent("human", _SURE_BY_RULE)
    manner = social_intent(text)
    if manner:
        return Intent(manner, _SURE_BY_RULE)
    shares = classifier.shares(text)
    groups = _group(shares)
    if groups.get("human", 0.0) < _PERSON_BY_WORDING:
        groups.pop("human", None)
    group = max(groups, key=lambda name: (groups[name], name))
    return _best_of(group, groups[group], shares, current)


def _group(shares: Mapping[str, float]) -> dict[str, float]:
    groups: dict[str, float] = {}
    for intent, share in shares.items():
        name = specialist_of(intent)
        groups[name] = groups.get(name, 0.0) + share
    return groups


def _best_of(group: str, sure: float, shares: Mapping[str, float], current: str) -> Intent:
    mine = {intent: share for intent, share in shares.items() if specialist_of(intent) == group}
    best = max(mine, key=lambda intent: (mine[intent], intent))
    if current in mine and mine[current] >= 0.7 * mine[best]:
        best = current
    clear = mine[best] / sure if sure else 0.0
    doubted = group != "out_of_scope" and clear < _CLEAR_PROCEDURE
    return Intent(best, round(sure * (1.0 - _CLEAR_PROCEDURE + clear if doubted else 1.0), 4))
