"""Seeding: fills an empty sandbox with customers, dated from the day of seeding, and keeps slots open."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mcp_servers.sandbox.database import Sandbox
from mcp_servers.sandbox.generated import add_generated
from mcp_servers.sandbox.household import Rows
from mcp_servers.sandbox.named import add_named, add_other_company
from mcp_servers.sandbox.price_list import add_price_list
from mcp_servers.sandbox.slots import open_slots
from mcp_servers.work import instant

TENANT = "northwind-fibre"
OTHER_TENANT = "other-co"
MONEY_BACK_WINDOW = timedelta(days=30)

Progress = Callable[[int, int], None]


def _no_progress(done: int, total: int) -> None:
    """Tell nobody."""


def seed_sandbox(sandbox: Sandbox, now: datetime, progress: Progress = _no_progress) -> bool:
    """Fill the sandbox unless it was filled before, whoever else tries meanwhile; True if this call filled it.

    Either way the slots of the coming days are open afterwards. `progress` is told how many of how many customers are
    done.
    """
    return sandbox.change(lambda database: _seed(database, now, progress))


def is_seeded(sandbox: Sandbox) -> bool:
    """Whether it was filled before."""
    return sandbox.read(lambda database: database.execute("SELECT 1 FROM seeding").fetchone() is not None)


def _seed(database: sqlite3.Connection, now: datetime, progress: Progress) -> bool:
    fresh = database.execute("SELECT 1 FROM seeding").fetchone() is None
    if fresh:
        for rows in (_northwind(now, progress), _other_company(now)):
            _store(database, rows)
    for tenant in (TENANT, OTHER_TENANT):
        open_slots(database, tenant, now.date())
    return fresh


def _northwind(now: datetime, progress: Progress) -> Rows:
    rows = Rows(TENANT, now)
    add_price_list(rows)
    add_named(rows)
    add_generated(rows, progress)
    return rows


def _other_company(now: datetime) -> Rows:
    rows = Rows(OTHER_TENANT, now)
    add_price_list(rows)
    add_other_company(rows)
    return rows


def _store(database: sqlite3.Connection, rows: Rows) -> None:
    for statement, values in rows.statements():
        database.executemany(statement, values)
    database.execute("INSERT INTO seeding (tenant, seeded_at) VALUES (?, ?)", (rows.tenant, instant(rows.now)))


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """Money given back before the gate was there, of whatever kind: `credit`, `refund` or `waiver`."""

    tenant: str
    customer_id: str
    kind: str
    amount_minor: int
    at: datetime
    reference: str


MONEY_BACK = """
SELECT tenant, customer_id, 'credit' AS kind, amount_minor, applied_at AS at, credit_id AS reference
FROM credits c JOIN seeding USING (tenant) WHERE applied_at BETWEEN :since AND seeded_at
AND NOT EXISTS (SELECT 1 FROM waivers w WHERE w.tenant = c.tenant AND w.waiver_id = c.credit_id)
UNION ALL
SELECT tenant, customer_id, 'refund', amount_minor, refunded_at, refund_id FROM refunds
JOIN seeding USING (tenant) WHERE refunded_at BETWEEN :since AND seeded_at
UNION ALL
SELECT tenant, customer_id, 'waiver', amount_minor, waived_at, waiver_id FROM waivers
JOIN seeding USING (tenant) WHERE waived_at BETWEEN :since AND seeded_at
ORDER BY at
"""


def list_money_back(sandbox: Sandbox, now: datetime) -> list[MoneyBack]:
    """What was given back in the last 30 days and before the seeding, in all tenants, oldest first.

    What came after the seeding went through the gate, which keeps its own account of it.
    """
    since = {"since": instant(now - MONEY_BACK_WINDOW)}
    rows = sandbox.read(lambda database: database.execute(MONEY_BACK, since).fetchall())
    return [
        MoneyBack(tenant, customer_id, kind, amount_minor, datetime.fromisoformat(at), reference)
        for tenant, customer_id, kind, amount_minor, at, reference in rows
    ]
