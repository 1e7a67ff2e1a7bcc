"""Durable beginnings and endings of writes: each is one transaction, and nothing executes without the first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, select

from domain.calls import Outcome
from policy.control.evidence import UNBOUND, Evidence, consume_evidence, give_evidence, new_evidence_id
from policy.control.superseded import Matter, Superseding
from policy.gate import entries
from policy.gate.ledger import Booking, Ledger
from policy.gate.proposal import AuthorizedCall, Proposal
from policy.gate.recorded_calls import close_call, find_call, keep_reads, open_call, unseal_arguments, was_intended
from policy.gate.turn_memory import TurnMemory, UnsavedEntries
from policy.journal.journal import HashChainedJournal
from storage.completeness import see_complete
from storage.tables.control import calls
from storage.tagged_rows import see_vouched
from storage.transactions import Transactions

VERIFICATION_TOOL = "crm.check_verification"
VERIFICATION_LIFETIME = timedelta(hours=12)
"""For how long a code's success is known at all; how fresh it must be is the policy's business."""

_REFERENCES = ("refund_id", "credit_id", "waiver_id")


class Overtaken(Exception):
    """Somebody else used the evidence, took the window or executed the call meanwhile: look and decide again."""


class Effects:
    """Begins, ends and leaves open the writes that were allowed."""

    def __init__(
        self,
        transactions: Transactions,
        journal: HashChainedJournal,
        ledger: Ledger,
        clock: Callable[[], datetime],
        superseding: Superseding,
    ) -> None:
        self._superseding = superseding
        self._transactions = transactions
        self._journal = journal
        self._ledger = ledger
        self._clock = clock

    async def begin(
        self,
        proposal: Proposal,
        authorized: AuthorizedCall,
        decision_context: entries.DecisionContext,
        memory: TurnMemory,
    ) -> None:
        """Make the intent durable, with the evidence used up and the amount taken.

        Raises:
            Overtaken: nothing was written.
        """
        waiting = memory.take()
        try:
            await self._transactions.write(
                lambda connection: self._begin(connection, proposal, authorized, decision_context, waiting)
            )
        except Exception:
            memory.give_back(waiting)
            raise

    async def end(self, authorized: AuthorizedCall, outcome: Outcome) -> Outcome:
        """Keep the outcome, and settle or give back the amount; the first recorded outcome stands.

        An outcome that a power cut takes is asked for again, since its intent is still open.
        """
        try:
            await self._transactions.write(lambda connection: self._end(connection, authorized, outcome), durable=False)
        except Overtaken:
            recorded = await self._transactions.glance(
                lambda connection: find_call(connection, self._transactions.vault, authorized.key)
            )
            return (recorded.outcome if recorded else None) or outcome
        return outcome

    async def leave_open(self, authorized: AuthorizedCall, error: str) -> None:
        """Record that the outcome is unknown; the intent stays open and the amount stays taken."""
        await self._journal.record([entries.left_open(authorized, error, self._clock())])

    async def left_open(self, before: datetime) -> list[tuple[Any, dict[str, Any]]]:
        """The writes begun before then whose outcome nobody knows, each with what it was called with."""
        query = select(calls).where(calls.c.status == "open", calls.c.at < before).order_by(calls.c.at)

        def read(connection: Connection) -> list[tuple[Any, dict[str, Any]]]:
            rows = connection.execute(query).all()
            for row in rows:
                see_vouched(self._transactions.vault.tags, "calls", row._mapping)  # pyright: ignore[reportPrivateUsage]
            boxes = self._transactions.vault.boxes(connection, (row.conversation_id for row in rows))
            return [(row, unseal_arguments(row, boxes[row.conversation_id])) for row in rows]

        return await self._transactions.read(read)

    def _begin(
        self,
        connection: Connection,
        proposal: Proposal,
        authorized: AuthorizedCall,
        decision_context: entries.DecisionContext,
        waiting: UnsavedEntries,
    ) -> None:
        now = self._clock()
        self._journal.append(connection, [*waiting.drafts, entries.intended(proposal, decision_context, now)])
        tags, scope = self._transactions.vault.tags, (authorized.conversation_id, authorized.tenant)
        see_complete(connection, tags, scope, calls, calls.c.conversation_id == authorized.conversation_id)
        if was_intended(connection, proposal.key):
            raise Overtaken("the call was intended already")
        if not consume_evidence(connection, tags, decision_context.held, proposal.key, now):
            raise Overtaken("the evidence was used already")
        booking = _booking(proposal, decision_context)
        if booking is not None and not self._ledger.reserve(connection, booking):
            raise Overtaken("the window is full")
        keep_reads(connection, self._transactions.vault, waiting.rows)
        open_call(connection, self._transactions.vault, authorized, now)

    def _end(self, connection: Connection, authorized: AuthorizedCall, outcome: Outcome) -> None:
        now = self._clock()
        self._journal.append(connection, [entries.finished(authorized, outcome, now)])
        if not close_call(connection, self._transactions.vault, authorized, outcome):
            raise Overtaken("the outcome is recorded already")
        self._account(connection, authorized, outcome)
        if outcome.succeeded and authorized.is_write:
            self._superseding.close(connection, _matter(authorized), now)
        if _verified(authorized, outcome):
            give_evidence(connection, _verification(authorized, now))

    def _account(self, connection: Connection, authorized: AuthorizedCall, outcome: Outcome) -> None:
        if authorized.decision.reserve is None:
            return
        if outcome.succeeded:
            self._ledger.settle(connection, authorized.key, _reference(outcome.data))
        else:
            self._ledger.release(connection, authorized.key)


def _matter(authorized: AuthorizedCall) -> Matter:
    call = authorized.call
    return Matter(authorized.tenant, authorized.customer_id, authorized.conversation_id, call.tool, call.arguments)


def _booking(proposal: Proposal, decision_context: entries.DecisionContext) -> Booking | None:
    reserve = decision_context.decision.reserve
    if reserve is None:
        return None
    return Booking(
        key=proposal.key,
        tenant=proposal.context.principal.tenant,
        customer_id=proposal.customer_id,
        tool=proposal.call.tool,
        subject=proposal.subject,
        reserve=reserve,
    )


def _reference(data: Any) -> str | None:
    if not isinstance(data, dict):
        return None
    found = cast(dict[str, Any], data)
    return next((str(found[name])[:120] for name in _REFERENCES if name in found), None)


def _verified(authorized: AuthorizedCall, outcome: Outcome) -> bool:
    if authorized.call.tool != VERIFICATION_TOOL or not outcome.succeeded or not authorized.tool.first_party:
        return False
    return isinstance(outcome.data, dict) and cast(dict[str, Any], outcome.data).get("verified") is True


def _verification(authorized: AuthorizedCall, now: datetime) -> Evidence:
    return Evidence(
        id=new_evidence_id(),
        kind="verification",
        tenant=authorized.tenant,
        conversation_id=authorized.conversation_id,
        customer_id=authorized.customer_id,
        binding=UNBOUND,
        by=authorized.customer_id,
        at=now,
        asked_at=now,
        expires_at=now + VERIFICATION_LIFETIME,
    )
