"""Orders: where they are, and sending again what did not arrive."""

from datetime import date, timedelta

from mcp_servers.erp.models import Order, OrderEvent, Orders, Reshipment, TrackedOrder
from mcp_servers.sandbox.working_days import add_working_days
from mcp_servers.work import Row, Work, ensure, instant

RESHIPPABLE = ("late", "lost")
RESHIP_WORKING_DAYS = 3
RETURNABLE_FOR = timedelta(days=30)

ORDERS = "SELECT * FROM orders WHERE tenant = :tenant AND customer_id = :customer "


def list_orders(work: Work) -> Orders:
    """The customer's orders, newest first."""
    rows = work.list(ORDERS + "ORDER BY promised_on DESC, rowid DESC")
    return Orders(items=[Order.model_validate({**row, "returnable_until": returnable_until(row)}) for row in rows])


def track_order(work: Work, order_id: str) -> TrackedOrder:
    """One order with its history."""
    row = own_order(work, order_id)
    events = work.list(
        "SELECT at, text FROM order_events WHERE tenant = :tenant AND order_id = :id ORDER BY at, rowid", id=order_id
    )
    told = [OrderEvent.model_validate(event) for event in events]
    return TrackedOrder.model_validate({**row, "returnable_until": returnable_until(row), "events": told})


def returnable_until(order: Row) -> date | None:
    """The last day on which a delivered order can be sent back."""
    return date.fromisoformat(order["promised_on"]) + RETURNABLE_FOR if order["status"] == "delivered" else None


def own_order(work: Work, order_id: str) -> Row:
    """An order of the customer."""
    return work.own(ORDERS + "AND order_id = :id", "order_id", "order", order_id)


def reship_order(work: Work, order_id: str, reason: str) -> Reshipment:
    """Send a late or lost order again, once, unless its payment went back."""
    order = own_order(work, order_id)
    ensure(order["status"] in RESHIPPABLE, f"order_id: {order_id} is {order['status']}, not late or lost")
    refunded = work.find(
        "SELECT 1 AS refunded FROM refunded_payments WHERE tenant = :tenant AND payment_id = :payment_id",
        payment_id=order["payment_id"],
    )
    ensure(refunded is None, f"order_id: {order_id} was refunded")
    return _send_again(work, order, reason)


def _send_again(work: Work, order: Row, reason: str) -> Reshipment:
    reshipment = Reshipment(
        order_id=order["order_id"],
        new_order_id=work.number("O"),
        item=order["item"],
        promised_on=add_working_days(work.today, RESHIP_WORKING_DAYS),
    )
    work.change(
        "UPDATE orders SET status = 'reshipped' WHERE tenant = :tenant AND order_id = :order_id",
        order_id=reshipment.order_id,
    )
    work.change(
        "INSERT INTO orders "
        "(tenant, order_id, customer_id, item, status, promised_on, payment_id, amount_minor, carrier) "
        "VALUES (:tenant, :order_id, :customer, :item, 'ordered', :promised_on, NULL, 0, :carrier)",
        order_id=reshipment.new_order_id,
        item=reshipment.item,
        promised_on=reshipment.promised_on.isoformat(),
        carrier=order["carrier"],
    )
    note_event(work, reshipment.order_id, f"Sent again as {reshipment.new_order_id}: {reason}")
    note_event(work, reshipment.new_order_id, f"Ordered at no charge in place of {reshipment.order_id}")
    return reshipment


def note_event(work: Work, order_id: str, text: str) -> None:
    """Add to an order's history."""
    work.change(
        "INSERT INTO order_events (tenant, order_id, at, text) VALUES (:tenant, :order_id, :at, :text)",
        order_id=order_id,
        at=instant(work.now),
        text=text,
    )
