"""The payment system's tools."""

from typing import Annotated

from pydantic import Field

from mcp_servers.arguments import AmountMinor, CustomerId, InvoiceId, MethodId, PaymentId, RefundReason, Switch
from mcp_servers.payments import backend, models, refunds
from mcp_servers.toolset import Toolset
from mcp_servers.work import Work

tools = Toolset(
    "payments",
    title="Payments",
    instructions="Captured payments, refunds, payment methods on file, payment links and autopay. All amounts are in "
    "minor units of the currency: 3999 is 39.99. Card numbers never pass through here.",
)


@tools.read
def list_payments(work: Work, customer_id: CustomerId) -> models.Payments:
    """List the customer's payments, newest first, with what can still be refunded of each.

    A charge that was captured twice shows in `captures_of_charge`, `surplus_minor` (what was taken too much) and
    `duplicate_of` (on the later capture, the earlier one).
    """
    return backend.list_payments(work)


@tools.read
def get_payment(work: Work, payment_id: PaymentId) -> models.Payment:
    """Read one payment of the customer, with what can still be refunded of it."""
    return backend.get_payment(work, payment_id)


@tools.read
def list_payment_methods(work: Work, customer_id: CustomerId) -> models.PaymentMethods:
    """List the payment methods on file, masked, and whether bills are paid automatically."""
    return backend.list_payment_methods(work)


@tools.write(destructive=True)
def take_payment(
    work: Work, customer_id: CustomerId, invoice_id: InvoiceId, method_id: MethodId, amount_minor: AmountMinor
) -> models.PaymentTaken:
    """Charge a payment method on file for an invoice: at most the invoice's balance, exactly the amount given.

    A service that was suspended for non-payment is restored once nothing is overdue any more.
    """
    return backend.take_payment(work, invoice_id, method_id, amount_minor)


@tools.write(destructive=True)
def refund_payment(work: Work, payment_id: PaymentId, amount_minor: AmountMinor, reason: RefundReason) -> models.Refund:
    """Pay money back to the method that it came from: at most what is refundable of this payment.

    For `duplicate_charge`, give the later capture and at most its `surplus_minor`. `lost_order` is for a payment of an
    order that was lost or late and was not sent again, `cancelled_order` for one that was cancelled.
    """
    return backend.refund_payment(work, payment_id, amount_minor, reason)


@tools.read
def list_refunds(work: Work, customer_id: CustomerId) -> models.Refunds:
    """List the refunds made to the customer, newest first, each with the day by which it should have arrived.

    One that was `returned` by the bank or card company did not reach the customer: people must settle it.
    """
    return refunds.list_refunds(work)


@tools.write()
def create_payment_link(
    work: Work, customer_id: CustomerId, invoice_id: InvoiceId, amount_minor: AmountMinor
) -> models.PaymentLink:
    """Make a secure page on which the customer pays an invoice with any card. Use it when a card is not on file.

    The link works for seven days. Never ask for a card number in a conversation.
    """
    return backend.create_payment_link(work, invoice_id, amount_minor)


@tools.write(idempotent=True)
def set_autopay(
    work: Work,
    customer_id: CustomerId,
    value: Switch,
    method_id: Annotated[
        str, Field(max_length=64, description="A method on file; the default one if left out.", examples=["PM-6011"])
    ] = "",
) -> models.Autopay:
    """Switch automatic payment of bills on or off. On, bills are charged to the given or the default method on file."""
    return backend.set_autopay(work, value, method_id)
