"""Set up a demonstration database of Tryton through its own RPC: the customers, plans, bills and orders of our sandbox.

    python docs/how-to/examples/tryton_demonstration.py http://127.0.0.1:8000 northwind-fibre DATA_FOLDER C-1001 C-1012

Reads the sandbox of a data folder (`switchboard serve` makes one) and writes the named customers into an empty
database with the modules of docs/how-to/erp-on-tryton.md. Signs in as `admin` with the password in `TRYTON_PASSWORD`.
"""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from mcp_servers.erp.backends.tryton.rpc import TrytonDatabase

KINDS = ("plan", "promotion", "late_fee", "one_off", "credit", "tax")
"""Categories of products: which kind of line it is on a bill."""
PATIENCE_S = 60.0
FIRST_DAY = date(2022, 1, 1)
"""Of the books."""
TENANT = "northwind-fibre"
BILLS = "SELECT * FROM invoices WHERE tenant = ? AND customer_id = ? ORDER BY issued_on"
LINES = "SELECT * FROM invoice_lines WHERE tenant = ? AND invoice_id = ? ORDER BY rowid"
ORDERS = "SELECT * FROM orders WHERE tenant = ? AND customer_id = ? ORDER BY promised_on"
PLANS = "SELECT * FROM plans WHERE tenant = ?"
SUBSCRIPTIONS = """
SELECT s.*, p.monthly_minor FROM subscriptions s JOIN plans p ON p.tenant = s.tenant AND p.plan_id = s.plan_id
WHERE s.tenant = ? AND s.customer_id = ?
"""
Row = dict[str, Any]


class Demonstration:
    """One company's books, filled step by step."""

    def __init__(self, tryton: TrytonDatabase) -> None:
        self._tryton = tryton
        self._company = self._currency = self._unit = self._revenue = self._receivable = self._term = 0
        self._pay_by = self._monthly = 0
        self._products: dict[str, int] = {}
        self._categories: dict[str, int] = {}

    async def found(self, name: str) -> None:
        """The company with its accounts, year, sequences and terms."""
        make = self._tryton.create
        dollar = {"name": "US dollar", "code": "USD", "symbol": "$", "rounding": Decimal("0.01"), "digits": 2}
        self._currency = await make("currency.currency", dollar)
        await make("currency.currency.rate", {"currency": self._currency, "date": date(2000, 1, 1), "rate": Decimal(1)})
        party = await make("party.party", {"name": name})
        self._company = await make("company.company", {"party": party, "currency": self._currency})
        await self._tryton.write("res.user", [1], {"companies": [("add", [self._company])], "company": self._company})
        self._tryton.context["company"] = self._company
        template = await self._one("account.account.template", [("parent", "=", None)])
        chart = {"account_template": template, "company": self._company}
        await self._wizard("account.create_chart", ("account", chart, "create_account"))
        ours = ("company", "=", self._company)
        self._revenue = await self._one("account.account", [("type.revenue", "=", True), ("code", "=", "4.1.2"), ours])
        self._receivable = await self._one("account.account", [("type.receivable", "=", True), ours])
        payable = await self._one("account.account", [("type.payable", "=", True), ("party_required", "=", True), ours])
        defaults = {"default_account_receivable": self._receivable, "default_account_payable": payable}
        await self._tryton.write("account.configuration", [1], defaults)
        await self._open_year()
        self._unit = await self._one("product.uom", [("name", "=", "Unit")])
        line = {"type": "remainder", "relativedeltas": [("create", [{"days": 14}])]}
        term = {"name": "14 days", "lines": [("create", [line])]}
        self._term = await make("account.invoice.payment_term", term)
        cash = await self._one("account.account", [("code", "=", "1.1.1"), ours])
        journal = await self._one("account.journal", [("type", "=", "cash")])
        method = {"name": "Card", "journal": journal, "credit_account": cash, "debit_account": cash}
        self._pay_by = await make("account.invoice.payment.method", method)
        monthly = {"name": "Monthly", "rules": [("create", [{"freq": "monthly", "interval": 1}])]}
        self._monthly = await make("sale.subscription.recurrence.rule.set", monthly)

    async def _open_year(self) -> None:
        """One long financial year, so that every day of the sandbox lies in it, and today."""
        make = self._tryton.create

        async def sequence(what: str, prefix: str) -> int:
            kind = await self._one("ir.sequence.type", [("name", "=", what)])
            values = {"name": what, "sequence_type": kind, "company": self._company, "prefix": prefix}
            return await make("ir.sequence.strict", values)

        invoices, notes = await sequence("Invoice", "INV-"), await sequence("Invoice", "CR-")
        numbers = {f"{way}_invoice_sequence": invoices for way in ("in", "out")}
        numbers |= {f"{way}_credit_note_sequence": notes for way in ("in", "out")}
        year = await make(
            "account.fiscalyear",
            {
                "name": "Demonstration",
                "start_date": FIRST_DAY,
                "end_date": date(datetime.now(UTC).year + 1, 12, 31),
                "company": self._company,
                "move_sequence": await sequence("Account Move", ""),
                "invoice_sequences": [("create", [{**numbers, "company": self._company}])],
            },
        )
        await self._tryton.press("account.fiscalyear", "create_period", [year])

    async def offer(self, plans: Sequence[Row]) -> None:
        """The plans that are sold, and a product for every other kind of line."""
        for kind in KINDS:
            values = {"name": kind}
            self._categories[kind] = await self._tryton.create("product.category", values)
        accounting = {"name": "Services", "accounting": True, "account_revenue": self._revenue}
        self._categories["accounting"] = await self._tryton.create("product.category", accounting)
        for kind in KINDS[1:]:
            self._products[kind] = await self._product(kind, kind, kind, 0)
        for plan in plans:
            number = await self._product(plan["plan_id"], plan["name"], "plan", plan["monthly_minor"])
            self._products[plan["plan_id"]] = number
            service = {"product": number, "consumption_recurrence": self._monthly}
            self._products[f"service {plan['plan_id']}"] = await self._tryton.create(
                "sale.subscription.service", service
            )

    async def _product(self, code: str, name: str, kind: str, price_minor: int, goods: bool = False) -> int:
        template = await self._tryton.create(
            "product.template",
            {
                "name": name,
                "type": "goods" if goods else "service",
                "default_uom": self._unit,
                "sale_uom": self._unit,
                "salable": True,
                "list_price": amount(price_minor),
                "categories": [("add", [self._categories[kind]])],
                "account_category": self._categories["accounting"],
                "products": [("create", [{"suffix_code": code}])],
            },
        )
        return await self._one("product.product", [("template", "=", template)])

    async def welcome(self, customer: str, name: str) -> int:
        """A customer: the party whose code is their number."""
        values = {"name": name, "code": customer, "addresses": [("create", [{"street": "14 Willow Street"}])]}
        values |= {"account_receivable": self._receivable, "customer_payment_term": self._term}
        return await self._tryton.create("party.party", values)

    async def subscribe(self, party: int, row: Row) -> None:
        """A running subscription, with where and on what it is used in its description."""
        said = [f"site {row['site_id']}", f"device {row['device_id']}"]
        said += [f"bound until {row['contract_ends_on']}"] if row["contract_ends_on"] else []
        line = {
            "service": self._products[f"service {row['plan_id']}"],
            "quantity": 1,
            "unit": self._unit,
            "unit_price": amount(row["monthly_minor"]),
            "consumption_recurrence": self._monthly,
            "start_date": date.fromisoformat(row["started_on"]),
        }
        values = {
            "number": row["subscription_id"],
            "description": ", ".join(said),
            "party": party,
            "invoice_address": await self._one("party.address", [("party", "=", party)]),
            "currency": self._currency,
            "company": self._company,
            "start_date": date.fromisoformat(row["started_on"]),
            "invoice_recurrence": self._monthly,
            "lines": [("create", [line])],
        }
        made = await self._tryton.create("sale.subscription", values)
        for button in ("quote", "run"):
            await self._tryton.press("sale.subscription", button, [made])

    async def bill(self, party: int, row: Row, lines: Sequence[Row]) -> None:
        """A posted bill; paid, where nothing is owed of it."""
        values = {
            "type": "out",
            "number": row["invoice_id"],
            "party": party,
            "invoice_address": await self._one("party.address", [("party", "=", party)]),
            "company": self._company,
            "currency": self._currency,
            "journal": await self._one("account.journal", [("type", "=", "revenue")]),
            "account": self._receivable,
            "invoice_date": date.fromisoformat(row["issued_on"]),
            "payment_term": self._term,
            "lines": [("create", [self._bill_line(each) for each in lines])],
        }
        made = await self._tryton.create("account.invoice", values)
        await self._tryton.press("account.invoice", "post", [made])
        if paid := row["total_minor"] - row["balance_minor"]:
            form = {"payee": party, "amount": amount(paid), "currency": self._currency, "payment_method": self._pay_by}
            form |= {
                "company": self._company,
                "date": date.fromisoformat(row["issued_on"]),
                "invoice_account": self._receivable,
            }
            await self._wizard(
                "account.invoice.pay",
                ("start", form, "choice"),
                active_model="account.invoice",
                active_id=made,
                active_ids=[made],
            )

    def _bill_line(self, row: Row) -> Row:
        product = self._products.get(row["kind"]) or self._products[row["plan_id"]]
        return {
            "type": "line",
            "product": product,
            "description": row["description"],
            "quantity": 1,
            "unit": self._unit,
            "unit_price": amount(row["amount_minor"]),
            "account": self._revenue,
            "currency": self._currency,
            "company": self._company,
        }

    async def order(self, party: int, row: Row) -> None:
        """An order: a confirmed sale, with its shipment on its way or there where the sandbox says so."""
        item = await self._product(row["order_id"], row["item"], "one_off", row["amount_minor"], goods=True)
        address = await self._one("party.address", [("party", "=", party)])
        line = {"type": "line", "product": item, "quantity": 1, "unit": self._unit}
        values = {
            "number": row["order_id"],
            "reference": row["payment_id"],
            "party": party,
            "company": self._company,
            "currency": self._currency,
            "invoice_address": address,
            "shipment_address": address,
            "sale_date": date.fromisoformat(row["promised_on"]) - timedelta(days=6),
            "shipping_date": date.fromisoformat(row["promised_on"]),
            "payment_term": self._term,
            "invoice_method": "manual",
            "shipment_method": "order",
            "shipment_cost_method": None,
            "carrier": await self._carrier(row["carrier"]),
            "lines": [("create", [line | {"unit_price": amount(row["amount_minor"])}])],
        }
        made = await self._tryton.create("sale.sale", values)
        for button in ("quote", "confirm", "process"):
            await self._tryton.press("sale.sale", button, [made])
        if row["status"] not in ("shipped", "delivered"):
            return
        shipment = (await self._tryton.read("sale.sale", [("id", "=", made)], ("shipments",)))[0]["shipments"]
        last = "do" if row["status"] == "delivered" else "ship"
        for button in ("wait", "assign_force", "pick", "pack", last):
            await self._tryton.press("stock.shipment.out", button, shipment)

    async def _carrier(self, name: str) -> int:
        """Who brings parcels."""
        known = await self._tryton.read("carrier", [("party.name", "=", name)], ())
        if known:
            return int(known[0]["id"])
        party = await self._tryton.create("party.party", {"name": name})
        product = await self._product(name, name, "one_off", 0)
        return await self._tryton.create("carrier", {"party": party, "carrier_product": product})

    async def _one(self, model: str, domain: Sequence[Any]) -> int:
        found = await self._tryton.read(model, domain, ())
        if not found:
            raise LookupError(f"{model}: nothing fits {domain}; is the database fresh, with all modules?")
        return int(found[0]["id"])

    async def _wizard(self, name: str, *steps: tuple[str, Row, str], **context: Any) -> None:
        await self._tryton.run_wizard(name, *steps, **context)


async def demonstrate(tryton: TrytonDatabase, sandbox: Path, customers: Sequence[str]) -> None:
    """Fill an empty database with these customers of a sandbox's folder."""
    with closing(sqlite3.connect(f"file:{sandbox / 'erp.db'}?mode=ro", uri=True)) as erp:
        erp.row_factory = sqlite3.Row

        def rows(query: str, *about: str) -> list[Row]:
            return [dict(row) for row in erp.execute(query, (TENANT, *about))]

        books = Demonstration(tryton)
        await books.found("Northwind Fibre")
        await books.offer(rows(PLANS))
        for customer in customers:
            party, plan_id = await books.welcome(customer, customer), ""
            for subscription in rows(SUBSCRIPTIONS, customer):
                plan_id = subscription["plan_id"]
                await books.subscribe(party, subscription)
            for bill in rows(BILLS, customer):
                lines = [{**line, "plan_id": plan_id} for line in rows(LINES, bill["invoice_id"])]
                await books.bill(party, bill, lines)
            for order in rows(ORDERS, customer):
                await books.order(party, order)
            sys.stdout.write(f"{customer}: written\n")


async def main(url: str, database: str, folder: str, *customers: str) -> None:
    """What the command does."""
    if not (Path(folder) / "erp.db").is_file():
        sys.exit(f"{folder} has no sandbox: start `switchboard serve` with it once, until it says where it listens")
    tryton = TrytonDatabase(url, database, "admin", os.environ["TRYTON_PASSWORD"], PATIENCE_S)
    try:
        await demonstrate(tryton, Path(folder), customers)
    finally:
        await tryton.close()


def amount(minor: int) -> Decimal:
    """An amount in dollars."""
    return Decimal(minor).scaleb(-2)


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    asyncio.run(main(*sys.argv[1:]))
