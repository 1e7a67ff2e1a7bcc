"""Customers of a sandbox that are of use to benchmarks: with an open bill, or charged twice."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.sandbox_files import open_systems

TENANT = "northwind-fibre"

ORDINARY = """
SELECT c.customer_id FROM customers c
WHERE c.tenant = :tenant AND c.customer_id LIKE 'C-1____' AND c.status = 'active' AND c.flags = '[]' AND c.locale = 'en'
  AND c.contact_changed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM credits r WHERE r.tenant = c.tenant AND r.customer_id = c.customer_id)
  AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.tenant = c.tenant AND p.customer_id = c.customer_id
    GROUP BY p.invoice_id HAVING count(*) > 1)
"""
"""Generated customers about whom nothing is special."""

OLDEST_PAYMENT = """
SELECT p.* FROM payments p JOIN invoices i ON i.tenant = p.tenant AND i.invoice_id = p.invoice_id
WHERE p.tenant = :tenant AND p.customer_id = :customer AND p.amount_minor <= 5000 ORDER BY p.captured_at LIMIT 1
"""
OPEN_BILLS = "SELECT invoice_id, balance_minor FROM invoices WHERE tenant = :tenant AND customer_id = :customer"


@dataclass(frozen=True, slots=True)
class Charge:
    """A capture that was one too many, small enough to be refunded without a supervisor."""

    customer_id: str
    payment_id: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Bill:
    """The one bill that a customer has yet to pay."""

    customer_id: str
    invoice_id: str
    balance_minor: int


def charge_twice(data: Path) -> list[Charge]:
    """Capture one paid bill of every ordinary customer once more, in a sandbox that nobody has open."""
    with closing(_open(data)) as database, database:
        return [charge for customer in _ordinary(database) if (charge := _repeat(database, customer)) is not None]


def list_open_bills(data: Path) -> list[Bill]:
    """The ordinary customers with exactly one bill to pay."""
    with closing(_open(data)) as database:
        return [bill for customer in _ordinary(database) for bill in _only_bill(database, customer)]


def _open(data: Path) -> sqlite3.Connection:
    database = open_systems(data)
    database.row_factory = sqlite3.Row
    return database


def _ordinary(database: sqlite3.Connection) -> Iterable[str]:
    return [row["customer_id"] for row in database.execute(ORDINARY, {"tenant": TENANT})]


def _repeat(database: sqlite3.Connection, customer_id: str) -> Charge | None:
    found = database.execute(OLDEST_PAYMENT, {"tenant": TENANT, "customer": customer_id}).fetchone()
    if found is None:
        return None
    again = {**dict(found), "payment_id": f"P-9{found['payment_id'].removeprefix('P-')}"}
    columns = ", ".join(again)
    values = ", ".join(f":{name}" for name in again)
    database.execute(f"INSERT INTO payments ({columns}) VALUES ({values})", again)
    return Charge(customer_id, again["payment_id"], found["amount_minor"])


def _only_bill(database: sqlite3.Connection, customer_id: str) -> list[Bill]:
    query = OPEN_BILLS + " AND balance_minor > 0"
    rows = database.execute(query, {"tenant": TENANT, "customer": customer_id}).fetchall()
    return [Bill(customer_id, row["invoice_id"], row["balance_minor"]) for row in rows] if len(rows) == 1 else []
