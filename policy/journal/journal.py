"""The record: append-only, hash-chained per conversation, so that tampering shows."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, insert, select

from domain.ids import ConversationId, TenantId, TurnId
from domain.record import EntryKind, JournalEntry, Note, Verification
from domain.vault import ERASED, Cipher, place_of
from policy.journal.stored_chains import Chains, hash_of, tag_entry
from storage.record_heads import Head, heads_of
from storage.tables.control import dump, journal_entries, spell
from storage.transactions import Transactions
from storage.vault import is_sealed

Sealing = Literal["all", "payload", "nothing"]


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has its place in the chain.

    `sealed` says what of rationale and payload may name somebody, and becomes unreadable when they are erased. The
    policy's own words stay.
    """

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
    sealed: Sealing = "all"


_INSERT = insert(journal_entries)


class HashChainedJournal:
    """Keeps every conversation's record; writers of one conversation queue at its head."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        self._transactions = transactions
        self._clock = clock

    def append(self, connection: Connection, drafts: Sequence[Draft]) -> None:
        """Chain entries of one conversation within the caller's transaction, which thereby holds the head's lock."""
        if not drafts:
            return
        head, tags = self.lock(connection, drafts[0]), self._transactions.vault.tags
        previous = head.hash
        box = self._transactions.vault.own_box(connection, drafts[0].conversation_id, drafts[0].tenant)
        rows: list[dict[str, Any]] = []
        for number, draft in enumerate(drafts, start=head.sequence + 1):
            row = _chain(draft, number, previous, box)
            rows.append({**row, "mac": tag_entry(tags, row)})
            previous = row["hash"]
        connection.execute(_INSERT, rows)
        heads_of(connection, tags).advance(head, head.sequence + len(rows), previous)

    def lock(self, connection: Connection, draft: Draft) -> Head:
        """Make the caller the conversation's only writer until its transaction ends.

        Raises:
            RecordBroken: the head of its chain was changed or forged.
        """
        heads = heads_of(connection, self._transactions.vault.tags)
        return heads.lock(connection, draft.conversation_id, draft.tenant)

    async def record(self, drafts: Sequence[Draft]) -> None:
        """Append entries of one conversation, durably, by themselves."""
        await self._transactions.write(lambda connection: self.append(connection, drafts))

    async def note(self, entry: Note) -> None:
        """Append an entry that is not about a tool call."""
        await self.record([self.draft(entry)])

    def draft(self, entry: Note) -> Draft:
        """The entry that a note becomes, now."""
        draft = Draft(entry.conversation_id, entry.turn_id, entry.tenant, self._clock(), entry.kind, entry.rationale)
        return replace(draft, payload=entry.payload, sealed="nothing" if entry.impersonal else "all")

    async def entries(self, tenant: TenantId, conversation_id: ConversationId) -> list[JournalEntry]:
        """A conversation's entries in order; empty where the tenant has no such conversation."""
        query = (
            select(journal_entries)
            .where(journal_entries.c.tenant == tenant, journal_entries.c.conversation_id == conversation_id)
            .order_by(journal_entries.c.sequence)
        )

        def read(connection: Connection) -> list[JournalEntry]:
            box = self._transactions.vault.box(connection, conversation_id)
            return [_entry(row, box) for row in connection.execute(query).mappings()]

        return await self._transactions.read(read)

    async def decision(self, tenant: TenantId, decision_id: str) -> list[JournalEntry]:
        """All that the record says of one decision, in order; empty where the tenant has no such decision."""
        columns = journal_entries.c
        query = select(journal_entries).where(columns.tenant == tenant, columns.decision_id == decision_id)

        def read(connection: Connection) -> list[JournalEntry]:
            rows = connection.execute(query.order_by(columns.sequence)).mappings().all()
            boxes = self._transactions.vault.boxes(connection, (row["conversation_id"] for row in rows))
            return [_entry(row, boxes[row["conversation_id"]]) for row in rows]

        return await self._transactions.read(read) if decision_id else []

    async def verify(self, tenant: TenantId | None = None) -> Verification:
        """Recompute every hash chain, tag and total, of one tenant or of all."""
        return await Chains(self._transactions, tags=self._transactions.vault.tags).verify(tenant)


def recordable(text: str) -> str:
    """The text as every database and hash can hold it: no lone surrogates, no NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "�")


def _chain(draft: Draft, sequence: int, previous: str, box: Cipher) -> dict[str, Any]:
    rationale, payload = recordable(draft.rationale), dump(draft.payload)
    if draft.sealed == "all":
        rationale = box.seal(_place("rationale", draft.conversation_id, sequence), rationale)
    if draft.sealed != "nothing":
        payload = box.seal(_place("payload", draft.conversation_id, sequence), payload)
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
        "rationale": rationale,
        "payload": payload,
        "previous_hash": previous,
    }
    return {**row, "hash": hash_of(row)}


def _entry(row: RowMapping, box: Cipher) -> JournalEntry:
    values, where = dict(row), (row["conversation_id"], row["sequence"])
    values.pop("mac")
    values["at"] = datetime.fromisoformat(values["at"])
    values["rules"] = tuple(json.loads(values["rules"]))
    if is_sealed(values["rationale"]):
        values["rationale"] = box.unseal(_place("rationale", *where), values["rationale"])
    if is_sealed(values["payload"]) or values["payload"] == ERASED:
        values["payload"] = box.unseal_json(_place("payload", *where), values["payload"], {"erased": True})
    else:
        values["payload"] = json.loads(values["payload"])
    return JournalEntry(**values)


def _place(column: str, conversation_id: str, sequence: int) -> str:
    return place_of(f"journal_entries.{column}", conversation_id, sequence)
