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
from policy.gate.proposal import Proposal, Undertaking
from policy.gate.recorded_calls import close_call, find_call, keep_reads, open_call, unseal_arguments, was_intended
from policy.gate.turn_memory import TurnMemory, Waiting
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
        self, proposal: Proposal, undertaking: Undertaking, ruling: entries.Ruling, memory: TurnMemory
    ) -> None:
        """Make the intent durable, with the evidence used up and the amount taken.

        Raises:
            Overtaken: nothing was written.
        """
        waiting = memory.take()
        try:
            await self._transactions.write(
                lambda connection: self._begin(connection, proposal, undertaking, ruling, waiting)
            )
        except Exception:
            memory.give_back(waiting)
            raise

    async def end(self, undertaking: Undertaking, outcome: Outcome) -> Outcome:
        """Keep the outcome, and settle or give back the amount; the first recorded outcome stands.

        An outcome that a power cut takes is asked for again, since its intent is still open.
        """
        try:
            await self._transactions.write(
                lambda connection: self._end(connection, undertaking, outcome), durable=False
            )
        except Overtaken:
            recorded = await self._transactions.glance(
                lambda connection: find_call(connection, self._transactions.vault, undertaking.key)
            )
            return (recorded.outcome if recorded else None) or outcome
        return outcome

    async def leave_open(self, undertaking: Undertaking, error: str) -> None:
        """Record that the outcome is unknown; the intent stays open and the amount stays taken."""
        await self._journal.record([entries.left_open(undertaking, error, self._clock())])

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
        undertaking: Undertaking,
        ruling: entries.Ruling,
        waiting: Waiting,
    ) -> None:
        now = self._clock()
        self._journal.append(connection, [*waiting.drafts, entries.intended(proposal, ruling, now)])
        tags, scope = self._transactions.vault.tags, (undertaking.conversation_id, undertaking.tenant)
        see_complete(connection, tags, scope, calls, calls.c.conversation_id == undertaking.conversation_id)
        if was_intended(connection, proposal.key):
            raise Overtaken("the call was intended already")
        if not consume_evidence(connection, tags, ruling.held, proposal.key, now):
            raise Overtaken("the evidence was used already")
        booking = _booking(proposal, ruling)
        if booking is not None and not self._ledger.reserve(connection, booking):
            raise Overtaken("the window is full")
        keep_reads(connection, self._transactions.vault, waiting.rows)
        open_call(connection, self._transactions.vault, undertaking, now)

    def _end(self, connection: Connection, undertaking: Undertaking, outcome: Outcome) -> None:
        now = self._clock()
        self._journal.append(connection, [entries.finished(undertaking, outcome, now)])
        if not close_call(connection, self._transactions.vault, undertaking, outcome):
            raise Overtaken("the outcome is recorded already")
        self._account(connection, undertaking, outcome)
        if outcome.succeeded and undertaking.is_write:
            self._superseding.close(connection, _matter(undertaking), now)
        if _verified(undertaking, outcome):
            give_evidence(connection, _verification(undertaking, now))

    def _account(self, connection: Connection, undertaking: Undertaking, outcome: Outcome) -> None:
        if undertaking.decision.reserve is None:
            return
        if outcome.succeeded:
            self._ledger.settle(connection, undertaking.key, _reference(outcome.data))
        else:
            self._ledger.release(connection, undertaking.key)


def _matter(undertaking: Undertaking) -> Matter:
    call = undertaking.call
    return Matter(undertaking.tenant, undertaking.customer_id, undertaking.conversation_id, call.tool, call.arguments)


def _booking(proposal: Proposal, ruling: entries.Ruling) -> Booking | None:
    reserve = ruling.decision.reserve
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


def _verified(undertaking: Undertaking, outcome: Outcome) -> bool:
    if undertaking.call.tool != VERIFICATION_TOOL or not outcome.succeeded or not undertaking.tool.first_party:
        return False
    return isinstance(outcome.data, dict) and cast(dict[str, Any], outcome.data).get("verified") is True


def _verification(undertaking: Undertaking, now: datetime) -> Evidence:
    return Evidence(
        id=new_evidence_id(),
        kind="verification",
        tenant=undertaking.tenant,
        conversation_id=undertaking.conversation_id,
        customer_id=undertaking.customer_id,
        binding=UNBOUND,
        by=undertaking.customer_id,
        at=now,
        asked_at=now,
        expires_at=now + VERIFICATION_LIFETIME,
    )
