"""Seeding: fills an empty sandbox with customers, dated from the day of seeding, and keeps slots open."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mcp_servers.sandbox.database import Sandbox
from mcp_servers.sandbox.rows import Rows
from mcp_servers.sandbox.slots import open_slots
from mcp_servers.sandbox.tenant_seed import Progress, TenantSeed
from mcp_servers.work import instant

MONEY_BACK_WINDOW = timedelta(days=30)


def _no_progress(done: int, total: int) -> None:
    """Tell nobody."""


def seed_sandbox(
    sandbox: Sandbox, now: datetime, tenants: Sequence[TenantSeed], progress: Progress = _no_progress
) -> bool:
    """Fill the sandbox for the tenants that it was not filled for before, whoever else tries meanwhile.

    True if this call filled anything. Either way the tenants' facts are known and the slots of the coming days are
    open afterwards. `progress` is told how many of how many customers are done.
    """
    return sandbox.change(lambda database: _seed(database, now, tenants, progress))


def is_seeded(sandbox: Sandbox) -> bool:
    """Whether it was filled before."""
    return sandbox.read(lambda database: database.execute("SELECT 1 FROM seeding").fetchone() is not None)


def _seed(database: sqlite3.Connection, now: datetime, tenants: Sequence[TenantSeed], progress: Progress) -> bool:
    known = {tenant for (tenant,) in database.execute("SELECT tenant FROM seeding")}
    fresh = [each for each in tenants if each.tenant not in known]
    for each in fresh:
        rows = Rows(each.tenant, now)
        each.fill(rows, progress)
        _store(database, rows)
    for each in tenants:
        database.execute("INSERT OR REPLACE INTO tenants VALUES (?, ?, ?)", (each.tenant, each.currency, each.country))
        words = (each.tenant, each.brand, each.contact_point)
        database.execute("INSERT OR REPLACE INTO tenant_words VALUES (?, ?, ?)", words)
        open_slots(database, each.tenant, each.schedule, now.date())
    return bool(fresh)


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
