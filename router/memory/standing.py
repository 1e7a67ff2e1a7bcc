"""How a conversation stands, as the customer's next one will know it."""

from domain.conversation import Status
from router.memory.contact import ContactStatus
from router.memory.state import Closing, Memory


def describe(memory: Memory, status: Status) -> tuple[str, ContactStatus]:
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


def _ended(parting: Closing) -> tuple[str, ContactStatus]:
    """How the last journey ended, unless the customer was asked about it since."""
    if parting.check:
        return parting.check, "check"
    last = parting.subject
    if last is None:
        return "", ""
    if last.reply == "approval_rejected":
        return last.procedure, "rejected"
    return last.procedure, "settled" if last.kind == "resolved" else "declined"


def _unfinished(memory: Memory) -> str:
    """The journey under way that the customer asked for, not one that it delegated to."""
    asked_for = [case.procedure for case in memory.cases if not case.delegated]
    return asked_for[-1] if asked_for else memory.wishes[0].intent
