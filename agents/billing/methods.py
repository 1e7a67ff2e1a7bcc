"""Payment methods on file: which one the customer means."""

from collections.abc import Generator, Sequence

from agents.folding import fold
from agents.procedure import Ask, Case, Choice, Facts, Step

NEW_METHOD = "new"
"""The choice of a method that is not on file: only a payment link can take it."""
PAYMENT_LINK = "billing.send_payment_link"
NEW_LABELS = {
    "en": "another card",
    "es": "otra tarjeta",
    "de": "eine andere Karte",
    "fr": "une autre carte",
    "hi": "कोई दूसरा कार्ड",
}
NEW_WORDS = (
    *("new card", "another card", "different card", "other card", "different one", "another one", "expired"),
    *("otra tarjeta", "nueva tarjeta", "tarjeta nueva", "caducado", "caducada"),
    *("andere karte", "anderen karte", "neue karte", "neuen karte", "abgelaufen"),
    *("autre carte", "nouvelle carte", "expire"),
    *("दूसरा कार्ड", "दूसरे कार्ड", "नया कार्ड", "नए कार्ड", "dusra card", "dusre card", "naya card", "naye card"),
)
REDACTED = "[card number"
"""What the screening leaves of a card number in a message."""


def choose_method(case: Case, methods: Sequence[Facts]) -> Generator[Step, str, str]:
    """The id of the method to use, or `NEW_METHOD` where it has to be a payment link."""
    named = named_method(case.text, methods)
    if named:
        return named
    default = next((each["method_id"] for each in methods if each["default"]), "")
    if default or len(methods) == 1:
        return default or methods[0]["method_id"]
    return (yield Ask("method", choices=method_choices(case.locale, methods), reply="ask_method"))


def named_method(text: str, methods: Sequence[Facts]) -> str:
    """The method that a text names; `NEW_METHOD` where it asks for another card or there is none; else empty."""
    folded = fold(text)
    if not methods or wants_other_card(text):
        return NEW_METHOD
    for names in (_last_digits, _brand):
        hits = [each["method_id"] for each in methods if (name := names(each)) and name in folded.split()]
        if len(hits) == 1:
            return hits[0]
    return ""


def wants_other_card(text: str) -> bool:
    """Whether a text asks for a card that is not on file."""
    folded = fold(text)
    return any(fold(each) in folded for each in (*NEW_WORDS, REDACTED))


def method_choices(locale: str, methods: Sequence[Facts]) -> tuple[Choice, ...]:
    """The methods on file and another card, to choose from."""
    on_file = (Choice(each["method_id"], each["label"], (_last_digits(each), _brand(each))) for each in methods)
    new = NEW_LABELS.get(locale, NEW_LABELS["en"])
    return (*on_file, Choice(NEW_METHOD, new, (*NEW_WORDS, REDACTED), needs=PAYMENT_LINK))


def _last_digits(method: Facts) -> str:
    return str(method["label"]).split()[-1]


def _brand(method: Facts) -> str:
    return fold(str(method["label"]).split()[0])
