"""What is known of each idempotency key: intended, succeeded or failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.calls import Outcome
from domain.decision import Decision
from domain.ids import ConversationId
from policy.decisions import decision_json, read_decision
from policy.proposal import Undertaking
from policy.redaction import redact_arguments
from policy.tables import calls

CONTACT_TOOL = "crm.update_contact_detail"


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A call that was intended. `outcome` is None as long as nobody knows whether it happened."""

    decision: Decision
    outcome: Outcome | None


async def find_call(connection: AsyncConnection, key: str) -> RecordedCall | None:
    """What is known of a key."""
    query = select(calls.c.status, calls.c.data, calls.c.error, calls.c.decision).where(calls.c.key == key)
    row = (await connection.execute(query)).first()
    return None if row is None else _recorded(row)


async def find_reads(connection: AsyncConnection, conversation_id: ConversationId) -> dict[str, RecordedCall]:
    """The reads that were kept beside an intent, so that an interrupted turn runs again over the same results."""
    query = select(calls).where(calls.c.conversation_id == conversation_id, calls.c.kind == "read")
    return {row.key: _recorded(row) for row in await connection.execute(query)}


async def open_call(connection: AsyncConnection, undertaking: Undertaking, at: datetime) -> None:
    """Keep the intent; the caller holds the journal's head and has seen that the key is new."""
    await connection.execute(insert(calls).values(call_row(undertaking, None, at)))


async def close_call(connection: AsyncConnection, key: str, outcome: Outcome) -> bool:
    """Keep an intended call's outcome, once."""
    statement = update(calls).where(calls.c.key == key, calls.c.status == "open")
    values = {"status": outcome.status, "data": outcome.data, "error": outcome.error}
    return (await connection.execute(statement.values(values))).rowcount == 1


async def keep_reads(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep reads' outcomes until the turn has ended; one that was kept before is replaced."""
    if rows:
        await connection.execute(delete(calls).where(calls.c.key.in_([row["key"] for row in rows])))
        await connection.execute(insert(calls), list(rows))


async def forget_reads(connection: AsyncConnection, conversation_id: ConversationId) -> None:
    """Drop the reads of an ended turn: their results are other systems' data."""
    await connection.execute(delete(calls).where(calls.c.conversation_id == conversation_id, calls.c.kind == "read"))


async def contact_changed(connection: AsyncConnection, conversation_id: ConversationId) -> bool:
    """Whether a contact detail was changed in this conversation, or may have been."""
    query = select(calls.c.key).where(
        calls.c.conversation_id == conversation_id,
        calls.c.kind == "write",
        calls.c.tool == CONTACT_TOOL,
        calls.c.status != "failed",
    )
    return (await connection.execute(query.limit(1))).first() is not None


def call_row(undertaking: Undertaking, outcome: Outcome | None, at: datetime) -> dict[str, Any]:
    """A call as it is kept."""
    return {
        "key": undertaking.key,
        "kind": "write" if undertaking.is_write else "read",
        "status": outcome.status if outcome else "open",
        "tenant": undertaking.tenant,
        "conversation_id": undertaking.conversation_id,
        "turn_id": undertaking.turn_id,
        "customer_id": undertaking.customer_id,
        "call_id": undertaking.call.id,
        "tool": undertaking.call.tool,
        "arguments": redact_arguments(undertaking.call.arguments),
        "arguments_digest": undertaking.arguments_digest,
        "decision": decision_json(undertaking.decision),
        "data": outcome.data if outcome else None,
        "error": outcome.error if outcome else "",
        "at": at,
    }


def _recorded(row: Any) -> RecordedCall:
    outcome = None if row.status == "open" else Outcome(row.status, row.data, row.error, replayed=True)
    return RecordedCall(read_decision(row.decision), outcome)
