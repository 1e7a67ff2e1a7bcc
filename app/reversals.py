"""Refunds that fail later: noted in the record of their conversation, told to the customer, and a case for people."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, RowMapping, select

from domain.ids import ConversationId, TenantId, TurnId
from mcp_servers.payments.reversal import FailedRefund
from policy.journal.journal import Draft, HashChainedJournal
from router.memory.follow_up import CASE, FollowUp, name_follow_up
from router.memory.follow_up_book import add_follow_ups
from storage.tables.control import calls
from storage.tables.conversations import follow_ups
from storage.transactions import Transactions

log = structlog.get_logger()

TOLD = "refund_failed"
"""The kind of the follow-up by which the customer is told, and the name of its words."""


class Reversals:
    """Takes in what a payment provider reports of refunds, each once."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        self._transactions = transactions
        self._journal = HashChainedJournal(transactions, clock)
        self._clock = clock

    async def take_in(self, failed: FailedRefund) -> bool:
        """Note it, and owe the customer a message and people a case; False where it is known, or no refund of ours.

        Raises:
            StorageUnavailable: nothing was noted; the provider reports it again.
        """
        return await self._transactions.write(lambda connection: self._take_in(connection, failed))

    def _take_in(self, connection: Connection, failed: FailedRefund) -> bool:
        where = (calls.c.key == failed.key, calls.c.tenant == failed.tenant, calls.c.kind == "write")
        call = connection.execute(select(calls).where(*where)).mappings().first()
        if call is None:
            log.warning("unknown_refund_failed", refund=failed.refund_id)
            return False
        owed = self._owed(call, failed)
        known = select(follow_ups.c.id).where(follow_ups.c.id == owed[0].id)
        if connection.execute(known).first() is not None:
            return False
        self._journal.append(connection, [self._note(call, failed)])
        box = self._transactions.vault.own_box(connection, owed[0].conversation_id, owed[0].tenant)
        add_follow_ups(connection, owed, box)
        return True

    def _note(self, call: RowMapping, failed: FailedRefund) -> Draft:
        return Draft(
            conversation_id=ConversationId(call["conversation_id"]),
            turn_id=TurnId(call["turn_id"]),
            tenant=TenantId(call["tenant"]),
            at=self._clock(),
            kind="note",
            tool=call["tool"],
            outcome="failed",
            rationale=f"Refund {failed.refund_id} failed after it had been made: {failed.reason}.",
            payload={"key": failed.key, "refund_id": failed.refund_id, "amount_minor": failed.amount_minor},
        )

    def _owed(self, call: RowMapping, failed: FailedRefund) -> list[FollowUp]:
        words = {"amount_minor": failed.amount_minor, "payment_id": failed.payment_id}
        about = (
            f"Refund {failed.refund_id} of {failed.amount_minor} minor units {failed.currency} for payment "
            f"{failed.payment_id} failed at the payment provider: {failed.reason}. The customer was told."
        )
        case = {"reason": "refund failed", "description": about}
        return [self._follow_up(call, failed, TOLD, {"words": words}), self._follow_up(call, failed, CASE, case)]

    def _follow_up(self, call: RowMapping, failed: FailedRefund, kind: str, facts: dict[str, Any]) -> FollowUp:
        return FollowUp(
            id=name_follow_up(call["conversation_id"], kind, failed.refund_id),
            tenant=TenantId(call["tenant"]),
            customer_id=call["customer_id"],
            conversation_id=ConversationId(call["conversation_id"]),
            turn_id=TurnId(call["turn_id"]),
            procedure="billing",
            kind=kind,
            due_at=self._clock(),
            made_at=self._clock(),
            about=failed.refund_id,
            facts=facts,
        )
