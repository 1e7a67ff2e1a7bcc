"""The point from which on rows carry tags: written down, keyed, and never set again."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, insert, select, tuple_, update

from domain.errors import RecordBroken
from domain.vault import Tags
from storage.record_heads import MODULUS, Head, is_head_vouched
from storage.tables.control import journal_heads, record_marks, spell
from storage.tagged_rows import (
    SCOPES,
    TAG,
    TAGGED,
    is_vouched,
    name_row,
    see_vouched,
    share_of,
    tag_row,
    tagged_columns,
)
from storage.vouched_writes import tag_by_key, write_keyed

KEYED: Final = "keyed"
BATCH = 500


def key_record(connection: Connection, tags: Tags, fresh: bool) -> None:
    """Tag what was there before rows carried tags, once; `fresh` says that this upgrade brought the tags.

    Where a later step gave tagged tables other columns, their rows are seen to be ours by the columns that they had,
    and tagged by those that they have.

    Raises:
        RecordBroken: rows carried tags before, and since when is not on record any more; or a row is not ours.
    """
    now = {name: list(tagged_columns(table)) for name, table in TAGGED.items()}
    mark = find_mark(connection, tags, KEYED)
    if mark is None:
        if not fresh:
            raise RecordBroken("since when the record is keyed was removed from the database: restore a backup")
        _key_heads(connection, tags, _tag_all(connection, tags, now, {}))
        _write(connection, tags, spell(datetime.fromtimestamp(time.time(), UTC)), now)
    elif (known := json.loads(mark["content"])["columns"]) != now:
        shares = _tag_all(connection, tags, {name: now[name] for name in now if known.get(name) != now[name]}, known)
        _key_heads(connection, tags, shares)
        _write(connection, tags, mark["at"], now)


def find_mark(connection: Connection, tags: Tags, name: str) -> Mapping[Any, Any] | None:
    """What the database knows of its own record under a name.

    Raises:
        RecordBroken: it was changed or forged.
    """
    row = connection.execute(select(record_marks).where(record_marks.c.name == name)).mappings().first()
    if row is not None:
        see_vouched(tags, record_marks.name, row)
    return row


def _write(connection: Connection, tags: Tags, at: str, columns: Mapping[str, Any]) -> None:
    row: dict[str, Any] = {"name": KEYED, "at": at, "content": json.dumps({"columns": columns})}
    row[TAG] = tag_row(tags, record_marks.name, row)
    if not connection.execute(update(record_marks).where(record_marks.c.name == KEYED).values(**row)).rowcount:
        connection.execute(insert(record_marks).values(**row))


def _tag_all(
    connection: Connection, tags: Tags, tables: Mapping[str, Any], known: Mapping[str, list[str]]
) -> dict[str, tuple[str, dict[str, int]]]:
    """Tag every row of some tables; what changes thereby of each scope's totals, with the scope's tenant."""
    changes: dict[str, tuple[str, dict[str, int]]] = {}
    for name in tables:
        table, scope, columns = TAGGED[name], SCOPES.get(name), tuple(known.get(name, ()))
        for rows in read_batches(connection, table):
            new: list[dict[str, Any]] = []
            for row in rows:
                if columns and not is_vouched(tags, name, row, columns):
                    raise RecordBroken(f"{name_row(name, row)} was changed or forged")
                new.append({**row, TAG: tag_row(tags, name, row)})
                if scope is not None:
                    tenant, totals = changes.setdefault(scope.name(row), (scope.tenant(row), {}))
                    changes[scope.name(row)] = (tenant or scope.tenant(row), totals)
                    totals[name] = totals.get(name, 0) + share_of(name, new[-1]) - share_of(name, row)
            connection.execute(tag_by_key(table), [write_keyed(table, row) for row in new])
    return changes


def _key_heads(connection: Connection, tags: Tags, changes: Mapping[str, tuple[str, Mapping[str, int]]]) -> None:
    """Tag the heads with their new totals; one that carries no tag yet is keyed from the entry that it names."""
    remaining = dict(changes)
    for rows in read_batches(connection, journal_heads):
        for row in rows:
            if row[TAG] and not is_head_vouched(tags, row):
                raise RecordBroken(f"the head of {row['conversation_id']} was changed or forged")
            head = Head.read(row)
            head.keyed_from = head.keyed_from if row[TAG] else head.sequence
            _, shares = remaining.pop(head.conversation_id, ("", {}))
            _save(connection, tags, head, shares, update(journal_heads).where(_is(head)))
    for name, (tenant, shares) in remaining.items():
        _save(connection, tags, Head(name, tenant), shares, insert(journal_heads))


def _is(head: Head) -> Any:
    return journal_heads.c.conversation_id == head.conversation_id


def _save(connection: Connection, tags: Tags, head: Head, shares: Mapping[str, int], statement: Any) -> None:
    for table, share in shares.items():
        head.totals[table] = (head.totals.get(table, 0) + share) % MODULUS
    connection.execute(statement.values(**head.row(tags)))


def read_batches(connection: Connection, table: Table) -> Iterator[list[dict[Any, Any]]]:
    """Every row of a table, some at a time, by its key."""
    columns = list(table.primary_key)
    query, last = select(table).order_by(*columns).limit(BATCH), None
    while True:
        after = query if last is None else query.where(tuple_(*columns) > tuple_(*(last[c.name] for c in columns)))
        rows = [dict(row) for row in connection.execute(after).mappings()]
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        last = rows[-1]
