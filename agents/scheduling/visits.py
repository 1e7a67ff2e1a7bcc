"""Booked visits: which of those on the list the customer means."""

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any

from agents.procedure import Ask, Call, Case, Facts, Holds, Promise, Step
from agents.scheduling.times import as_choice, find_zone


def list_booked(appointments: list[Facts]) -> list[Facts]:
    """The visits that still stand, the soonest first."""
    return sorted((each for each in appointments if each["status"] == "booked"), key=lambda each: each["starts_at"])


def is_ahead(visit: Facts, now: datetime) -> bool:
    """Whether a visit has not begun, so that it can still be moved or cancelled."""
    return datetime.fromisoformat(visit["starts_at"]) > now


def is_over(visit: Facts, now: datetime) -> bool:
    """Whether the agreed time has gone by."""
    return datetime.fromisoformat(visit["ends_at"]) < now


def find_visit(case: Case) -> Generator[Step, Any, Facts | None]:
    """The booked visit that the customer means; asks where several are booked or the reference fits none.

    One that has begun is found only where none is ahead.
    """
    listed = yield Call("erp.list_appointments", customer_id=case.customer_id)
    booked = list_booked(listed["items"])
    visits = [each for each in booked if is_ahead(each, case.opened_at)] or booked[-1:]
    reference = name_visit(case)
    named = [each for each in visits if each["appointment_id"] == reference]
    if named or not visits:
        return named[0] if named else None
    if len(visits) > 1:
        return (yield from _choose_visit(case, visits, "ask_visit_instead" if reference else "ask_visit"))
    return (yield from _suggest_visit(visits[0], reference)) if reference else visits[0]


def name_visit(case: Case) -> str:
    """The reference of a visit that was handed over or named by the customer, else empty."""
    named = str(case.facts.get("appointment_id") or case.first("reference") or "")
    return named if named.startswith("WO-") else ""


def describe_visit(visit: Facts) -> Facts:
    """What a reply says of a visit."""
    return {key: visit[key] for key in ("appointment_id", "starts_at", "ends_at")}


def promise_reminder(case: Case, visit: Facts) -> Promise:
    """A reminder the day before a visit, as long as the visit stands as it was booked."""
    starts_at = datetime.fromisoformat(visit["starts_at"])
    stands = {"appointment_id": visit["appointment_id"], "starts_at": visit["starts_at"], "status": "booked"}
    return Promise(
        "visit_reminder",
        about=visit["appointment_id"],
        due=starts_at - timedelta(days=1),
        until=starts_at,
        holds=Holds("erp.list_appointments", {"customer_id": case.customer_id}, stands),
        facts=describe_visit(visit),
    )


def _suggest_visit(visit: Facts, named: str) -> Generator[Step, Any, Facts | None]:
    """The one visit in place of one that was named and is not booked; it is never taken without asking."""
    meant = yield Ask("meant_visit", kinds=("yes_no",), reply="ask_visit_meant", named=named, **describe_visit(visit))
    return visit if meant else None


def _choose_visit(case: Case, visits: list[Facts], reply: str) -> Generator[Step, Any, Facts]:
    """Let the customer say which of several visits."""
    zone = yield from find_zone(case)
    choices = tuple(as_choice(each["appointment_id"], each["starts_at"], zone) for each in visits)
    starts = [each["starts_at"] for each in visits]
    wanted = yield Ask("visit", choices=choices, reply=reply, starts=starts, named=name_visit(case))
    return next(each for each in visits if each["appointment_id"] == wanted)
