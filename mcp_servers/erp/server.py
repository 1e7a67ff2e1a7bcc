"""The ERP's tools."""

from typing import Annotated

from mcp.server.mcpserver.prompts.base import Prompt
from pydantic import Field

from mcp_servers.arguments import (
    AmountMinor,
    AppointmentId,
    CustomerId,
    Day,
    Instalments,
    InvoiceId,
    LineId,
    OrderId,
    PlanId,
    Reason,
    SiteId,
    SlotId,
    SubscriptionId,
)
from mcp_servers.erp import models
from mcp_servers.erp.backend import appointments, invoices, orders, returns, subscriptions
from mcp_servers.resources import ServedResource
from mcp_servers.toolset import Toolset
from mcp_servers.work import Work


def explain_bill(invoice_id: InvoiceId) -> str:
    """Explain a bill by what changed since the one before."""
    return (
        f"Explain bill {invoice_id} to its customer. Read it with get_invoice, and the one before it in list_invoices; "
        "name each line that is new, gone or another amount, in words, with amounts and days as they are there. "
        "Promise nothing, and change nothing."
    )


tools = Toolset(
    "erp",
    title="Enterprise resource planning",
    instructions="Subscriptions and plans, bills, credits, orders, and technicians' visits. All amounts are in minor "
    "units of the currency: 3999 is 39.99. Days are YYYY-MM-DD, times are UTC.",
    resources=(
        ServedResource(
            "bill", "get_invoice", "A bill with all its lines, by its number.", "invoice_id", lists="list_invoices"
        ),
        ServedResource(
            "visit",
            "list_appointments",
            "A technician's visit, by its number.",
            key="appointment_id",
            lists="list_appointments",
        ),
    ),
    prompts=(Prompt.from_function(explain_bill, title="Explain a bill"),),
)


@tools.read
def list_subscriptions(work: Work, customer_id: CustomerId) -> models.Subscriptions:
    """List the customer's subscriptions: plan, monthly price, status, site and device.

    `cancellation` says when cancelling would take effect and what the final bill would be: tell both before cancelling.
    """
    return subscriptions.list_subscriptions(work)


@tools.read
def list_plans(work: Work) -> models.Plans:
    """List the plans on sale with monthly price and speed, cheapest first."""
    return subscriptions.list_plans(work)


@tools.read
def quote_plan_change(work: Work, subscription_id: SubscriptionId, plan_id: PlanId) -> models.PlanQuote:
    """Say what another plan would cost and from when, without changing anything."""
    return subscriptions.quote_plan_change(work, subscription_id, plan_id)


@tools.write(destructive=True)
def change_plan(work: Work, subscription_id: SubscriptionId, plan_id: PlanId) -> models.PlanChanged:
    """Move a subscription to another plan, up or down. Quote the price first with quote_plan_change."""
    return subscriptions.change_plan(work, subscription_id, plan_id)


@tools.write(destructive=True)
def cancel_subscription(work: Work, subscription_id: SubscriptionId, reason: Reason) -> models.SubscriptionCancelled:
    """Cancel a subscription for good. It runs on until `effective_on`; the answer has the final bill."""
    return subscriptions.cancel_subscription(work, subscription_id, reason)


@tools.read
def list_invoices(work: Work, customer_id: CustomerId) -> models.Invoices:
    """List the customer's bills, newest first, each with its balance and whether it is paid, open or overdue."""
    return invoices.list_invoices(work)


@tools.read
def get_invoice(work: Work, invoice_id: InvoiceId) -> models.InvoiceDetail:
    """Read a bill with all its lines, and the address at which the customer can open it.

    To explain a bill, compare its lines with those of the bill before.
    """
    return invoices.get_invoice(work, invoice_id)


@tools.write()
def apply_credit(work: Work, customer_id: CustomerId, amount_minor: AmountMinor, reason: Reason) -> models.Credit:
    """Credit an amount to the customer's account. It lowers an open bill at once, otherwise the next one.

    For an outage, begin the reason with "outage" and give exactly its `credit_due_minor`; each is credited once. For a
    visit that nobody came to, "missed visit" and its number, and exactly its `credit_due_minor`.
    """
    return invoices.apply_credit(work, amount_minor, reason)


@tools.write(destructive=True)
def waive_fee(
    work: Work, invoice_id: InvoiceId, line_id: LineId, amount_minor: AmountMinor, reason: Reason
) -> models.Waiver:
    """Strike a late fee or one-off fee from a bill. The amount must be exactly the fee's; each can be waived once."""
    return invoices.waive_fee(work, invoice_id, line_id, amount_minor, reason)


@tools.write()
def create_payment_arrangement(
    work: Work, invoice_id: InvoiceId, instalments: Instalments, first_due_on: Day
) -> models.Arrangement:
    """Spread a bill's balance over two to six monthly instalments. The first is due within a month from today.

    Under an arrangement the bill is not overdue.
    """
    return invoices.create_payment_arrangement(work, invoice_id, instalments, first_due_on)


@tools.read
def list_orders(work: Work, customer_id: CustomerId) -> models.Orders:
    """List the customer's orders, newest first, with status and the promised day."""
    return orders.list_orders(work)


@tools.read
def track_order(work: Work, order_id: OrderId) -> models.TrackedOrder:
    """Read an order with everything that happened to it so far."""
    return orders.track_order(work, order_id)


@tools.write()
def reship_order(work: Work, order_id: OrderId, reason: Reason) -> models.Reshipment:
    """Send a late or lost order again at no charge. Only one way is open: an order is sent again or refunded."""
    return orders.reship_order(work, order_id, reason)


@tools.write(destructive=True)
def cancel_order(work: Work, order_id: OrderId, reason: Reason) -> models.OrderCancelled:
    """Cancel an order that was not handed to the carrier yet. Refund its payment afterwards: `cancelled_order`."""
    return returns.cancel_order(work, order_id, reason)


@tools.write()
def create_return_label(work: Work, order_id: OrderId, reason: Reason) -> models.ReturnLabel:
    """Make a label with which the customer sends a delivered order back at no charge, until its `returnable_until`.

    Give the customer the address of the label. The refund follows by itself once the order has arrived.
    """
    return returns.create_return_label(work, order_id, reason)


@tools.read
def list_slots(
    work: Work,
    site_id: Annotated[
        SiteId | None, Field(description="One site; all of the customer's without.", examples=["S-4007"])
    ] = None,
    after: Annotated[Day | None, Field(description="Not before this day.", examples=["2026-03-20"])] = None,
    before: Annotated[Day | None, Field(description="Not after this day.", examples=["2026-03-27"])] = None,
) -> models.Slots:
    """List the times at which a technician can come to a site, soonest first, all of them bookable now.

    `after` and `before` narrow them to days, both included. Without `site_id`: at all of the customer's sites.
    """
    return appointments.list_slots(work, site_id, after, before)


@tools.read
def list_appointments(work: Work, customer_id: CustomerId) -> models.Appointments:
    """List the customer's visits by a technician. On the day of a visit, `technician` says who comes and when.

    A visit that stands as booked though its time has passed was missed; `credit_due_minor` is what is credited for it.
    """
    return appointments.list_appointments(work)


@tools.write()
def book_appointment(
    work: Work, customer_id: CustomerId, site_id: SiteId, slot_id: SlotId, reason: Reason
) -> models.Appointment:
    """Book a technician's visit in a slot from list_slots."""
    return appointments.book_appointment(work, site_id, slot_id, reason)


@tools.write(destructive=True)
def reschedule_appointment(work: Work, appointment_id: AppointmentId, slot_id: SlotId) -> models.Appointment:
    """Move a visit to another slot from list_slots. Its old slot is given up."""
    return appointments.reschedule_appointment(work, appointment_id, slot_id)


@tools.write(destructive=True)
def cancel_appointment(work: Work, appointment_id: AppointmentId, reason: Reason) -> models.Appointment:
    """Call a visit off. Its slot is given up: another visit needs a new booking."""
    return appointments.cancel_appointment(work, appointment_id, reason)
