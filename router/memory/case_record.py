"""The record of cases: which conversations each procedure worked on lately, and how they fared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Select, select

from domain.conversation import Turn
from domain.ids import ConversationId, TenantId
from router.memory.sealed_rows import SealedRows
from storage.tables.conversations import conversations, feedback, turns
from storage.transactions import Transactions

MOST_TURNS = 20_000
"""The newest turns that are looked at."""
PAGE = 500
"""Turns that are read at once, so that no other work waits for long."""
LATEST = timedelta(minutes=15)
"""How long after its beginning a turn's result may come to be stored."""
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
    """Reads the cases of a tenant back from the stored turns, each turn once: what was read before is remembered."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._known: dict[TenantId, _Known] = {}

    async def since(self, tenant: TenantId, moment: datetime) -> list[WorkedCase]:
        """Every case that was worked on after a moment, oldest first."""
        known = self._known.get(tenant)
        if known is None or known.since > moment:
            known = self._known[tenant] = _Known(moment)
        newer = max(moment, known.until - LATEST) if known.until is not None else moment
        before: datetime | None = None
        for _ in range(MOST_TURNS // PAGE):
            page = await self._transactions.read(partial(self._read, tenant=tenant, newer=newer, before=before))
            known.add(page)
            if len(page) < PAGE:
                break
            before = page[-1].at
        known.forget(moment)
        unhappy = await self._transactions.read(lambda connection: set(connection.scalars(_unhappy(moment))))
        cases = [replace(each, failed=each.failed or each.conversation_id in unhappy) for each in known.cases.values()]
        return sorted(cases, key=lambda case: case.at)

    def _read(
        self, connection: Connection, *, tenant: TenantId, newer: datetime, before: datetime | None
    ) -> list[WorkedCase]:
        """The work of the newest turns between two moments, newest first; one without a procedure has none to name."""
        query = (
            select(turns.c.id, turns.c.conversation_id, turns.c.at, turns.c.result, conversations.c.customer_id)
            .join(conversations, conversations.c.id == turns.c.conversation_id)
            .where(conversations.c.tenant == tenant, turns.c.at > newer, turns.c.result.is_not(None))
            .order_by(turns.c.at.desc())
            .limit(PAGE)
        )
        rows = connection.execute(query if before is None else query.where(turns.c.at <= before)).all()
        boxes = self._transactions.vault.boxes(connection, (row.conversation_id for row in rows))
        found: list[WorkedCase] = []
        for row in rows:
            turn = SealedRows(row.conversation_id, boxes[row.conversation_id]).result(row.id, row.result)
            procedure = f"{turn.specialist}.{turn.procedure}" if turn.specialist and turn.procedure else ""
            found.append(WorkedCase(procedure, row.conversation_id, row.customer_id, row.at, _failed(turn)))
        return found


class _Known:
    """The cases that were read so far, of turns after `since` and up to `until`."""

    def __init__(self, since: datetime) -> None:
        self.since = since
        self.until: datetime | None = None
        self.cases: dict[tuple[str, str], WorkedCase] = {}

    def add(self, work: Sequence[WorkedCase]) -> None:
        """Take in turns' work; the same once more changes nothing."""
        for each in work:
            self.until = each.at if self.until is None else max(self.until, each.at)
            if each.procedure:
                key = (each.conversation_id, each.procedure)
                case = self.cases.get(key, each)
                self.cases[key] = replace(each, at=max(case.at, each.at), failed=case.failed or each.failed)

    def forget(self, moment: datetime) -> None:
        """Leave out what was last worked on before a moment."""
        self.since = moment
        self.cases = {key: case for key, case in self.cases.items() if case.at > moment}


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
