"""What the ERP's tools answer. Amounts are minor units."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field


class Promotion(BaseModel, frozen=True):
    """A price reduction of the past or present."""

    name: str = Field(description="As it stands on the bill.")
    amount_minor: int = Field(description="What it takes off a month, in minor units.")
    ended_on: date = Field(description="Its last day.")


class Cancellation(BaseModel, frozen=True):
    """When cancelling takes effect and what the last bill would be; for a cancelled subscription, what they are."""

    effective_on: date = Field(description="The day from which the service ends.")
    final_bill_minor: int = Field(description="The last bill, in minor units.")


class Subscription(BaseModel, frozen=True):
    """A subscribed service at a site."""

    subscription_id: str = Field(description="The subscription's number.")
    plan_id: str = Field(description="Its plan.")
    plan_name: str = Field(description="The plan as customers know it.")
    monthly_minor: int = Field(description="What is paid a month now, after discounts.")
    status: Literal["active", "suspended", "cancelled"] = Field(
        description="active, suspended for non-payment, or cancelled (which may take effect later)."
    )
    site_id: str = Field(description="Where the service is used.")
    device_id: str = Field(description="The device that it is used with.")
    started_on: date = Field(description="Its first day.")
    contract_ends_on: date | None = Field(description="Until when the customer is bound; null if not bound.")
    promotion: Promotion | None = Field(description="A price reduction that runs or ran; null if there was none.")
    cancellation: Cancellation = Field(description="When cancelling would take effect, or does.")
    notice_days: int | None = Field(
        default=None, description="How many days before its end a contract must be cancelled; null where not agreed."
    )


class Subscriptions(BaseModel, frozen=True):
    """The customer's subscriptions."""

    items: list[Subscription] = Field(description="The entries, in the order that the list promises.")


class Plan(BaseModel, frozen=True):
    """A plan that can be subscribed to."""

    plan_id: str = Field(description="The plan's number.")
    name: str = Field(description="As customers know it.")
    monthly_minor: int = Field(description="Its monthly price, in minor units.")
    down_mbps: int = Field(description="Its download speed in megabits a second; 0 where speed means nothing.")


class Plans(BaseModel, frozen=True):
    """Plans, cheapest first."""

    items: list[Plan] = Field(description="The entries, in the order that the list promises.")


class PlanQuote(BaseModel, frozen=True):
    """What another plan would cost."""

    subscription_id: str = Field(description="The subscription.")
    plan_id: str = Field(description="The plan that was asked about.")
    plan_name: str = Field(description="As customers know it.")
    old_monthly_minor: int = Field(description="What is paid a month now, in minor units.")
    new_monthly_minor: int = Field(description="What would be paid a month, in minor units.")
    difference_minor: int = Field(description="New less old: negative if it becomes cheaper.")
    effective_on: date = Field(description="From when it would hold.")


class PlanChanged(BaseModel, frozen=True):
    """A changed plan."""

    subscription_id: str = Field(description="The subscription.")
    plan_id: str = Field(description="Its new plan.")
    plan_name: str = Field(description="As customers know it.")
    monthly_minor: int = Field(description="What is paid a month from then on, in minor units.")
    effective_on: date = Field(description="From when it holds.")


class SubscriptionCancelled(Cancellation, frozen=True):
    """A cancelled subscription, which runs until the day it takes effect."""

    subscription_id: str = Field(description="The subscription.")


class Invoice(BaseModel, frozen=True):
    """A bill."""

    invoice_id: str = Field(description="The bill's number.")
    customer_id: str = Field(description="The customer's number.")
    issued_on: date = Field(description="The day on which it was made.")
    due_on: date = Field(description="The day by which it is to be paid.")
    period: str = Field(description="The month billed, YYYY-MM.")
    total_minor: int = Field(description="What the bill comes to, in minor units.")
    balance_minor: int = Field(description="What is still to pay.")
    status: Literal["paid", "open", "overdue"] = Field(
        description="paid, open, or overdue (past its due day and under no arrangement)."
    )


class Invoices(BaseModel, frozen=True):
    """Bills, newest first."""

    items: list[Invoice] = Field(description="The entries, in the order that the list promises.")


class InvoiceLine(BaseModel, frozen=True):
    """One position of a bill."""

    line_id: str = Field(description="The line's number.")
    kind: Literal["plan", "promotion", "late_fee", "one_off", "credit", "tax"] = Field(description="What it is for.")
    description: str = Field(description="As it stands on the bill.")
    amount_minor: int = Field(description="In minor units; negative where it lowers the bill.")
    waived: bool = Field(description="Whether it is not owed any more.")


class InvoiceDetail(Invoice, frozen=True):
    """A bill with its lines; lines that are not waived add up to the total."""

    lines: list[InvoiceLine] = Field(description="Its positions, in their order.")
    url: str = Field(description="Where the customer can open the bill after signing in.")


class Credit(BaseModel, frozen=True):
    """Money credited to the customer's account."""

    credit_id: str = Field(description="The credit's number.")
    amount_minor: int = Field(description="What was credited, in minor units.")
    reason: str = Field(description="Why it was given.")
    applied_at: datetime = Field(description="When it was given.")
    invoice_id: str | None = Field(description="The bill that it lowers; null if it waits for the next bill.")


class Waiver(BaseModel, frozen=True):
    """A fee that is not owed any more."""

    waiver_id: str = Field(description="The waiver's number.")
    invoice_id: str = Field(description="The bill.")
    line_id: str = Field(description="The fee's line.")
    amount_minor: int = Field(description="What is not owed any more, in minor units.")
    balance_minor: int = Field(description="What is still to pay of the bill.")


class Instalment(BaseModel, frozen=True):
    """One part of an arrangement."""

    due_on: date = Field(description="The day by which it is to be paid.")
    amount_minor: int = Field(description="What is to be paid, in minor units.")


class Arrangement(BaseModel, frozen=True):
    """A bill paid in monthly parts, which add up to its balance."""

    arrangement_id: str = Field(description="The arrangement's number.")
    invoice_id: str = Field(description="The bill.")
    instalments: list[Instalment] = Field(description="Its parts, in the order of their days.")


class Order(BaseModel, frozen=True):
    """Something on its way to the customer."""

    order_id: str = Field(description="The order's number.")
    customer_id: str = Field(description="The customer's number.")
    item: str = Field(description="What was ordered.")
    status: Literal["ordered", "shipped", "late", "lost", "delivered", "reshipped", "cancelled", "returning"] = Field(
        description="Where it stands."
    )
    promised_on: date = Field(description="The day on which it was to come.")
    payment_id: str | None = Field(description="The payment that paid it; null if it cost nothing.")
    amount_minor: int = Field(description="What it cost, in minor units.")
    carrier: str = Field(description="Who brings it.")
    returnable_until: date | None = Field(
        default=None, description="The last day on which a delivered order can be sent back; null where it cannot be."
    )


class Orders(BaseModel, frozen=True):
    """Orders, newest first."""

    items: list[Order] = Field(description="The entries, in the order that the list promises.")


class OrderEvent(BaseModel, frozen=True):
    """Something that happened to an order."""

    at: datetime = Field(description="When it happened.")
    text: str = Field(description="What happened.")


class TrackedOrder(Order, frozen=True):
    """An order with its history, oldest first."""

    events: list[OrderEvent] = Field(description="What happened so far, oldest first.")


class Reshipment(BaseModel, frozen=True):
    """An order sent again at no charge."""

    order_id: str = Field(description="The order that did not arrive.")
    new_order_id: str = Field(description="The order that comes in its place.")
    item: str = Field(description="What is sent.")
    promised_on: date = Field(description="The day on which it should come.")


class OrderCancelled(BaseModel, frozen=True):
    """An order that will not be shipped. What was paid for it can be refunded."""

    order_id: str = Field(description="The order's number.")
    item: str = Field(description="What was ordered.")
    payment_id: str | None = Field(description="The payment that paid it; null if it cost nothing.")
    paid_minor: int = Field(description="What was paid for it, in minor units.")


class ReturnLabel(BaseModel, frozen=True):
    """How an order goes back: what was paid for it is refunded once it has arrived."""

    return_id: str = Field(description="The return's number.")
    order_id: str = Field(description="The order's number.")
    item: str = Field(description="What goes back.")
    url: str = Field(description="Where the customer prints the label.")
    send_by: date = Field(description="The day until which it must be sent.")
    paid_minor: int = Field(description="What was paid for it, in minor units.")


class Slot(BaseModel, frozen=True):
    """A time at which a technician can come."""

    slot_id: str = Field(description="The slot's number.")
    site_id: str = Field(description="Where it is.")
    starts_at: datetime = Field(description="When it begins.")
    ends_at: datetime = Field(description="When it ends.")


class Slots(BaseModel, frozen=True):
    """Bookable slots, soonest first."""

    items: list[Slot] = Field(description="The entries, in the order that the list promises.")


class Technician(BaseModel, frozen=True):
    """Who is coming, and where they are."""

    name: str = Field(description="Who comes.")
    eta_at: datetime = Field(description="When they are expected.")
    position: str = Field(description="How far they are, in a few words.")


class Appointment(BaseModel, frozen=True):
    """A technician's visit."""

    appointment_id: str = Field(description="The appointment's number.")
    customer_id: str = Field(description="The customer's number.")
    site_id: str = Field(description="Where it takes place.")
    slot_id: str = Field(description="The slot that it holds.")
    kind: Literal["repair", "installation"] = Field(description="What is done.")
    starts_at: datetime = Field(description="When it begins.")
    ends_at: datetime = Field(description="When it ends.")
    status: Literal["booked", "cancelled", "done"] = Field(description="booked, cancelled or done.")
    reschedule_count: int = Field(description="How often it was moved.")
    technician: Technician | None = Field(description="Known on the day of the visit.")
    credit_due_minor: int = Field(default=0, description="What is credited because nobody came; 0 where nothing is.")
    credited: bool = Field(default=False, description="Whether a visit that nobody came to was credited before.")


class Appointments(BaseModel, frozen=True):
    """Visits, soonest first."""

    items: list[Appointment] = Field(description="The entries, in the order that the list promises.")
