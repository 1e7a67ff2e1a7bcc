"""The arguments that tools share, with the words by which a model learns them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"


def _identifier(description: str, example: str) -> Any:
    return Field(min_length=1, max_length=64, pattern=ID_PATTERN, description=description, examples=[example])


CustomerId = Annotated[str, _identifier("The customer's number, like C-1001.", "C-1001")]
PaymentId = Annotated[str, _identifier("A payment's number, like P-5001.", "P-5001")]
InvoiceId = Annotated[str, _identifier("An invoice's number, like INV-3001.", "INV-3001")]
LineId = Annotated[str, _identifier("An invoice line's number, as get_invoice gives it.", "L-30142")]
MethodId = Annotated[str, _identifier("A payment method on file, as list_payment_methods gives it.", "PM-6011")]
OrderId = Annotated[str, _identifier("An order's number, like O-9001.", "O-9001")]
SubscriptionId = Annotated[str, _identifier("A subscription's number, as list_subscriptions gives it.", "SUB-2003")]
PlanId = Annotated[str, _identifier("A plan, as list_plans gives it.", "larger-plan")]
OfferId = Annotated[str, _identifier("An offer, as list_offers gives it.", "OF-15")]
AppointmentId = Annotated[str, _identifier("An appointment's number, like WO-7001.", "WO-7001")]
SlotId = Annotated[str, _identifier("A bookable slot, as list_slots gives it.", "SL-1")]
DeviceId = Annotated[str, _identifier("A device's number, like D-8006, as list_subscriptions gives it.", "D-8006")]
SiteId = Annotated[str, _identifier("A site's number, as list_subscriptions gives it.", "S-4007")]
ConsentId = Annotated[str, _identifier("A partner's permission, as get_customer gives it.", "PC-8019")]
ArticleId = Annotated[str, _identifier("An article, as search_articles gives it.", "slow-wifi")]

AmountMinor = Annotated[
    int,
    Field(
        strict=True, ge=1, le=100_000_000, examples=[3999], description="An exact amount in minor units: 3999 is 39.99."
    ),
]
Ceiling = Annotated[
    int,
    Field(
        strict=True,
        ge=0,
        le=100_000_000,
        examples=[5000],
        description="At most this much a time, in minor units; 0 for no money.",
    ),
]
Percent = Annotated[
    int, Field(strict=True, ge=1, le=100, examples=[15], description="The offer's discount in per cent.")
]
Months = Annotated[
    int, Field(strict=True, ge=1, le=60, examples=[6], description="For how many months the offer holds.")
]
Instalments = Annotated[
    int, Field(strict=True, ge=2, le=6, examples=[3], description="How many monthly instalments, 2 to 6.")
]
Score = Annotated[int, Field(strict=True, ge=1, le=5, examples=[5], description="1 (very bad) to 5 (very good).")]
Switch = Annotated[
    bool, Field(strict=True, examples=[True], description="true to allow or switch on, false to forbid or switch off.")
]
Day = Annotated[date, Field(examples=["2026-04-20"], description="A day as YYYY-MM-DD.")]
Reason = Annotated[
    str, Field(min_length=1, max_length=300, examples=["outage"], description="Why, in a few words, for the record.")
]
Text = Annotated[str, Field(min_length=1, max_length=4000, examples=["Called back."], description="Plain text.")]
Locale = Annotated[str, Field(max_length=16, examples=["en"], description="A language such as en, es, de, fr or hi.")]

Partner = Annotated[
    str,
    Field(min_length=1, max_length=255, examples=["partner"], description="The partner agent, as its token names it."),
]
PartnerTools = Annotated[
    list[Annotated[str, Field(min_length=3, max_length=128, pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$")]],
    Field(
        min_length=1,
        max_length=40,
        examples=[["payments.list_payments"]],
        description="What it may use, each as `server.tool`.",
    ),
]
RefundReason = Annotated[
    Literal["duplicate_charge", "lost_order", "cancelled_order", "goodwill", "service_failure", "other"],
    Field(examples=["duplicate_charge"], description="Why the money goes back."),
]
Purpose = Annotated[
    Literal["requested", "service", "marketing"], Field(examples=["requested"], description="What the message is for.")
]
MessageWay = Annotated[
    Literal["email", "sms"],
    Field(examples=["email"], description="By which way it goes: to the e-mail address or the phone number on file."),
]
ContactField = Annotated[
    Literal["email", "phone", "address"], Field(examples=["email"], description="Which contact detail.")
]
ConsentField = Annotated[
    Literal["marketing", "service", "partners"], Field(examples=["marketing"], description="Which consent.")
]
FindField = Annotated[
    Literal["customer_id", "email", "phone"], Field(examples=["email"], description="What kind of detail is given.")
]
