"""Stripe's objects, as far as they are read here; what is not named is left alone."""

from pydantic import BaseModel, Field

Metadata = dict[str, str]


class StripeRecord(BaseModel):
    """An object of Stripe's."""

    id: str
    metadata: Metadata = {}


class Balance(BaseModel):
    """The account's balance; that it can be read is all that is asked."""


class InvoiceSettings(BaseModel):
    """How a customer's invoices are paid."""

    default_payment_method: str | None = None


class StripeCustomer(StripeRecord):
    """A customer; a deleted one has no more than its id."""

    deleted: bool = False
    invoice_settings: InvoiceSettings = InvoiceSettings()


class Card(BaseModel):
    """What Stripe tells of a card: never its number."""

    brand: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None


class Account(BaseModel):
    """What Stripe tells of a bank account."""

    bank_name: str | None = None
    last4: str | None = None


class Method(BaseModel):
    """A payment method, on file or as a charge used it."""

    id: str = ""
    type: str
    card: Card | None = None
    sepa_debit: Account | None = None
    us_bank_account: Account | None = None

    @property
    def kind(self) -> str:
        """Ours: card or bank_account."""
        return "card" if self.type == "card" else "bank_account"

    @property
    def label(self) -> str:
        """As customers recognise it."""
        if self.card is not None:
            return f"{(self.card.brand or 'card').title()} •••• {self.card.last4 or '????'}"
        account = self.sepa_debit or self.us_bank_account
        name = (account.bank_name if account else None) or self.type.replace("_", " ")
        return f"{name} •••• {account.last4 if account and account.last4 else '????'}"

    @property
    def expires(self) -> str | None:
        """The last month in which a card works, YYYY-MM."""
        card = self.card
        return f"{card.exp_year:04}-{card.exp_month:02}" if card and card.exp_year and card.exp_month else None


class StripeRefund(StripeRecord):
    """Money on its way back. `status` is pending, requires_action, succeeded, failed or canceled."""

    amount: int
    currency: str
    status: str | None = None
    created: int
    charge: str | None = None
    failure_reason: str | None = None


class StripeRefunds(BaseModel):
    """A charge's refunds."""

    data: list[StripeRefund] = []


class Charge(StripeRecord):
    """A charge. Only one that succeeded and was captured is a payment."""

    amount_captured: int
    amount_refunded: int
    currency: str
    created: int
    captured: bool
    status: str
    description: str | None = None
    payment_method: str | None = None
    payment_method_details: Method | None = None
    customer: str | None = None
    payment_intent: str | None = None
    refunds: StripeRefunds | None = None

    @property
    def of(self) -> str:
        """What was paid: the bill, the order, or this charge alone."""
        return self.metadata.get("invoice_id") or self.metadata.get("order_id") or self.id


class StripeInvoice(StripeRecord):
    """A bill. Only an open one can be paid."""

    number: str | None = None
    status: str | None = None
    currency: str
    total: int
    amount_remaining: int
    hosted_invoice_url: str | None = None

    @property
    def names(self) -> set[str]:
        """Everything that it is called by."""
        return {self.id, self.number or "", self.metadata.get("invoice_id", "")} - {""}


class StripeIntent(StripeRecord):
    """A payment being made."""

    status: str
    amount: int
    currency: str
    created: int
    latest_charge: str | None = None


class StripeSubscription(StripeRecord):
    """A running subscription; `collection_method` says whether its bills are charged by themselves."""

    status: str
    collection_method: str = Field(default="charge_automatically")
