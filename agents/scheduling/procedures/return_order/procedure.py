"""Cancel an order, or send it back."""

from collections.abc import Generator
from typing import Any

from agents.procedure import (
    Ask,
    Call,
    CallRefused,
    CallWithdrawn,
    Case,
    Choice,
    Declined,
    Delegate,
    End,
    Ended,
    Facts,
    HandOff,
    Journey,
    Resolved,
    Say,
    Step,
)

NOT_WANTED = "not wanted"
"""Why, for the record: nobody is asked for a reason."""
ON_OFFER = 4
"""Orders named in one question."""
LONG = 5
"""Letters from which a word of an item names it."""
GONE = ("cancelled", "returning", "reshipped")
"""States of orders that there is nothing left to cancel or send back of."""


def return_order(case: Case) -> Journey:
    """Cancel an order that was not shipped yet, or let a delivered one be sent back; its price follows.

    1. Find the order. None: say so. Several that can be cancelled or sent back: ask which.
    2. Not shipped yet: cancel it after the customer's yes, then refund what was paid for it after another one. What the
       rules do not let go back by itself goes to a supervisor or to billing.
    3. On its way: it cannot be stopped; say when it comes, and that it can be sent back then. Lost: make it good.
    4. Delivered: make a return label after the customer's yes; the refund follows when the order has arrived. After its
       last day: say so.
    5. Cancelled, on its way back or sent again already: say so.
    """
    order = yield from _find_order(case)
    if order is None:
        return Declined("no_orders")
    match order["status"]:
        case "ordered":
            return (yield from _cancel(order))
        case "delivered":
            return (yield from _send_back(case, order))
        case "lost":
            ended: Ended = yield Delegate("scheduling.track_order", order_id=order["order_id"])
            return Resolved("", **ended.facts) if ended.kind == "resolved" else Declined("", **ended.facts)
        case "shipped" | "late":
            return Declined("shipped", **describe_order(order))
        case status:
            return Declined(status, **describe_order(order))


def describe_order(order: Facts) -> Facts:
    """What a reply says of an order."""
    return {name: order[name] for name in ("order_id", "item", "promised_on")}


def list_open(orders: list[Facts], reference: str) -> list[Facts]:
    """The orders that may be meant: the named one, else those that are not gone, else the latest."""
    named = [each for each in orders if each["order_id"] == reference]
    open_ones = [each for each in orders if each["status"] not in GONE]
    return (named or open_ones or orders[:1])[:ON_OFFER]


def name_ways(order: Facts) -> tuple[str, ...]:
    """How an order is named: by its number, or by a word of its item."""
    return (order["order_id"], *(word.casefold() for word in order["item"].split() if len(word) >= LONG))


def _find_order(case: Case) -> Generator[Step, Any, Facts | None]:
    """The order that the customer means; asks where there are several."""
    listed = yield Call("erp.list_orders", customer_id=case.customer_id)
    reference = str(case.facts.get("order_id") or case.first("reference") or "")
    candidates = list_open(listed["items"], reference)
    said = case.text.casefold()
    by_item = [each for each in candidates if each["item"].casefold() in said]
    candidates = by_item or candidates
    if len(candidates) <= 1:
        return next(iter(candidates), None)
    choices = tuple(Choice(each["order_id"], each["item"], words=name_ways(each)) for each in candidates)
    names = [f"{each['item']} ({each['order_id']})" for each in candidates]
    wanted = yield Ask("order", choices=choices, reply="ask_order", orders=names)
    return next(each for each in candidates if each["order_id"] == wanted)


def _cancel(order: Facts) -> Generator[Step, Any, End]:
    """Stop the order, then give back what was paid for it."""
    told = describe_order(order)
    try:
        cancelled = yield Call("erp.cancel_order", order_id=order["order_id"], reason=NOT_WANTED)
    except CallWithdrawn:
        return Declined("kept", **told)
    except CallRefused:
        return Declined("shipped", **told)
    if not cancelled["paid_minor"]:
        return Resolved("cancelled_free", **told)
    yield Say("stopped", **told)
    return (yield from _pay_back(told, cancelled))


def _pay_back(told: Facts, cancelled: Facts) -> Generator[Step, Any, End]:
    payment = yield Call("payments.get_payment", payment_id=cancelled["payment_id"])
    amount = min(cancelled["paid_minor"], payment["refundable_minor"])
    if amount <= 0:
        return Resolved("paid_back_before", **told)
    arguments = {"payment_id": cancelled["payment_id"], "amount_minor": amount}
    try:
        refund = yield Call("payments.refund_payment", **arguments, reason="cancelled_order")
    except CallWithdrawn:
        return Resolved("cancelled_without_refund", amount_minor=amount, **told)
    except CallRefused:
        return HandOff("policy_limit", queue="billing", reply="refund_by_billing", amount_minor=amount, **told)
    said = {name: refund[name] for name in ("amount_minor", "arrives_by", "method")}
    return Resolved("cancelled_and_refunded", **told, **said)


def _send_back(case: Case, order: Facts) -> Generator[Step, Any, End]:
    """A label with which the customer sends the order back."""
    told = describe_order(order)
    until = order.get("returnable_until") or ""
    if until < case.today.isoformat():
        return Declined("too_late", until=until, **told)
    try:
        label = yield Call("erp.create_return_label", order_id=order["order_id"], reason=NOT_WANTED)
    except CallWithdrawn:
        return Declined("kept", **told)
    except CallRefused:
        return Declined("too_late", until=until, **told)
    said = {name: label[name] for name in ("return_id", "url", "send_by", "paid_minor")}
    return Resolved("label_made", **told, **said)
