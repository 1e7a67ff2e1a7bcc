"""What the payment system's tools answer. Amounts are minor units."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field


class Payment(BaseModel, frozen=True):
    """A capture, with what was paid back of it and whether its charge was captured too often."""

    payment_id: str
    customer_id: str
    invoice_id: str | None
    order_id: str | None
    captured_at: datetime
    amount_minor: int
    refunded_minor: int
    refundable_minor: int
    currency: str
    method_id: str
    method: str = Field(description="The masked method.")
    status: Literal["captured", "partially_refunded", "refunded"]
    captures_of_charge: int = Field(description="How many captures the same invoice or order has.")
    surplus_minor: int = Field(description="What its charge was captured beyond what was owed, not yet paid back.")
    duplicate_of: str | None = Field(description="The earlier capture that this one repeats.")
    last_refund_at: datetime | None
    description: str


class Payments(BaseModel, frozen=True):
    """Payments, newest first."""

    items: list[Payment]


class PaymentMethod(BaseModel, frozen=True):
    """A method on file."""

    method_id: str
    kind: Literal["card", "bank_account"]
    label: str = Field(description="The masked method.")
    expires: str | None = Field(description="YYYY-MM, the last month in which it works.")
    default: bool


class PaymentMethods(BaseModel, frozen=True):
    """The methods on file, the default first."""

    items: list[PaymentMethod]
    autopay: bool


class PaymentTaken(BaseModel, frozen=True):
    """A new capture and what is left to pay of its invoice."""

    payment_id: str
    invoice_id: str
    amount_minor: int
    method: str
    captured_at: datetime
    balance_minor: int


class Refund(BaseModel, frozen=True):
    """Money on its way back to the method that it came from."""

    refund_id: str
    payment_id: str
    amount_minor: int
    refunded_at: datetime
    arrives_by: date
    method: str


class PaymentLink(BaseModel, frozen=True):
    """A page on which the customer pays with any card, without telling us its number."""

    url: str
    amount_minor: int
    expires_at: datetime


class Autopay(BaseModel, frozen=True):
    """Whether bills are paid by themselves, and with what."""

    enabled: bool
    method: str | None
