"""What the payment system's tools answer. Amounts are minor units."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field


class Payment(BaseModel, frozen=True):
    """A capture, with what was paid back of it and whether its charge was captured too often."""

    payment_id: str = Field(description="The payment's number.")
    customer_id: str = Field(description="The customer's number.")
    invoice_id: str | None = Field(description="The bill that it paid; null if none.")
    order_id: str | None = Field(description="The order that it paid; null if none.")
    captured_at: datetime = Field(description="When the money was taken.")
    amount_minor: int = Field(description="What was taken, in minor units.")
    refunded_minor: int = Field(description="What was paid back of it, in minor units.")
    refundable_minor: int = Field(description="What can still be paid back, in minor units.")
    currency: str = Field(description="ISO 4217; the tenant's.")
    method_id: str = Field(description="The method that it was taken from.")
    method: str = Field(description="The masked method.")
    status: Literal["captured", "partially_refunded", "refunded"] = Field(
        description="captured, partially_refunded or refunded."
    )
    captures_of_charge: int = Field(description="How many captures the same invoice or order has.")
    surplus_minor: int = Field(description="What its charge was captured beyond what was owed, not yet paid back.")
    duplicate_of: str | None = Field(description="The earlier capture that this one repeats.")
    last_refund_at: datetime | None = Field(description="When money was last paid back; null if never.")
    description: str = Field(description="What it was for.")


class Payments(BaseModel, frozen=True):
    """Payments, newest first."""

    items: list[Payment] = Field(description="The entries, in the order that the list promises.")


class PaymentMethod(BaseModel, frozen=True):
    """A method on file."""

    method_id: str = Field(description="The method's number.")
    kind: Literal["card", "bank_account"] = Field(description="card or bank_account.")
    label: str = Field(description="The masked method.")
    expires: str | None = Field(description="YYYY-MM, the last month in which it works.")
    default: bool = Field(description="Whether it is used where none is named.")


class PaymentMethods(BaseModel, frozen=True):
    """The methods on file, the default first."""

    items: list[PaymentMethod] = Field(description="The entries, in the order that the list promises.")
    autopay: bool = Field(description="Whether bills are paid by themselves.")


class PaymentTaken(BaseModel, frozen=True):
    """A new capture and what is left to pay of its invoice."""

    payment_id: str = Field(description="The payment's number.")
    invoice_id: str = Field(description="The bill that it paid.")
    amount_minor: int = Field(description="What was taken, in minor units.")
    method: str = Field(description="The masked method.")
    captured_at: datetime = Field(description="When the money was taken.")
    balance_minor: int = Field(description="What is still to pay of the bill, in minor units.")


class Refund(BaseModel, frozen=True):
    """Money on its way back to the method that it came from."""

    refund_id: str = Field(description="The refund's number.")
    payment_id: str = Field(description="The payment that it pays back.")
    amount_minor: int = Field(description="What is paid back, in minor units.")
    refunded_at: datetime = Field(description="When it was sent.")
    arrives_by: date = Field(description="The day by which it should be there.")
    method: str = Field(description="The masked method that it goes to.")


class RefundRecord(Refund, frozen=True):
    """A refund that was made before, and where it stands."""

    status: Literal["sent", "returned"] = Field(
        description="sent: on its way to the method or there; returned: the bank or card company sent it back."
    )


class Refunds(BaseModel, frozen=True):
    """Refunds, newest first."""

    items: list[RefundRecord] = Field(description="The refunds.")


class PaymentLink(BaseModel, frozen=True):
    """A page on which the customer pays with any card, without telling us its number."""

    url: str = Field(description="The address of the page.")
    amount_minor: int = Field(description="What is paid there, in minor units.")
    expires_at: datetime = Field(description="Until when it works.")


class Autopay(BaseModel, frozen=True):
    """Whether bills are paid by themselves, and with what."""

    enabled: bool = Field(description="Whether bills are paid by themselves.")
    method: str | None = Field(description="The masked method; null if switched off.")
