"""Giving a person their data: everything that our own store holds of them, readable and in one document."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, select

from domain.ids import ConversationId, TenantId
from domain.record import JournalEntry
from domain.vault import Vault, place_of
from policy.journal.journal import HashChainedJournal
from router.memory.attachments import find_by_message, open_content
from router.memory.follow_up_book import FollowUpBook
from router.memory.sealed_rows import SealedRows
from router.memory.store import Store
from storage.tables.control import data_keys, ledger_rows
from storage.tables.conversations import feedback
from storage.tables.desk import desk_notes
from storage.transactions import Transactions

FORMAT = "switchboard-export/1"
_JSON: TypeAdapter[Any] = TypeAdapter(Any)


class Export:
    """Reads one customer's data; an erased conversation is no longer theirs, and is not in it."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        self._transactions = transactions
        self._store = Store(transactions)
        self._journal = HashChainedJournal(transactions, clock)
        self._book = FollowUpBook(transactions)
        self._clock = clock

    async def collect(self, tenant: TenantId, customer_id: str) -> dict[str, Any]:
        """The whole document, in JSON values."""
        owned = await self._transactions.read(lambda connection: _owned(connection, tenant, customer_id))
        amounts = await self._transactions.read(lambda connection: _amounts(connection, tenant, customer_id))
        owed = await self._book.browse(tenant=tenant, customer_id=customer_id)
        found = {
            "format": FORMAT,
            "tenant": tenant,
            "customer_id": customer_id,
            "exported_at": self._clock(),
            "conversations": [await self._conversation(tenant, name) for name in owned],
            "follow_ups": [
                {
                    "kind": each.kind,
                    "due_at": each.due_at,
                    "state": each.state,
                    "about": each.about,
                    "facts": each.facts,
                }
                for each in owed
            ],
            "amounts": amounts,
        }
        return _JSON.dump_python(found, mode="json")

    async def _conversation(self, tenant: TenantId, name: ConversationId) -> dict[str, Any]:
        row = await self._store.load(name)
        handoff = await self._store.handoff(name)
        entries = await self._journal.entries(tenant, name)
        return {
            "id": name,
            "channel": row.channel if row else None,
            "opened_at": row.created_at if row else None,
            "status": row.status.value if row else "deleted",
            "locale": row.memory.locale if row else None,
            "origin": asdict(row.memory.origin) if row else None,
            "messages": [{"at": m.at, "role": m.role, "text": m.text} for m in await self._store.words(name)],
            "attachments": await self._transactions.read(lambda c: _files(c, self._transactions.vault, name)),
            "actions": [asdict(action) for action in await self._store.actions(name)],
            "handoff": {"queue": handoff.queue, "reason": handoff.reason, "packet": handoff.packet}
            if handoff
            else None,
            "ratings": await self._transactions.read(lambda connection: _ratings(connection, self._transactions, name)),
            "notes": await self._transactions.read(lambda c: _notes(c, self._transactions.vault, name)),
            "decisions": [_decision(entry) for entry in entries],
        }


def _owned(connection: Connection, tenant: TenantId, customer_id: str) -> list[ConversationId]:
    columns = data_keys.c
    where = (columns.tenant == tenant, columns.customer_id == customer_id, columns.wrapped.is_not(None))
    rows = connection.execute(select(columns.conversation_id).where(*where).order_by(columns.conversation_id))
    return [ConversationId(name) for name in rows.scalars()]


def _amounts(connection: Connection, tenant: TenantId, customer_id: str) -> list[dict[str, Any]]:
    columns = ledger_rows.c
    wanted = (columns.at, columns.tool, columns.subject, columns.amount_minor, columns.status, columns.reference)
    query = select(*wanted).where(columns.tenant == tenant, columns.customer_id == customer_id).order_by(columns.at)
    return [dict(row) for row in connection.execute(query).mappings()]


def _ratings(connection: Connection, transactions: Transactions, name: ConversationId) -> list[dict[str, Any]]:
    rows = SealedRows(name, transactions.vault.box(connection, name))
    query = select(feedback).where(feedback.c.conversation_id == name).order_by(feedback.c.at)
    found = connection.execute(query).mappings()
    return [{"at": row["at"], "score": row["score"], "comment": rows.comment(row)} for row in found]


def _notes(connection: Connection, vault: Vault, name: ConversationId) -> list[dict[str, Any]]:
    """What people at the desk wrote about the customer; who wrote it is somebody else's data."""
    columns = desk_notes.c
    query = select(columns.id, columns.kind, columns.text, columns.at).where(columns.conversation_id == name)
    rows = connection.execute(query.order_by(columns.at, columns.id)).mappings().all()
    box = vault.box(connection, name) if rows else None
    return [
        {
            "at": row["at"],
            "kind": row["kind"],
            "text": box.unseal(place_of("desk_notes.text", name, row["id"]), row["text"]),
        }
        for row in rows
        if box is not None
    ]


def _files(connection: Connection, vault: Vault, name: ConversationId) -> list[dict[str, Any]]:
    """The customer's files, content and all."""
    known = [each for files in find_by_message(connection, vault, name).values() for each in files]
    contents = [open_content(connection, vault, name, each.id)[1] for each in known]
    return [
        {**asdict(each), "content_base64": b64encode(content).decode()}
        for each, content in zip(known, contents, strict=True)
    ]


def _decision(entry: JournalEntry) -> dict[str, Any]:
    """One line of the record in words: what was proposed, what the policy said and why, and what came of it."""
    return {
        "at": entry.at,
        "kind": entry.kind,
        "tool": entry.tool,
        "effect": entry.effect,
        "outcome": entry.outcome,
        "rules": entry.rules,
        "why": entry.rationale,
        "what_was_known": entry.payload,
    }
