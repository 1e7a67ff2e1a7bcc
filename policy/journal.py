"""The record: append-only, hash-chained per conversation, so that tampering shows."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.digest import digest
from domain.ids import ConversationId, TenantId, TurnId
from domain.record import EntryKind, JournalEntry, Note, Verification
from policy.chain import GENESIS, Link, check_chain
from policy.tables import dump, journal_entries, journal_heads, spell
from policy.transactions import Transactions


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has its place in the chain."""

    conversation_id: ConversationId
    turn_id: TurnId
    tenant: TenantId
    at: datetime
    kind: EntryKind
    rationale: str = ""
    tool: str = ""
    decision_id: str = ""
    effect: str = ""
    outcome: str = ""
    rules: tuple[str, ...] = ()
    payload: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a conversation's chain."""

    conversation_id: str
    tenant: str
    sequence: int
    hash: str


_INSERT = insert(journal_entries)
_LOCK = (
    select(journal_heads.c.sequence, journal_heads.c.hash)
    .where(journal_heads.c.conversation_id == bindparam("wanted"))
    .with_for_update()
)
_ADVANCE = (
    update(journal_heads)
    .where(journal_heads.c.conversation_id == bindparam("wanted"))
    .values(sequence=bindparam("sequence"), hash=bindparam("hash"))
)


class HashChainedJournal:
    """Keeps every conversation's record; writers of one conversation queue at its head."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        self._transactions = transactions
        self._clock = clock

    def append(self, connection: Connection, drafts: Sequence[Draft]) -> None:
        """Chain entries of one conversation within the caller's transaction, which thereby holds the head's lock."""
        if not drafts:
            return
        sequence, previous = _lock_head(connection, drafts[0])
        rows: list[dict[str, Any]] = []
        for number, draft in enumerate(drafts, start=sequence + 1):
            rows.append(_chain(draft, number, previous))
            previous = rows[-1]["hash"]
        connection.execute(_INSERT, rows)
        head = {"wanted": drafts[0].conversation_id, "sequence": sequence + len(rows), "hash": previous}
        connection.execute(_ADVANCE, head)

    def lock(self, connection: Connection, draft: Draft) -> None:
        """Make the caller the conversation's only writer until its transaction ends."""
        _lock_head(connection, draft)

    async def record(self, drafts: Sequence[Draft]) -> None:
        """Append entries of one conversation, durably, by themselves."""
        await self._transactions.write(lambda connection: self.append(connection, drafts))

    async def note(self, entry: Note) -> None:
        """Append an entry that is not about a tool call."""
        await self.record([self.draft(entry)])

    def draft(self, entry: Note) -> Draft:
        """The entry that a note becomes, now."""
        draft = Draft(entry.conversation_id, entry.turn_id, entry.tenant, self._clock(), entry.kind, entry.rationale)
        return replace(draft, payload=entry.payload)

    async def entries(self, tenant: TenantId, conversation_id: ConversationId) -> list[JournalEntry]:
        """A conversation's entries in order; empty where the tenant has no such conversation."""
        query = (
            select(journal_entries)
            .where(journal_entries.c.tenant == tenant, journal_entries.c.conversation_id == conversation_id)
            .order_by(journal_entries.c.sequence)
        )
        return await self._transactions.read(
            lambda connection: [_entry(row) for row in connection.execute(query).mappings()]
        )

    async def verify(self, tenant: TenantId | None = None) -> Verification:
        """Recompute every hash chain, of one tenant or of all."""
        return await self._transactions.snapshot(lambda connection: _verify(connection, tenant))

    async def heads(self) -> list[Head]:
        """The last entry of every conversation, to be anchored outside the database."""
        return await self._transactions.read(lambda connection: _heads(connection, None))

    async def hash_at(self, conversation_id: str, sequence: int) -> str | None:
        """The stored hash of one entry, None where there is no such entry."""
        columns = journal_entries.c
        query = select(columns.hash).where(columns.conversation_id == conversation_id, columns.sequence == sequence)
        return await self._transactions.read(lambda connection: connection.execute(query).scalar_one_or_none())


def recordable(text: str) -> str:
    """The text as every database and hash can hold it: no lone surrogates, no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "�")


def hash_of(row: dict[str, Any]) -> str:
    """The digest of a stored entry: of every field but the hash itself."""
    return digest({name: value for name, value in row.items() if name != "hash"})


def _chain(draft: Draft, sequence: int, previous: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "conversation_id": draft.conversation_id,
        "sequence": sequence,
        "id": f"je_{uuid4().hex}",
        "turn_id": draft.turn_id,
        "tenant": draft.tenant,
        "at": spell(draft.at),
        "kind": draft.kind,
        "tool": recordable(draft.tool)[:160],
        "decision_id": draft.decision_id,
        "effect": draft.effect,
        "outcome": draft.outcome,
        "rules": dump(draft.rules),
        "rationale": recordable(draft.rationale),
        "payload": dump(draft.payload),
        "previous_hash": previous,
    }
    return {**row, "hash": hash_of(row)}


def _entry(row: RowMapping) -> JournalEntry:
    values = dict(row)
    values["at"] = datetime.fromisoformat(values["at"])
    values["rules"] = tuple(json.loads(values["rules"]))
    values["payload"] = json.loads(values["payload"])
    return JournalEntry(**values)


def _lock_head(connection: Connection, draft: Draft) -> tuple[int, str]:
    wanted = {"wanted": draft.conversation_id}
    found = connection.execute(_LOCK, wanted).first()
    if found is None:
        _plant_head(connection, draft)
        found = connection.execute(_LOCK, wanted).one()
    return found.sequence, found.hash


def _plant_head(connection: Connection, draft: Draft) -> None:
    dialect_insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    head = {"conversation_id": draft.conversation_id, "tenant": draft.tenant, "sequence": 0, "hash": GENESIS}
    connection.execute(dialect_insert(journal_heads).values(**head).on_conflict_do_nothing())


def _heads(connection: Connection, tenant: TenantId | None) -> list[Head]:
    query = select(journal_heads).order_by(journal_heads.c.conversation_id)
    if tenant is not None:
        query = query.where(journal_heads.c.tenant == tenant)
    return [Head(**row) for row in connection.execute(query).mappings()]


def _verify(connection: Connection, tenant: TenantId | None) -> Verification:
    heads = {head.conversation_id: (head.sequence, head.hash) for head in _heads(connection, tenant)}
    return check_chain(_links(connection, tenant), heads)


def _links(connection: Connection, tenant: TenantId | None) -> Iterator[Link]:
    """Stream the stored entries in chain order, with what each hash should be."""
    query = select(journal_entries).order_by(journal_entries.c.conversation_id, journal_entries.c.sequence)
    if tenant is not None:
        query = query.where(journal_entries.c.tenant == tenant)
    for row in connection.execution_options(yield_per=500).execute(query).mappings():
        yield Link(row["conversation_id"], row["sequence"], row["hash"], hash_of(dict(row)), row["previous_hash"])
