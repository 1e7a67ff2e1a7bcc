"""What is known of each idempotency key: intended, succeeded or failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from domain.calls import Outcome
from domain.decision import Decision
from domain.ids import ConversationId
from domain.vault import Cipher, Vault, place_of
from policy.gate.decisions import decision_json, read_decision
from policy.gate.proposal import AuthorizedCall
from policy.gate.redaction import REDACTED, has_secrets, redact_arguments
from policy.journal.journal import recordable
from storage.tables.control import calls
from storage.tagged_rows import see_vouched

CONTACT_TOOL = "crm.update_contact_detail"

_FIND = select(calls).where(calls.c.key == bindparam("wanted"))
_FIND_READS = select(calls).where(calls.c.conversation_id == bindparam("wanted"), calls.c.kind == "read")
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


def was_intended(connection: Connection, key: str) -> bool:
    """Whether anything is known of a key."""
    return connection.execute(_FIND, {"wanted": key}).first() is not None


def find_call(connection: Connection, vault: Vault, key: str) -> RecordedCall | None:
    """What is known of a key."""
    row = connection.execute(_FIND, {"wanted": key}).first()
    return None if row is None else _recorded(row, vault.box(connection, row.conversation_id))


def find_reads(connection: Connection, vault: Vault, conversation_id: ConversationId) -> dict[str, RecordedCall]:
    """The reads that were kept beside an intent, so that an interrupted turn runs again over the same results."""
    rows = connection.execute(_FIND_READS, {"wanted": conversation_id}).all()
    return {row.key: _recorded(row, vault.box(connection, conversation_id)) for row in rows}


def open_call(connection: Connection, vault: Vault, authorized: AuthorizedCall, at: datetime) -> None:
    """Keep the intent; the caller holds the journal's head and has seen that the key is new."""
    box = vault.own_box(connection, authorized.conversation_id, authorized.tenant)
    connection.execute(_INSERT, seal_call(call_row(authorized, None, at), box))


def close_call(connection: Connection, vault: Vault, authorized: AuthorizedCall, outcome: Outcome) -> bool:
    """Keep an intended call's outcome, once."""
    box = vault.own_box(connection, authorized.conversation_id, authorized.tenant)
    kept = _seal_result(authorized.key, outcome.data, outcome.error, box)
    return connection.execute(_CLOSE, {"wanted": authorized.key, "status": outcome.status, **kept}).rowcount == 1


def keep_reads(connection: Connection, vault: Vault, rows: Sequence[dict[str, Any]]) -> None:
    """Keep reads' outcomes until the turn has ended; one that was kept before is replaced."""
    if rows:
        box = vault.own_box(connection, rows[0]["conversation_id"], rows[0]["tenant"])
        connection.execute(delete(calls).where(calls.c.key.in_([row["key"] for row in rows])))
        connection.execute(_INSERT, [seal_call(row, box) for row in rows])


def forget_reads(connection: Connection, conversation_id: ConversationId) -> None:
    """Drop the reads of an ended turn: their results are other systems' data."""
    connection.execute(delete(calls).where(calls.c.conversation_id == conversation_id, calls.c.kind == "read"))


def contact_changed(connection: Connection, conversation_id: ConversationId) -> bool:
    """Whether a contact detail was changed in this conversation, or may have been."""
    return connection.execute(_CONTACT_CHANGES, {"wanted": conversation_id}).first() is not None


def call_row(authorized: AuthorizedCall, outcome: Outcome | None, at: datetime) -> dict[str, Any]:
    """A call as it is kept."""
    return {
        "key": authorized.key,
        "kind": "write" if authorized.is_write else "read",
        "status": outcome.status if outcome else "open",
        "tenant": authorized.tenant,
        "conversation_id": authorized.conversation_id,
        "turn_id": authorized.turn_id,
        "customer_id": authorized.customer_id,
        "call_id": authorized.call.id,
        "tool": authorized.call.tool,
        "arguments": redact_arguments(authorized.call.arguments),
        "arguments_digest": "" if has_secrets(authorized.call.arguments) else authorized.arguments_digest,
        "decision": decision_json(authorized.decision),
        "data": outcome.data if outcome else None,
        "error": outcome.error if outcome else "",
        "at": at,
    }


def seal_call(row: dict[str, Any], box: Cipher) -> dict[str, Any]:
    """A call's row with its words and figures sealed."""
    arguments = box.seal_json(_place("arguments", row["key"]), row["arguments"])
    return {**row, "arguments": arguments, **_seal_result(row["key"], row["data"], row["error"], box)}


def unseal_arguments(row: Any, box: Cipher) -> dict[str, Any]:
    """What a call's row was called with."""
    return box.unseal_json(_place("arguments", row.key), row.arguments, {"erased": REDACTED})


def unseal_data(row: Any, box: Cipher) -> Any:
    """What a call's row got."""
    return box.unseal_json(_place("data", row.key), row.data)


def _seal_result(key: str, data: Any, error: str, box: Cipher) -> dict[str, Any]:
    error = box.seal(_place("error", key), recordable(error))
    return {"data": box.seal_json(_place("data", key), data), "error": error}


def _recorded(row: Any, box: Cipher) -> RecordedCall:
    see_vouched(box.tags, "calls", row._mapping)
    if row.status == "open":
        return RecordedCall(read_decision(row.decision), None)
    error = box.unseal(_place("error", row.key), row.error)
    return RecordedCall(read_decision(row.decision), Outcome(row.status, unseal_data(row, box), error, replayed=True))


def _place(column: str, key: str) -> str:
    return place_of(f"calls.{column}", key)
