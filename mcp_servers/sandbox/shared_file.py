"""The one file that all systems shared up to version 0.3: each system takes its part over, once, when it is opened."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from domain.errors import Misconfigured
from mcp_servers.sandbox.database import Database
from mcp_servers.sandbox.draft import SeedDraft
from mcp_servers.sandbox.rows import SeedTable
from mcp_servers.sandbox.systems import SYSTEMS

SHARED = "sandbox.db"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
USED = "SELECT 1 FROM tenants UNION ALL SELECT 1 FROM seeding UNION ALL SELECT 1 FROM counters LIMIT 1"


def take_over(file: Path, systems: Mapping[str, Database]) -> bool:
    """Give each system that has nothing yet its part of the shared file, which is only read; True where any took it.

    Raises:
        Misconfigured: the file cannot be read; nothing was taken.
    """
    fresh = [name for name, database in systems.items() if not database.read(_is_used)]
    if not fresh or not file.is_file():
        return False
    try:
        tables = _read(file)
    except sqlite3.Error as error:
        raise Misconfigured(
            f"{file}, the sandbox's one file up to version 0.3, cannot be read: {error}. Nothing was changed: "
            "put an older copy in its place, or move it away to begin with invented customers anew"
        ) from None
    draft = SeedDraft(tables)
    return any([systems[name].change(lambda opened, name=name: _take(name, opened, tables, draft)) for name in fresh])


def _is_used(database: sqlite3.Connection) -> bool:
    return database.execute(USED).fetchone() is not None


def _take(name: str, database: sqlite3.Connection, tables: list[SeedTable], draft: SeedDraft) -> bool:
    """Whether this process was the one that took it."""
    if _is_used(database):
        return False
    draft.store(SYSTEMS[name], database)
    others = "DELETE FROM idempotency_keys WHERE server <> ?"
    database.execute(others, (name,))
    return True


def _read(file: Path) -> list[SeedTable]:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=15)) as old:
        tables = [_read_table(old, name) for (name,) in old.execute(TABLES).fetchall()]
    return [table for table in tables if table.rows]


def _read_table(old: sqlite3.Connection, name: str) -> SeedTable:
    cursor = old.execute(f"SELECT * FROM {name} ORDER BY rowid")  # noqa: S608 (the file's own names)
    return SeedTable(name, tuple(column[0] for column in cursor.description), cursor.fetchall())
