"""The effects of the payment tools, on the sandbox; a real payment provider goes behind the same functions."""

import secrets
from collections import defaultdict
from datetime import timedelta

from mcp_servers.arguments import RefundReason
from mcp_servers.payments.models import (
    Autopay,
    Payment,
    PaymentLink,
    PaymentMethod,
    PaymentMethods,
    Payments,
    PaymentTaken,
    Refund,
)
from mcp_servers.sandbox.system import tell
from mcp_servers.sandbox.working_days import add_working_days
from mcp_servers.work import Row, Work, ensure, instant

LINK_VALID_FOR = timedelta(days=7)
REFUND_WORKING_DAYS = 5

PAYMENTS = """
SELECT p.*, m.label AS method, coalesce(i.total_minor, o.amount_minor) AS owed_minor,
  coalesce(p.invoice_id, p.order_id, p.payment_id) AS charge,
  coalesce((SELECT sum(r.amount_minor) FROM refunds r
    WHERE r.tenant = p.tenant AND r.payment_id = p.payment_id), 0) AS refunded_minor,
  (SELECT max(r.refunded_at) FROM refunds r
    WHERE r.tenant = p.tenant AND r.payment_id = p.payment_id) AS last_refund_at
FROM payments p
JOIN methods m ON m.tenant = p.tenant AND m.method_id = p.method_id
LEFT JOIN owed_invoices i ON i.tenant = p.tenant AND i.invoice_id = p.invoice_id
LEFT JOIN owed_orders o ON o.tenant = p.tenant AND o.order_id = p.order_id
WHERE p.tenant = :tenant AND p.customer_id = :customer ORDER BY p.captured_at, p.payment_id
"""
INVOICE = """
SELECT invoice_id, balance_minor - max(0, taken_minor - received_minor) AS balance_minor FROM owed_invoices
WHERE tenant = :tenant AND customer_id = :customer AND invoice_id = :id
"""
"""What is still to be paid: what was taken here and has not reached the ERP counts already."""
METHOD = """
SELECT method_id, label, expires FROM methods
WHERE tenant = :tenant AND customer_id = :customer AND method_id = :id
"""


def list_payments(work: Work) -> Payments:
    """All captures of the customer, newest first."""
    return Payments(items=list(reversed(_payments(work))))


def get_payment(work: Work, payment_id: str) -> Payment:
    """One capture of the customer."""
    known = "SELECT 1 AS known FROM payments WHERE tenant = :tenant AND customer_id = :customer AND payment_id = :id"
    work.own(known, "payment_id", "payment", payment_id)
    return next(payment for payment in _payments(work) if payment.payment_id == payment_id)


def _payments(work: Work) -> list[Payment]:
    charges: dict[str, list[Row]] = defaultdict(list)
    rows = work.list(PAYMENTS)
    for row in rows:
        charges[row["charge"]].append(row)
    return [_describe(row, charges[row["charge"]]) for row in rows]


def _describe(row: Row, charge: list[Row]) -> Payment:
    refundable = row["amount_minor"] - row["refunded_minor"]
    partly = "partially_refunded" if row["refunded_minor"] else "captured"
    return Payment.model_validate(
        {
            **row,
            "refundable_minor": refundable,
            "status": partly if refundable else "refunded",
            "captures_of_charge": len(charge),
            "surplus_minor": _surplus(charge),
            "duplicate_of": _duplicate_of(row, charge),
        }
    )


def _surplus(charge: list[Row]) -> int:
    owed = charge[0]["owed_minor"]
    kept = sum(row["amount_minor"] - row["refunded_minor"] for row in charge)
    return 0 if owed is None else max(0, kept - owed)


def _duplicate_of(row: Row, charge: list[Row]) -> str | None:
    """The first capture of as much, if the charge was already paid when this capture came."""
    earlier = charge[: charge.index(row)]
    paid_before = sum(other["amount_minor"] for other in earlier)
    if row["owed_minor"] is None or not earlier or paid_before < row["owed_minor"]:
        return None
    same = [other for other in earlier if other["amount_minor"] == row["amount_minor"]]
    return (same or earlier)[0]["payment_id"]


def list_payment_methods(work: Work) -> PaymentMethods:
    """The methods on file, masked."""
    rows = work.list(
        "SELECT method_id, kind, label, expires, is_default AS 'default' FROM methods "
        "WHERE tenant = :tenant AND customer_id = :customer ORDER BY is_default DESC, method_id"
    )
    return PaymentMethods(
        items=[PaymentMethod.model_validate(row) for row in rows], autopay=_autopay_method(work) is not None
    )


def _autopay_method(work: Work) -> str | None:
    row = work.find("SELECT autopay_method_id FROM payers WHERE tenant = :tenant AND customer_id = :customer")
    return row["autopay_method_id"] if row else None


def _usable_method(work: Work, method_id: str) -> Row:
    method = work.own(METHOD, "method_id", "payment method", method_id)
    current = method["expires"] is None or method["expires"] >= work.today.strftime("%Y-%m")
    ensure(current, f"method_id: {method['label']} has expired")
    return method


def take_payment(work: Work, invoice_id: str, method_id: str, amount_minor: int) -> PaymentTaken:
    """Capture an amount for an invoice; a suspended service comes back once nothing is overdue."""
    invoice = work.own(INVOICE, "invoice_id", "invoice", invoice_id)
    method = _usable_method(work, method_id)
    balance_minor = invoice["balance_minor"] - amount_minor
    ensure(balance_minor >= 0, f"amount_minor: the balance of {invoice_id} is {invoice['balance_minor']}")
    payment_id = work.number("P")
    work.change(
        "INSERT INTO payments "
        "(tenant, payment_id, customer_id, invoice_id, captured_at, amount_minor, currency, method_id, description) "
        "VALUES (:tenant, :payment_id, :customer, :invoice_id, :at, :amount, :currency, :method_id, :description)",
        payment_id=payment_id,
        invoice_id=invoice_id,
        at=instant(work.now),
        amount=amount_minor,
        currency=work.currency,
        method_id=method_id,
        description=f"Payment of {invoice_id}",
    )
    work.change(
        "UPDATE owed_invoices SET taken_minor = taken_minor + :amount "
        "WHERE tenant = :tenant AND invoice_id = :invoice_id",
        amount=amount_minor,
        invoice_id=invoice_id,
    )
    tell(work, "payment_taken", payment_id=payment_id, invoice_id=invoice_id, amount_minor=amount_minor)
    return PaymentTaken(
        payment_id=payment_id,
        invoice_id=invoice_id,
        amount_minor=amount_minor,
        method=method["label"],
        captured_at=work.now,
        balance_minor=balance_minor,
    )


def refund_payment(work: Work, payment_id: str, amount_minor: int, reason: RefundReason) -> Refund:
    """Pay back at most what was captured and not yet paid back; of a duplicate, at most the surplus."""
    payment = get_payment(work, payment_id)
    ensure(payment.refundable_minor > 0, f"payment_id: {payment_id} has already been refunded whole")
    ensure(
        amount_minor <= payment.refundable_minor,
        f"amount_minor: at most {payment.refundable_minor} of {payment_id} can be refunded",
    )
    _check_reason(work, payment, amount_minor, reason)
    refund_id = work.number("R")
    work.change(
        "INSERT INTO refunds (tenant, refund_id, payment_id, customer_id, amount_minor, reason, refunded_at) "
        "VALUES (:tenant, :refund_id, :payment_id, :customer, :amount_minor, :reason, :at)",
        refund_id=refund_id,
        payment_id=payment_id,
        amount_minor=amount_minor,
        reason=reason,
        at=instant(work.now),
    )
    return Refund(
        refund_id=refund_id,
        payment_id=payment_id,
        amount_minor=amount_minor,
        refunded_at=work.now,
        arrives_by=add_working_days(work.today, REFUND_WORKING_DAYS),
        method=payment.method,
    )


def _check_reason(work: Work, payment: Payment, amount_minor: int, reason: RefundReason) -> None:
    if reason == "duplicate_charge":
        surplus = payment.surplus_minor
        ensure(amount_minor <= surplus, f"amount_minor: only {surplus} of this charge was captured too much")
    if reason in ("lost_order", "cancelled_order"):
        order = work.find(
            "SELECT status FROM owed_orders "
            "WHERE tenant = :tenant AND customer_id = :customer AND order_id = :order_id",
            order_id=payment.order_id,
        )
        ensure(order is not None, f"reason: {payment.payment_id} did not pay an order")
        status = order["status"] if order else ""
        ensure(status != "reshipped", f"reason: order {payment.order_id} was sent again instead")
        cancelled = status == "cancelled" or reason != "cancelled_order"
        ensure(cancelled, f"reason: order {payment.order_id} is {status}, not cancelled")


def create_payment_link(work: Work, invoice_id: str, amount_minor: int) -> PaymentLink:
    """Make a page for paying an amount of an invoice."""
    invoice = work.own(INVOICE, "invoice_id", "invoice", invoice_id)
    balance_minor = invoice["balance_minor"]
    ensure(amount_minor <= balance_minor, f"amount_minor: the balance of {invoice_id} is {balance_minor}")
    url = f"https://pay.{work.tenant}.example/{secrets.token_urlsafe(16)}"
    expires_at = work.now + LINK_VALID_FOR
    work.change(
        "INSERT INTO payment_links "
        "(tenant, link_id, customer_id, invoice_id, amount_minor, url, created_at, expires_at) "
        "VALUES (:tenant, :link_id, :customer, :invoice_id, :amount_minor, :url, :created_at, :expires_at)",
        link_id=work.number("LK"),
        invoice_id=invoice_id,
        amount_minor=amount_minor,
        url=url,
        created_at=instant(work.now),
        expires_at=instant(expires_at),
    )
    return PaymentLink(url=url, amount_minor=amount_minor, expires_at=expires_at)


def set_autopay(work: Work, value: bool, method_id: str) -> Autopay:
    """Switch automatic payment on with a method on file (the default one if none is named), or off."""
    method = _autopay_choice(work, method_id) if value else None
    work.change(
        "UPDATE payers SET autopay_method_id = :method_id WHERE tenant = :tenant AND customer_id = :customer",
        method_id=method["method_id"] if method else None,
    )
    return Autopay(enabled=value, method=method["label"] if method else None)


def _autopay_choice(work: Work, method_id: str) -> Row:
    if method_id:
        return _usable_method(work, method_id)
    default = next((item for item in list_payment_methods(work).items if item.default), None)
    ensure(default is not None, "method_id: there is no payment method on file")
    return _usable_method(work, default.method_id if default else "")
