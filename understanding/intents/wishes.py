"""Finds the wishes in a message, in the order in which they are said, each with a confidence."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.understanding import Entity, Intent
from understanding.dialogue.person import wants_person
from understanding.dialogue.social import social_intent, without_greeting
from understanding.entities.naming import only_names
from understanding.intents.classifier import Classifier
from understanding.language.clauses import Clause, split_clauses, split_list, split_sentences
from understanding.language.lexicon import shipped_lexicon
from understanding.language.phrases import phrase_lists, phrase_pattern
from understanding.language.text import fold, words

REMARK = "remark"
"""Words beside a wish: hedging, small talk, venting."""
OUTSIDE = frozenset({REMARK, "out_of_scope", "are_you_human", "what_you_can_do", "greeting", "thanks", "goodbye"})
"""Intents that no specialist serves."""
_BESIDE = (REMARK, "greeting", "thanks")
_REMARK_FROM = 0.6
"""How sure a sentence must be to wish nothing in order to be left out of the reading."""
_NAMES_SOMETHING = re.compile(r"\d|@")
_SEPARATE = 0.8
"""How sure a part of a message must be of itself to count as a wish of its own."""
_ADDED = 0.6
"""The same where words such as `and also` say that another wish comes."""
_LISTED = 0.9
"""The same for what stands between two commas."""
_SURE_BY_RULE = 0.97
_PERSON_BY_WORDING = 0.9
"""How sure the classifier must be of a wish for a person that no rule recognised."""
_RIVAL_FROM = 0.1
"""A second reading that is less sure than this is none."""
_NEARLY = 0.1
"""The procedure under way keeps a message of its specialist that speaks this nearly as much for it as for another."""
_PARTING = 0.7
"""How sure a goodbye must be, since it ends the conversation, where something else is next to it."""
_TEMPER = 0.55
"""How far the shares of procedures of one specialist are evened out; held-out examples are calibrated best with it."""


def specialist_of(intent: str) -> str:
    """Name who serves an intent: `billing` of `billing.pay_bill`, `human`, or `out_of_scope` for all outside."""
    return "out_of_scope" if intent in OUTSIDE else intent.partition(".")[0]


def served(classifier: Classifier, sentence: str) -> float:
    """How sure it is (0 to 1) that a sentence means what one procedure serves."""
    return max(share for name, share in classifier.shares(sentence).items() if name not in OUTSIDE)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known when wishes are looked for.

    `person` is what the rules found, `current` the procedure under way, and `desks` a classifier that learnt which
    specialist takes a message from the house's own labelled messages. `covers` and `needs` are what the examples files
    say of their intents: which wishes a wish includes, and what a message must name to be surely one. `named` is
    what the message names: a part that only names things ("in two parts, the first on Friday") wishes nothing more.
    """

    person: bool = False
    current: str = ""
    covers: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    needs: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    desks: Classifier | None = None
    named: tuple[Entity, ...] = ()


def find_wishes(classifier: Classifier, text: str, setting: Setting) -> tuple[Intent, ...]:
    """List the wishes of a message. A message of several parts counts as several wishes only where each is clear.

    An unclear message is more likely about the procedure under way than about another. A wish that another wish of
    the message covers is left out: who was charged twice and wants the money back has one wish.
    """
    text = _without_remarks(classifier, text)
    whole = _read(classifier, without_greeting(text), setting.person, setting)
    parts = split_clauses(text)
    clear = _uncovered(_clear_parts(classifier, parts, setting), setting.covers)
    if setting.person and all(reading.name != "human" for reading in clear):
        clear = (*clear, Intent("human", _SURE_BY_RULE))
    if len(clear) >= 2:
        return clear
    if len(parts) > 1 and clear and _tells_less(whole, clear[0]):
        return clear
    return (whole,)


def _tells_less(whole: Intent, part: Intent) -> bool:
    return specialist_of(whole.name) == "out_of_scope" or whole.confidence < part.confidence


def _without_remarks(classifier: Classifier, text: str) -> str:
    """The message without its sentences that wish nothing; the whole message where none is left."""
    sentences = split_sentences(text)
    if len(sentences) < 2:
        return text
    return " ".join(sentence for sentence in sentences if not _is_remark(classifier, sentence)) or text


def _is_remark(classifier: Classifier, sentence: str) -> bool:
    if wants_person(sentence) or _NAMES_SOMETHING.search(sentence):
        return False
    shares = classifier.shares(sentence)
    return sum(shares.get(manner, 0.0) for manner in _BESIDE) >= _REMARK_FROM


def _uncovered(readings: tuple[Intent, ...], covers: Mapping[str, frozenset[str]]) -> tuple[Intent, ...]:
    covered = {name for reading in readings for name in covers.get(reading.name, ())}
    return tuple(reading for reading in readings if reading.name not in covered)


def _clear_parts(classifier: Classifier, parts: list[Clause], setting: Setting) -> tuple[Intent, ...]:
    """The wishes of parts that are sure of themselves; a single word ("why?", "stop") belongs to its neighbours."""
    best: dict[str, Intent] = {}
    before = ""
    for part in (part for part in parts if " " in part.text and not _only_names(part.text, setting.named)):
        for reading in _wishes_of(classifier, part, setting, before):
            known = best.get(reading.name, reading)
            best[reading.name] = max(reading, known, key=lambda intent: intent.confidence)
            before = specialist_of(reading.name)
    return tuple(best.values())


def _only_names(text: str, named: tuple[Entity, ...]) -> bool:
    return bool(named) and only_names(text, named)


def _wishes_of(classifier: Classifier, part: Clause, setting: Setting, before: str) -> list[Intent]:
    """The wish of a part, or those of its items where it enumerates several that are all clear."""
    items = [item for item in split_list(part.text) if item.count(" ")]
    sure = _SEPARATE if part.added else _LISTED
    listed = _clear(classifier, items, sure, setting, before) if len(items) > 1 else []
    if len(listed) > 1:
        return listed
    return _clear(classifier, [part.text], _ADDED if part.added else _SEPARATE, setting, before)


def _clear(classifier: Classifier, texts: list[str], sure: float, setting: Setting, before: str) -> list[Intent]:
    """The clear wishes of these texts, in order; `before` is who serves the wish that was named last."""
    found: list[Intent] = []
    for text in dict.fromkeys(texts):
        reading = _read(classifier, text, wants_person(text), setting)
        if reading.confidence < sure or reading.name in OUTSIDE:
            continue
        if before not in ("", specialist_of(reading.name)) and reading.name != "human" and _refers_back(text):
            continue
        found.append(reading)
        before = specialist_of(reading.name)
    return found


def _refers_back(text: str) -> bool:
    """Whether words name nothing themselves and speak of what was named before ("could you send it back to me").

    Who wants that to be ended has a wish of their own.
    """
    folded = fold(text)
    own = {*phrase_lists("acts/signs")["things"]["any"], "cancel", "leave"}
    points = phrase_pattern("language/joints", "refers").search(folded) is not None
    return points and own.isdisjoint(shipped_lexicon().concepts(words(folded)))


def _read(classifier: Classifier, text: str, person: bool, setting: Setting) -> Intent:
    if person:
        return Intent("human", _SURE_BY_RULE)
    manner = social_intent(text)
    if manner:
        return Intent(manner, _SURE_BY_RULE)
    return _classify(classifier, text, setting)


def _classify(classifier: Classifier, text: str, setting: Setting) -> Intent:
    """The best reading of the likeliest specialist, and what else the words may mean.

    A wish for a person that is not sure enough to be the best reading is still told as its rival.
    """
    shares = _by_specialist(classifier.shares(text))
    groups = {name: sum(mine.values()) for name, mine in shares.items()}
    groups = groups if setting.desks is None else setting.desks.shares(text)
    staff = groups.get("human", 0.0)
    if setting.desks is None and staff < _PERSON_BY_WORDING:
        groups.pop("human", None)
    group = max(groups, key=lambda name: (groups[name], name))
    readings = {name: _best_of(name, groups[name], shares.get(name, {}), setting.current) for name in groups}
    best = readings[group][0]
    others = [
        one for listed in readings.values() for one in listed if not _belong_together(one.name, best.name, setting)
    ]
    others += [] if "human" in groups else [Intent("human", round(staff, 4))]
    rival = max(others, key=lambda one: (one.confidence, one.name), default=Intent("", 0.0))
    if rival.confidence < _RIVAL_FROM:
        return best
    return replace(best, rival=rival.name, rival_confidence=rival.confidence)


def _belong_together(one: str, other: str, setting: Setting) -> bool:
    """Whether the procedure of one of these wishes takes care of the other too, so that there is nothing to choose."""
    return one == other or other in setting.covers.get(one, ()) or one in setting.covers.get(other, ())


def _by_specialist(shares: Mapping[str, float]) -> dict[str, dict[str, float]]:
    groups: dict[str, dict[str, float]] = {}
    for intent, share in shares.items():
        groups.setdefault(specialist_of(intent), {})[intent] = share
    return groups


def _best_of(group: str, sure: float, shares: Mapping[str, float], current: str) -> list[Intent]:
    """A specialist's best two readings, the likelier first, with the confidence that each would have."""
    mine = shares or {group: 1.0}
    order = sorted(mine, key=lambda intent: (mine[intent], intent), reverse=True)[:2]
    if order[0] == "goodbye" and mine["goodbye"] < _PARTING:
        order.reverse()
    if current in mine and mine[current] >= _NEARLY * mine[order[0]]:
        order = [current]
    if group in ("out_of_scope", "human"):
        return [Intent(order[0], round(sure, 4))]
    evened = {intent: share**_TEMPER for intent, share in mine.items()}
    whole = sum(evened.values())
    return [Intent(name, round(sure * math.sqrt(evened[name] / whole), 4)) for name in order]
