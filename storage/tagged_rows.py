"""Rows that we vouch for: each carries a tag over all its columns, and each scope a total of its rows' tags.

A release adds a column empty and the one after it writes it: while replicas are rolled, programs of two releases read
the same rows, and what is empty is in no tag.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Table

from domain.errors import RecordBroken
from domain.vault import Tags
from storage.record_keys import number_of
from storage.tables.connectors import metadata as connector_tables
from storage.tables.control import metadata as policy_tables
from storage.tables.conversations import metadata as router_tables
from storage.tables.partner_tasks import metadata as partner_tables

TAG: Final = "mac"
Row = Mapping[Any, Any]

HARMLESS: Final[Mapping[str, str]] = {
    "leases": "a lost or invented lease delays a conversation; what is written is fenced and decided afresh",
    "jobs": "a job that is due too early or late finds its work in rows that are vouched for",
    "desk_presence": "who says that they are on duty, and their name to customers; nothing is decided by it",
    "desk_seen": "how far somebody at the desk has read; nothing but their unread marks is counted from it",
    "desk_labels": "what people at the desk file a conversation under, of the company's list; nothing is decided by it",
    "desk_missed_targets": "which handovers were taken too late: figures for supervisors, nothing is decided by them",
    "desk_notes": "words of people at the desk to each other, sealed for their place; nothing is decided by them",
    "arrivals": "which conversation a message came into: joined only where the sender is that conversation's own",
    "deliveries": "which event goes where: its words and its receiver are read from rows that are vouched for",
    "mcp_sign_ins": "sealed for its place by its own key: what was changed does not open, and an older one is renewed",
    "processes": "who says that it runs; nothing waits for it",
    "ledger_windows": "its row is a lock; what is taken is counted from the vouched amounts",
    "shadow_tallies": "figures of a bundle that decides nothing",
    "shadow_differences": "what a bundle that decides nothing would have said; nobody acted on it",
    "journal_entries": "vouched by the hash chain: the tag is over the hash, which covers every other column",
    "journal_heads": "vouched by a tag of its own over every other column; see `storage.record_heads`",
    "a2a_tasks.seen": "how far the conversation was at the last listing; a wrong one costs or saves a look",
    "a2a_tasks.output_modes": "in which kinds of parts a partner is shown what is its own to see",
    "a2a_push_configs.told": "a digest of what a partner was told last; a wrong one tells the same again, or once less",
    "attachments.content": "sealed for its place by the conversation's key: what was changed does not open",
    "follow_ups.leased_until": "written by version 0.2 alone; nobody reads it",
    "alembic_version": "a wrong step makes a migration fail, or tag what is there with the time on record",
}
"""Tables and columns without a row tag, and why nothing is decided by a change of them."""


@dataclass(frozen=True, slots=True)
class RowScope:
    """Which head's total a row adds to. `columns` are what is needed to say so beside the tag."""

    columns: tuple[str, ...]
    name: Callable[[Row], str]
    counts: Callable[[Row], bool] = lambda _: True
    tenant: Callable[[Row], str] = lambda row: str(row.get("tenant", ""))


def _of_conversation(row: Row) -> str:
    return str(row["conversation_id"])


def _of_ledger(row: Row) -> str:
    return ledger_scope(row["tenant"], row["customer_id"])


def _of_partner(row: Row) -> str:
    return f"partner:{sha256(json.dumps([row['tenant'], row['partner']]).encode()).hexdigest()[:40]}"


BUNDLES: Final = "policy:bundles"
MODELS: Final = "understanding:models"
_PLAIN = RowScope(("conversation_id",), _of_conversation)
_OWNED = RowScope(("conversation_id", "tenant"), _of_conversation)
SCOPES: Final[Mapping[str, RowScope]] = {
    "accepted_bundles": RowScope((), lambda _: BUNDLES),
    "trained_models": RowScope((), lambda _: MODELS),
    "autonomy_overrides": RowScope(("tenant",), lambda row: f"autonomy:{row['tenant']}"),
    "erasures": RowScope(("tenant",), lambda row: f"erasures:{row['tenant']}"),
    "ledger_rows": RowScope(("tenant", "customer_id"), _of_ledger),
    "data_keys": _OWNED,
    "calls": RowScope(("conversation_id", "tenant", "kind"), _of_conversation, lambda row: row["kind"] == "write"),
    "pending_actions": _OWNED,
    "evidence": _OWNED,
    "conversations": RowScope(("id", "tenant"), lambda row: str(row["id"])),
    "turns": RowScope(("conversation_id", "result"), _of_conversation, lambda row: row["result"] is not None),
    "messages": _PLAIN,
    "events": _PLAIN,
    "handoffs": _OWNED,
    "feedback": _PLAIN,
    "attachments": _PLAIN,
    "follow_ups": _OWNED,
    "a2a_contexts": _OWNED,
    "a2a_tasks": _OWNED,
    "a2a_push_configs": _OWNED,
    "opt_outs": RowScope(("tenant",), lambda row: f"opt_outs:{sha256(row['tenant'].encode()).hexdigest()[:40]}"),
    "webhooks": RowScope(("tenant",), lambda row: webhook_scope(row["tenant"])),
    "a2a_messages": RowScope(("tenant", "partner"), _of_partner),
}
"""Reads are in no total, since they are dropped with their turn, nor is a turn that has no result yet."""
TAGGED: Final[Mapping[str, Table]] = {
    table.name: table
    for known in (policy_tables, router_tables, partner_tables, connector_tables)
    for table in known.sorted_tables
    if TAG in table.c and table.name not in HARMLESS
}
"""Every table whose rows carry a tag, by name."""


def ledger_scope(tenant: str, customer_id: str) -> str:
    """The head that holds the total of a customer's amounts."""
    return f"ledger:{sha256(json.dumps([tenant, customer_id]).encode()).hexdigest()[:40]}"


def webhook_scope(tenant: str) -> str:
    """The head that holds the total of a tenant's webhooks."""
    return f"webhooks:{sha256(tenant.encode()).hexdigest()[:40]}"


def tagged_columns(table: Table) -> tuple[str, ...]:
    """The columns that a row's tag is over, in their one order."""
    names = sorted(column.name for column in table.c if column.name != TAG)
    return tuple(name for name in names if f"{table.name}.{name}" not in HARMLESS)


_COLUMNS: Final = {name: tagged_columns(table) for name, table in TAGGED.items()}


def tag_row(keys: Tags, table: str, row: Row) -> str:
    """The tag of a row as it is to be written, or as it was read."""
    return keys.tag(f"row:{table}", _canonical(row, _COLUMNS[table]))


def is_vouched(keys: Tags, table: str, row: Row, columns: tuple[str, ...] | None = None) -> bool:
    """Whether we wrote exactly this row; `columns` as they were when it was written, where they are others now."""
    return keys.knows(f"row:{table}", _canonical(row, columns or _COLUMNS[table]), row[TAG])


def see_vouched(keys: Tags, table: str, row: Row) -> None:
    """See that we wrote exactly this row, before anything is decided by it.

    Raises:
        RecordBroken: we did not; the message names table and row, for `journal verify` to say more.
    """
    if is_vouched(keys, table, row):
        return
    if row[TAG] and not keys.holds(row[TAG]):
        raise RecordBroken(f"{name_row(table, row)} carries a tag of a record key that is not configured")
    raise RecordBroken(f"{name_row(table, row)} was changed or forged: run `switchboard journal verify`")


def name_row(table: str, row: Row) -> str:
    """A row as it is named to people."""
    return "/".join((table, *(str(row[column.name]) for column in TAGGED[table].primary_key)))


def share_of(table: str, row: Row) -> int:
    """What a row adds to its scope's total."""
    scope = SCOPES.get(table)
    return number_of(row[TAG]) if scope is not None and scope.counts(row) else 0


def _canonical(row: Row, columns: tuple[str, ...]) -> bytes:
    values = [(name, _plain(row[name])) for name in columns if row[name] is not None]
    return json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    """A value as it is spelled before it is written and after it was read alike."""
    if isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps(json.loads(json.dumps(value, default=str)), sort_keys=True)
