"""What the systems of record, the journal and our own tables say when all is over."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app.records import verify
from app.vault import open_vault
from domain.ids import ConversationId
from router.memory.sealed_rows import SealedRows
from storage.database import open_database
from storage.tables.control import calls, ledger_rows, pending_actions
from storage.tables.conversations import messages, turns
from storage.transactions import Transactions
from tests.chaos.errands import EXPECTED, Visit
from tests.cluster.cluster import Cluster
from tests.cluster.customers import money_moved

TOOLS = {"refunds": "payments.refund_payment", "credits": "erp.apply_credit", "payments": "payments.take_payment"}
SETTLED_S = 30.0
"""No turn may be open for longer than this after the end."""
COMPLETED_S = 150.0
"""A call whose maker died is left alone for a minute, in case it goes on; then its outcome is asked for."""
OPEN_CALLS = "SELECT count(*) FROM calls WHERE status = 'open'"
OPEN_TURNS = "SELECT count(*) FROM turns WHERE result IS NULL"


@dataclass
class Judgement:
    """The counts of a whole run; each of `problems` names the conversations that it is about."""

    visits: int
    effects: int = 0
    twice: int = 0
    lost: int = 0
    without_a_yes: int = 0
    messages_doubled: int = 0
    calls_open: int = 0
    turns_open: int = 0
    settled_s: float = 0.0
    journal_entries: int = 0
    journal_whole: bool = False
    problems: list[str] = field(default_factory=list[str])

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, done twice, done without a yes, or left without its record."""
        counts = (self.twice, self.lost, self.without_a_yes, self.messages_doubled, self.calls_open, self.turns_open)
        return self.journal_whole and not any(counts) and not self.problems


async def judge(cluster: Cluster, visits: Sequence[Visit]) -> Judgement:
    """Wait until nothing is open, and hold what was done against what was asked for and confirmed."""
    found = Judgement(len(visits))
    await _settle(cluster, found)
    await asyncio.to_thread(_compare_systems, cluster, visits, found)
    record = await verify(cluster.settings)
    found.journal_whole, found.journal_entries = record["ok"], record["entries"]
    found.problems += record["problems"]
    engine = open_database(cluster.postgres.url, cluster.folder)
    try:
        rows = Transactions(engine, open_vault(cluster.settings))
        await rows.snapshot(lambda connection: _compare_record(connection, rows, cluster, found))
    finally:
        await engine.dispose()
    return found


async def _settle(cluster: Cluster, found: Judgement) -> None:
    started = time.monotonic()
    found.turns_open = await _until_none(cluster, OPEN_TURNS, SETTLED_S)
    found.settled_s = round(time.monotonic() - started, 1)
    found.calls_open = await _until_none(cluster, OPEN_CALLS, COMPLETED_S)


async def _until_none(cluster: Cluster, query: str, seconds: float) -> int:
    """Wait until a count is 0; what it is when the time is up."""
    started = time.monotonic()
    while (left := await cluster.postgres.count(query)) and time.monotonic() - started < seconds:  # noqa: ASYNC110 - other processes set no event
        await asyncio.sleep(0.2)
    return left


def _compare_systems(cluster: Cluster, visits: Sequence[Visit], found: Judgement) -> None:
    """What the business systems did, customer by customer, against what each came for."""
    moved = {kind: money_moved(cluster.folder, kind) for kind in TOOLS}
    for visit in visits:
        expected = EXPECTED[visit.errand]
        for kind in TOOLS:
            wanted, done = expected.get(kind, []), moved[kind].get(visit.customer_id, [])
            if kind == "payments":
                done = [amount for amount in done if amount not in visit.captured]
            found.effects += len(done)
            found.twice += max(0, len(done) - len(wanted)) if wanted else 0
            found.without_a_yes += len(done) if not wanted else 0
            found.lost += max(0, len(wanted) - len(done))
            if sorted(done) != sorted(wanted):
                where = ", ".join(visit.conversations)
                found.problems.append(f"{visit.customer_id}: {kind} {done}, expected {wanted}; see {where}")


def _compare_record(connection: Connection, rows: Transactions, cluster: Cluster, found: Judgement) -> None:
    """Each effect has one finished call, confirmed by a yes of its own; each message was heard once."""
    executed = connection.execute(select(calls).where(calls.c.tool.in_(TOOLS.values()))).mappings().all()
    done = [call for call in executed if call["status"] == "succeeded"]
    if len(done) != found.effects:
        found.problems.append(f"{len(done)} calls are recorded as succeeded, {found.effects} effects were found")
    answered = _answered_questions(connection, rows)
    for call in done:
        if not _has_yes(connection, call, answered):
            found.without_a_yes += 1
            found.problems.append(f"{call['conversation_id']}: {call['tool']} has no yes of its own")
    reserved = connection.execute(select(ledger_rows.c.id).where(ledger_rows.c.status == "reserved")).all()
    found.problems += [f"ledger row {row.id} is still reserved" for row in reserved]
    _count_messages(connection, found)


def _answered_questions(connection: Connection, rows: Transactions) -> dict[str, list[str]]:
    """Which questions were answered with a yes: the ids of pending actions, with the turns that answered them."""
    answered: dict[str, list[str]] = {}
    found = connection.execute(select(turns).where(turns.c.kind == "message")).mappings().all()
    boxes = rows.vault.boxes(connection, {ConversationId(row["conversation_id"]) for row in found})
    for row in found:
        key = ConversationId(row["conversation_id"])
        turn = SealedRows(key, boxes[key]).turn(row)
        if turn.text.strip().lower() == "yes":
            answered.setdefault(str(turn.request.get("question", "")), []).append(turn.id)
    return answered


def _has_yes(connection: Connection, call: Any, answered: dict[str, list[str]]) -> bool:
    where = (pending_actions.c.key == call["key"], pending_actions.c.kind == "confirm")
    asked = connection.execute(select(pending_actions.c.id, pending_actions.c.status).where(*where)).all()
    return any(one.status == "confirmed" and answered.get(one.id) for one in asked)


def _count_messages(connection: Connection, found: Judgement) -> None:
    """A message that was run twice stands in the conversation twice."""
    said = select(messages.c.conversation_id).where(messages.c.role == "customer")
    heard = Counter(connection.execute(said).scalars())
    asked = select(turns.c.conversation_id).where(turns.c.kind == "message", turns.c.result.is_not(None))
    for key, number in Counter(connection.execute(asked).scalars()).items():
        if heard[key] != number:
            found.messages_doubled += abs(heard[key] - number)
            found.problems.append(f"{key}: {number} messages were answered, {heard[key]} are kept")
