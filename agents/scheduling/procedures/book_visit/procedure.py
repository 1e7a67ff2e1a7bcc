"""Book a technician's visit."""

from collections.abc import Callable, Generator
from datetime import date
from typing import Any

from agents.procedure import (
    Ask,
    Call,
    Case,
    Choice,
    Declined,
    Delegate,
    End,
    Ended,
    Facts,
    Journey,
    Resolved,
    Step,
)
from agents.scheduling.times import find_zone, settle_time, wish_day
from agents.scheduling.visits import describe_visit, is_ahead, list_booked, promise_reminder

RESCHEDULE = "scheduling.reschedule_visit"
KEEP = Choice("keep", "keep", (
    "leave it", "stay", "mantener", "dejar", "conservar", "behalten", "bleib", "garder", "conserver",
    "रहने", "रख", "वही", "rehne", "rakh", "wahi",
), shown={"names": {
    "en": "Keep it", "es": "Mantenerla", "de": "Behalten", "fr": "La garder", "hi": "रहने दें",
}})  # fmt: skip
MOVE = Choice("move", "move", (
    "change", "other day", "another day", "different day", "reschedule", "cambiar", "mover", "verschieben", "verleg",
    "ändern", "déplacer", "changer", "reporter", "बदल", "badal",
), shown={"names": {
    "en": "Move it", "es": "Cambiarla", "de": "Verschieben", "fr": "La déplacer", "hi": "बदलें",
}}, needs=RESCHEDULE)  # fmt: skip
ANOTHER = Choice("another", "additional", (
    "second visit", "extra", "another visit", "another one", "book another", "segunda", "adicional", "otra visita",
    "zusätzlich", "zweiten", "noch einen", "supplémentaire", "deuxième", "autre visite",
    "दूसरी विज़िट", "एक और", "ek aur", "dusri",
), shown={"names": {
    "en": "Another visit", "es": "Otra visita", "de": "Zusätzlicher Termin", "fr": "Une autre visite",
    "hi": "एक और विज़िट",
}})  # fmt: skip
LONGEST_REASON = 200
"""Characters of a customer's words that a technician is shown."""


def book_visit(case: Case) -> Journey:
    """Book a technician's visit at a time that suits the customer.

    1. Find the address with a service that has not ended. None: say so. Several: ask which.
    2. If a visit ahead is already booked there, say when, and ask whether to keep it, move it or book another.
    3. Ask which day suits, unless it was said; not sure means the soonest.
    4. Offer up to three free times on that day, or the nearest ones if that day has none; then, if none suits,
       ask for another day, at most twice. If nothing suits, nothing is booked.
    5. Book the chosen time once the customer has confirmed it. If it was taken meanwhile, offer other times once.
       The technician is told what for: the finding of a line test, or the customer's own words.
    6. Promise a reminder the day before, unless the visit is sooner.
    """
    site_id = yield from _find_site(case)
    if not site_id:
        return Declined("no_service")
    settled = yield from _settle_existing(case, site_id)
    if settled is not None:
        return settled
    wish = yield from wish_day(case)
    zone = yield from find_zone(case)
    visit = yield from settle_time(case, site_id, zone, wish, propose_booking(case, site_id))
    if visit is None:
        return Declined("no_time")
    return Resolved("booked", promise=promise_reminder(case, visit), **describe_visit(visit))


def _find_site(case: Case) -> Generator[Step, Any, str]:
    """The address to visit, empty where the customer has no service."""
    listed = yield Call("erp.list_subscriptions", customer_id=case.customer_id)
    sites = list_sites(listed["items"], case.today)
    known = case.facts.get("site_id")
    if known in sites or len(sites) <= 1:
        return known if known in sites else next(iter(sites), "")
    choices = tuple(Choice(site_id, name, words=(site_id,)) for site_id, name in sites.items())
    return (yield Ask("site", choices=choices, reply="ask_site", names=list(sites.values())))


def list_sites(subscriptions: list[Facts], today: date) -> dict[str, str]:
    """The addresses that have a service which has not ended yet, each with its plan's name."""
    return {each["site_id"]: each["plan_name"] for each in subscriptions if not has_ended(each, today)}


def has_ended(subscription: Facts, today: date) -> bool:
    """Whether a cancelled service has run out."""
    ends_on = subscription["cancellation"]["effective_on"]
    return subscription["status"] == "cancelled" and date.fromisoformat(ends_on) <= today


def _settle_existing(case: Case, site_id: str) -> Generator[Step, Any, End | None]:
    """Let the customer say what is to become of a visit booked there already; None where one is to be booked."""
    listed = yield Call("erp.list_appointments", customer_id=case.customer_id)
    there = [each for each in list_booked(listed["items"]) if each["site_id"] == site_id]
    visit = next((each for each in there if is_ahead(each, case.opened_at)), None)
    if visit is None:
        return None
    choices = (KEEP, MOVE, ANOTHER)
    wish = yield Ask("existing_visit", choices=choices, reply="ask_existing", **describe_visit(visit))
    if wish == "another":
        return None
    return (yield from _move(visit)) if wish == "move" else Resolved("kept", **describe_visit(visit))


def _move(visit: Facts) -> Generator[Step, Any, End]:
    """Move the visit that is booked already; its own procedure says how that went."""
    ended: Ended = yield Delegate(RESCHEDULE, appointment_id=visit["appointment_id"])
    return Resolved("", **ended.facts) if ended.kind == "resolved" else Declined("", **ended.facts)


def propose_booking(case: Case, site_id: str) -> Callable[[Facts], Call]:
    """How a time becomes a visit: for the reason handed over, else in the customer's own words."""
    reason = str(case.facts.get("reason") or " ".join(case.text.split())[:LONGEST_REASON] or "requested by customer")

    def propose(slot: Facts) -> Call:
        return Call(
            "erp.book_appointment",
            customer_id=case.customer_id,
            site_id=site_id,
            slot_id=slot["slot_id"],
            reason=reason,
        )

    return propose
