"""What is known of each idempotency key: intended, succeeded or failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from domain.calls import Outcome
from domain.decision import Decision
from domain.ids import ConversationId
from policy.decisions import decision_json, read_decision
from policy.proposal import Undertaking
from policy.redaction import redact_arguments
from policy.tables import calls

CONTACT_TOOL = "crm.update_contact_detail"

_COLUMNS = (calls.c.key, calls.c.status, calls.c.data, calls.c.error, calls.c.decision)
_FIND = select(*_COLUMNS).where(calls.c.key == bindparam("wanted"))
_FIND_READS = select(*_COLUMNS).where(calls.c.conversation_id == bindparam("wanted"), calls.c.kind == "read")
_INSERT = insert(calls)
_CLOSE = (
    update(calls)
    .where(calls.c.key == bindparam("wanted"), calls.c.status == "open")
    .values(status=bindparam("status"), data=bindparam("data"), error=bindparam("error"))
)
_CONTACT_CHANGES = (
    select(calls.c.key)
    .where(calls.c.conversation_id == bindparam("wanted"), calls.c.kind == "write")
    .where(calls.c.tool == CONTACT_TOOL, calls.c.status != "failed")
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A call that was intended. `outcome` is None as long as nobody knows whether it happened."""

    decision: Decision
    outcome: Outcome | None


def find_call(connection: Connection, key: str) -> RecordedCall | None:
    """What is known of a key."""
    row = connection.execute(_FIND, {"wanted": key}).first()
    return None if row is None else _recorded(row)


def find_reads(connection: Connection, conversation_id: ConversationId) -> dict[str, RecordedCall]:
    """The reads that were kept beside an intent, so that an interrupted turn runs again over the same results."""
    rows = connection.execute(_FIND_READS, {"wanted": conversation_id})
    return {row.key: _recorded(row) for row in rows}


def open_call(connection: Connection, undertaking: Undertaking, at: datetime) -> None:
    """Keep the intent; the caller holds the journal's head and has seen that the key is new."""
    connection.execute(_INSERT, call_row(undertaking, None, at))


def close_call(connection: Connection, key: str, outcome: Outcome) -> bool:
    """Keep an intended call's outcome, once."""
    values = {"wanted": key, "status": outcome.status, "data": outcome.data, "error": outcome.error}
    return connection.execute(_CLOSE, values).rowcount == 1


def keep_reads(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep reads' outcomes until the turn has ended; one that was kept before is replaced."""
    if rows:
        connection.execute(delete(calls).where(calls.c.key.in_([row["key"] for row in rows])))
        connection.execute(_INSERT, list(rows))


def forget_reads(connection: Connection, conversation_id: ConversationId) -> None:
    """Drop the reads of an ended turn: their results are other systems' data."""
    connection.execute(delete(calls).where(calls.c.conversation_id == conversation_id, calls.c.kind == "read"))


def contact_changed(connection: Connection, conversation_id: ConversationId) -> bool:
    """Whether a contact detail was changed in this conversation, or may have been."""
    return connection.execute(_CONTACT_CHANGES, {"wanted": conversation_id}).first() is not None


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
