"""What is known of those who wait for people: who is before them, how long others waited, who is on duty."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Select, and_, case, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.conversation import Status
from domain.ids import ConversationId, TenantId
from storage.tables.conversations import conversations, handoffs, messages
from storage.tables.desk import desk_presence
from storage.transactions import Transactions

RANKS = {"urgent": 0, "high": 1, "normal": 2}
LATELY = timedelta(hours=24)
CLAIMS = 20
"""So many of a queue's last claims say how long its customers wait."""
ELSEWHERE = "elsewhere/"
"""How those are named who work at another desk; whether they are there that desk knows, not we."""
SEEN_FOR = timedelta(minutes=3)
"""Somebody on duty who was not heard for longer counts as gone."""
PresenceStatus = Literal["available", "busy", "away"]
_RANK = case(RANKS, value=handoffs.c.priority, else_=len(RANKS))


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """One conversation's place among those that wait in a queue."""

    tenant: TenantId
    conversation_id: ConversationId
    queue: str
    priority: str
    waiting_since: datetime


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """What the record says about a place: how many are before it, the seconds that others waited, who is on duty.

    `on_duty` counts those who are there now, also if they are busy; `staffed` says that anybody of the tenant ever
    said whether they are.
    """

    before: int
    waits: tuple[float, ...]
    on_duty: int
    staffed: bool


class DeskRecord:
    """Reads and writes what the desk says of itself."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def find(self, place: QueuePlace, now: datetime) -> QueueStatus:
        """How it stands with a place in the queue."""

        def read(connection: Connection) -> QueueStatus:
            on_duty, staffed = _presence(connection, place.tenant, now)
            return QueueStatus(_before(connection, place), _waits(connection, place, now), on_duty, staffed)

        return await self._transactions.read(read)

    async def find_stranded(self, since: datetime) -> list[tuple[TenantId, ConversationId, str]]:
        """Claimed conversations of people who were not heard since then: who has them, and no word and no sign."""

        def read(connection: Connection) -> list[tuple[TenantId, ConversationId, str]]:
            rows = connection.execute(_stranded(since)).all()
            return [(TenantId(row.tenant), ConversationId(row.conversation_id), row.claimed_by) for row in rows]

        return await self._transactions.read(read)

    async def name_of(self, tenant: TenantId, subject: str) -> str:
        """What customers call a representative; empty where that was not said."""
        columns = desk_presence.c
        query = select(columns.name).where(columns.tenant == tenant, columns.subject == subject)
        return await self._transactions.read(lambda connection: connection.execute(query).scalar()) or ""

    async def present(self, tenant: TenantId, subject: str, status: PresenceStatus, name: str, now: datetime) -> None:
        """Say that somebody is at the desk or away; an empty name leaves the one that was said before."""
        row = {"tenant": tenant, "subject": subject, "status": status, "seen_at": now}

        def write(connection: Connection) -> None:
            dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
            statement = dialect.insert(desk_presence).values(**row, name=name)
            changed = {"status": status, "seen_at": now} | ({"name": name} if name else {})
            connection.execute(statement.on_conflict_do_update(index_elements=["tenant", "subject"], set_=changed))

        await self._transactions.write(write, durable=False)


def _stranded(since: datetime) -> Select[Any, Any, Any]:
    columns = handoffs.c
    alive = and_(conversations.c.id == columns.conversation_id, conversations.c.status != Status.CLOSED.value)
    seen = (desk_presence.c.tenant == columns.tenant, desk_presence.c.subject == columns.claimed_by)
    said = (messages.c.conversation_id == columns.conversation_id, messages.c.role == "representative")
    return (
        select(columns.tenant, columns.conversation_id, columns.claimed_by)
        .join(conversations, alive)
        .where(columns.state == "claimed", columns.claimed_at < since, ~columns.claimed_by.startswith(ELSEWHERE))
        .where(~exists().where(*seen, desk_presence.c.seen_at >= since))
        .where(~exists().where(*said, messages.c.at >= since))
    )


def _before(connection: Connection, place: QueuePlace) -> int:
    columns, rank, own_id = handoffs.c, RANKS.get(place.priority, len(RANKS)), place.conversation_id
    alive = and_(conversations.c.id == columns.conversation_id, conversations.c.status != Status.CLOSED.value)
    since, same = columns.waiting_since, _RANK.op("=")(rank)
    longer = or_(since < place.waiting_since, and_(since == place.waiting_since, columns.conversation_id < own_id))
    earlier = or_(_RANK.op("<")(rank), and_(same, longer))
    own = (columns.tenant == place.tenant, columns.queue == place.queue, columns.state == "queued")
    query = select(func.count()).select_from(handoffs).join(conversations, alive)
    return connection.execute(query.where(*own, earlier, columns.conversation_id != own_id)).scalar() or 0


def _waits(connection: Connection, place: QueuePlace, now: datetime) -> tuple[float, ...]:
    columns = handoffs.c
    own = (columns.tenant == place.tenant, columns.queue == place.queue, columns.priority == place.priority)
    query = select(columns.waiting_since, columns.claimed_at).where(*own, columns.claimed_at > now - LATELY)
    found = connection.execute(query.order_by(columns.claimed_at.desc()).limit(CLAIMS)).all()
    return tuple(max(0.0, (claimed - since).total_seconds()) for since, claimed in found)


def _presence(connection: Connection, tenant: TenantId, now: datetime) -> tuple[int, bool]:
    columns = desk_presence.c
    here = (columns.tenant == tenant, ~columns.subject.startswith(ELSEWHERE))
    rows = connection.execute(select(columns.status, columns.seen_at).where(*here)).all()
    return sum(row.status != "away" and row.seen_at > now - SEEN_FOR for row in rows), bool(rows)
