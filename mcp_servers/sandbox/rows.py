"""Rows of one tenant on their way into the sandbox."""

from collections import defaultdict
from datetime import datetime
from typing import Any


class Rows:
    """Rows of one tenant, gathered by table; `now` is the moment of seeding, from which a seed dates everything."""

    def __init__(self, tenant: str, now: datetime) -> None:
        self.tenant = tenant
        self.now = now
        self._tables: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = defaultdict(list)

    def add(self, table: str, **values: Any) -> None:
        """Add one row."""
        self._tables[table, tuple(values)].append((self.tenant, *values.values()))

    def statements(self) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """One statement per table and set of columns, with its rows."""
        return [(_insertion(table, columns), rows) for (table, columns), rows in self._tables.items()]


def _insertion(table: str, columns: tuple[str, ...]) -> str:
    verb = "INSERT OR IGNORE" if table == "slots" else "INSERT"  # several visits may name one slot
    names = ", ".join(("tenant", *columns))
    places = ", ".join("?" * (len(columns) + 1))
    return f"{verb} INTO {table} ({names}) VALUES ({places})"
