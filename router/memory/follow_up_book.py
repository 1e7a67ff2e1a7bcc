"""The book of follow-ups: entered with the turn that owes them, ended by whoever holds the conversation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, true, update

from agents.procedure import EVERYTHING
from domain.ids import ConversationId, TenantId
from domain.vault import Cipher, place_of
from router.memory.follow_up import OWN_KINDS, FollowUp
from storage.tables.conversations import follow_ups
from storage.tagged_rows import see_vouched
from storage.transactions import Transactions

_COLUMNS = follow_ups.c


class FollowUpBook:
    """Finds what is due, and keeps what became of it."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def due(self, now: datetime, limit: int) -> list[FollowUp]:
        """What is owed by now, longest due first."""
        query = select(follow_ups).where(_COLUMNS.state == "waiting", _COLUMNS.due_at <= now)
        return await self._read(query.order_by(_COLUMNS.due_at, _COLUMNS.id).limit(limit))

    async def waiting_of(self, conversation_id: ConversationId, now: datetime) -> list[FollowUp]:
        """What this conversation owes by now."""
        where = (_COLUMNS.conversation_id == conversation_id, _COLUMNS.state == "waiting", _COLUMNS.due_at <= now)
        query = select(follow_ups).where(*where).order_by(_COLUMNS.due_at, _COLUMNS.kind)
        return await self._read(query)

    async def find(self, follow_up_id: str) -> FollowUp | None:
        """One follow-up as it is now."""
        found = await self._read(select(follow_ups).where(_COLUMNS.id == follow_up_id))
        return found[0] if found else None

    async def browse(
        self, *, tenant: TenantId | None = None, customer_id: str = "", due: datetime | None = None
    ) -> list[FollowUp]:
        """Follow-ups, soonest due first: of one tenant, of one customer, only those that wait and are due by a time."""
        query = select(follow_ups).order_by(_COLUMNS.due_at, _COLUMNS.id)
        if tenant is not None:
            query = query.where(_COLUMNS.tenant == tenant)
        if customer_id:
            query = query.where(_COLUMNS.customer_id == customer_id)
        if due is not None:
            query = query.where(_COLUMNS.state == "waiting", _COLUMNS.due_at <= due)
        return await self._read(query)

    async def _read(self, query: Any) -> list[FollowUp]:

        def read(connection: Connection) -> list[FollowUp]:
            return self._unsealed(connection, connection.execute(query).mappings().all())

        return await self._transactions.read(read)

    async def save(self, follow_up: FollowUp) -> None:
        """Keep what became of a follow-up."""
        await self._transactions.write(lambda connection: self.write(connection, follow_up))

    def write(self, connection: Connection, follow_up: FollowUp) -> None:
        """Keep what became of a follow-up that still waited, within the caller's transaction."""
        box = self._transactions.vault.box(connection, follow_up.conversation_id)
        values = _values(follow_up if follow_up.state == "waiting" else replace(follow_up, facts={}), box)
        where = (_COLUMNS.id == follow_up.id, _COLUMNS.state == "waiting")
        connection.execute(update(follow_ups).where(*where).values(**values))

    def _unsealed(self, connection: Connection, rows: Sequence[RowMapping]) -> list[FollowUp]:
        boxes = self._transactions.vault.boxes(connection, (row["conversation_id"] for row in rows))
        return [_follow_up(row, boxes[row["conversation_id"]]) for row in rows]


def add_follow_ups(connection: Connection, owed: Sequence[FollowUp], box: Cipher) -> None:
    """Enter what is owed from now on, within the caller's transaction."""
    connection.execute(insert(follow_ups), [_values(each, box) for each in owed])


def call_off(connection: Connection, tenant: TenantId, customer_id: str, about: Sequence[str]) -> None:
    """Let go of what was promised about these things, or about everything, within the caller's transaction."""
    whole = EVERYTHING in about
    where = (
        _COLUMNS.tenant == tenant,
        _COLUMNS.customer_id == customer_id,
        true() if whole else _COLUMNS.about.in_(about),
        _COLUMNS.state == "waiting",
        _COLUMNS.kind.not_in(OWN_KINDS),
    )
    reason = "the customer wants no such message" if whole else "what it was about was changed or cancelled"
    values = {"state": "called_off", "reason": reason, "facts": ""}
    connection.execute(update(follow_ups).where(*where).values(**values))


def _values(follow_up: FollowUp, box: Cipher) -> dict[str, Any]:
    values = {name: getattr(follow_up, name) for name in FollowUp.__slots__}
    return {**values, "facts": box.seal_json(_place(follow_up.id), follow_up.facts) if follow_up.facts else ""}


def _follow_up(row: RowMapping, box: Cipher) -> FollowUp:
    see_vouched(box.tags, "follow_ups", row)
    values: dict[str, Any] = {name: row[name] for name in FollowUp.__slots__}
    values["facts"] = box.unseal_json(_place(row["id"]), row["facts"], {}) if row["facts"] else {}
    return FollowUp(**values)


def _place(follow_up_id: str) -> str:
    return place_of("follow_ups.facts", follow_up_id)
