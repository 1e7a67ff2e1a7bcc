"""Rows of one tenant on their way into the sandbox."""

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple


class SeedTable(NamedTuple):
    """Rows of one table."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class Rows:
    """Rows of one tenant, gathered by table; `now` is the moment of seeding, from which a seed dates everything."""

    def __init__(self, tenant: str, now: datetime) -> None:
        self.tenant = tenant
        self.now = now
        self._tables: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = defaultdict(list)

    def add(self, table: str, **values: Any) -> None:
        """Add one row."""
        self._tables[table, tuple(values)].append((self.tenant, *values.values()))

    def tables(self) -> list[SeedTable]:
        """The rows by table; those with other columns than the ones before stand apart."""
        return [SeedTable(name, ("tenant", *columns), rows) for (name, columns), rows in self._tables.items()]
