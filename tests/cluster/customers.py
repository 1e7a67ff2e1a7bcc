"""Customers of the sandbox with something to ask for: a charge taken twice, an outage to be credited, a bill to pay."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.chaos.charges import TENANT
from tests.sandbox_files import open_systems

CREDIT_MINOR = 600
BILL_MINOR = 4799
_CLEAN = (
    "UPDATE customers SET flags = '[]', status = 'active', customer_since = '2020-01-01', locale = 'en', "
    "contact_changed_at = NULL WHERE tenant = ? AND customer_id = ?"
)
_NO_AUTOPAY = "UPDATE payers SET autopay_method_id = NULL WHERE tenant = ? AND customer_id = ?"
_EMPTY = ("payments", "invoices", "credits", "waivers", "outages", "refunds")


def take_customers(folder: Path, number: int) -> list[str]:
    """So many generated customers with a card on file, about whom nothing is special from now on."""
    with closing(open_systems(folder)) as database, database:
        query = (
            "SELECT c.customer_id FROM customers c JOIN methods m USING (tenant, customer_id) WHERE c.tenant = ? "
            "AND length(c.customer_id) = 7 AND m.is_default = 1 ORDER BY c.customer_id LIMIT ?"
        )
        found = [row[0] for row in database.execute(query, (TENANT, number))]
        assert len(found) == number, f"the sandbox has {len(found)} generated customers with a method"
        for customer_id in found:
            for statement in (_CLEAN, _NO_AUTOPAY):
                database.execute(statement, (TENANT, customer_id))
            for table in _EMPTY:
                database.execute(f"DELETE FROM {table} WHERE tenant = ? AND customer_id = ?", (TENANT, customer_id))
    return found


def charge_twice(folder: Path, customers: Iterable[str], amount_minor: int) -> None:
    """Have each one's bill of yesterday captured twice."""
    at = datetime.now(UTC) - timedelta(hours=9)
    with closing(open_systems(folder)) as database, database:
        for customer_id in customers:
            invoice_id = _add_bill(database, customer_id, "7", amount_minor, 0)
            method = _method(database, customer_id)
            for number in (1, 2):
                moment = (at + timedelta(hours=number)).isoformat(timespec="seconds")
                row = (TENANT, f"P-{number}{customer_id[2:]}7", customer_id, invoice_id, moment, amount_minor, "USD")
                values = (*row, method, "Monthly bill")
                database.execute("INSERT INTO payments VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?, ?)", values)


def owe_credit(folder: Path, customers: Iterable[str]) -> None:
    """Have each one's line down for three days last month, for which a credit is due."""
    start = datetime.now(UTC) - timedelta(days=20)
    end = start + timedelta(days=2, hours=20)
    with closing(open_systems(folder)) as database, database:
        for customer_id in customers:
            where = (TENANT, customer_id)
            site = database.execute("SELECT site_id FROM sites WHERE tenant = ? AND customer_id = ?", where).fetchone()
            span = (start.isoformat(timespec="seconds"), end.isoformat(timespec="seconds"))
            row = (TENANT, f"OUT-{customer_id[2:]}7", customer_id, site[0], *span, "Fibre cut", CREDIT_MINOR // 3)
            database.execute("INSERT INTO outages VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, NULL)", row)


def owe_bill(folder: Path, customers: Iterable[str]) -> None:
    """Leave each one a bill to pay."""
    with closing(open_systems(folder)) as database, database:
        for customer_id in customers:
            _add_bill(database, customer_id, "6", BILL_MINOR, BILL_MINOR)


def money_moved(folder: Path, kind: str) -> dict[str, list[int]]:
    """What the business systems did by themselves: amounts by customer of `refunds`, `credits` or `payments`."""
    with closing(open_systems(folder)) as database:
        rows: Sequence[tuple[str, int]] = database.execute(
            f"SELECT customer_id, amount_minor FROM {kind} WHERE tenant = ?", (TENANT,)
        ).fetchall()
    moved: dict[str, list[int]] = {}
    for customer_id, amount in rows:
        moved.setdefault(customer_id, []).append(amount)
    return moved


def _add_bill(database: sqlite3.Connection, customer_id: str, series: str, amount: int, balance: int) -> str:
    day = (datetime.now(UTC) - timedelta(days=1)).date()
    invoice_id = f"INV-{customer_id[2:]}{series}"
    due = day + timedelta(days=14)
    row = (TENANT, invoice_id, customer_id, str(day), str(due), f"{day:%Y-%m}", amount, balance)
    database.execute("INSERT INTO invoices VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)", row)
    return invoice_id


def _method(database: sqlite3.Connection, customer_id: str) -> str:
    query = "SELECT method_id FROM methods WHERE tenant = ? AND customer_id = ? AND is_default = 1"
    return database.execute(query, (TENANT, customer_id)).fetchone()[0]
