"""The rows that decide and record, held against their tags and against the totals of the heads that they belong to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from domain.ids import TenantId
from domain.record import Verification
from domain.vault import Tags
from storage.keying import KEYED, find_mark
from storage.record_heads import MODULUS, Head, is_head_vouched
from storage.tables.control import journal_heads
from storage.tagged_rows import SCOPES, TAGGED, is_vouched, name_row, share_of

_TIMES = ("at", "requested_at", "created_at", "begun_at", "made_at", "waiting_since")
"""The columns that say since when a row is."""


@dataclass(slots=True)
class _Found:
    """What is wrong, each with its tenant, and what the rows of each scope add up to."""

    problems: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    totals: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    heads: dict[str, Head] = field(default_factory=dict[str, Head])


def add_rows(connection: Connection, tags: Tags, tenant: TenantId | None, chains: Verification) -> Verification:
    """What was found in the chains, with what is found in the rows; of one tenant or of all.

    A problem names the row, what is wrong with it, and since when it is: a row is dated, a total is as it was when the
    last entry of its chain was written.
    """
    found = _Found()
    _read_heads(connection, tags, found)
    for table in TAGGED.values():
        try:
            _read_rows(connection, tags, table, found)
        except (ValueError, TypeError) as error:
            found.problems.append(("*", f"{table.name}: a row was changed into what cannot be read: {error}"))
    _compare(found)
    problems = tuple(text for whose, text in found.problems if tenant is None or whose in (tenant, "*"))
    whole = (*chains.problems, *problems)
    return replace(chains, ok=not whole, problems=whole)


def since_keyed(connection: Connection, tags: Tags) -> str:
    """Since when rows carry tags; empty where that is not on record.

    Raises:
        RecordBroken: what is on record was changed.
    """
    mark = find_mark(connection, tags, KEYED)
    return "" if mark is None else str(mark["at"])


def _read_heads(connection: Connection, tags: Tags, found: _Found) -> None:
    for row in _stream(connection, journal_heads):
        name, tenant = row["conversation_id"], row["tenant"]
        if not is_head_vouched(tags, row):
            found.problems.append((tenant, f"{name}/{row['sequence']}: the head was changed or forged"))
        try:
            found.heads[name] = Head.read(row)
        except (ValueError, TypeError, AttributeError):
            found.heads[name] = Head(name, tenant, row["sequence"])


def _read_rows(connection: Connection, tags: Tags, table: Table, found: _Found) -> None:
    scope = SCOPES.get(table.name)
    for row in _stream(connection, table):
        name = scope.name(row) if scope is not None else ""
        if not is_vouched(tags, table.name, row):
            head = found.heads.get(name)
            tenant = head.tenant if head is not None else str(row.get("tenant", ""))
            what = f"{name or table.name}: {name_row(table.name, row)} was changed or forged{_dated(row)}"
            found.problems.append((tenant, what))
        if scope is not None:
            totals = found.totals.setdefault(name, {})
            totals[table.name] = (totals.get(table.name, 0) + _share(table.name, row)) % MODULUS


def _share(table: str, row: Mapping[Any, Any]) -> int:
    try:
        return share_of(table, row)
    except ValueError:
        return 1  # a tag that is no number adds up to nothing that we wrote


def _compare(found: _Found) -> None:
    for name in sorted({*found.totals, *found.heads}):
        head = found.heads.get(name, Head(name, ""))
        totals = found.totals.get(name, {})
        for table in sorted({*totals, *head.totals}):
            if totals.get(table, 0) != head.totals.get(table, 0):
                what = f"rows of {table} were changed, removed, added or put back since entry {head.sequence}"
                found.problems.append((head.tenant, f"{name}/{head.sequence}: {what}"))


def _dated(row: Mapping[Any, Any]) -> str:
    when = next((row[name] for name in _TIMES if row.get(name)), None)
    if isinstance(when, datetime):
        when = when.astimezone(UTC).isoformat(timespec="seconds")
    return f", dated {when}" if when else ""


def _stream(connection: Connection, table: Table) -> Iterator[Mapping[Any, Any]]:
    yield from connection.execution_options(yield_per=500).execute(select(table)).mappings()
