"""Rows for tagged tables, for tests that tamper with each of them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Integer, LargeBinary, insert, select

from storage.tables.control import Instant, Json
from storage.tables.conversations import Moment
from storage.tagged_rows import TAGGED

TIME = datetime(2026, 11, 29, 12, tzinfo=UTC)
COUNTED = {"calls": {"kind": "write"}}
"""Reads are in no total, since they are dropped with their turn."""


def fill(connection: Connection) -> None:
    """A row for each tagged table that has none, written as any other."""
    for table in TAGGED.values():
        if not connection.execute(select(table).limit(1)).first():
            values = {column.name: value_for(column) for column in table.c if column.name != "mac"}
            connection.execute(insert(table).values(values | COUNTED.get(table.name, {})))


def value_for(column: Any) -> Any:
    """A value that a column may hold."""
    if isinstance(column.type, Moment | Instant):
        return TIME
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer | LargeBinary):
        return 7 if isinstance(column.type, Integer) else b"sealed"
    return {"one": 1} if isinstance(column.type, Json | JSON) else "northwind-fibre"[: column.type.length]


def another_value(column: Any, value: Any) -> Any:
    """Another value that the column may hold."""
    if isinstance(column.type, Moment | Instant):
        return TIME.replace(year=2031)
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(column.type, Integer):
        return (value or 0) + 1_000_000
    return {"another": 1} if isinstance(column.type, Json | JSON) else f"x{(value or '')[1:]}"
