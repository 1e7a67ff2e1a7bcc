"""One granted call at work: on whose behalf, when, and the open transaction it works in."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from mcp_servers.refusal import Refused, not_found

Clock = Callable[[], datetime]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """What a backend needs for one call. `tenant` and `customer` come from the grant, never from arguments.

    Every statement can name `:tenant` and `:customer`; it sees the grant's. Nothing is visible to others until the call
    ends well, and nothing remains of a call that was refused. `articles` is the company's folder of knowledge articles.
    `customers` is the table that lists them; a system without one takes the grant's word that they exist. `stages` are
    what the call went through, each told to whoever waits for it.
    """

    database: sqlite3.Connection
    tenant: str
    customer: str
    now: datetime
    articles: Path | None = None
    customers: str = ""
    stages: list[str] = field(default_factory=list[str])

    @property
    def currency(self) -> str:
        """The tenant's currency, ISO 4217."""
        return self._tenant("currency")

    @property
    def country(self) -> str:
        """The country in which the tenant's customers are at home, ISO 3166."""
        return self._tenant("country")

    @property
    def signature(self) -> tuple[str, str]:
        """What the tenant is called and where it is reached; each empty where it has not said so."""
        row = self.find("SELECT brand, contact_point FROM tenant_words WHERE tenant = :tenant") or {}
        return str(row.get("brand", "")), str(row.get("contact_point", ""))

    def _tenant(self, fact: str) -> str:
        row = self.find("SELECT currency, country FROM tenants WHERE tenant = :tenant")
        if row is None:
            raise Refused("grant: there is no such tenant here")
        return str(row[fact])

    @property
    def today(self) -> date:
        """The current day, in UTC."""
        return self.now.date()

    def find(self, sql: str, **values: Any) -> Row | None:
        """The first row, if there is one."""
        cursor = self.database.execute(sql, self._bind(values))
        row = cursor.fetchone()
        return None if row is None else _named(cursor, row)

    def list(self, sql: str, **values: Any) -> list[Row]:
        """All rows, in the statement's order."""
        cursor = self.database.execute(sql, self._bind(values))
        return [_named(cursor, row) for row in cursor]

    def change(self, sql: str, **values: Any) -> int:
        """Run one changing statement and say how many rows it touched."""
        return self.database.execute(sql, self._bind(values)).rowcount

    def number(self, prefix: str) -> str:
        """The next free identifier with this prefix, like `P-700001`; never given twice in a tenant."""
        row = self.find(
            "INSERT INTO counters (tenant, prefix, value) VALUES (:tenant, :prefix, 700001) "
            "ON CONFLICT (tenant, prefix) DO UPDATE SET value = value + 1 RETURNING value",
            prefix=prefix,
        )
        if row is None:
            raise AssertionError("an upsert returns its row")
        return f"{prefix}-{row['value']}"

    def require_customer(self, customer_id: str) -> None:
        """Make sure that the call is about the granted customer, who exists.

        Raises:
            Refused: they are somebody else, or unknown.
        """
        known = f"SELECT 1 AS known FROM {self.customers} WHERE tenant = :tenant AND customer_id = :customer"  # noqa: S608
        unknown = bool(self.customers) and self.find(known) is None
        if not self.customer or customer_id != self.customer or unknown:
            raise not_found("customer_id", "customer", customer_id)

    def own(self, sql: str, field: str, thing: str, identifier: str, **values: Any) -> Row:
        """The row that `sql` finds for `:id`, `:tenant` and `:customer`, which it must name.

        Raises:
            Refused: there is none for this customer.
        """
        row = self.find(sql, id=identifier, **values) if self.customer else None
        if row is None:
            raise not_found(field, thing, identifier)
        return row

    def _bind(self, values: dict[str, Any]) -> dict[str, Any]:
        return {"tenant": self.tenant, "customer": self.customer, **values}


def _named(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def instant(moment: datetime) -> str:
    """Spell a moment the way the sandbox stores it, so that text order is time order."""
    return moment.isoformat(timespec="seconds")


def ensure(condition: bool, message: str) -> None:
    """Refuse the call unless the condition holds.

    Raises:
        Refused: with the message, which names the field and the reason.
    """
    if not condition:
        raise Refused(message)
