"""Every write to a tagged table tags its rows, so that nobody can forget to, and takes over no row that was forged."""

# pyright: reportPrivateUsage=false
# What a statement sets, and where, is public in SQLAlchemy for nobody but its compilers.
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BindParameter,
    Connection,
    Delete,
    Engine,
    Insert,
    Integer,
    Table,
    Update,
    bindparam,
    event,
    select,
    update,
)
from sqlalchemy.sql.visitors import iterate

from domain.errors import Misconfigured
from domain.vault import Tags
from storage.record_heads import flush_heads, forget_heads, heads_of
from storage.tables.control import Json
from storage.tagged_rows import HARMLESS, SCOPES, TAG, TAGGED, see_vouched, share_of, tag_row

Params = dict[str, Any]
OWN = {"vouched": True}
"""Marks the statements that are made here."""


@dataclass(slots=True)
class _Waiting:
    """What is still to be done once the statement ran: rows to tag by key, inserts that may find a conflict."""

    tags: list[Params] = field(default_factory=list[Params])
    inserted: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


def vouch_for_writes(engine: Engine | Connection, keys: Tags) -> None:
    """Have every write that goes through here tagged, and the totals kept, within its own transaction."""
    writes = _Writes(keys)
    event.listen(engine, "before_execute", writes.before, retval=True)
    event.listen(engine, "after_execute", writes.after)
    event.listen(engine, "commit", flush_heads)
    event.listen(engine, "rollback", forget_heads)


class _Writes:
    def __init__(self, keys: Tags) -> None:
        self._keys = keys
        self._waiting: WeakKeyDictionary[Connection, _Waiting] = WeakKeyDictionary()
        self._queries: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def before(
        self,
        connection: Connection,
        statement: Any,
        many: Sequence[Params],
        one: Params,
        options: Mapping[str, Any],
    ) -> tuple[Any, Sequence[Params], Params]:
        """Tag what is written; each row that is changed is seen to be ours first.

        Raises:
            RecordBroken: a row that would be changed was changed or forged by somebody else.
        """
        table = TAGGED.get(getattr(getattr(statement, "table", None), "name", ""))
        if table is None or options.get("vouched"):
            return statement, many, one
        sets = [dict(each) for each in many] or [dict(one)]
        if isinstance(statement, Insert):
            self._insert(connection, table, statement, sets)
        elif isinstance(statement, Update):
            self._update(connection, table, statement, sets)
        elif isinstance(statement, Delete):
            self._delete(connection, table, statement, sets)
        return (statement, sets, {}) if len(sets) > 1 else (statement, [], sets[0])

    def after(
        self, connection: Connection, statement: Any, _many: Any, _one: Any, options: Mapping[str, Any], result: Any
    ) -> None:
        """Tag what could only be tagged after the statement."""
        name = str(getattr(getattr(statement, "table", None), "name", ""))
        if not isinstance(statement, Insert | Update) or name not in TAGGED or options.get("vouched"):
            return
        waiting, table = self._waiting.pop(connection, None), TAGGED[name]
        if waiting is None:
            return
        for row in waiting.inserted if result.rowcount else []:
            self._settle_insert(connection, table, row, result)
        if waiting.tags:
            connection.execute(tag_by_key(table), waiting.tags, execution_options=OWN)

    def _insert(self, connection: Connection, table: Table, statement: Insert, sets: list[Params]) -> None:
        given, defaults = _given(statement), _defaults(table)
        keys = [column.name for column in table.primary_key]
        for values in sets:
            row = {**defaults, **given, **values}
            known = all(name in row for name in keys)
            values[TAG] = row[TAG] = self._tag(table, row) if known else ""
            if known and statement._post_values_clause is None:
                self._add(connection, table, row, 1)
            else:
                self._wait(connection).inserted.append(row)

    def _settle_insert(self, connection: Connection, table: Table, row: dict[str, Any], result: Any) -> None:
        """Tag a row whose key the database made, or add one that met no conflict to its total."""
        if not row[TAG]:
            names = (column.name for column in table.primary_key)
            row = {**row, **dict(zip(names, result.inserted_primary_key, strict=True))}
            row[TAG] = self._tag(table, row)
            connection.execute(tag_by_key(table), [write_keyed(table, row)], execution_options=OWN)
        self._add(connection, table, row, 1)

    def _update(self, connection: Connection, table: Table, statement: Update, sets: list[Params]) -> None:
        given, query = _given(statement), self._query(statement, table)
        for values in sets:
            changed = _changed(table, statement, given, values)
            if all(f"{table.name}.{name}" in HARMLESS for name in changed):
                continue
            rows = connection.execute(query, values).mappings().all()
            new = [self._change(connection, table, dict(row), changed) for row in rows]
            values[TAG] = new[0][TAG] if len(new) == 1 else ""
            if len(new) > 1:
                self._wait(connection).tags.extend(write_keyed(table, row) for row in new)

    def _change(self, connection: Connection, table: Table, row: dict[str, Any], changed: Params) -> dict[str, Any]:
        """A row as it will be, with its tag."""
        see_vouched(self._keys, table.name, row)
        new = {**row, **changed}
        new[TAG] = self._tag(table, new)
        self._add(connection, table, row, -1)
        self._add(connection, table, new, 1)
        return new

    def _delete(self, connection: Connection, table: Table, statement: Delete, sets: list[Params]) -> None:
        if table.name not in SCOPES:
            return
        query = self._query(statement, table)
        for values in sets:
            for row in connection.execute(query, values).mappings().all():
                self._add(connection, table, row, -1)

    def _query(self, statement: Any, table: Table) -> Any:
        """What finds the rows that a statement is about, locking them; built once for statements that are."""
        query = self._queries.get(statement)
        if query is None:
            columns = [table]
            if isinstance(statement, Delete):
                columns = [table.c[name] for name in (*SCOPES[table.name].columns, TAG)]
            query = select(*columns).where(*statement._where_criteria).with_for_update()
            self._queries[statement] = query
        return query

    def _add(self, connection: Connection, table: Table, row: Mapping[Any, Any], sign: int) -> None:
        scope = SCOPES.get(table.name)
        if scope is not None:
            share = sign * share_of(table.name, row)
            heads_of(connection, self._keys).add(scope.name(row), scope.tenant(row), table.name, share)

    def _tag(self, table: Table, row: Mapping[Any, Any]) -> str:
        return tag_row(self._keys, table.name, row)

    def _wait(self, connection: Connection) -> _Waiting:
        return self._waiting.setdefault(connection, _Waiting())


def _given(statement: Any) -> Params:
    """What is written into the statement itself, by column: values, and parameters that stand for them."""
    if getattr(statement, "_multi_values", None):
        raise Misconfigured("rows of a tagged table are inserted one by one, or with parameters")
    found: Params = {}
    values: dict[Any, Any] = statement._values or {}
    for column, value in values.items():
        name = column if isinstance(column, str) else column.key
        if not isinstance(value, BindParameter):
            raise Misconfigured(f"{statement.table.name}.{name} is tagged: write a value, not an expression")
        found[name] = value if value.required else value.value
    found.pop(TAG, None)
    return found


def _changed(table: Table, statement: Update, given: Params, values: Params) -> Params:
    """What an update sets, by column; a parameter that is named like a column, and is none of its own, sets it."""
    found = {name: values[value.key] if isinstance(value, BindParameter) else value for name, value in given.items()}
    bound = {value.key for value in given.values() if isinstance(value, BindParameter)}
    more = [name for name in values if name in table.c and name != TAG and name not in bound]
    if more and statement.whereclause is not None:
        asked = {part.key for part in iterate(statement.whereclause) if isinstance(part, BindParameter)}
        more = [name for name in more if name not in asked]
    return found | {name: values[name] for name in more}


@cache
def _defaults(table: Table) -> Params:
    """What the columns hold that an insert does not name."""
    found: Params = {}
    for column in table.c:
        default: Any = column.default if column.default is not None else column.server_default
        if default is not None:
            plain = getattr(default.arg, "text", default.arg)
            read = isinstance(plain, str) and isinstance(column.type, Json | Integer)
            found[column.name] = json.loads(plain) if read else plain
        elif column.nullable:
            found[column.name] = None
    return found


@cache
def tag_by_key(table: Table) -> Update:
    """Sets the tag of one row; for parameters that `write_keyed` makes."""
    where = [column == bindparam(f"key_{column.name}") for column in table.primary_key]
    return update(table).where(*where).values(mac=bindparam("tag"))


def write_keyed(table: Table, row: Mapping[Any, Any]) -> Params:
    """The parameters for the row's own tag."""
    return {"tag": row[TAG], **{f"key_{column.name}": row[column.name] for column in table.primary_key}}
