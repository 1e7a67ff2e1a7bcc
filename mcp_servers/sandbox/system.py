"""One system of the sandbox: the tables that it keeps, what it tells the others, and what it takes from them.

A system keeps its own copies of what it needs of another, by identifiers. Triggers write what others want to know into
`events`, in the very transaction that changed it, whoever changed it; each system takes them in from where it stopped.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mcp_servers.work import Row, Work

Take = Callable[[Work, Row], None]
"""Takes in what another system told, on behalf of the customer whom it is about."""

OWN_TABLES = """
CREATE TABLE IF NOT EXISTS seeding (tenant TEXT PRIMARY KEY, seeded_at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tenants (
  tenant TEXT PRIMARY KEY, currency TEXT NOT NULL, country TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS origin (id TEXT PRIMARY KEY) STRICT;
INSERT INTO origin SELECT lower(hex(randomblob(8))) WHERE NOT EXISTS (SELECT 1 FROM origin);
CREATE TABLE IF NOT EXISTS events (
  position INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, topic TEXT NOT NULL, facts TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS seen (
  source TEXT PRIMARY KEY, origin TEXT NOT NULL, position INTEGER NOT NULL
) STRICT;
"""
"""What every system keeps: its tenants, what it told (`origin` names its file), and how far it has heard the others."""
BOOKKEEPING = frozenset({"counters", "idempotency_keys", "seeding", "tenants", "origin", "events", "seen"})


@dataclass(frozen=True, slots=True)
class SandboxSystem:
    """One system. `customers` is its table of customers; `takes` are topics by the system that tells them.

    `renamed` says where a table of a seed is kept under another name, `copies` which tables hold what others told.
    """

    name: str
    schema: str
    customers: str
    takes: Mapping[str, Mapping[str, Take]]
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])
    copies: frozenset[str] = frozenset()


def keep(sql: str) -> Take:
    """Take in by one statement, which may name every fact of the event."""

    def take(work: Work, facts: Row) -> None:
        work.change(sql, **facts)

    return take


def announce(topic: str, table: str, facts: Mapping[str, str], changes: str) -> str:
    """Triggers that tell of every new and deleted row of a table, and of changes in the columns named.

    `facts` are expressions by name, in which `NEW` is the row; of a deleted one, as `<topic>_gone`, those are told that
    are columns of its own.
    """
    told = ", ".join(f"'{name}', {value}" for name, value in facts.items())
    gone = ", ".join(f"'{name}', OLD.{name}" for name, value in facts.items() if value == f"NEW.{name}")
    triggers = (
        ("added", "INSERT", "NEW", topic, told),
        ("changed", f"UPDATE OF {changes}", "NEW", topic, told),
        ("deleted", "DELETE", "OLD", f"{topic}_gone", gone),
    )
    return "".join(
        f"CREATE TRIGGER IF NOT EXISTS {table}_{when} AFTER {event} ON {table} BEGIN "  # noqa: S608 (fixed names)
        f"INSERT INTO events (tenant, topic, facts) VALUES ({row}.tenant, '{name}', json_object({values})); END;\n"
        for when, event, row, name, values in triggers
    )


def tell(work: Work, topic: str, **facts: Any) -> None:
    """Tell the other systems something about the call's customer, if the call succeeds."""
    work.change(
        "INSERT INTO events (tenant, topic, facts) VALUES (:tenant, :topic, :facts)",
        topic=topic,
        facts=json.dumps({"customer_id": work.customer, **facts}),
    )
