"""Pure readings of invoices and payments: what is owed, what was taken twice, how to offer a choice of them."""

from collections.abc import Iterable, Sequence

from agents.billing.mentions import long_words
from agents.procedure import Choice, Facts

EVERY = "all"
"""The value of the choice that means every one on offer."""
EVERY_LABELS = {"en": "all of them", "es": "todas", "de": "alle", "fr": "toutes", "hi": "सभी"}
EVERY_WORDS = (
    *("both", "all", "every one", "todas", "todos", "ambas", "ambos", "las dos", "los dos", "alle", "beide"),
    *("toutes", "tous", "les deux", "सभी", "सब", "दोनों", "sabhi", "sab", "dono"),
)


def owed(invoices: Iterable[Facts]) -> list[Facts]:
    """The invoices with something left to pay, the longest due first."""
    return sorted((each for each in invoices if each["balance_minor"] > 0), key=lambda each: each["due_on"])


def surplus_captures(payments: Iterable[Facts]) -> list[Facts]:
    """The captures of a charge beyond the one that was owed, as far as they can still be refunded."""
    return [each for each in payments if is_double(each) and each["duplicate_of"] and each["refundable_minor"] > 0]


def is_double(payment: Facts) -> bool:
    """Whether this capture belongs to a charge of which too much was taken."""
    return payment["captures_of_charge"] > 1 and payment["surplus_minor"] > 0


def surplus_amount(payment: Facts) -> int:
    """How much of a surplus capture goes back, in minor units: never more than the charge's whole surplus."""
    return min(payment["surplus_minor"], payment["refundable_minor"])


def invoice_choices(invoices: Sequence[Facts]) -> tuple[Choice, ...]:
    """Invoices to choose from, by reference, number, amount or the day on which they are due."""
    return tuple(
        Choice(
            each["invoice_id"],
            each["invoice_id"],
            words_for(each["invoice_id"], each["total_minor"]),
            each["due_on"],
            rank=each["total_minor"],
            shown={"money": each["total_minor"], "day": each["due_on"]},
        )
        for each in invoices
    )


def payment_choices(payments: Sequence[Facts]) -> tuple[Choice, ...]:
    """Payments to choose from, by reference, number, amount, description or the day on which they were taken."""
    return tuple(
        Choice(
            each["payment_id"],
            each["payment_id"],
            (*words_for(each["payment_id"], each["amount_minor"]), *own_words),
            each["captured_at"][:10],
            rank=each["amount_minor"],
            shown={"money": each["amount_minor"], "day": each["captured_at"]},
        )
        for each, own_words in zip(payments, _telling_words(payments), strict=True)
    )


def every_choice(locale: str) -> Choice:
    """The choice of all that is on offer."""
    return Choice(EVERY, EVERY_LABELS.get(locale, EVERY), EVERY_WORDS)


def words_for(reference: str, amount_minor: int) -> tuple[str, ...]:
    """How people name a record: the number of its reference, or its amount in either decimal style."""
    units, cents = divmod(abs(amount_minor), 100)
    decimal = (f"{units}.{cents:02}", f"{units},{cents:02}")
    return (reference.rpartition("-")[2], str(amount_minor), *decimal, *(() if cents else (str(units),)))


def brief(records: Iterable[Facts], *fields: str) -> list[Facts]:
    """Records cut down to the fields that a reply names."""
    return [{field: record.get(field) for field in fields} for record in records]


def _telling_words(payments: Sequence[Facts]) -> list[list[str]]:
    """For each payment the words that only its description has."""
    words = [set(long_words(str(payment.get("description") or ""))) for payment in payments]
    others = [set[str]().union(*(each for each in words if each is not own)) for own in words]
    return [sorted(own - other) for own, other in zip(words, others, strict=True)]
