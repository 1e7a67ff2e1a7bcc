"""Nothing is kept for ever: words are deleted after their time, and later the record, which is signed for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from domain.ids import ConversationId, TenantId, TurnId
from domain.vault import ERASED, Tags
from policy.journal.anchors import Place
from policy.journal.checkpoints import Checkpoints, differences
from policy.journal.journal import Draft, HashChainedJournal
from policy.journal.stored_chains import Chains
from storage.record_heads import heads_of
from storage.tables.connectors import arrivals, deliveries
from storage.tables.control import (
    calls,
    data_keys,
    evidence,
    journal_entries,
    journal_heads,
    ledger_rows,
    pending_actions,
    shadow_differences,
    spell,
)
from storage.tables.conversations import (
    attachments,
    conversations,
    events,
    feedback,
    follow_ups,
    handoffs,
    messages,
    turns,
)
from storage.tables.desk import desk_labels, desk_missed_targets, desk_notes, desk_seen
from storage.tables.partner_tasks import contexts, push_configs, tasks
from storage.tables.partner_tasks import messages as partner_messages
from storage.transactions import Transactions

BATCH = 100
NOTE = "The words of this conversation were deleted: their time was over."


@dataclass(frozen=True, slots=True)
class Periods:
    """For how long what is kept, since it was last added to."""

    conversations: timedelta
    journal: timedelta


@dataclass(frozen=True, slots=True)
class Retired:
    """What is deleted, or would be: conversations' words, chains of the record, and the ledger's amounts."""

    conversations: int
    chains: int
    amounts: int
    problems: tuple[str, ...] = ()


class Retention:
    """Deletes what is past its time, in small batches."""

    def __init__(
        self,
        transactions: Transactions,
        checkpoints: Checkpoints,
        periods: Periods,
        clock: Callable[[], datetime],
    ) -> None:
        self._transactions = transactions
        self._checkpoints = checkpoints
        self._periods = periods
        self._clock = clock
        self._journal = HashChainedJournal(transactions, clock)
        self._chains = Chains(transactions)

    async def look(self) -> Retired:
        """What is past its time now; nothing is deleted."""
        now = self._clock()
        words = await self._transactions.read(lambda c: _old_conversations(c, now - self._periods.conversations, None))
        chains = await self._transactions.read(lambda c: _old_chains(c, now - self._periods.journal, None))
        old = select(func.count()).where(ledger_rows.c.at < now - self._periods.journal)
        amounts = await self._transactions.read(lambda c: c.execute(old).scalar_one())
        return Retired(len(words), len(chains), amounts)

    async def enforce(self) -> Retired:
        """Delete one batch of what is past its time; call again until nothing is left.

        A chain that is not what was anchored stays, for it is evidence.

        Raises:
            RecordBroken: the anchor does not verify, so that no deletion can be signed.
        """
        now = self._clock()
        words = await self._transactions.write(lambda c: self._delete_words(c, now - self._periods.conversations))
        chains, problems = await self._delete_chains(now - self._periods.journal)
        old = delete(ledger_rows).where(ledger_rows.c.at < now - self._periods.journal)
        amounts = await self._transactions.write(lambda c: c.execute(old).rowcount)
        return Retired(words, chains, amounts, problems)

    def _delete_words(self, connection: Connection, before: datetime) -> int:
        old = _old_conversations(connection, before, BATCH)
        for name, tenant in old:
            note = Draft(name, TurnId(""), tenant, self._clock(), "note", NOTE, sealed="nothing")
            self._journal.append(connection, [note])
        names = [name for name, _ in old]
        of_partners = select(tasks.c.id).where(tasks.c.conversation_id.in_(names))
        connection.execute(delete(partner_messages).where(partner_messages.c.task_id.in_(of_partners)))
        later = (
            arrivals,
            deliveries,
            push_configs,
            tasks,
            contexts,
            follow_ups,
            feedback,
            desk_seen,
            desk_notes,
            desk_labels,
            desk_missed_targets,
        )
        for table in (*later, attachments, handoffs, events, messages, turns):
            connection.execute(delete(table).where(table.c.conversation_id.in_(names)))
        mine = conversations.c.id.in_(names)
        emptied = {"memory": ERASED, "pending": ERASED, "customer_id": "", "subject": "", "standing": ""}
        connection.execute(update(conversations).where(mine).values(**emptied, external_key=None, status="closed"))
        return len(names)

    async def _delete_chains(self, before: datetime) -> tuple[int, tuple[str, ...]]:
        """Sign that the chains go, then delete them: killed in between, the next round deletes them."""
        old = await self._transactions.read(lambda connection: _old_chains(connection, before, BATCH))
        if not old:
            return 0, ()
        anchored = await self._checkpoints.read()
        known = {name: anchored.heads[name] for name in old if name in anchored.heads}
        problems = await differences(self._chains, known)
        due = {name: head for name, head in old.items() if name not in problems}
        signed = {name: head for name, head in due.items() if name not in anchored.retired}
        if signed:
            await self._checkpoints.retire(signed)
        if due:
            await self._transactions.write(
                lambda connection: _delete_chains(connection, self._transactions.vault.tags, list(due))
            )
            names = [ConversationId(name) for name in due]
            await self._transactions.read(lambda _: self._transactions.vault.drop(names))
        return len(due), tuple(problems.values())


def _old_conversations(
    connection: Connection, before: datetime, limit: int | None
) -> list[tuple[ConversationId, TenantId]]:
    """Conversations without words since then, but those with an open write."""
    columns = conversations.c
    unsettled = select(calls.c.conversation_id).where(calls.c.status == "open")
    query = select(columns.id, columns.tenant).where(func.coalesce(columns.last_at, columns.created_at) < before)
    query = query.where(columns.memory != ERASED, columns.id.not_in(unsettled)).order_by(columns.id).limit(limit)
    return [(ConversationId(row.id), TenantId(row.tenant)) for row in connection.execute(query)]


def _old_chains(connection: Connection, before: datetime, limit: int | None) -> dict[str, Place]:
    """The heads of chains whose last entry is older, and whose words are gone."""
    entry, head = journal_entries.c, journal_heads.c
    here = journal_heads.join(
        journal_entries, (entry.conversation_id == head.conversation_id) & (entry.sequence == head.sequence)
    )
    living = select(conversations.c.id).where(conversations.c.memory != ERASED)
    query = select(head.conversation_id, head.sequence, head.hash).select_from(here)
    query = query.where(entry.at < spell(before), head.conversation_id.not_in(living)).limit(limit)
    return {row.conversation_id: (row.sequence, row.hash) for row in connection.execute(query)}


def _delete_chains(connection: Connection, tags: Tags, names: Sequence[str]) -> None:
    tables: tuple[Any, ...] = (
        journal_entries,
        data_keys,
        calls,
        evidence,
        pending_actions,
        shadow_differences,
    )
    for table in tables:
        connection.execute(delete(table).where(table.c.conversation_id.in_(names)))
    connection.execute(delete(conversations).where(conversations.c.id.in_(names)))
    heads_of(connection, tags).drop(connection, names)
