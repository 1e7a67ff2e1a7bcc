"""The arguments that tools share, with the words by which a model learns them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"


def _identifier(description: str) -> Any:
    return Field(min_length=1, max_length=64, pattern=ID_PATTERN, description=description)


CustomerId = Annotated[str, _identifier("The customer's number, like C-1001.")]
PaymentId = Annotated[str, _identifier("A payment's number, like P-5001.")]
InvoiceId = Annotated[str, _identifier("An invoice's number, like INV-3001.")]
LineId = Annotated[str, _identifier("An invoice line's number, as get_invoice gives it.")]
MethodId = Annotated[str, _identifier("A payment method on file, as list_payment_methods gives it.")]
OrderId = Annotated[str, _identifier("An order's number, like O-9001.")]
SubscriptionId = Annotated[str, _identifier("A subscription's number, as list_subscriptions gives it.")]
PlanId = Annotated[str, _identifier("A plan, as list_plans gives it.")]
OfferId = Annotated[str, _identifier("An offer, as list_offers gives it.")]
AppointmentId = Annotated[str, _identifier("An appointment's number, like WO-7001.")]
SlotId = Annotated[str, _identifier("A bookable slot, as list_slots gives it.")]
DeviceId = Annotated[str, _identifier("A device's number, like D-8006, as list_subscriptions gives it.")]
SiteId = Annotated[str, _identifier("A site's number, as list_subscriptions gives it.")]
ConsentId = Annotated[str, _identifier("A partner's permission, as get_customer gives it.")]
ArticleId = Annotated[str, _identifier("An article, as search_articles gives it.")]

AmountMinor = Annotated[
    int,
    Field(strict=True, ge=1, le=100_000_000, description="An exact amount in minor units: 3999 is 39.99."),
]
Ceiling = Annotated[
    int,
    Field(strict=True, ge=0, le=100_000_000, description="At most this much a time, in minor units; 0 for no money."),
]
Percent = Annotated[int, Field(strict=True, ge=1, le=100, description="The offer's discount in per cent.")]
Months = Annotated[int, Field(strict=True, ge=1, le=60, description="For how many months the offer holds.")]
Instalments = Annotated[int, Field(strict=True, ge=2, le=6, description="How many monthly instalments, 2 to 6.")]
Score = Annotated[int, Field(strict=True, ge=1, le=5, description="1 (very bad) to 5 (very good).")]
Switch = Annotated[bool, Field(strict=True, description="true to allow or switch on, false to forbid or switch off.")]
Day = Annotated[date, Field(description="A day as YYYY-MM-DD.")]
Reason = Annotated[str, Field(min_length=1, max_length=300, description="Why, in a few words, for the record.")]
Text = Annotated[str, Field(min_length=1, max_length=4000, description="Plain text.")]
Locale = Annotated[str, Field(max_length=16, description="A language such as en, es, de, fr or hi.")]

Partner = Annotated[str, Field(min_length=1, max_length=255, description="The partner agent, as its token names it.")]
PartnerTools = Annotated[
    list[Annotated[str, Field(min_length=3, max_length=128, pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$")]],
    Field(min_length=1, max_length=40, description="What it may use, each as `server.tool`."),
]
RefundReason = Annotated[
    Literal["duplicate_charge", "lost_order", "cancelled_order", "goodwill", "service_failure", "other"],
    Field(description="Why the money goes back."),
]
Purpose = Annotated[Literal["requested", "service", "marketing"], Field(description="What the message is for.")]
ContactField = Annotated[Literal["email", "phone", "address"], Field(description="Which contact detail.")]
ConsentField = Annotated[Literal["marketing", "service", "partners"], Field(description="Which consent.")]
FindField = Annotated[Literal["customer_id", "email", "phone"], Field(description="What kind of detail is given.")]
