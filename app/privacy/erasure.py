"""Erasing a customer: their keys are destroyed, and without a copy of those no copy of their words can be read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, and_, func, insert, or_, select, text, update

from app.privacy.copies import scrub, tell_copies
from domain.errors import Conflict
from domain.ids import ConversationId, TenantId, TurnId
from domain.vault import ERASED
from policy.journal.checkpoints import Checkpoints
from policy.journal.journal import Draft, HashChainedJournal
from policy.journal.stored_chains import hash_of
from storage.key_store import APART
from storage.tables.control import (
    calls,
    data_keys,
    erasures,
    evidence,
    journal_entries,
    ledger_rows,
    pending_actions,
    shadow_differences,
)
from storage.tables.conversations import attachments, conversations, follow_ups, handoffs, turns
from storage.tables.partner_tasks import contexts
from storage.transactions import Transactions
from storage.vault import PREFIX, EnvelopeVault

CHAIN = "erasures:{}"
"""The journal's chain of a tenant's erasures, as a conversation of its own."""
LONGEST_WINDOW = timedelta(days=31)
"""So long amounts count towards limits: until then they stay the customer's, or erasing would renew every limit."""
OURSELVES = "switchboard"
REPEATED = "a database from before the erasure was put back"
NOTE = "The personal data of this conversation was erased ({})."


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """Who is to be erased, by whom and why; the reason must not name the customer, for it stays."""

    tenant: TenantId
    customer_id: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure came to. `pseudonym` is what is left of the customer; empty where there was nothing to erase."""

    id: str
    pseudonym: str
    destroyed: dict[str, int]
    remaining: tuple[str, ...]


class Erasures:
    """Erases customers from our own store; their records in the business systems are not ours."""

    def __init__(
        self,
        transactions: Transactions,
        vault: EnvelopeVault,
        checkpoints: Checkpoints,
        clock: Callable[[], datetime],
    ) -> None:
        self._transactions = transactions
        self._vault = vault
        self._checkpoints = checkpoints
        self._journal = HashChainedJournal(transactions, clock)
        self._clock = clock

    async def erase(self, wish: ErasureRequest) -> Erased:
        """Destroy the keys of all the customer's conversations, and whatever else names them, in one transaction.

        Doing it again finds nothing more. What was recorded before words were sealed is blanked, and what remains of
        it is signed.

        Raises:
            Conflict: a write for this customer has an unknown outcome, so that its record is still needed.
            RecordBroken: the anchor does not verify.
        """
        name = f"ER-{uuid4().hex[:16]}"
        blanks = await self._transactions.read(lambda connection: _plain_entries(connection, _owned(connection, wish)))
        if blanks:
            await self._checkpoints.blank(blanks)
        found, owned = await self._transactions.write(lambda connection: self._erase(connection, wish, name))
        if found.id:
            await self._transactions.read(lambda _: self._vault.destroy(owned, name))
            await scrub(self._transactions.engine)
        return found

    async def finish(self) -> int:
        """Rename what had to stay the customer's for a while; returns how many erasures are whole now.

        Keys that a crash left are destroyed, and customers whom an older database brought back are erased again.
        """
        await self.repeat()
        return await self._transactions.write(self._finish)

    async def repeat(self) -> int:
        """Erase those again whom a database from before their erasure brought back; returns how many."""
        if self._vault.store is None:
            return 0
        left, back = await self._transactions.read(self._look_back)
        for owner, erasure in left:
            await self._transactions.read(lambda _, owner=owner, erasure=erasure: self._vault.destroy([owner], erasure))
        for tenant, customer_id in back:
            await self.erase(ErasureRequest(tenant, customer_id, REPEATED, OURSELVES))
        return len(back)

    def _look_back(self, connection: Connection) -> tuple[list[tuple[ConversationId, str]], set[tuple[TenantId, str]]]:
        """Erased conversations whose keys still lie in the store, and customers of whose conversations they do not."""
        store = self._vault.store
        if store is None:
            return [], set()
        columns = data_keys.c
        erased = select(columns.conversation_id, columns.erasure).where(columns.wrapped.is_(None))
        destroyed = store.list_destroyed()
        rows = [row for row in connection.execute(erased) if row.conversation_id not in destroyed]
        left = [(ConversationId(row.conversation_id), row.erasure) for row in rows]
        whole = select(columns.conversation_id, columns.tenant, columns.customer_id).where(columns.wrapped == APART)
        named = connection.execute(whole.where(columns.customer_id != ""))
        back = {(TenantId(row.tenant), row.customer_id) for row in named if row.conversation_id in destroyed}
        return left, back

    def _erase(self, connection: Connection, wish: ErasureRequest, name: str) -> tuple[Erased, list[ConversationId]]:
        owned = _owned(connection, wish)
        _wait_for_turns(connection, owned)
        _refuse_open_writes(connection, wish, owned)
        if not owned and not _named(connection, wish):
            return Erased("", "", {}, ()), []
        now, pseudonym = self._clock(), f"erased-{uuid4().hex[:16]}"
        for each in owned:
            payload = {"erasure": name}
            self._journal.append(connection, [_note(each, wish.tenant, now, NOTE.format(name), payload)])
        destroyed = _destroy(connection, wish, owned, name, pseudonym)
        kept = _rename(connection, wish, pseudonym, now)
        row = {"id": name, "tenant": wish.tenant, "customer_id": wish.customer_id, "pseudonym": pseudonym, "at": now}
        connection.execute(insert(erasures).values(**row, by=wish.by, reason=wish.reason))
        words = f"A customer was erased by {wish.by}: {wish.reason}"
        payload = {"erasure": name, "pseudonym": pseudonym, "destroyed": destroyed}
        self._journal.append(connection, [_note(CHAIN.format(wish.tenant), wish.tenant, now, words, payload)])
        self._vault.forget(owned)
        remaining = (*_remaining(kept), *tell_copies(self._vault, connection.dialect.name))
        return Erased(name, pseudonym, destroyed, remaining), owned

    def _finish(self, connection: Connection) -> int:
        gone = select(data_keys.c.conversation_id).where(data_keys.c.wrapped.is_(None))
        named = or_(conversations.c.customer_id != "", conversations.c.external_key.is_not(None))
        late = update(conversations).where(conversations.c.id.in_(gone), named)
        connection.execute(late.values(customer_id="", external_key=None))  # a turn ran meanwhile
        before = self._clock() - LONGEST_WINDOW
        due = select(erasures).where(erasures.c.customer_id != "", erasures.c.at < before)
        rows = connection.execute(due).all()
        for row in rows:
            wish = ErasureRequest(TenantId(row.tenant), row.customer_id, "", "")
            _rename_ledger(connection, wish, row.pseudonym, row.at)
            connection.execute(update(erasures).where(erasures.c.id == row.id).values(customer_id=""))
        return len(rows)


def _owned(connection: Connection, wish: ErasureRequest) -> list[ConversationId]:
    columns = data_keys.c
    where = (columns.tenant == wish.tenant, columns.customer_id == wish.customer_id, columns.wrapped.is_not(None))
    found = connection.execute(select(columns.conversation_id).where(*where).order_by(columns.conversation_id))
    return [ConversationId(name) for name in found.scalars()]


def _named(connection: Connection, wish: ErasureRequest) -> bool:
    """Whether anything but conversations still names the customer."""
    tables = (calls, pending_actions, evidence, contexts, follow_ups, shadow_differences)
    return any(connection.execute(select(func.count()).where(_of(table, wish))).scalar_one() for table in tables)


def _wait_for_turns(connection: Connection, owned: Sequence[ConversationId]) -> None:
    """Hold the conversations' locks, where replicas share them in the database."""
    if connection.dialect.name == "postgresql":
        for name in owned:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": name})


def _refuse_open_writes(connection: Connection, wish: ErasureRequest, owned: Sequence[ConversationId]) -> None:
    whose = or_(_of(calls, wish), calls.c.conversation_id.in_(owned))
    query = select(func.count()).where(calls.c.kind == "write", calls.c.status == "open", whose)
    unsettled = connection.execute(query).scalar_one()
    if unsettled:
        raise Conflict(f"the outcome of {unsettled} writes for this customer is not known yet: try again later")


def _destroy(
    connection: Connection, wish: ErasureRequest, owned: Sequence[ConversationId], name: str, pseudonym: str
) -> dict[str, int]:
    """Destroy the keys, end what waits, and take the customer's number from every row but the ledger's."""

    def change(table: Any, where: Any, **values: Any) -> int:
        return connection.execute(update(table).where(where).values(**values)).rowcount

    keys = and_(data_keys.c.conversation_id.in_(owned), data_keys.c.wrapped.is_not(None))
    counts = {"keys": change(data_keys, keys, wrapped=None, erasure=name, customer_id=pseudonym)}
    mine, blank = conversations.c.id.in_(owned), {"customer_id": "", "subject": "", "standing": ""}
    counts["conversations"] = change(conversations, mine, status="closed", external_key=None, **blank)
    change(attachments, attachments.c.conversation_id.in_(owned), content=b"")
    counts["handoffs"] = change(handoffs, handoffs.c.conversation_id.in_(owned), state="resolved")
    change(turns, and_(turns.c.conversation_id.in_(owned), turns.c.result.is_(None)), result=ERASED)
    waiting = and_(_of(pending_actions, wish), pending_actions.c.status == "pending")
    counts["pending"] = change(pending_actions, waiting, status="withdrawn")
    owed = and_(_of(follow_ups, wish), follow_ups.c.state == "waiting")
    counts["follow_ups"] = change(follow_ups, owed, state="called_off", reason="the customer was erased", facts="")
    change(evidence, and_(_of(evidence, wish), evidence.c.by == wish.customer_id), by=pseudonym)
    for table in (calls, pending_actions, evidence, contexts, follow_ups, shadow_differences):
        change(table, _of(table, wish), customer_id=pseudonym)
    plain = and_(journal_entries.c.conversation_id.in_(owned), _is_plain())
    counts["blanked_entries"] = change(journal_entries, plain, rationale=ERASED, payload=ERASED)
    return counts


def _rename(connection: Connection, wish: ErasureRequest, pseudonym: str, now: datetime) -> int:
    """Rename the ledger's amounts that no limit counts any more; returns how many stay for now."""
    _rename_ledger(connection, wish, pseudonym, now - LONGEST_WINDOW)
    return connection.execute(select(func.count()).where(_of(ledger_rows, wish))).scalar_one()


def _rename_ledger(connection: Connection, wish: ErasureRequest, pseudonym: str, before: datetime) -> None:
    old = and_(_of(ledger_rows, wish), ledger_rows.c.at < before)
    connection.execute(update(ledger_rows).where(old).values(customer_id=pseudonym))


def _of(table: Any, wish: ErasureRequest) -> Any:
    return and_(table.c.tenant == wish.tenant, table.c.customer_id == wish.customer_id)


def _is_plain() -> Any:
    """Entries from before words were sealed; those that an erasure wrote are plain on purpose."""
    payload = journal_entries.c.payload
    return and_(payload.not_like(f"{PREFIX}%"), payload.not_like('{"erasure":%'), payload != ERASED)


def _plain_entries(connection: Connection, owned: Sequence[ConversationId]) -> dict[str, str]:
    """What will remain of each entry that is to be blanked, as digests."""
    query = select(journal_entries).where(journal_entries.c.conversation_id.in_(owned), _is_plain())
    rows = [dict(row) for row in connection.execute(query).mappings()]
    blanked = ({**row, "rationale": ERASED, "payload": ERASED} for row in rows)
    return {f"{row['conversation_id']}/{row['sequence']}": hash_of(row) for row in blanked}


def _note(chain: str, tenant: TenantId, now: datetime, words: str, payload: dict[str, Any]) -> Draft:
    return Draft(ConversationId(chain), TurnId(""), tenant, now, "note", words, payload=payload, sealed="nothing")


def _remaining(kept: int) -> tuple[str, ...]:
    """What is left of the customer, and why."""
    left = [
        "the journal's chains, which must verify: kinds, tools, rules and hashes, without words, arguments or results",
        "the ledger's amounts under the pseudonym, for accounting",
    ]
    if kept:
        days = LONGEST_WINDOW.days
        left.append(f"{kept} amounts of the last {days} days under the customer's number until no limit counts them")
    return tuple(left)
