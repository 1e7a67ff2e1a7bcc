"""Orders that are not wanted: cancelled before they are shipped, sent back after."""

import secrets

from mcp_servers.erp.backend.orders import note_event, own_order, returnable_until
from mcp_servers.erp.models import OrderCancelled, ReturnLabel
from mcp_servers.work import Row, Work, ensure


def cancel_order(work: Work, order_id: str, reason: str) -> OrderCancelled:
    """Stop an order that was not handed to the carrier."""
    order = own_order(work, order_id)
    ensure(order["status"] == "ordered", f"order_id: {order_id} is {order['status']}, and cannot be cancelled any more")
    _set_status(work, order_id, "cancelled")
    note_event(work, order_id, f"Cancelled: {reason}")
    return OrderCancelled(
        order_id=order_id, item=order["item"], payment_id=order["payment_id"], paid_minor=_paid(order)
    )


def create_return_label(work: Work, order_id: str, reason: str) -> ReturnLabel:
    """Let a delivered order come back; the label is made once."""
    order = own_order(work, order_id)
    ensure(order["status"] == "delivered", f"order_id: {order_id} is {order['status']}, not delivered")
    send_by = returnable_until(order)
    ensure(send_by is not None and work.today <= send_by, f"order_id: {order_id} could be sent back until {send_by}")
    return_id = work.number("RT")
    url = f"https://returns.{work.tenant}.example/{secrets.token_urlsafe(16)}"
    work.change(
        "INSERT INTO returns (tenant, return_id, customer_id, order_id, reason, url) "
        "VALUES (:tenant, :return_id, :customer, :order_id, :reason, :url)",
        return_id=return_id,
        order_id=order_id,
        reason=reason,
        url=url,
    )
    _set_status(work, order_id, "returning")
    note_event(work, order_id, f"Return {return_id}: {reason}")
    return ReturnLabel(
        return_id=return_id,
        order_id=order_id,
        item=order["item"],
        url=url,
        send_by=send_by or work.today,
        paid_minor=_paid(order),
    )


def _paid(order: Row) -> int:
    return order["amount_minor"] if order["payment_id"] else 0


def _set_status(work: Work, order_id: str, status: str) -> None:
    work.change(
        "UPDATE orders SET status = :status WHERE tenant = :tenant AND order_id = :order_id",
        order_id=order_id,
        status=status,
    )
