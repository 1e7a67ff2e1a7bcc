"""Seeding: fills an empty sandbox with customers, dated from the day of seeding, and keeps slots open."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from mcp_servers.sandbox.draft import SeedDraft
from mcp_servers.sandbox.files import Sandbox
from mcp_servers.sandbox.rows import Rows
from mcp_servers.sandbox.slots import open_slots
from mcp_servers.sandbox.systems import CRM, ERP, PAYMENTS, SYSTEMS
from mcp_servers.sandbox.tenant_seed import Progress, TenantSeed
from mcp_servers.work import instant

MONEY_BACK_WINDOW = timedelta(days=30)


def _no_progress(done: int, total: int) -> None:
    """Tell nobody."""


def seed_sandbox(
    sandbox: Sandbox, now: datetime, tenants: Sequence[TenantSeed], progress: Progress = _no_progress
) -> bool:
    """Fill each system for the tenants that it was not filled for before, whoever else tries meanwhile.

    True if this call filled the first of them. Either way the tenants' facts are known and the slots of the coming days
    are open afterwards. `progress` is told how many of how many customers are done.
    """

    @cache
    def draft(position: int) -> SeedDraft:
        rows = Rows(tenants[position].tenant, now)
        tenants[position].fill(rows, progress)
        return SeedDraft(rows.tables())

    filled = [
        sandbox[name].change(lambda opened, name=name: _seed(opened, name, now, tenants, draft)) for name in sandbox
    ]
    return filled[0]


def is_seeded(sandbox: Sandbox) -> bool:
    """Whether all its systems were filled before."""
    known = "SELECT 1 FROM seeding"
    return all(sandbox[name].read(lambda opened: opened.execute(known).fetchone() is not None) for name in sandbox)


def _seed(
    database: sqlite3.Connection,
    name: str,
    now: datetime,
    tenants: Sequence[TenantSeed],
    draft: Callable[[int], SeedDraft],
) -> bool:
    known = {tenant for (tenant,) in database.execute("SELECT tenant FROM seeding")}
    fresh = [position for position, each in enumerate(tenants) if each.tenant not in known]
    for position in fresh:
        draft(position).store(SYSTEMS[name], database)
        database.execute("INSERT INTO seeding VALUES (?, ?)", (tenants[position].tenant, instant(now)))
    for each in tenants:
        database.execute("INSERT OR REPLACE INTO tenants VALUES (?, ?, ?)", (each.tenant, each.currency, each.country))
        if name == CRM.name:
            words = (each.tenant, each.brand, each.contact_point)
            database.execute("INSERT OR REPLACE INTO tenant_words VALUES (?, ?, ?)", words)
        if name == ERP.name:
            open_slots(database, each.tenant, each.schedule, now.date())
    return bool(fresh)


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """Money given back before the gate was there, of whatever kind: `credit`, `refund` or `waiver`."""

    tenant: str
    customer_id: str
    kind: str
    amount_minor: int
    at: datetime
    reference: str


CREDITS = """
SELECT tenant, customer_id, 'credit' AS kind, amount_minor, applied_at AS at, credit_id AS reference
FROM credits c JOIN seeding USING (tenant) WHERE applied_at BETWEEN :since AND seeded_at
AND NOT EXISTS (SELECT 1 FROM waivers w WHERE w.tenant = c.tenant AND w.waiver_id = c.credit_id)
UNION ALL
SELECT tenant, customer_id, 'waiver', amount_minor, waived_at, waiver_id FROM waivers
JOIN seeding USING (tenant) WHERE waived_at BETWEEN :since AND seeded_at
"""
REFUNDS = """
SELECT tenant, customer_id, 'refund', amount_minor, refunded_at, refund_id FROM refunds
JOIN seeding USING (tenant) WHERE refunded_at BETWEEN :since AND seeded_at
"""


def list_money_back(sandbox: Sandbox, now: datetime) -> list[MoneyBack]:
    """What was given back in the last 30 days and before the seeding, in all tenants, oldest first.

    What came after the seeding went through the gate, which keeps its own account of it.
    """
    since = {"since": instant(now - MONEY_BACK_WINDOW)}
    found = [
        *sandbox[ERP.name].read(lambda opened: opened.execute(CREDITS, since).fetchall()),
        *sandbox[PAYMENTS.name].read(lambda opened: opened.execute(REFUNDS, since).fetchall()),
    ]
    given = [
        MoneyBack(tenant, customer_id, kind, amount_minor, datetime.fromisoformat(at), reference)
        for tenant, customer_id, kind, amount_minor, at, reference in found
    ]
    return sorted(given, key=lambda each: each.at)
