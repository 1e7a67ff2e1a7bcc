"""What a message does to what was just asked, offered or is pending: one vocabulary for every reader of a message.

Rules and a classifier over our own sentences give an opinion each, the sentence model one more where it is installed.
An act never makes a yes: that is `answers.py`, by rules alone. It can say that a message is something else.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from domain.understanding import Act, Understanding
from understanding.dialogue.social import social_intent
from understanding.intents.classifier import Classifier
from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

EXAMPLES = Path(__file__).parent / "examples"
Setting = Literal["nothing", "told", "more", "asked"]
"""What was said to the customer last: nothing, something that asks nothing, whether there is more, or a question."""

_USUAL: dict[Setting, dict[Act, float]] = {
    "asked": {
        **{"new_wish": 0.25, "greeting": 0.1, "frustration": 0.3, "repeat_request": 0.7},
        **{"answer": 2.0, "goodbye": 0.3, "thanks": 0.3},
    },
    "more": {
        **{"answer": 0.08, "new_wish": 2.0, "greeting": 0.2, "frustration": 0.3},
        **{"correction": 0.3, "change_of_mind": 0.3},
    },
    "told": {"answer": 0.1, "greeting": 0.2, "frustration": 0.4},
    "nothing": {
        **{"answer": 0.02, "goodbye": 1.5},
        **{"repeat_request": 0.25, "correction": 0.25, "change_of_mind": 0.25},
    },
}
"""How much likelier than elsewhere an act is after what was said; what is not named is as likely as ever.

Where nothing was said there is nothing to say again, to correct or to think better of.
"""
_PERSON_FROM = 0.93
"""How sure the words must be of a wish for a person that no rule recognised."""
_PLACED = 0.1
"""How much less likely a pause is where one of several things is named: "the second" is no moment."""
_MARKS = re.compile(r"[^\w\s'\u0900-\u097f-]+")
_MORE = re.compile(
    r"(?:anything|something|what|anything more|nothing) else|else (?:that )?(?:i|we) can|sonst noch|noch etwas|algo mas"
    r"|autre chose|और (?:कुछ|किसी)|किसी और|aur kuch"
)


@dataclass(frozen=True, slots=True)
class Doing:
    """The one thing that a message does most of all, and how sure that is (0 to 1)."""

    act: Act
    confidence: float


class ActReader:
    """Reads dialogue acts."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    def read(self, heard: Understanding, setting: Setting) -> Doing:
        """What a message does; `heard` is what the rules found in it, `setting` what was said to the customer last."""
        if not any(map(str.isalpha, heard.text)):
            return Doing("new_wish", 0.0)
        plain = _found_by_rule(heard)
        if plain is not None:
            return Doing(plain, 1.0)
        shares = self._classifier.shares(heard.text)
        weights = {act: share * _weight(act, heard, setting, share) for act, share in shares.items()}
        whole = sum(weights.values()) or 1.0
        best = max(weights, key=lambda act: (weights[act], act))
        return Doing(best, round(weights[best] / whole, 4))  # pyright: ignore[reportArgumentType]


def setting_of(said: str) -> Setting:
    """What the assistant's last words ask for."""
    folded = fold(said.strip())[-160:]
    if not folded:
        return "nothing"
    if "?" not in folded[-60:]:
        return "more" if _MORE.search(folded[-90:]) else "told"
    return "more" if _MORE.search(folded) else "asked"


def _found_by_rule(heard: Understanding) -> Act | None:
    if heard.wants_person:
        return "asks_person"
    manner = social_intent(heard.text)
    if manner == "greeting":
        return "greeting"
    if manner == "thanks":
        return "thanks"
    if manner == "goodbye":
        return "goodbye"
    if heard.puzzled:
        return "repeat_request"
    marked = " ".join(_MARKS.sub(" ", _folded(heard.text)).split())
    holds = heard.first("ordinal") is None and phrase_pattern("acts/signs", "holds").fullmatch(marked)
    return "hold" if holds else None


def _weight(act: str, heard: Understanding, setting: Setting, share: float) -> float:
    """How much likelier an act is by what was said last and by what the rules found."""
    usual = {str(name): value for name, value in _USUAL[setting].items()}.get(act, 1.0)
    if act == "asks_person" and share <= _PERSON_FROM:
        return usual * 0.05
    found = usual * _by_answer(act, heard, setting)
    asks = "?" in heard.text or _opens(heard, "asks")
    if act == "hold" and heard.first("ordinal") is not None:
        found *= _PLACED
    if act == "question":
        found *= 3.0 if asks else 0.4
    if act == "new_wish" and setting == "asked" and not asks:
        found *= 0.3
    if act == "new_wish" and setting == "more" and "?" in heard.text:
        found *= 2.0
    if act == "goodbye" and phrase_pattern("acts/signs", "parts").search(_folded(heard.text)):
        found *= 4.0
    return found


def _by_answer(act: str, heard: Understanding, setting: Setting) -> float:
    waits = setting in ("asked", "told")
    if act == "answer":
        agrees = 4.0 if setting == "asked" and _opens(heard, "agrees") else 1.0
        return {"yes": 30.0 if waits else 5.0, "no": 0.3, "other": agrees}[heard.answer]
    factor = 1.0
    if act in ("refusal", "correction", "change_of_mind") and _asks_if(heard.text):
        return 0.1
    if act in ("refusal", "correction", "change_of_mind"):
        factor *= 4.0 if heard.answer == "no" else 1.0
        factor *= 2.0 if heard.refused else 1.0
    return factor * (4.0 if act == "change_of_mind" and heard.changes_mind else 1.0)


def _asks_if(text: str) -> bool:
    return phrase_pattern("acts/signs", "asks_if").search(_folded(text)) is not None


def _opens(heard: Understanding, group: str) -> bool:
    return phrase_pattern("acts/signs", group).match(_folded(heard.text)) is not None


@lru_cache(maxsize=256)
def _folded(text: str) -> str:
    return " ".join(fold(text).split())
