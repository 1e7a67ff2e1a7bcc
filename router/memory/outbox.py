"""The outbox: what a conversation tells is entered for whoever is to be told, in the transaction that tells it."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, insert, select

from router.memory.stored import Change
from storage.tables.connectors import deliveries, webhooks
from storage.tagged_rows import see_vouched

GREETING = "greeting"
"""What a message is called here that opens a conversation: some connectors do not send it by itself."""
_WEBHOOKS = select(webhooks).where(webhooks.c.tenant == bindparam("of"), webhooks.c.state == "active")
_ENTER = insert(deliveries)


def enter_deliveries(connection: Connection, tags: Any, change: Change, *, opening: bool = False) -> None:
    """Enter what a change tells for the tenant's webhooks, and for the connector that the conversation came by.

    Killed at any moment, either both are stored, the change and what is to be sent of it, or neither.

    Raises:
        RecordBroken: a webhook was changed or forged by somebody else than us.
    """
    found = [*_of_connector(change, opening), *_of_webhooks(connection, tags, change)]
    if found:
        now = time.time()
        connection.execute(_ENTER, [_entered(change, *each, now) for each in found])


def _of_connector(change: Change, opening: bool) -> Iterator[tuple[str, int, str]]:
    name = "" if change.sent_otherwise else change.row.memory.origin.connector
    for event in change.events if name else ():
        if event.kind == "message" and event.data["role"] != "customer":
            yield name, event.id, GREETING if opening else "message"


def _of_webhooks(connection: Connection, tags: Any, change: Change) -> Iterator[tuple[str, int, str]]:
    for row in connection.execute(_WEBHOOKS, {"of": change.row.tenant}).mappings():
        see_vouched(tags, "webhooks", row)
        yield from ((row["id"], event.id, event.kind) for event in change.events if event.kind in row["events"])


def _entered(change: Change, target: str, event_id: int, kind: str, now: float) -> dict[str, Any]:
    return {
        "id": f"DL-{uuid4().hex[:20]}",
        "tenant": change.row.tenant,
        "target": target,
        "conversation_id": change.row.id,
        "event_id": event_id,
        "kind": kind,
        "state": "waiting",
        "attempts": 0,
        "due_at": 0.0,
        "made_at": now,
        "status": 0,
        "error": "",
    }
