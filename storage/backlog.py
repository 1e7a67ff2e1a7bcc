"""What waits in our database: how much of it, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from storage.tables.control import calls, pending_actions
from storage.tables.conversations import conversations, handoffs, turns

CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """How many of a kind wait, and since when the oldest does; None where none does."""

    count: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """`queues`: conversations that wait for people. `open_calls`: writes of which nobody knows the outcome."""

    queues: Mapping[str, WaitingCount]
    approvals: WaitingCount
    unfinished_turns: WaitingCount
    open_calls: WaitingCount


def read_backlog(connection: Connection, now: datetime) -> Backlog:
    """Count what waits, of all tenants together."""
    unexpired = (pending_actions.c.kind == "approve", pending_actions.c.status == "pending")
    return Backlog(
        queues=_queues(connection),
        approvals=_waiting(connection, pending_actions.c.requested_at, *unexpired, pending_actions.c.expires_at > now),
        unfinished_turns=_waiting(connection, turns.c.at, turns.c.result.is_(None)),
        open_calls=_waiting(connection, calls.c.at, calls.c.status == "open"),
    )


def _queues(connection: Connection) -> dict[str, WaitingCount]:
    alive = and_(conversations.c.id == handoffs.c.conversation_id, conversations.c.status != CLOSED)
    oldest = func.min(handoffs.c.waiting_since)
    query = select(handoffs.c.queue, func.count(), oldest).join(conversations, alive)
    query = query.where(handoffs.c.state == "queued").group_by(handoffs.c.queue)
    return {queue: WaitingCount(count, since) for queue, count, since in connection.execute(query)}


def _waiting(connection: Connection, moment: Any, *where: Any) -> WaitingCount:
    count, since = connection.execute(select(func.count(), func.min(moment)).where(*where)).one()
    return WaitingCount(count, since)
