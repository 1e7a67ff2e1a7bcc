"""A customer's charges as payments: what of each can go back, and which bill or order was charged too often."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from mcp_servers.payments.backends.stripe.records import Charge, StripeInvoice, StripeRefund
from mcp_servers.payments.models import Payment, RefundRecord
from mcp_servers.sandbox.working_days import add_working_days

LOST = ("failed", "canceled")
"""States of a refund that gave nothing back."""


def moment(seconds: int) -> datetime:
    """Stripe's times are seconds of the epoch."""
    return datetime.fromtimestamp(seconds, UTC)


def describe_payments(customer_id: str, charges: Iterable[Charge], invoices: Sequence[StripeInvoice]) -> list[Payment]:
    """Every captured charge as a payment, newest first."""
    paid = sorted((each for each in charges if each.captured and each.status == "succeeded"), key=_order)
    together: dict[str, list[Charge]] = defaultdict(list)
    for charge in paid:
        together[charge.of].append(charge)
    found = [_describe(customer_id, each, together[each.of], owed_for(each, invoices)) for each in paid]
    return found[::-1]


def describe_refunds(charges: Iterable[Charge], within: int) -> list[RefundRecord]:
    """Every refund of these charges, newest first; each is there `within` so many working days after it was made."""
    made = [(charge, refund) for charge in charges for refund in (charge.refunds.data if charge.refunds else [])]
    return [_describe_refund(*each, within) for each in sorted(made, key=lambda each: each[1].created, reverse=True)]


def _describe_refund(charge: Charge, refund: StripeRefund, within: int) -> RefundRecord:
    at, method = moment(refund.created), charge.payment_method_details
    return RefundRecord(
        refund_id=refund.id,
        payment_id=charge.id,
        amount_minor=refund.amount,
        refunded_at=at,
        arrives_by=add_working_days(at.date(), within),
        method=method.label if method else "",
        status="returned" if refund.status in LOST else "sent",
    )


def owed_for(charge: Charge, invoices: Sequence[StripeInvoice]) -> int | None:
    """What was owed for what a charge paid: its invoice's total, or what its metadata `owed_minor` says.

    None where neither says it: a second charge may be a second instalment, and nothing is guessed.
    """
    invoice = next((each for each in invoices if charge.of in each.names), None)
    if invoice is not None:
        return invoice.total
    said = charge.metadata.get("owed_minor", "")
    return int(said) if said.isdecimal() else None


def _order(charge: Charge) -> tuple[int, str]:
    return charge.created, charge.id


def _describe(customer_id: str, charge: Charge, together: Sequence[Charge], owed: int | None) -> Payment:
    refundable = charge.amount_captured - charge.amount_refunded
    refunds = [each for each in (charge.refunds.data if charge.refunds else []) if each.status not in LOST]
    method = charge.payment_method_details
    return Payment(
        payment_id=charge.id,
        customer_id=customer_id,
        invoice_id=charge.metadata.get("invoice_id"),
        order_id=charge.metadata.get("order_id"),
        captured_at=moment(charge.created),
        amount_minor=charge.amount_captured,
        refunded_minor=charge.amount_refunded,
        refundable_minor=refundable,
        currency=charge.currency.upper(),
        method_id=charge.payment_method or "",
        method=method.label if method else "",
        status="refunded" if not refundable else "partially_refunded" if charge.amount_refunded else "captured",
        captures_of_charge=len(together),
        surplus_minor=_surplus(together, owed),
        duplicate_of=_duplicate_of(charge, together, owed),
        last_refund_at=moment(max(each.created for each in refunds)) if refunds else None,
        description=charge.description or "",
    )


def _surplus(together: Sequence[Charge], owed: int | None) -> int:
    kept = sum(each.amount_captured - each.amount_refunded for each in together)
    return 0 if owed is None else max(0, kept - owed)


def _duplicate_of(charge: Charge, together: Sequence[Charge], owed: int | None) -> str | None:
    """The first charge of as much, if all was paid already when this one came."""
    earlier = together[: together.index(charge)]
    if owed is None or not earlier or sum(each.amount_captured for each in earlier) < owed:
        return None
    same = [each for each in earlier if each.amount_captured == charge.amount_captured]
    return (same or earlier)[0].id
