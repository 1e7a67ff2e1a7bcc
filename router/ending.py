"""Closing a conversation: what its end leaves behind."""

from dataclasses import replace

from domain.conversation import Status
from router.memory.stored import Change
from router.parting import ClosingContext, wrap_up
from router.services import Services


def written_down(change: Change, services: Services, disposition: str = "", words: str = "") -> Change:
    """The change with what is owed at a conversation's end; `disposition` and `words` are a representative's."""
    scene = ClosingContext(change.row.tenant, change.row.id, services.clock())
    memory, owed = wrap_up(change.row.memory, scene, services.groups, disposition, words)
    return replace(change, row=replace(change.row, memory=memory), follow_ups=(*change.follow_ups, *owed))


def closed(change: Change) -> Change:
    """The change that closes a conversation."""
    memory = replace(change.row.memory, cases=(), parked=(), wishes=(), options=(), identification=None, handoff=None)
    memory = replace(memory, carried=None)
    row = replace(change.row, memory=memory, status=Status.CLOSED, pending=None)
    return replace(change, row=row).publish("status", {"status": Status.CLOSED.value})
