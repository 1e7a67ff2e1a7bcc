"""Decisions as the record holds them: what was decided, from which input, under which revision."""

import copy
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, func, select

from domain.ids import ConversationId, TenantId
from domain.record import JournalEntry
from policy.journal.journal import HashChainedJournal
from storage.tables.control import journal_entries, spell
from storage.transactions import Transactions

KINDS = ("decision", "intent")
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """One decision with its whole input. `document` is empty where the gate refused by itself or the input was erased.

    `outcome` is what became of the call: succeeded, failed, unknown, or empty where it did not execute.
    """

    entry: JournalEntry
    document: Document
    decision: Document
    outcome: str = ""

    @property
    def revision(self) -> str:
        """The policy revision that decided."""
        return str(self.decision.get("policy_revision", ""))

    @property
    def call(self) -> Document:
        """The proposed call as the policy saw it."""
        return cast(Document, self.document.get("call", {}))

    @property
    def arguments(self) -> Document:
        """The call's arguments as they were kept."""
        return cast(Document, self.call.get("arguments", {}))

    @property
    def call_id(self) -> str:
        """The same for every decision about the same proposal."""
        return str(self.call.get("id", ""))

    @property
    def customer_id(self) -> str:
        """Whom the call was about, empty while nobody was known."""
        principal = cast(Document, self.document.get("principal", {}))
        customer = cast(Document, principal.get("customer") or {})
        return str(customer.get("id", "") or self.entry.payload.get("customer", ""))

    @property
    def amount_minor(self) -> int | None:
        """The money that the call would move, if it moves any."""
        return amount_of(self.document)


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions to look at; what is None or empty does not narrow."""

    tenant: str = ""
    since: datetime | None = None
    tool: str = ""
    conversation_id: str = ""
    decision_id: str = ""
    effects: Sequence[str] = field(default_factory=tuple)


class RecordedDecisions:
    """Finds decisions in the record, through the same door as every other reader of it."""

    def __init__(self, transactions: Transactions, journal: HashChainedJournal) -> None:
        self._transactions = transactions
        self._journal = journal

    async def conversations(self, wanted: DecisionFilter) -> list[tuple[TenantId, ConversationId]]:
        """The conversations that hold such decisions, the latest first."""
        columns = journal_entries.c
        query: Select[Any] = _narrowed(select(columns.tenant, columns.conversation_id), wanted)
        query = query.group_by(columns.tenant, columns.conversation_id).order_by(func.max(columns.at).desc())
        rows = await self._transactions.read(lambda connection: list(connection.execute(query)))
        return [(TenantId(row.tenant), ConversationId(row.conversation_id)) for row in rows]

    async def names(self, column: str, limit: int = 5_000) -> list[str]:
        """The latest values of a column that names decisions or conversations."""
        named = journal_entries.c[column]
        query = select(named).where(journal_entries.c.kind.in_(KINDS)).group_by(named)
        query = query.order_by(func.max(journal_entries.c.at).desc()).limit(limit)
        return await self._transactions.read(lambda connection: list(connection.execute(query).scalars()))

    async def of_conversation(
        self, tenant: TenantId, conversation_id: ConversationId, wanted: DecisionFilter
    ) -> list[RecordedDecision]:
        """A conversation's decisions that are wanted, in order."""
        entries = await self._journal.entries(tenant, conversation_id)
        outcomes = {entry.decision_id: entry.outcome for entry in entries if entry.outcome}
        return [
            _recorded(entry, outcomes.get(entry.decision_id, ""))
            for entry in entries
            if entry.kind in KINDS and _is_wanted(entry, wanted)
        ]

    async def all(self, wanted: DecisionFilter, limit: int = 2**31) -> AsyncIterator[RecordedDecision]:
        """Every such decision up to a number, the latest conversation first."""
        given = 0
        for tenant, conversation_id in await self.conversations(wanted):
            for found in await self.of_conversation(tenant, conversation_id, wanted):
                given += 1
                if given > limit:
                    return
                yield found


def amount_of(document: Mapping[str, Any]) -> int | None:
    """The money that a call would move, in minor units; None where it moves none."""
    amount = document.get("call", {}).get("arguments", {}).get("amount_minor")
    return amount if type(amount) is int else None


def rebind(document: Document, revision: str) -> Document:
    """The same input as if its evidence had been given under another revision: what was confirmed stays confirmed."""
    bound = copy.deepcopy(document)
    for piece in bound.get("evidence", {}).values():
        if isinstance(piece, dict):
            piece["policy_revision"] = revision
    return bound


def _narrowed(query: Any, wanted: DecisionFilter) -> Any:
    columns = journal_entries.c
    query = query.where(columns.kind.in_(KINDS))
    given = {"tenant": wanted.tenant, "tool": wanted.tool, "conversation_id": wanted.conversation_id}
    for name, value in {**given, "decision_id": wanted.decision_id}.items():
        if value:
            query = query.where(columns[name] == value)
    if wanted.effects:
        query = query.where(columns.effect.in_(wanted.effects))
    return query if wanted.since is None else query.where(columns.at >= spell(wanted.since))


def _is_wanted(entry: JournalEntry, wanted: DecisionFilter) -> bool:
    matches = (
        wanted.tool in ("", entry.tool),
        wanted.decision_id in ("", entry.decision_id),
        not wanted.effects or entry.effect in wanted.effects,
        wanted.since is None or entry.at >= wanted.since,
    )
    return all(matches)


def _recorded(entry: JournalEntry, outcome: str) -> RecordedDecision:
    payload: Any = entry.payload
    held = cast(Document, payload) if isinstance(payload, dict) else {}
    document, decision = held.get("input"), held.get("decision")
    return RecordedDecision(
        entry,
        cast(Document, document) if isinstance(document, dict) and "call" in document else {},
        cast(Document, decision) if isinstance(decision, dict) else {},
        outcome,
    )
