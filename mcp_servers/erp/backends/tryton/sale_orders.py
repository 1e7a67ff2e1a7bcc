"""Orders in Tryton: confirmed sales, whose shipments say where they are."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from mcp_servers.erp.backend.orders import RESHIP_WORKING_DAYS, RESHIPPABLE
from mcp_servers.erp.backends.tryton.books import KEY, Books
from mcp_servers.erp.backends.tryton.rpc import Record
from mcp_servers.erp.models import Order, OrderCancelled, OrderEvent, Orders, Reshipment, TrackedOrder
from mcp_servers.refusal import not_found
from mcp_servers.sandbox.working_days import add_working_days
from mcp_servers.scope import Scope
from mcp_servers.work import ensure

Status = Literal["ordered", "shipped", "late", "lost", "delivered", "reshipped", "cancelled", "returning"]

SALE = "sale.sale"
SHIPMENT = "stock.shipment.out"
FIELDS = (
    "number",
    "state",
    "sale_date",
    "shipping_date",
    "total_amount",
    "reference",
    "origin",
    "currency",
    "company",
    "party",
    "invoice_address",
    "shipment_address",
    "warehouse",
    "invoice_method",
    "shipment_method",
    "carrier",
    "shipment_cost_method",
    "carrier.party.name",
    *(f"shipments.{name}" for name in ("number", "state", "effective_date", "planned_date")),
    *(f"lines.{name}" for name in ("type", "product", "quantity", "unit", "description", "product.name")),
)
ORDERED = ("confirmed", "processing", "done", "cancelled")
UNTOUCHED = ("draft", "waiting", "assigned")
"""States of a shipment that can still be called off."""
USUAL_DAYS = timedelta(days=5)
"""When a sale without a shipping day should come."""


class SaleOrders:
    """The ERP's tools for orders."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._tryton = books.tryton

    async def list_orders(self, scope: Scope) -> Orders:
        """The customer's orders, newest first."""
        sales = await self._sales(scope)
        found = [self._describe(each, sales, scope) for each in sales]
        return Orders(items=sorted(found, key=lambda each: (each.promised_on, each.order_id), reverse=True))

    async def track_order(self, scope: Scope, order_id: str) -> TrackedOrder:
        """An order with what Tryton knows to have happened to it."""
        sales = await self._sales(scope)
        sale = _find(sales, order_id)
        order = self._describe(sale, sales, scope)
        told = [(sale["sale_date"], "Order received")] if sale["sale_date"] else []
        for shipment in sale["shipments."]:
            if shipment["effective_date"] and shipment["state"] in ("shipped", "done"):
                word = "Handed to the carrier" if shipment["state"] == "shipped" else "Delivered"
                told.append((shipment["effective_date"], f"{word} ({shipment['number']})"))
        events = [OrderEvent(at=datetime.combine(day, time(), UTC), text=text) for day, text in sorted(told)]
        return TrackedOrder(**order.model_dump(), events=events)

    async def reship_order(self, scope: Scope, order_id: str, reason: str) -> Reshipment:
        """A sale at no charge in place of one that did not arrive."""
        sales = await self._sales(scope)
        sale = _find(sales, order_id)
        key = KEY.format(key=scope.key)
        made = next((each for each in await self._sales(scope, drafts=True) if each["reference"] == key), None)
        promised_on = add_working_days(scope.today, RESHIP_WORKING_DAYS)
        if made is None:
            status = self._describe(sale, sales, scope).status
            ensure(status in RESHIPPABLE, f"order_id: {order_id} is {status}, not late or lost")
            days = {"sale_date": scope.today, "shipping_date": promised_on}
            await self._tryton.create(SALE, _again(sale) | days | {"reference": key, "description": reason[:200]})
            made = next(each for each in await self._sales(scope, drafts=True) if each["reference"] == key)
        for state, button in (("draft", "quote"), ("quotation", "confirm")):
            if made["state"] == state:
                await self._tryton.press(SALE, button, [made["id"]])
                made = next(each for each in await self._sales(scope, drafts=True) if each["reference"] == key)
        return Reshipment(
            order_id=order_id,
            new_order_id=made["number"],
            item=_item(made),
            promised_on=made["shipping_date"] or promised_on,
        )

    async def cancel_order(self, scope: Scope, order_id: str, reason: str) -> OrderCancelled:
        """Call off the shipments of an order that was not handed over."""
        sales = await self._sales(scope)
        sale = _find(sales, order_id)
        begun = await self._books.begin(scope, SALE, sale["id"])
        order = self._describe(sale, sales, scope)
        if not (begun and order.status == "cancelled"):
            sent = [each for each in sale["shipments."] if each["state"] not in (*UNTOUCHED, "cancelled")]
            stoppable = order.status in ("ordered", "late") and not sent
            ensure(stoppable, f"order_id: {order_id} is {order.status}, and cannot be cancelled any more")
            await self._call_off(sale, reason)
        paid = order.amount_minor if order.payment_id else 0
        return OrderCancelled(order_id=order_id, item=order.item, payment_id=order.payment_id, paid_minor=paid)

    async def _call_off(self, sale: Record, reason: str) -> None:
        await self._books.note(SALE, sale["id"], f"Cancelled: {reason}")
        open_ones = [each["id"] for each in sale["shipments."] if each["state"] in UNTOUCHED]
        if open_ones:
            await self._tryton.press(SHIPMENT, "cancel", open_ones)
        if sale["state"] == "confirmed":
            for button in ("draft", "cancel"):
                await self._tryton.press(SALE, button, [sale["id"]])

    async def _sales(self, scope: Scope, drafts: bool = False) -> list[Record]:
        states = [*ORDERED, "draft", "quotation"] if drafts else list(ORDERED)
        return await self._books.own(SALE, scope, FIELDS, ("state", "in", states))

    def _describe(self, sale: Record, sales: list[Record], scope: Scope) -> Order:
        minor = self._books.minor(sale["total_amount"])
        carrier: Record = sale["carrier."] or {}
        who: Record = carrier.get("party.") or {}
        paid_with = sale["reference"] if minor and not str(sale["reference"]).startswith(KEY.format(key="")) else None
        return Order(
            order_id=sale["number"],
            customer_id=scope.customer,
            item=_item(sale),
            status=_status(sale, sales, scope),
            promised_on=_promised(sale, scope),
            payment_id=paid_with or None,
            amount_minor=minor,
            carrier=str(who.get("name", "")),
        )


def _promised(sale: Record, scope: Scope) -> date:
    planned = [each["planned_date"] for each in sale["shipments."] if each["planned_date"]]
    said = sale["shipping_date"] or max(planned, default=None)
    return said or (sale["sale_date"] or scope.today) + USUAL_DAYS


def _status(sale: Record, sales: list[Record], scope: Scope) -> Status:
    """Where an order stands; Tryton does not know that a parcel is lost, only that it is late."""
    states = {each["state"] for each in sale["shipments."]}
    if any(each["origin"] == f"{SALE},{sale['id']}" for each in sales):
        return "reshipped"
    if sale["state"] == "cancelled" or states == {"cancelled"}:
        return "cancelled"
    if states and states <= {"done", "cancelled"}:
        return "delivered"
    if _promised(sale, scope) < scope.today:
        return "late"
    return "shipped" if "shipped" in states else "ordered"


def _find(sales: list[Record], order_id: str) -> Record:
    found = next((each for each in sales if each["number"] == order_id), None)
    if found is None:
        raise not_found("order_id", "order", order_id)
    return found


def _item(sale: Record) -> str:
    """What was ordered: the first goods of the sale, and how many more there are."""
    names = [line["product."]["name"] for line in sale["lines."] if line.get("product.")]
    first = names[0] if names else (sale["lines."][0]["description"] if sale["lines."] else "—")
    return first if len(names) < 2 else f"{first} + {len(names) - 1}"


def _again(sale: Record) -> Record:
    """The same sale at no charge."""
    same = ("currency", "company", "party", "invoice_address", "shipment_address", "warehouse")
    ways = ("invoice_method", "shipment_method", "carrier", "shipment_cost_method")
    lines = [
        {
            "type": "line",
            "product": line["product"],
            "quantity": line["quantity"],
            "unit": line["unit"],
            "unit_price": 0,
        }
        for line in sale["lines."]
        if line["type"] == "line" and line["product"]
    ]
    return {
        **{name: sale[name] for name in (*same, *ways)},
        "origin": f"{SALE},{sale['id']}",
        "lines": [("create", lines)],
    }
