"""The outbox: what a conversation tells is entered for whoever is to be told, in the transaction that tells it."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, func, insert, select

from domain.conversation import Status
from router.memory.stored import Change, Stored
from storage.tables.connectors import deliveries, webhooks
from storage.tables.partner_tasks import push_configs, tasks
from storage.tagged_rows import see_vouched

GREETING = "greeting"
"""What a message is called here that opens a conversation: some connectors do not send it by itself."""
CLOSING = "closing"
"""What a message is called here that another desk is told of an end: the question whether it helped, and its answer."""
LABELS = "labels"
"""What another desk is told when labels change: no event, so that its number is of its own, below all events."""
_WEBHOOKS = select(webhooks).where(webhooks.c.tenant == bindparam("of"), webhooks.c.state == "active")
_ENTER = insert(deliveries)
PARTNER_TARGET = "PN-"
"""How the targets begin that are partners' push configurations."""
_PUSHES = (
    select(push_configs)
    .join(tasks, tasks.c.id == push_configs.c.task_id)
    .where(push_configs.c.conversation_id == bindparam("of"), tasks.c.result.is_(None))
)


def enter_deliveries(connection: Connection, tags: Any, change: Change, *, opening: bool = False) -> None:
    """Enter what a change tells for the tenant's webhooks, for the connector that the conversation came by, for another
    desk that has it, and for the partner whose task it is.

    Killed at any moment, either both are stored, the change and what is to be sent of it, or neither.

    Raises:
        RecordBroken: a webhook was changed or forged by somebody else than us.
    """
    found = [*_of_connector(change, opening), *_of_desk(change), *_of_webhooks(connection, tags, change)]
    found += _of_partner(connection, tags, change)
    if found:
        now = time.time()
        connection.execute(_ENTER, [_entered(change.row.tenant, change.row.id, *each, now) for each in found])


def enter_partner_delivery(connection: Connection, tenant: str, conversation_id: str, target: str, event: int) -> None:
    """Enter that a partner is to be told how a task stands, within the caller's transaction."""
    connection.execute(_ENTER, [_entered(tenant, conversation_id, target, event, "task", time.time())])


def enter_labels(connection: Connection, row: Stored) -> None:
    """Enter that another desk that has the conversation is to be told its labels, within the caller's transaction."""
    if not row.memory.desk:
        return
    mine = (deliveries.c.target == row.memory.desk, deliveries.c.conversation_id == row.id)
    lowest = connection.execute(select(func.min(deliveries.c.event_id)).where(*mine)).scalar() or 0
    entered = _entered(row.tenant, row.id, row.memory.desk, min(lowest, 0) - 1, LABELS, time.time())
    connection.execute(_ENTER, [entered])


def _of_connector(change: Change, opening: bool) -> Iterator[tuple[str, int, str]]:
    name = "" if change.sent_otherwise else change.row.memory.origin.connector
    for event in change.events if name else ():
        if event.kind == "message" and event.data["role"] != "customer":
            yield name, event.id, GREETING if opening else "message"


def _of_desk(change: Change) -> Iterator[tuple[str, int, str]]:
    """What another desk that has the conversation is told: its words, how it is handed on, its end.

    What was said before a handoff goes with the handoff. Where people end it, what the customer is told and asked then
    is told there too, whichever desk it was, and so is what the customer answers.
    """
    handed, answers = change.handoff, change.rating is not None
    closing = handed is not None and handed.state == "resolved"
    name = "" if change.of_desk and not closing else change.row.memory.desk
    with_people = change.row.memory.handoff is not None
    ended = change.row.status is Status.CLOSED or (handed is not None and handed.state == "released")
    kinds = {"message", "handoff"} if with_people else {"status"} if ended else set[str]()
    if closing or answers:
        kinds = {"message"} if change.of_desk or answers else {"message", "status"}
    queued = [each.id for each in change.events if each.kind == "handoff" and each.data["state"] == "queued"]
    since = max(queued, default=0) if handed is not None else 0
    for event in change.events if name else ():
        if event.kind in kinds and event.id >= since:
            yield name, event.id, CLOSING if event.kind == "message" and (closing or answers) else event.kind


def _of_webhooks(connection: Connection, tags: Any, change: Change) -> Iterator[tuple[str, int, str]]:
    for row in connection.execute(_WEBHOOKS, {"of": change.row.tenant}).mappings():
        see_vouched(tags, "webhooks", row)
        yield from ((row["id"], event.id, event.kind) for event in change.events if event.kind in row["events"])


def _of_partner(connection: Connection, tags: Any, change: Change) -> Iterator[tuple[str, int, str]]:
    """A task is told as a whole, so that once for a change is enough."""
    if not change.row.memory.partner or not change.events:
        return
    for row in connection.execute(_PUSHES, {"of": change.row.id}).mappings():
        see_vouched(tags, "a2a_push_configs", row)
        yield row["target"], change.events[-1].id, "task"


def _entered(tenant: str, conversation_id: str, target: str, event_id: int, kind: str, now: float) -> dict[str, Any]:
    return {
        "id": f"DL-{uuid4().hex[:20]}",
        "tenant": tenant,
        "target": target,
        "conversation_id": conversation_id,
        "event_id": event_id,
        "kind": kind,
        "state": "waiting",
        "attempts": 0,
        "due_at": 0.0,
        "made_at": now,
        "status": 0,
        "error": "",
    }
