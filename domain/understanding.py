"""What a customer's message was understood to say; plain data, made by rules, classifier or language model."""

from dataclasses import dataclass
from typing import Any, Literal

Answer = Literal["yes", "no", "other"]
Act = Literal[
    "answer", "correction", "refusal", "change_of_mind", "question", "hold", "new_wish", "asks_person", "thanks",
    "goodbye", "greeting", "frustration", "repeat_request",
]  # fmt: skip
"""What a message does in its context (a dialogue act)."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One wish, named `specialist.procedure` (or `human`, `out_of_scope`, `greeting`), with confidence.

    `rival` is the second best reading of the same words, with the confidence that it would have had; empty where no
    other reading comes near.
    """

    name: str
    confidence: float
    rival: str = ""
    rival_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Entity:
    """Something named in the text.

    `kind` is one of date, time, amount, reference, customer_number, code, email, phone, ordinal, name, choice,
    meant; `value` is its JSON form: an ISO date, an ISO time, minor units, an upper-case reference such as `P-5002`,
    a number.
    """

    kind: str
    value: Any
    text: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """One message understood.

    `intents` are in the order in which they were said, best reading of each. `answer` is what plain rules recognise as
    a yes or no to the pending action, `other` otherwise. `sentiment` is in -1..1. `topics` are sensitive ones
    (`bereavement`, `legal_threat`, `regulator`, `press`, `self_harm`, `medical_alarm`, `vulnerable`). `puzzled` says
    that the message only asks what was meant. `refused` is the message where a part of it says what is not to be done;
    no intent comes from that part. `act` is what the message does most of all, `act_confidence` how sure that is.
    `legible` is False where no word of it is known: keys hit at random. `unwanted` says that it wants no messages, and
    says that only, or other things as well. `asks_hours` says that a part of it asks when somebody is there; that part
    holds nothing else. `joined` is what it means as the rest of the message before it, where that one was not
    understood by itself, and `named_before` what was named in that one. `beside` is what stands beside a yes; where it
    is a `remark`, it is meant for whoever does what was agreed to.
    """

    text: str
    locale: str
    intents: tuple[Intent, ...] = ()
    entities: tuple[Entity, ...] = ()
    answer: Answer = "other"
    wants_person: bool = False
    changes_mind: bool = False
    sentiment: float = 0.0
    topics: tuple[str, ...] = ()
    puzzled: bool = False
    refused: str = ""
    act: Act = "new_wish"
    act_confidence: float = 0.0
    legible: bool = True
    unwanted: Literal["", "only", "also"] = ""
    asks_hours: bool = False
    joined: Intent | None = None
    named_before: tuple[Entity, ...] = ()
    beside: str = ""
    remark: bool = False

    @property
    def named(self) -> tuple[Entity, ...]:
        """What was named here, and in the message that it completes, kind by kind."""
        kinds = {each.kind for each in self.entities}
        return (*self.entities, *(each for each in self.named_before if each.kind not in kinds))

    def first(self, *kinds: str) -> Entity | None:
        """The first entity of any of these kinds, if one was named."""
        return next((entity for entity in self.entities if entity.kind in kinds), None)
