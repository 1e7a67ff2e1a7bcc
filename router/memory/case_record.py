"""The record of cases: which conversations each procedure worked on lately, and how they fared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Select, select

from domain.conversation import Turn
from domain.ids import ConversationId, TenantId
from router.memory.sealed_rows import SealedRows
from storage.tables.conversations import conversations, feedback, turns
from storage.transactions import Transactions

MOST_TURNS = 20_000
"""The newest turns that are looked at."""
LOW_SCORE = 2


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """One procedure's work in one conversation: when it was last at work, and whether it failed.

    It failed where a system failed in it, where it was handed to people for that, or where the customer rated the
    conversation 2 or less.
    """

    procedure: str
    conversation_id: ConversationId
    customer_id: str
    at: datetime
    failed: bool


class CaseHistory:
    """Reads the cases of a tenant back from the stored turns."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def since(self, tenant: TenantId, moment: datetime) -> list[WorkedCase]:
        """Every case that was worked on after a moment, oldest first."""
        return await self._transactions.read(lambda connection: self._read(connection, tenant, moment))

    def _read(self, connection: Connection, tenant: TenantId, moment: datetime) -> list[WorkedCase]:
        query = (
            select(turns.c.id, turns.c.conversation_id, turns.c.at, turns.c.result, conversations.c.customer_id)
            .join(conversations, conversations.c.id == turns.c.conversation_id)
            .where(conversations.c.tenant == tenant, turns.c.at > moment, turns.c.result.is_not(None))
            .order_by(turns.c.at.desc())
            .limit(MOST_TURNS)
        )
        rows = connection.execute(query).all()
        boxes = self._transactions.vault.boxes(connection, (row.conversation_id for row in rows))
        unhappy = set(connection.execute(_unhappy(moment)).scalars())
        cases: dict[tuple[str, str], WorkedCase] = {}
        for row in reversed(rows):
            turn = SealedRows(row.conversation_id, boxes[row.conversation_id]).result(row.id, row.result)
            if not (turn.specialist and turn.procedure):
                continue
            procedure, failed = f"{turn.specialist}.{turn.procedure}", _failed(turn) or row.conversation_id in unhappy
            key = (row.conversation_id, procedure)
            case = cases.get(key) or WorkedCase(procedure, row.conversation_id, row.customer_id, row.at, False)
            cases[key] = replace(case, at=row.at, failed=case.failed or failed)
        return list(cases.values())


def _unhappy(moment: datetime) -> Select[tuple[str]]:
    return select(feedback.c.conversation_id).where(feedback.c.at > moment, feedback.c.score <= LOW_SCORE)


def _failed(turn: Turn) -> bool:
    handed = turn.handoff is not None and turn.handoff.reason == "tool_failure"
    return handed or any(action.outcome == "failed" for action in turn.actions)


def by_procedure(cases: list[WorkedCase]) -> Mapping[str, list[WorkedCase]]:
    """The cases sorted into their procedures."""
    found: dict[str, list[WorkedCase]] = {}
    for case in cases:
        found.setdefault(case.procedure, []).append(case)
    return found
