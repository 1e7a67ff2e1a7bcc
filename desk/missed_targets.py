"""Conversations that waited longer than the target of their queue: counted once each, and told to supervisors."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.dialects import postgresql, sqlite

from desk.feed import DESK
from desk.queue import DeskDependencies
from domain.caller import Caller
from domain.conversation import QUEUES, Status
from domain.ids import TenantId
from router.urgency import URGENT
from storage.tables.conversations import conversations, handoffs
from storage.tables.desk import desk_missed_targets
from storage.transactions import Transactions

A_DAY = timedelta(days=1)
_ALIVE = and_(conversations.c.id == handoffs.c.conversation_id, conversations.c.status != Status.CLOSED.value)
_COUNTED = and_(
    desk_missed_targets.c.conversation_id == handoffs.c.conversation_id,
    desk_missed_targets.c.waiting_since == handoffs.c.waiting_since,
)
_WAITS = select(handoffs.c.queue, handoffs.c.priority, handoffs.c.waiting_since, handoffs.c.tenant).join(
    conversations, _ALIVE
)


@dataclass(frozen=True, slots=True)
class TargetStanding:
    """How a queue, or `urgent`, stands to its target of so many minutes; None where the company set none.

    Of those that wait so many are near it and over it; `missed` were not taken in time within a day.
    """

    name: str
    minutes: int | None
    waiting: int
    near: int
    over: int
    missed: int


class MissedTargets:
    """Counts what was not taken in time. However many processes look, each handover counts once."""

    def __init__(self, dependencies: DeskDependencies, transactions: Transactions) -> None:
        self._transactions = transactions
        self._targets = dependencies.targets
        self._metrics = dependencies.services.metrics
        self._clock = dependencies.services.clock
        self._notices = dependencies.feed.notices

    async def count(self) -> None:
        """Count what went over its target since the last look, and let pages of its desk know."""
        now = self._clock()
        for tenant in self._targets.minutes:
            missed = [each for each in await self._late(tenant, now) if await self._transactions.write(_Write(each))]
            for each in missed:
                self._metrics.target_missed(each["name"])
            if missed:
                await self._tell(tenant)

    async def standings(self, caller: Caller) -> list[TargetStanding]:
        """How each queue of the caller's tenant stands, `urgent` first where it has a target."""
        tenant, columns, now = caller.tenant, desk_missed_targets.c, self._clock()
        waits = _WAITS.where(handoffs.c.tenant == tenant, handoffs.c.state == "queued")
        counts = select(columns.name, func.count()).where(columns.tenant == tenant, columns.at > now - A_DAY)
        found, missed = await self._transactions.read(
            lambda connection: (
                connection.execute(waits).all(),
                {name: number for name, number in connection.execute(counts.group_by(columns.name))},
            )
        )
        seen = Counter[tuple[str, str]]()
        for queue, priority, since, _ in found:
            due = self._targets.due(tenant, queue, priority, since)
            seen[self._targets.name(tenant, queue, priority), due.state(now) if due else ""] += 1
        names = ((URGENT,) if URGENT in self._targets.minutes.get(tenant, {}) else ()) + QUEUES
        return [
            TargetStanding(
                name,
                self._targets.limit(tenant, name),
                sum(seen[name, state] for state in ("", "near", "over")),
                seen[name, "near"],
                seen[name, "over"],
                missed.get(name, 0),
            )
            for name in names
        ]

    async def _late(self, tenant: TenantId, now: datetime) -> list[dict[str, Any]]:
        """What waits longer than its target or was taken too late, and is not counted yet."""
        columns = handoffs.c
        query = (
            select(*(columns[name] for name in ("conversation_id", "queue", "priority", "waiting_since", "claimed_at")))
            .join(conversations, _ALIVE)
            .outerjoin(desk_missed_targets, _COUNTED)
            .where(columns.tenant == tenant, columns.state.in_(("queued", "claimed")))
            .where(columns.waiting_since <= now - self._targets.shortest(tenant))
            .where(desk_missed_targets.c.conversation_id.is_(None))
        )
        rows: Sequence[Any] = await self._transactions.read(lambda connection: connection.execute(query).all())
        late = list[dict[str, Any]]()
        for conversation_id, queue, priority, since, claimed_at in rows:
            due = self._targets.due(tenant, queue, priority, since)
            if due is not None and (claimed_at or now) >= due.due_at:
                name = self._targets.name(tenant, queue, priority)
                place = {"conversation_id": conversation_id, "waiting_since": since, "tenant": tenant}
                late.append({**place, "name": name, "at": now})
        return late

    async def _tell(self, tenant: TenantId) -> None:
        word = json.dumps({"kind": "targets", "tenant": tenant})
        await self._transactions.write(lambda connection: self._notices.write_word(connection, DESK, word))
        self._notices.tell_word(DESK, word)


@dataclass(frozen=True, slots=True)
class _Write:
    """Writes one that was missed, and says whether nobody had."""

    row: dict[str, Any]

    def __call__(self, connection: Connection) -> bool:
        dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
        added = dialect.insert(desk_missed_targets).values(**self.row).on_conflict_do_nothing()
        return connection.execute(added).rowcount == 1
