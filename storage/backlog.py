"""What waits in our database: how much of it, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, select

from storage.tables.connectors import arrivals, deliveries
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
    """`queues`: conversations that wait for people. `open_calls`: writes of which nobody knows the outcome.

    `unsent` is what waits to be sent and `given_up` how much will not be tried again, by connector; webhooks and
    partners count as one each. `unheard` are messages that came in and have no turn yet, `failed_messages` those that
    were given up.
    """

    queues: Mapping[str, WaitingCount]
    approvals: WaitingCount
    unfinished_turns: WaitingCount
    open_calls: WaitingCount
    unsent: Mapping[str, WaitingCount] = field(default_factory=dict[str, WaitingCount])
    given_up: Mapping[str, int] = field(default_factory=dict[str, int])
    unheard: WaitingCount = WaitingCount()
    failed_messages: int = 0


def read_backlog(connection: Connection, now: datetime) -> Backlog:
    """Count what waits, of all tenants together."""
    unexpired = (pending_actions.c.kind == "approve", pending_actions.c.status == "pending")
    return Backlog(
        queues=_queues(connection),
        approvals=_waiting(connection, pending_actions.c.requested_at, *unexpired, pending_actions.c.expires_at > now),
        unfinished_turns=_waiting(connection, turns.c.at, turns.c.result.is_(None)),
        open_calls=_waiting(connection, calls.c.at, calls.c.status == "open"),
        unsent=_by_target(connection, "waiting"),
        given_up={name: one.count for name, one in _by_target(connection, "dead").items()},
        unheard=_since_1970(*connection.execute(_came_in("waiting")).one()),
        failed_messages=connection.execute(_came_in("failed")).one()[0],
    )


def _queues(connection: Connection) -> dict[str, WaitingCount]:
    alive = and_(conversations.c.id == handoffs.c.conversation_id, conversations.c.status != CLOSED)
    oldest = func.min(handoffs.c.waiting_since)
    query = select(handoffs.c.queue, func.count(), oldest).join(conversations, alive)
    query = query.where(handoffs.c.state == "queued").group_by(handoffs.c.queue)
    return {queue: WaitingCount(count, since) for queue, count, since in connection.execute(query)}


def _by_target(connection: Connection, state: str) -> dict[str, WaitingCount]:
    """Deliveries of a state by connector; the many webhooks and partners are one name each, which labels can bear."""
    columns = deliveries.c
    kind = case(
        (columns.target.like("WH-%"), "webhooks"), (columns.target.like("PN-%"), "partners"), else_=columns.target
    )
    query = select(kind, func.count(), func.min(columns.made_at)).where(columns.state == state).group_by(kind)
    return {name: _since_1970(count, since) for name, count, since in connection.execute(query)}


def _came_in(state: str) -> Any:
    return select(func.count(), func.min(arrivals.c.at)).where(arrivals.c.state == state)


def _since_1970(count: int, seconds: float | None) -> WaitingCount:
    return WaitingCount(count, datetime.fromtimestamp(seconds, UTC) if seconds is not None else None)


def _waiting(connection: Connection, moment: Any, *where: Any) -> WaitingCount:
    count, since = connection.execute(select(func.count(), func.min(moment)).where(*where)).one()
    return WaitingCount(count, since)
