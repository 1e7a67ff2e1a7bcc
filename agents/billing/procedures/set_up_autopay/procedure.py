"""Switching automatic payment on or off."""

import re

from agents.billing.methods import NEW_METHOD, choose_method, named_method
from agents.folding import fold
from agents.procedure import Ask, Call, Case, Choice, Declined, Facts, Journey, Resolved

OFF = (
    *(r"\boff\b", r"\bstop\b", r"\bcancel", r"\bdisable", r"\bremove", r"\bno longer\b", r"\bswitch off"),
    *(r"\bdesactiv", r"\bquit", r"\bcancela", r"\banul", r"\bdetener", r"\bsuspender", r"\bparar\b", r"\bdar de baja"),
    *(r"\bausschalt", r"\babschalt", r"\bdeaktiv", r"\bbeend", r"\bkundig", r"\bstopp", r"\bwiderruf", r"\bstorn"),
    *(r"\barret", r"\bannul", r"\bresili", r"\bsupprim", "बंद", "हटा", "रोक", r"\bband\b", r"\bhata", r"\brok\b"),
)
"""How people ask for it to end, in folded letters."""
SEPARABLE_OFF = r"\bschalt\w*\b.*\b(?:aus|ab)\b"
ON_OFF = {
    "en": ("Keep it on", "Switch it off"),
    "es": ("Mantener activado", "Desactivar"),
    "de": ("Eingeschaltet lassen", "Ausschalten"),
    "fr": ("Laisser activé", "Désactiver"),
    "hi": ("चालू रखें", "बंद करें"),
}


def set_up_autopay(case: Case) -> Journey:
    """Switch automatic payment on or off.

    1. Look up the payment methods on file and whether automatic payment is on.
    2. On or off follows from the customer's words. If automatic payment is already on and no change is named, ask.
    3. Off: if it is off already, say so; otherwise switch it off once the customer has confirmed.
    4. On: use the method that the customer named, the default or the only one; otherwise ask. It has to be on file: a
       new card cannot be taken in the conversation, so say what is possible instead.
    5. Say that it is on and with which method, or that it is off.
    """
    listed = yield Call("payments.list_payment_methods", customer_id=case.customer_id)
    wanted = wants_autopay(case)
    if wanted and listed["autopay"] and not named_method(case.text, listed["items"]):
        wanted = yield Ask("autopay_change", choices=on_off(case.locale), reply="already_on")
        if wanted:
            return Resolved("kept_on")
    if not wanted and not listed["autopay"]:
        return Resolved("already_off")
    if not wanted:
        yield Call("payments.set_autopay", customer_id=case.customer_id, value=False)
        return Resolved("switched_off")
    return (yield from _switch_on(case, listed["items"]))


def wants_autopay(case: Case) -> bool:
    """Whether the customer wants automatic payment on."""
    if isinstance(case.facts.get("autopay"), bool):
        return case.facts["autopay"]
    folded = fold(case.text)
    return not any(re.search(pattern, folded) for pattern in (*OFF, SEPARABLE_OFF))


YES = ("yes", "sí", "ja", "oui", "haan", "हाँ", "हां")
"""A plain yes to whether it shall stay on or go off leaves it as it is."""


def on_off(locale: str) -> tuple[Choice, Choice]:
    """Keeping it on or switching it off, as a choice."""
    keep, off = ON_OFF.get(locale, ON_OFF["en"])
    on_words = (
        "on",
        "keep",
        "leave it",
        "dejar",
        "mantener",
        "anlassen",
        "behalten",
        "laisser",
        "garder",
        "चालू",
        "chalu",
        *YES,
    )
    off_words = (
        "off",
        "stop",
        "cancel",
        "quitar",
        "apagar",
        "aus",
        "ab",
        "abschalten",
        "arrêter",
        "stopper",
        "बंद",
        "band",
    )
    return Choice(True, keep, on_words), Choice(False, off, off_words)


def _switch_on(case: Case, methods: list[Facts]) -> Journey:
    method_id = yield from choose_method(case, methods)
    if method_id == NEW_METHOD:
        return Declined("method_not_on_file", labels=[each["label"] for each in methods])
    arguments = {"customer_id": case.customer_id, "value": True, "method_id": method_id}
    switched = yield Call("payments.set_autopay", **arguments)
    return Resolved("switched_on", method=switched["method"])
