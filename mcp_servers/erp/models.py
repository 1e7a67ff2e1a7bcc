"""What the ERP's tools answer. Amounts are minor units."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field


class Promotion(BaseModel, frozen=True):
    """A price reduction of the past or present."""

    name: str
    amount_minor: int
    ended_on: date


class Cancellation(BaseModel, frozen=True):
    """When cancelling takes effect and what the last bill would be; for a cancelled subscription, what they are."""

    effective_on: date
    final_bill_minor: int


class Subscription(BaseModel, frozen=True):
    """A subscribed service at a site."""

    subscription_id: str
    plan_id: str
    plan_name: str
    monthly_minor: int = Field(description="What is paid a month now, after discounts.")
    status: Literal["active", "suspended", "cancelled"]
    site_id: str
    device_id: str
    started_on: date
    contract_ends_on: date | None
    promotion: Promotion | None
    cancellation: Cancellation


class Subscriptions(BaseModel, frozen=True):
    """The customer's subscriptions."""

    items: list[Subscription]


class Plan(BaseModel, frozen=True):
    """A plan that can be subscribed to."""

    plan_id: str
    name: str
    monthly_minor: int
    down_mbps: int


class Plans(BaseModel, frozen=True):
    """Plans, cheapest first."""

    items: list[Plan]


class PlanQuote(BaseModel, frozen=True):
    """What another plan would cost."""

    subscription_id: str
    plan_id: str
    plan_name: str
    old_monthly_minor: int
    new_monthly_minor: int
    difference_minor: int = Field(description="New less old: negative if it becomes cheaper.")
    effective_on: date


class PlanChanged(BaseModel, frozen=True):
    """A changed plan."""

    subscription_id: str
    plan_id: str
    plan_name: str
    monthly_minor: int
    effective_on: date


class SubscriptionCancelled(Cancellation, frozen=True):
    """A cancelled subscription, which runs until the day it takes effect."""

    subscription_id: str


class Invoice(BaseModel, frozen=True):
    """A bill."""

    invoice_id: str
    customer_id: str
    issued_on: date
    due_on: date
    period: str = Field(description="The month billed, YYYY-MM.")
    total_minor: int
    balance_minor: int = Field(description="What is still to pay.")
    status: Literal["paid", "open", "overdue"]


class Invoices(BaseModel, frozen=True):
    """Bills, newest first."""

    items: list[Invoice]


class InvoiceLine(BaseModel, frozen=True):
    """One position of a bill."""

    line_id: str
    kind: Literal["plan", "promotion", "late_fee", "one_off", "credit", "tax"]
    description: str
    amount_minor: int
    waived: bool


class InvoiceDetail(Invoice, frozen=True):
    """A bill with its lines; lines that are not waived add up to the total."""

    lines: list[InvoiceLine]
    url: str = Field(description="Where the customer can open the bill after signing in.")


class Credit(BaseModel, frozen=True):
    """Money credited to the customer's account."""

    credit_id: str
    amount_minor: int
    reason: str
    applied_at: datetime
    invoice_id: str | None = Field(description="The bill that it lowers; null if it waits for the next bill.")


class Waiver(BaseModel, frozen=True):
    """A fee that is not owed any more."""

    waiver_id: str
    invoice_id: str
    line_id: str
    amount_minor: int
    balance_minor: int = Field(description="What is still to pay of the bill.")


class Instalment(BaseModel, frozen=True):
    """One part of an arrangement."""

    due_on: date
    amount_minor: int


class Arrangement(BaseModel, frozen=True):
    """A bill paid in monthly parts, which add up to its balance."""

    arrangement_id: str
    invoice_id: str
    instalments: list[Instalment]


class Order(BaseModel, frozen=True):
    """Something on its way to the customer."""

    order_id: str
    customer_id: str
    item: str
    status: Literal["ordered", "shipped", "late", "lost", "delivered", "reshipped"]
    promised_on: date
    payment_id: str | None
    amount_minor: int
    carrier: str


class Orders(BaseModel, frozen=True):
    """Orders, newest first."""

    items: list[Order]


class OrderEvent(BaseModel, frozen=True):
    """Something that happened to an order."""

    at: datetime
    text: str


class TrackedOrder(Order, frozen=True):
    """An order with its history, oldest first."""

    events: list[OrderEvent]


class Reshipment(BaseModel, frozen=True):
    """An order sent again at no charge."""

    order_id: str
    new_order_id: str
    item: str
    promised_on: date


class Slot(BaseModel, frozen=True):
    """A time at which a technician can come."""

    slot_id: str
    site_id: str
    starts_at: datetime
    ends_at: datetime


class Slots(BaseModel, frozen=True):
    """Bookable slots, soonest first."""

    items: list[Slot]


class Technician(BaseModel, frozen=True):
    """Who is coming, and where they are."""

    name: str
    eta_at: datetime
    position: str


class Appointment(BaseModel, frozen=True):
    """A technician's visit."""

    appointment_id: str
    customer_id: str
    site_id: str
    slot_id: str
    kind: Literal["repair", "installation"]
    starts_at: datetime
    ends_at: datetime
    status: Literal["booked", "cancelled", "done"]
    reschedule_count: int
    technician: Technician | None = Field(description="Known on the day of the visit.")


class Appointments(BaseModel, frozen=True):
    """Visits, soonest first."""

    items: list[Appointment]
