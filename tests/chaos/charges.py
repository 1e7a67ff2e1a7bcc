"""Customers with a charge that was taken twice, made in the sandbox's database."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.sandbox_files import open_systems

TENANT = "northwind-fibre"
SMALL, LARGE = 3999, 9000
"""Refunded after the customer's yes, and after a supervisor's as well."""


@dataclass(frozen=True)
class Charge:
    """One bill of a customer, captured by two payments: one of them is to be refunded, once."""

    customer_id: str
    invoice_id: str
    payments: tuple[str, str]
    amount_minor: int

    @property
    def needs_approval(self) -> bool:
        """Whether a supervisor decides on its refund."""
        return self.amount_minor == LARGE


def make_charges(folder: Path, count: int, approved: int) -> list[Charge]:
    """Give `count` generated customers a double charge; that of the last `approved` ones needs a supervisor."""
    with closing(open_systems(folder)) as database, database:
        query = (
            "SELECT c.customer_id, m.method_id FROM customers c JOIN methods m USING (tenant, customer_id) "
            "WHERE c.tenant = ? AND length(c.customer_id) = 7 AND m.is_default = 1 ORDER BY c.customer_id LIMIT ?"
        )
        customers = database.execute(query, (TENANT, count)).fetchall()
        assert len(customers) == count, f"the sandbox has {len(customers)} generated customers with a method"
        return [_make(database, *row, LARGE if n >= count - approved else SMALL) for n, row in enumerate(customers)]


def _make(database: sqlite3.Connection, customer_id: str, method_id: str, amount: int) -> Charge:
    """A bill of yesterday with two captures; the customer becomes one of long standing with no other payments."""
    tail, now = customer_id.removeprefix("C-"), datetime.now(UTC)
    charge = Charge(customer_id, f"INV-9{tail}", (f"P-8{tail}", f"P-9{tail}"), amount)
    clean = "UPDATE customers SET flags = '[]', status = 'active', customer_since = '2020-01-01', locale = 'en' "
    database.execute(f"{clean} WHERE tenant = ? AND customer_id = ?", (TENANT, customer_id))
    database.execute("DELETE FROM payments WHERE tenant = ? AND customer_id = ?", (TENANT, customer_id))
    day = (now - timedelta(days=1)).date()
    bill = (TENANT, charge.invoice_id, customer_id, str(day), str(day + timedelta(days=14)), f"{day:%Y-%m}", amount, 0)
    database.execute("INSERT INTO invoices VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)", bill)
    for hours, payment_id in zip((9, 8), charge.payments, strict=True):
        at = (now - timedelta(hours=hours)).isoformat(timespec="seconds")
        row = (TENANT, payment_id, customer_id, charge.invoice_id, at, amount, "USD", method_id, "Monthly bill")
        database.execute("INSERT INTO payments VALUES (?, ?, ?, ?, NULL, ?, ?, ?, ?, ?)", row)
    return charge
