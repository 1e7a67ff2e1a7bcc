"""Asking for money back for something other than a double charge."""

from collections.abc import Generator
from typing import Any

from agents.billing.charges import brief, is_double
from agents.billing.missing import is_missing
from agents.billing.questions import choose_payment, echo
from agents.billing.sums import settle_sum
from agents.procedure import (
    BARRED,
    Ask,
    Call,
    CallRefused,
    Case,
    Choice,
    Declined,
    Delegate,
    Facts,
    Journey,
    Resolved,
    Step,
)

REASONS = ("duplicate_charge", "lost_order", "goodwill", "service_failure", "other")
UNDELIVERED = ("ordered", "shipped", "late", "lost")
CAUSES = {
    "outage": {
        "en": ("The service was down", ("outage", "down", "not working", "did not work", "didn't work", "no internet")),
        "es": ("El servicio falló", ("fallo", "falló", "fallaba", "corte", "cortes", "sin internet", "no funcionaba")),
        "de": ("Der Dienst war ausgefallen", ("ausfall", "ausgefallen", "störung", "gestört", "kein internet")),
        "fr": ("Le service était en panne", ("panne", "coupure", "coupures", "ne marchait pas", "pas d'internet")),
        "hi": ("सेवा बंद थी", ("बंद", "नहीं चल", "ठप", "band", "nahi chal")),
    },
    "wrong": {
        "en": (
            "The amount is wrong",
            ("wrong", "too much", "too high", "incorrect", "mistake", "error", "overcharged"),
        ),
        "es": ("El importe es incorrecto", ("incorrecto", "error", "demasiado", "equivocado", "mal cobrado", "mal")),
        "de": ("Der Betrag ist falsch", ("falsch", "zu viel", "zu hoch", "fehler", "stimmt nicht")),
        "fr": ("Le montant est inexact", ("faux", "trop", "erreur", "incorrect")),
        "hi": ("रकम ग़लत है", ("गलत", "ग़लत", "ज़्यादा", "ज्यादा", "galat", "zyada", "jyada")),
    },
    "other": {
        "en": ("Something else", ("else", "other", "another reason", "none", "neither")),
        "es": ("Otra cosa", ("otra", "otro", "otro motivo", "ninguna", "ninguno")),
        "de": ("Etwas anderes", ("anderes", "andere", "anderer", "sonstiges", "keins", "keiner")),
        "fr": ("Autre chose", ("autre", "aucun", "aucune")),
        "hi": ("कुछ और", ("दूसरा", "kuch aur", "doosra", "dusra")),
    },
}
"""Why somebody wants a month's fee back: label and words per language."""


def request_refund(case: Case) -> Journey:
    """Ask for money back for something that was paid once.

    1. Look up the payments. If there are none, say so. Who waits for a refund that was made is told where it is.
    2. Find the payment that the customer means, by number, amount, day or what it was for; otherwise ask. If they are
       not sure either, say what would help.
    3. If nothing of it can be refunded any more, say so.
    4. If there is a better way, take it: a double charge is refunded as one, an order that has not arrived is traced
       and made good; who named the refund in so many words is not asked again whether a new delivery would do.
    5. A month's fee is not simply paid back: ask why. After an outage it becomes an outage credit, a wrong amount
       becomes a dispute; anything else goes on here.
    6. Ask for the refund of the sum or the share that the customer named, otherwise of all that is left of the payment.
       Two sums at once, another currency and more than was taken are asked about. Small amounts are refunded once they
       confirm, larger ones need a supervisor or a representative: policy decides.
    7. Say the amount and by when it arrives, or kindly that it cannot be done here.
    """
    payments = (yield Call("payments.list_payments", customer_id=case.customer_id))["items"]
    if not payments:
        return Declined("no_payments")
    if is_missing(case.text) and any(each["refunded_minor"] for each in payments) and not case.delegated:
        return echo((yield Delegate("billing.track_refund")))
    payment = yield from choose_payment(case, payments)
    if payment is None:
        return Declined("payment_unknown")
    if payment["refundable_minor"] <= 0:
        return Declined("nothing_left", **brief([payment], "payment_id", "refunded_minor", "last_refund_at")[0])
    wanted = yield from settle_sum(case, payment)
    if isinstance(wanted, str):
        return echo((yield Delegate("billing.request_refund", payment_id=wanted)))
    return (yield from _pay_back(case, payment, wanted)) if wanted > 0 else Declined("withdrawn")


def reason_for(case: Case) -> str:
    """The reason in the payment system's words."""
    given = case.facts.get("reason")
    return given if given in REASONS else "other"


def cause_choices(locale: str) -> tuple[Choice, ...]:
    """The reasons for wanting a month's fee back, in the customer's language."""
    return tuple(Choice(value, *texts.get(locale, texts["en"])) for value, texts in CAUSES.items())


def _better_way(case: Case, payment: Facts, wanted: int) -> Generator[Step, Any, str]:
    """The procedure that serves this wish better, if one does. Who delegated here has already looked."""
    if case.delegated:
        return ""
    if is_double(payment):
        return "billing.refund_duplicate_charge"
    if payment["order_id"]:
        orders = yield Call("erp.list_orders", customer_id=case.customer_id)
        waiting = [each["order_id"] for each in orders["items"] if each["status"] in UNDELIVERED]
        return "scheduling.track_order" if payment["order_id"] in waiting else ""
    return (yield from _better_for_a_bill(case, payment, wanted)) if payment["invoice_id"] else ""


def _better_for_a_bill(case: Case, payment: Facts, wanted: int) -> Generator[Step, Any, str]:
    """A month's fee has its own ways back; a one-off charge has none."""
    invoice = yield Call("erp.get_invoice", invoice_id=payment["invoice_id"])
    if wanted < payment["refundable_minor"]:
        return ""
    if not any(line["kind"] == "plan" for line in invoice["lines"]):
        return ""
    shown = brief([payment], "payment_id", "amount_minor")[0]
    cause = yield Ask("refund_cause", choices=cause_choices(case.locale), reply="ask_cause", optional=True, **shown)
    return {"outage": "billing.outage_credit", "wrong": "billing.dispute_charge"}.get(str(cause), "")


def _pay_back(case: Case, payment: Facts, wanted: int) -> Journey:
    """The better way where there is one that whoever asks may go, else the refund."""
    better = yield from _better_way(case, payment, wanted)
    if better:
        named = {field: payment[field] for field in ("payment_id", "order_id") if payment[field]}
        ended = yield Delegate(better, **named).unless_barred()
        if ended != BARRED:
            return echo(ended)
    return (yield from _refund(case, payment, wanted))


def _refund(case: Case, payment: Facts, wanted: int) -> Journey:
    arguments = {"payment_id": payment["payment_id"], "amount_minor": wanted}
    try:
        refund = yield Call("payments.refund_payment", **arguments, reason=reason_for(case))
    except CallRefused:
        return Declined("refund_refused", **arguments)
    return Resolved("refunded", **brief([refund], "payment_id", "amount_minor", "method", "arrives_by")[0])
