"""Restart a router because the customer asks for it."""

from collections.abc import Generator
from typing import Any

from agents.procedure import (
    Call,
    CallFailed,
    CallRefused,
    CallWithdrawn,
    Case,
    Declined,
    End,
    HandOff,
    Journey,
    Resolved,
    Say,
    Step,
)
from agents.troubleshooting.diagnosis import Line, arrange_visit, promise_check, refer_alarm, tell_outage
from agents.troubleshooting.lines import find_line, find_outage, measure_line, read_test


def restart_router(case: Case) -> Journey:
    """Restart the router because the customer asks for it.

    1. The customer has a medical alarm: a person takes over at once, and nothing is switched off.
    2. Find the service. None: say so. Several: ask which. No router known on it: a person.
    3. Outage at the address: a restart would not help; tell since when and until when it is expected.
    4. Restart once the customer has confirmed, then test the line. Good: say so, and promise to ask the next day.
       Not good: have scheduling book a visit. No restart possible: say how to do it at home.
    """
    line = yield from _find_device(case)
    if not isinstance(line, Line):
        return line
    try:
        yield Call("network.restart_device", device_id=line.device_id)
    except CallWithdrawn:
        return Declined("not_restarted")
    except (CallFailed, CallRefused):
        return Declined("restart_failed")
    finding = read_test((yield from measure_line(line.device_id)))
    if finding == "good":
        return Resolved("restarted", promise=promise_check(case, line))
    yield Say("not_mended")
    return (yield from arrange_visit(line, finding))


def _find_device(case: Case) -> Generator[Step, Any, Line | End]:
    """The line whose router may be restarted; else how the case ends."""
    end = yield from refer_alarm(case)
    if end is not None:
        return end
    found = yield from find_line(case)
    if found is None:
        return Declined("no_service")
    outages = (yield Call("network.list_outages", customer_id=case.customer_id))["items"]
    outage = find_outage(outages, found["site_id"])
    if outage is not None:
        return tell_outage(outage)
    if not found["device_id"]:
        return HandOff("policy_limit", queue="technical", reply="no_device")
    return Line(found["site_id"], found["device_id"], outages, restored=False)
