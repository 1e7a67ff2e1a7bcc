"""Cancel a booked visit."""

from agents.procedure import Call, CallRefused, CallWithdrawn, Case, Declined, Journey, Resolved
from agents.scheduling.visits import describe_visit, find_visit, is_ahead


def cancel_visit(case: Case) -> Journey:
    """Cancel a booked visit.

    1. Find the booked visit. None: say so. Several, or a reference that fits none: ask which is meant.
    2. Cancel it once the customer has confirmed it. No reason is asked for.
       A reminder that was promised is called off.
    3. If it has begun, or the rules do not let it be cancelled any more, say that it stands and offer a person.
    """
    visit = yield from find_visit(case)
    if visit is None:
        return Declined("no_visit")
    known = describe_visit(visit)
    if not is_ahead(visit, case.opened_at):
        return Declined("not_any_more", **known)
    try:
        yield Call("erp.cancel_appointment", appointment_id=visit["appointment_id"], reason="requested by customer")
    except CallWithdrawn:
        return Declined("stays", **known)
    except CallRefused:
        return Declined("not_any_more", **known)
    return Resolved("cancelled", calls_off=visit["appointment_id"], **known)
