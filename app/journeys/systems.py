"""The databases around one conversation: what changed in them, and putting it back."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Row = tuple[Any, ...]
TOLD = "events"
"""The table in which a system of the sandbox tells the others what changed."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that is not as it was; `before` is empty where it was added, `after` where it was removed."""

    table: str
    before: dict[str, Any] = field(default_factory=dict[str, Any])
    after: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Table:
    """One table's columns, and its rows by SQLite's row number."""

    columns: tuple[str, ...]
    rows: dict[int, Row]


class WatchedSystems:
    """Watches an SQLite file that somebody else writes to, and restores it to how it was at the start.

    Tables whose name begins with one of `kept` are left alone.
    """

    def __init__(self, file: Path, kept: tuple[str, ...] = ()) -> None:
        self._database = sqlite3.connect(file, isolation_level=None, timeout=15)
        self._kept = ("sqlite_", *kept)
        self._start = self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._database.close()

    def restore(self) -> list[RowChange]:
        """Make every row as it was at the start; says which were not, whoever's they are."""
        now = self._read()
        changed = {name: _different(table.rows, now[name].rows) for name, table in self._start.items()}
        self._database.execute("BEGIN IMMEDIATE")
        for name, numbers in changed.items():
            self._write_back(name, numbers)
        if TOLD in self._start:  # writing back told the other systems too, by triggers
            self._write_back(TOLD, _different(self._start[TOLD].rows, self._read_table(TOLD).rows))
        self._database.execute("COMMIT")
        return [
            RowChange(name, _named(table, table.rows.get(number)), _named(table, now[name].rows.get(number)))
            for name, table in self._start.items()
            for number in changed[name]
        ]

    def _write_back(self, name: str, numbers: list[int]) -> None:
        table = self._start[name]
        self._database.executemany(f"DELETE FROM {name} WHERE rowid = ?", [(number,) for number in numbers])  # noqa: S608 - names are the database\'s own
        columns = ", ".join(("rowid", *(f'"{column}"' for column in table.columns)))
        places = ", ".join("?" * (len(table.columns) + 1))
        old = [(number, *table.rows[number]) for number in numbers if number in table.rows]
        self._database.executemany(f"INSERT INTO {name} ({columns}) VALUES ({places})", old)  # noqa: S608

    def _read(self) -> dict[str, Table]:
        names = self._database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {name: self._read_table(name) for (name,) in names if not name.startswith(self._kept)}

    def _read_table(self, name: str) -> Table:
        cursor = self._database.execute(f"SELECT rowid, * FROM {name}")  # noqa: S608
        columns = tuple(column[0] for column in cursor.description[1:])
        return Table(columns, {row[0]: row[1:] for row in cursor})


def _different(before: dict[int, Row], after: dict[int, Row]) -> list[int]:
    if before == after:
        return []
    return sorted(number for number in before.keys() | after.keys() if before.get(number) != after.get(number))


def _named(table: Table, row: Row | None) -> dict[str, Any]:
    return dict(zip(table.columns, row, strict=True)) if row is not None else {}
