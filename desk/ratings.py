"""What customers said of the conversations that people closed: whether it helped."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from domain.caller import Caller, Role
from domain.ids import ConversationId
from router.memory.sealed_rows import SealedRows
from storage.tables.conversations import feedback, handoffs
from storage.transactions import Transactions

MOST = 50


@dataclass(frozen=True, slots=True)
class CustomerRating:
    """A customer's rating, 1 (bad) to 5 (good), and their words, which may be empty; `closed_by` closed it."""

    conversation_id: ConversationId
    customer_name: str
    score: int
    comment: str
    at: datetime
    closed_by: str


class CustomerRatings:
    """Reads what customers said."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def list(self, caller: Caller) -> list[CustomerRating]:
        """The last ratings, newest first: of what the caller closed, for supervisors and auditors of all."""
        where = [handoffs.c.tenant == caller.tenant, handoffs.c.state == "resolved"]
        if caller.role is Role.REPRESENTATIVE:
            where.append(handoffs.c.claimed_by == caller.subject)
        same = handoffs.c.conversation_id == feedback.c.conversation_id
        query = select(feedback).join(handoffs, same).where(*where).order_by(feedback.c.at.desc()).limit(MOST)

        def read(connection: Connection) -> list[CustomerRating]:
            found = connection.execute(query).mappings().all()
            wanted = {row["conversation_id"] for row in found}
            closed = connection.execute(select(handoffs).where(handoffs.c.conversation_id.in_(wanted))).mappings()
            boxes = self._transactions.vault.boxes(connection, list(wanted))
            cases = {row["conversation_id"]: row for row in closed}
            return [
                _rating(SealedRows(key, boxes[key]), row, cases[key])
                for row in found
                if (key := row["conversation_id"])
            ]

        return await self._transactions.read(read)


def _rating(sealed: SealedRows, row: Any, case: Any) -> CustomerRating:
    handoff = sealed.handoff(case)
    customer: dict[str, Any] = handoff.packet.get("customer") or {}
    name = str(customer.get("name") or customer.get("id") or "")
    comment = sealed.comment(row) if row["comment"] else ""
    return CustomerRating(handoff.conversation_id, name, row["score"], comment, row["at"], handoff.claimed_by)
