"""Rows of one tenant, on their way to the systems that keep them, with the copies that the others keep of them."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from operator import itemgetter

from mcp_servers.sandbox.database import CALLS
from mcp_servers.sandbox.rows import SeedTable
from mcp_servers.sandbox.system import SandboxSystem
from mcp_servers.sandbox.systems import SYSTEMS
from mcp_servers.work import Work

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""When copies are taken of rows that are seeded: nothing that is told of them depends on it."""


class SeedDraft:
    """The rows of one tenant by table, and what each system would tell of them."""

    def __init__(self, tables: Iterable[SeedTable]) -> None:
        self._tables = list(tables)
        self._told = {name: _tell_of(system, self._tables) for name, system in SYSTEMS.items()}

    def store(self, system: SandboxSystem, database: sqlite3.Connection) -> None:
        """Give a system its rows and its copies, of which it tells nobody: the others have theirs too."""
        last = database.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()[0]
        _insert(system, database, self._tables)
        for source, takes in system.takes.items():
            for tenant, topic, facts in self._told[source]:
                if topic in takes:
                    known = json.loads(facts)
                    takes[topic](Work(database, tenant, known["customer_id"], NO_TIME), known)
        database.execute("DELETE FROM events WHERE position > ?", (last,))


def _tell_of(system: SandboxSystem, tables: list[SeedTable]) -> list[tuple[str, str, str]]:
    """What a system tells of these rows, seen on a database in memory with those of its tables that it tells of."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(CALLS + system.schema)
        triggers = " ".join(sql for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'"))
        words = set(triggers.split())
        _insert(system, database, [table for table in tables if system.renamed.get(table.name, table.name) in words])
        return database.execute("SELECT tenant, topic, facts FROM events ORDER BY position").fetchall()


def _insert(system: SandboxSystem, database: sqlite3.Connection, tables: list[SeedTable]) -> None:
    """Insert what a system keeps of these rows, in the order of its own tables."""
    own = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")]
    kept = [table._replace(name=system.renamed.get(table.name, table.name)) for table in tables]
    kept = [table for table in kept if table.name in own and table.name not in system.copies]
    for table in sorted(kept, key=lambda each: own.index(each.name)):
        known = {row[1] for row in database.execute(f"PRAGMA table_info({table.name})")}
        columns = [name for name in table.columns if name in known]
        verb = "INSERT OR IGNORE" if table.name == "slots" else "INSERT"  # several visits may name one slot
        places = ", ".join("?" * len(columns))
        statement = f"{verb} INTO {table.name} ({', '.join(columns)}) VALUES ({places})"
        chosen = itemgetter(*(table.columns.index(name) for name in columns))
        database.executemany(statement, table.rows if len(columns) == len(table.columns) else map(chosen, table.rows))
