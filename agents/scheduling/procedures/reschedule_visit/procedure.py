"""Move a booked visit."""

from collections.abc import Callable

from agents.procedure import (
    Ask,
    Call,
    CallWithdrawn,
    Case,
    Declined,
    Delegate,
    Ended,
    Facts,
    Journey,
    Resolved,
)
from agents.scheduling.times import as_local, find_zone, settle_time, wish_day
from agents.scheduling.visits import describe_visit, find_visit, is_ahead, is_over, promise_reminder

BOOK_VISIT = "scheduling.book_visit"


def reschedule_visit(case: Case) -> Journey:
    """Move a booked visit to a time that suits the customer better.

    1. Find the booked visit that has not begun. None: offer to book one; one whose time is over was missed, and is made
       good. Several, or a reference that fits none: ask which is meant.
    2. Ask for the wished day, unless it was said; not sure means the soonest.
    3. Offer up to three free times on that day, or say that it has none and offer the nearest; if none suits, ask
       for another day, at most twice. If nothing suits, the visit stays as it is.
    4. Move the visit once the customer has confirmed it; the third move of one visit needs a supervisor. If the time
       was taken meanwhile, offer other times once.
    5. Promise a reminder the day before in place of an earlier one, unless the visit is sooner.
    6. If the customer withdraws or the supervisor says no, the visit stays as it is, and the customer is told when.
    """
    visit = yield from find_visit(case)
    if visit is not None and is_over(visit, case.opened_at):
        missed: Ended = yield Delegate("scheduling.missed_visit", appointment_id=visit["appointment_id"])
        return Resolved("", **missed.facts) if missed.kind == "resolved" else Declined("", **missed.facts)
    if visit is None or not is_ahead(visit, case.opened_at):
        question = Ask("book_instead", kinds=("yes_no",), reply="ask_book_instead")
        wants_one = yield question.beginning(BOOK_VISIT)
        if not wants_one:
            return Declined("no_visit")
        ended: Ended = yield Delegate(BOOK_VISIT)
        return Resolved("", **ended.facts) if ended.kind == "resolved" else Declined("", **ended.facts)
    zone = yield from find_zone(case)
    wish = yield from wish_day(case, as_local(visit["starts_at"], zone).date().isoformat())
    try:
        moved = yield from settle_time(case, visit["site_id"], zone, wish, propose_move(visit))
    except CallWithdrawn as withdrawn:
        return Declined("stays" if withdrawn.by == "customer" else "move_not_approved", **describe_visit(visit))
    if moved is None:
        return Declined("no_time", **describe_visit(visit))
    promise = promise_reminder(case, moved)
    return Resolved(
        "moved",
        promise=promise,
        calls_off=visit["appointment_id"],
        old_starts_at=visit["starts_at"],
        **describe_visit(moved),
    )


def propose_move(visit: Facts) -> Callable[[Facts], Call]:
    """How a time becomes the visit's new one."""
    return lambda slot: Call(
        "erp.reschedule_appointment", appointment_id=visit["appointment_id"], slot_id=slot["slot_id"]
    )
