"""Churn risk: how likely a customer is to leave, from what they said so far; policy data says what counts as much."""

from dataclasses import dataclass, replace

from domain.record import Note
from domain.understanding import Understanding
from router.memory.state import Churn, Memory, TurnState
from router.routing import Thresholds
from understanding.dialogue.churn import find_churn_signs

STAY = "retention.offer_to_stay"
LEAVES = "retention.cancel_subscription"
COMPLAINS = "retention.make_complaint"
SOURING = -0.3
"""A fall of the mood that counts as a sign, in a customer who gave another."""


@dataclass(frozen=True, slots=True)
class Offering:
    """What is known where a journey has just ended well."""

    memory: Memory
    handed_off: bool = False

    @property
    def is_due(self) -> bool:
        """Whether the moment for the one offer has come: the risk is high, and nothing is open or pending."""
        memory = self.memory
        free = not (self.handed_off or memory.cases or memory.wishes or memory.parked or memory.options)
        told = {STAY, LEAVES} & set(memory.worked)
        return free and memory.churn.level == "high" and not told and not memory.partner and memory.customer is not None


def weigh_churn(turn: TurnState, heard: Understanding, thresholds: Thresholds) -> TurnState:
    """The turn with the signs of this message added; each sign counts once in a conversation, half of what is left."""
    memory = turn.memory
    found = find_churn_signs(heard.text)
    complains = any(intent.name == COMPLAINS and intent.confidence >= thresholds.route for intent in heard.intents[:1])
    if complains and COMPLAINS in memory.worked:
        found = (*found, "complains_again")
    signs = tuple(dict.fromkeys((*memory.churn.signals, *found)))
    if signs and memory.trend <= SOURING and "souring" not in signs:
        signs = (*signs, "souring")
    score = 1 - 0.5 ** len(signs)
    level = "high" if score >= thresholds.offer else "low" if score >= thresholds.churn else "none"
    return turn.remember(replace(memory, churn=Churn(level, signs)))


def note_churn(before: Memory, turn: TurnState) -> tuple[Note, ...]:
    """A line for the record where the risk was seen to grow."""
    churn = turn.memory.churn
    if churn == before.churn:
        return ()
    rationale = f"Churn risk {churn.level}: {', '.join(churn.signals)}."
    payload = {"churn_risk": {"level": churn.level, "signals": list(churn.signals)}}
    return (Note(turn.conversation_id, turn.turn_id, turn.tenant, "note", rationale, payload),)
