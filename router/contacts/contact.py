"""A customer's earlier contact, as the next conversation sees it: where, when, what about and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.conversation import Status
from domain.ids import ConversationId
from domain.principal import AuthLevel, Customer
from router.state import Memory, Parting

Standing = Literal["", "open", "approval", "person", "check", "settled", "declined"]
"""How a contact stands: `open` unfinished, `approval` waits for a supervisor, `person` is with people, `check` was
asked whether all is well, `settled` or `declined` by its last journey, empty where it was about nothing."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One earlier conversation; `subject` is a procedure, `at` the time of its last words."""

    conversation_id: ConversationId
    channel: str
    at: datetime
    subject: str
    standing: Standing


def describe(memory: Memory, status: Status) -> tuple[str, Standing]:
    """What a conversation is about, and how it stands; with a partner agent it is nobody's contact."""
    if memory.partner:
        return "", ""
    if memory.handoff is not None:
        return f"{memory.specialist}.{memory.procedure}" if memory.procedure else "", "person"
    if status is not Status.CLOSED and (memory.cases or memory.wishes):
        return _unfinished(memory), "open"
    if memory.parked:
        return memory.parked[-1][0].procedure, "approval"
    return _ended(memory.parting)


def _ended(parting: Parting) -> tuple[str, Standing]:
    """How the last journey ended, unless the customer was asked about it since."""
    if parting.check:
        return parting.check, "check"
    last = parting.subject
    if last is None:
        return "", ""
    return last.procedure, "settled" if last.kind == "resolved" else "declined"


def _unfinished(memory: Memory) -> str:
    """The journey under way that the customer asked for, not one that it delegated to."""
    asked_for = [case.procedure for case in memory.cases if not case.delegated]
    return asked_for[-1] if asked_for else memory.wishes[0].intent


def known_as(customer: Customer | None) -> str:
    """The customer number where it is sure enough to be remembered by, else empty."""
    if customer is None or customer.auth_level is AuthLevel.ANONYMOUS:
        return ""
    return customer.id
