"""The tables of the gate's own database: the record, the calls, what is pending, the evidence and the ledger."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from storage.tables.tags import tag_column

metadata = MetaData()


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, spelled so that text order is time order on every database."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Spell an aware datetime."""
        return None if value is None else spell(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read it back, aware."""
        return None if value is None else datetime.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """A JSON value as ASCII text: whatever a server answered can be kept, on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Spell a value."""
        return dump(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else json.loads(value)


def spell(moment: datetime) -> str:
    """Spell an aware moment in its one fixed-width form."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def dump(value: Any) -> str:
    """Spell a JSON value as compact ASCII with sorted keys; what is not JSON is kept as its text."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)


journal_entries = Table(
    "journal_entries",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False, unique=True),
    Column("turn_id", String(64), nullable=False),
    Column("tenant", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("tool", String(160), nullable=False),
    Column("decision_id", String(64), nullable=False),
    Column("effect", String(16), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("rules", Text, nullable=False),
    Column("rationale", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("hash", String(80), nullable=False),
    Column("previous_hash", String(80), nullable=False),
    tag_column(),
    Index("journal_entries_of_decision", "decision_id"),
)
"""Append-only. Values are kept exactly as they were hashed."""

journal_heads = Table(
    "journal_heads",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("tenant", String(64), nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
    Column("hash", String(80), nullable=False),
    Column("keyed_from", Integer, nullable=False, server_default="0"),
    Column("totals", Text, nullable=False, server_default="{}"),
    tag_column(),
)
"""The last entry of each conversation; its row lock orders all writers of one conversation.

`keyed_from` is the last entry from before entries carried tags. `totals` adds up the tags of the conversation's rows,
table by table, so that one that is removed or put back shows. Heads without entries hold the totals of what belongs to
no conversation.
"""

data_keys = Table(
    "data_keys",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("tenant", String(80), nullable=False),
    Column("customer_id", String(64), nullable=False),
    Column("wrapped", Text),
    Column("erasure", String(64), nullable=False),
    tag_column(),
    Index("data_keys_of_customer", "tenant", "customer_id"),
)
"""What seals each conversation, wrapped by a master key. A destroyed key leaves its row, `erasure` says why."""

calls = Table(
    "calls",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("status", String(16), nullable=False),
    Column("tenant", String(64), nullable=False),
    Column("conversation_id", String(64), nullable=False),
    Column("turn_id", String(64), nullable=False),
    Column("customer_id", String(64), nullable=False),
    Column("call_id", String(200), nullable=False),
    Column("tool", String(160), nullable=False),
    Column("arguments", Json, nullable=False),
    Column("arguments_digest", String(80), nullable=False),
    Column("decision", Json, nullable=False),
    Column("data", Json, nullable=False),
    Column("error", Text, nullable=False),
    Column("at", Instant, nullable=False),
    tag_column(),
    Index("calls_of_conversation", "conversation_id", "kind"),
    Index("open_calls", "status", "at"),
)
"""One row per idempotency key; status `open` (intended, outcome unknown), `succeeded` or `failed`."""

pending_actions = Table(
    "pending_actions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("key", String(80), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("tenant", String(64), nullable=False),
    Column("conversation_id", String(64), nullable=False),
    Column("turn_id", String(64), nullable=False),
    Column("customer_id", String(64), nullable=False),
    Column("actors", Json, nullable=False),
    Column("tool", String(160), nullable=False),
    Column("tool_digest", String(80), nullable=False),
    Column("arguments", Json, nullable=False),
    Column("arguments_digest", String(80), nullable=False),
    Column("policy_revision", String(120), nullable=False),
    Column("summary", Text, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("decided_by", String(255), nullable=False),
    Column("decision_reason", Text, nullable=False),
    Column("approvals_needed", Integer, nullable=False, server_default="1"),
    Column("approved_by", Json, nullable=False, server_default="[]"),
    tag_column(),
    Index("pending_of_tenant", "tenant", "kind", "status", "requested_at"),
)
"""Status `pending`, `confirmed`, `approved`, `rejected` or `withdrawn`; past `expires_at` a pending one has expired."""

evidence = Table(
    "evidence",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("tenant", String(64), nullable=False),
    Column("conversation_id", String(64), nullable=False, index=True),
    Column("customer_id", String(64), nullable=False),
    Column("tool", String(160), nullable=False),
    Column("tool_digest", String(80), nullable=False),
    Column("arguments_digest", String(80), nullable=False),
    Column("policy_revision", String(120), nullable=False),
    Column("by", String(255), nullable=False),
    Column("at", Instant, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("pending_id", String(64), nullable=False, server_default=""),
    Column("used_by", String(80), nullable=False),
    tag_column(),
)
"""Confirmations and approvals (used once: `used_by` names the call) and verifications (held while they are fresh)."""

ledger_windows = Table(
    "ledger_windows",
    metadata,
    Column("tenant", String(64), primary_key=True),
    Column("customer_id", String(64), primary_key=True),
    Column("bucket", String(64), primary_key=True),
    Column("reservations", Integer, nullable=False),
)
"""One row per window, whose lock makes concurrent reservations queue."""

ledger_rows = Table(
    "ledger_rows",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("customer_id", String(64), nullable=False),
    Column("bucket", String(64), nullable=False),
    Column("tool", String(160), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("reference", String(120)),
    Column("amount_minor", BigInteger, nullable=False),
    Column("status", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    tag_column(),
    Index("ledger_references", "tenant", "reference"),
    Index("ledger_of_customer", "tenant", "customer_id", "at"),
)
"""Status `reserved`, `settled` or `released`. `reference` is the owning system's id of it."""

autonomy_overrides = Table(
    "autonomy_overrides",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("tenant", String(64), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("name", String(160), nullable=False),
    Column("act", String(8), nullable=False),
    Column("stage", String(8), nullable=False),
    Column("percent", Integer, nullable=False),
    Column("rest", String(8), nullable=False),
    Column("by", String(255), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    tag_column(),
)
"""Every turn of the autonomy dial, append-only; the last `set` and the last `stop` or `resume` of a scope hold."""

trained_models = Table(
    "trained_models",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("in_force", Boolean, nullable=False),
    Column("content", Text, nullable=False),
    Column("at", Instant, nullable=False),
    tag_column(),
)

accepted_bundles = Table(
    "accepted_bundles",
    metadata,
    Column("revision", String(80), primary_key=True),
    Column("version", BigInteger, nullable=False, index=True),
    Column("signer", String(16), nullable=False),
    Column("origin", String(255), nullable=False),
    Column("data", Json, nullable=False),
    Column("rules", Json, nullable=False),
    Column("at", Instant, nullable=False),
    tag_column(),
)
"""Every policy revision that decided here, with its limits and the words of its rules; no customer's data."""

shadow_tallies = Table(
    "shadow_tallies",
    metadata,
    Column("tenant", String(64), primary_key=True),
    Column("live_revision", String(80), primary_key=True),
    Column("shadow_revision", String(80), primary_key=True),
    Column("tool", String(160), primary_key=True),
    Column("compared", BigInteger, nullable=False),
    Column("differed", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("dropped", BigInteger, nullable=False),
)
"""How many decisions a shadow bundle was asked about, and how many it would have taken otherwise."""

shadow_differences = Table(
    "shadow_differences",
    metadata,
    Column("decision_id", String(64), primary_key=True),
    Column("shadow_revision", String(80), primary_key=True),
    Column("live_revision", String(80), nullable=False),
    Column("tenant", String(64), nullable=False),
    Column("conversation_id", String(64), nullable=False, index=True),
    Column("customer_id", String(64), nullable=False),
    Column("call_id", String(200), nullable=False),
    Column("tool", String(160), nullable=False),
    Column("amount_minor", BigInteger),
    Column("live_effect", String(16), nullable=False),
    Column("live_rules", Json, nullable=False),
    Column("shadow_effect", String(16), nullable=False),
    Column("shadow_rules", Json, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)
"""What a shadow bundle would have decided otherwise. No part of the record: nobody acted on it."""

erasures = Table(
    "erasures",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", String(80), nullable=False),
    Column("customer_id", String(64), nullable=False),
    Column("pseudonym", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(255), nullable=False),
    Column("reason", Text, nullable=False),
    tag_column(),
)
"""Customers who were erased. `customer_id` is emptied once nothing has to stay theirs."""

record_marks = Table(
    "record_marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("at", String(32), nullable=False),
    Column("content", Text, nullable=False),
    tag_column(),
)
"""What the database knows of its own record: `keyed`, since when rows carry tags; `anchor`, what was anchored last."""
