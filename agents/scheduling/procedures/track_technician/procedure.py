"""Say where a technician is."""

from collections.abc import Generator
from datetime import datetime
from typing import Any

from agents.procedure import Call, Case, Declined, Delegate, End, Ended, Facts, Journey, Resolved, Step
from agents.scheduling.visits import describe_visit, is_over, list_booked, name_visit


def track_technician(case: Case) -> Journey:
    """Say where the technician is and when they come.

    1. Take the visit that the customer named, else the next one that is not over, else the last one.
       None booked: say so.
    2. A technician is on the way: say who, where and when they should arrive.
    3. A technician is assigned, or none is yet: say the agreed time.
    4. The agreed time is over and the visit still stands: it was missed, and is made good with a new visit
       and a credit.
    """
    listed = yield Call("erp.list_appointments", customer_id=case.customer_id)
    visits = list_booked(listed["items"])
    visit = pick_visit(visits, name_visit(case), case.opened_at)
    if visit is None:
        return Declined("no_visit")
    technician = visit["technician"]
    if technician and technician.get("eta_at") and not is_over(visit, case.opened_at):
        return Resolved(_on_the_way(technician), **describe_visit(visit), **technician)
    if is_over(visit, case.opened_at):
        return (yield from _make_good(visit))
    if technician:
        return Resolved("assigned", **describe_visit(visit), name=technician["name"])
    return Resolved("not_assigned", **describe_visit(visit))


def pick_visit(visits: list[Facts], reference: str, now: datetime) -> Facts | None:
    """The visit that is meant: the named one, else the next that is not over, else the latest."""
    named = [each for each in visits if each["appointment_id"] == reference]
    ahead = [each for each in visits if not is_over(each, now)]
    return next(iter([*named, *ahead, *reversed(visits)]), None)


def _on_the_way(technician: Facts) -> str:
    return "on_the_way" if technician.get("position") else "expected"


def _make_good(visit: Facts) -> Generator[Step, Any, End]:
    """Nobody came: the visit is made good where missed visits are."""
    ended: Ended = yield Delegate("scheduling.missed_visit", appointment_id=visit["appointment_id"])
    return Resolved("", **ended.facts) if ended.kind == "resolved" else Declined("", **ended.facts)
