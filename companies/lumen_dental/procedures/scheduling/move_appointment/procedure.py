"""Move a booked appointment at the clinic."""

from agents.procedure import Ask, Call, CallWithdrawn, Case, Declined, Journey, Resolved
from agents.scheduling.times import as_local, settle_time, wish_day
from agents.scheduling.visits import describe_visit, find_visit, is_ahead, promise_reminder

MINOR = "minor"


def move_appointment(case: Case) -> Journey:
    """Move a patient's appointment to a time that suits them better.

    1. Find the booked appointment that has not begun. None: say so. Several: ask which is meant.
    2. A patient under age: ask whether a guardian is on the line, and for their name, which is noted. Without one the
       appointment stays as it is; the rule `scheduling/guardian` holds that whoever asks.
    3. Ask for the wished day, unless it was said, and offer up to three free times of the same clinic.
    4. Move it once the patient has confirmed, and promise a reminder the day before.
    """
    visit = yield from find_visit(case)
    if visit is None or not is_ahead(visit, case.opened_at):
        return Declined("no_appointment")
    patient = yield Call("crm.get_customer", customer_id=case.customer_id)
    if MINOR in patient["flags"]:
        present = yield Ask("guardian_present", kinds=("yes_no",))
        if not present:
            return Declined("guardian_needed", **describe_visit(visit))
        name = yield Ask("guardian_name", kinds=("text",))
        yield Call("recall.note_guardian", customer_id=case.customer_id, name=str(name)[:80])
    zone = patient["timezone"]
    day = yield from wish_day(case, as_local(visit["starts_at"], zone).date().isoformat())
    try:
        moved = yield from settle_time(
            case,
            visit["site_id"],
            zone,
            day,
            lambda slot: Call(
                "erp.reschedule_appointment", appointment_id=visit["appointment_id"], slot_id=slot["slot_id"]
            ),
        )
    except CallWithdrawn:
        return Declined("stays", **describe_visit(visit))
    if moved is None:
        return Declined("no_time", **describe_visit(visit))
    return Resolved(
        "moved",
        promise=promise_reminder(case, moved),
        calls_off=visit["appointment_id"],
        old_starts_at=visit["starts_at"],
        **describe_visit(moved),
    )
