"""Make good a visit that nobody came to."""

from collections.abc import Generator
from datetime import datetime
from typing import Any

from agents.procedure import (
    Ask,
    Call,
    CallRefused,
    CallWithdrawn,
    Case,
    Choice,
    Declined,
    Delegate,
    End,
    Ended,
    Facts,
    HandOff,
    Journey,
    Resolved,
    Say,
    Step,
)
from agents.scheduling.visits import describe_visit, is_ahead, is_over, list_booked, name_visit

BOOK_VISIT = "scheduling.book_visit"
INSTEAD = (
    Choice(
        "person",
        "person",
        (
            *(
                "find out",
                "look into",
                "clarify",
                "what happened",
                "person",
                "someone",
                "somebody",
                "your team",
                "yes",
                "check",
                "ja",
                "sí",
                "si",
                "oui",
                "हाँ",
                "haan",
                "prüf",
            ),
            *(
                "averig",
                "qué pasó",
                "que paso",
                "persona",
                "equipo",
                "klär",
                "klar",
                "team",
                "jemand",
                "vérifi",
                "verifi",
            ),
            *("conseiller", "équipe", "पता", "सदस्य", "टीम", "pata", "sadasya", "team"),
        ),
        shown={"names": {"en": "Find out", "es": "Averiguarlo", "de": "Klären", "fr": "Vérifier", "hi": "पता करें"}},
    ),
    Choice(
        "visit",
        "visit",
        (
            "new visit",
            "book",
            "new appointment",
            "visita nueva",
            "reserv",
            "neuen termin",
            "neuer termin",
            "buch",
            "nouvelle visite",
            "réserv",
            "नई विज़िट",
            "बुक",
            "nayi visit",
        ),
        shown={
            "names": {
                "en": "New visit",
                "es": "Visita nueva",
                "de": "Neuer Termin",
                "fr": "Nouvelle visite",
                "hi": "नई विज़िट",
            }
        },
        needs=BOOK_VISIT,
    ),
)
"""What can be done where nothing is on record."""


def missed_visit(case: Case) -> Journey:
    """Make good a visit whose agreed time passed without anybody coming: an apology, a new time, and the credit due.

    1. Find the visit: the one that was named, else the latest that was missed. None was missed: say when the next
       one is; none is booked at all: a person finds out what happened, or a new one is booked.
    2. Apologise. Unless another visit is booked already, offer a new time, and book it if the customer wants one.
    3. Credit exactly what is due for it, once, after the customer's yes; what the rules do not let go back by itself
       goes to a supervisor. Was it credited before, say so.
    """
    listed = (yield Call("erp.list_appointments", customer_id=case.customer_id))["items"]
    visit = pick_missed(listed, name_visit(case), case.opened_at)
    ahead = [each for each in list_booked(listed) if is_ahead(each, case.opened_at)]
    if visit is None:
        return Declined("not_missed", **describe_visit(ahead[0])) if ahead else (yield from _none_on_record())
    yield Say("sorry", **describe_visit(visit))
    booked = yield from _book_again(visit, ahead)
    return (yield from _credit(case, visit, booked=booked))


def pick_missed(visits: list[Facts], reference: str, now: datetime) -> Facts | None:
    """The missed visit that is meant, one that stands though its time is over: the named one, else the latest."""
    missed = [each for each in list_booked(visits) if is_over(each, now)]
    named = [each for each in missed if each["appointment_id"] == reference]
    return next(iter([*named, *reversed(missed)]), None)


def _none_on_record() -> Generator[Step, Any, End]:
    """Nothing is on record of a visit that somebody waited for: a person finds out, or a new one is booked."""
    wanted = yield Ask("instead", choices=INSTEAD, reply="none_missed", optional=True).put_afresh()
    if wanted == "person":
        return HandOff("policy_limit", queue="technical")
    if wanted != "visit":
        return Declined("left_at_that")
    ended: Ended = yield Delegate(BOOK_VISIT)
    return Resolved("") if ended.kind == "resolved" else Declined("")


def _book_again(visit: Facts, ahead: list[Facts]) -> Generator[Step, Any, bool]:
    """A new visit in its place, where the customer wants one; whether one is booked now."""
    since = [each for each in ahead if each["site_id"] == visit["site_id"]]
    if since:
        yield Say("booked_already", **describe_visit(since[0]))
        return True
    wanted = yield Ask("new_time", kinds=("yes_no",), optional=True).needing(BOOK_VISIT)
    if not wanted:
        return False
    again = f"Visit {visit['appointment_id']} did not take place"
    ended: Ended = yield Delegate(BOOK_VISIT, site_id=visit["site_id"], reason=again)
    return ended.kind == "resolved"


def _credit(case: Case, visit: Facts, *, booked: bool) -> Generator[Step, Any, End]:
    """The credit that is due for the visit."""
    told: Facts = {"appointment_id": visit["appointment_id"], "amount_minor": visit.get("credit_due_minor") or 0}
    if visit.get("credited") or not told["amount_minor"]:
        reply = "credited_before" if visit.get("credited") else "no_credit"
        return Resolved(reply, **told) if booked else Declined(reply, **told)
    try:
        yield Call(
            "erp.apply_credit",
            customer_id=case.customer_id,
            amount_minor=told["amount_minor"],
            reason=f"missed visit {visit['appointment_id']}",
        )
    except CallWithdrawn as withdrawn:
        return Declined("credit_left" if withdrawn.by == "customer" else "not_approved", **told)
    except CallRefused:
        return Declined("credit_refused", **told)
    return Resolved("credited", **told)
