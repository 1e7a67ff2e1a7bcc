"""Diagnosis: from a complaint about a connection to what mends it, the same for all kinds of trouble.

Each procedure has its own words for the replies that are named here.
"""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agents.due_credits import close_with_credit
from agents.procedure import (
    BARRED,
    Ask,
    Call,
    CallFailed,
    CallRefused,
    CallWithdrawn,
    Case,
    Declined,
    Delegate,
    End,
    Ended,
    Facts,
    HandOff,
    Promise,
    Resolved,
    Say,
    Step,
)
from agents.troubleshooting.lines import (
    describe_test,
    find_line,
    find_outage,
    list_overdue,
    measure_line,
    read_test,
    says_restarted,
)
from domain.approval import WORKS_AGAIN

VISIT_REASONS = {
    "line_fault": "Line test: fault on the line",
    "device_offline": "Router is offline; a remote restart was not possible or did not help",
    "degraded": "Line is slow or loses packets; a remote restart was not possible or did not help",
    "good": "Line tests good, trouble inside the home remains",
}
"""What the technician is told, by what the line test found."""


TRY_LATER = "try_later"
RESTART = "network.restart_device"
BOOK_VISIT = "scheduling.book_visit"


@dataclass(frozen=True, slots=True)
class Line:
    """A connection that should work: paid for, and without an outage. `restored` tells that it was suspended before."""

    site_id: str
    device_id: str
    outages: list[Facts]
    restored: bool


def refer_alarm(case: Case) -> Generator[Step, Any, End | None]:
    """A customer whose medical alarm hangs on the line goes to a person at once; None for everybody else."""
    customer = yield Call("crm.get_customer", customer_id=case.customer_id)
    if "medical_alarm" not in customer["flags"]:
        return None
    return HandOff("vulnerable_customer", queue="vulnerable", priority="urgent", reply="alarm")


def rule_out_causes(case: Case) -> Generator[Step, Any, Line | End]:
    """The line to test, once it is neither suspended nor in an outage; else how the case ends for that cause."""
    found = yield from find_line(case)
    if found is None:
        return Declined("no_service")
    suspended = found["status"] == "suspended"
    if suspended:
        end = yield from _lift_suspension(case, found)
        if end is not None:
            return end
    else:
        yield Say("plan")
    listed = yield Call("network.list_outages", customer_id=case.customer_id)
    outage = find_outage(listed["items"], found["site_id"])
    if outage is not None:
        return (yield from close_with_credit(case, tell_outage(outage), listed["items"]))
    if not found["device_id"]:
        return HandOff("policy_limit", queue="technical", reply="no_device")
    return Line(found["site_id"], found["device_id"], listed["items"], restored=suspended)


def _lift_suspension(case: Case, found: Facts) -> Generator[Step, Any, End | None]:
    """Have the overdue bills paid and see that the service is back; None when it is."""
    overdue = yield from _find_overdue(case)
    if not overdue:
        return HandOff("policy_limit", queue="billing", reply="suspended_unclear")
    yield Say("suspended", plan_name=found["plan_name"], count=len(overdue), **_describe_bill(overdue[0]))
    for _ in overdue:
        invoice_id = overdue[0]["invoice_id"]
        ended: Ended = yield Delegate("billing.pay_bill", invoice_id=invoice_id).unless_barred()
        overdue = yield from _find_overdue(case)
        if ended.kind == "declined" or any(each["invoice_id"] == invoice_id for each in overdue):
            return Declined("still_suspended", plan_name=found["plan_name"])
        if not overdue:
            break
    listed = yield Call("erp.list_subscriptions", customer_id=case.customer_id)
    now = next(each for each in listed["items"] if each["subscription_id"] == found["subscription_id"])
    if now["status"] != "active":
        return HandOff("tool_failure", queue="billing", reply="not_restored")
    yield Say("restored", plan_name=found["plan_name"])
    return None


def _describe_bill(invoice: Facts) -> Facts:
    return {key: invoice[key] for key in ("invoice_id", "due_on", "balance_minor")}


def _find_overdue(case: Case) -> Generator[Step, Any, list[Facts]]:
    listed = yield Call("erp.list_invoices", customer_id=case.customer_id)
    return list_overdue(listed["items"], case.today)


def tell_outage(outage: Facts) -> End:
    """What is known of an outage that is going on."""
    said: Facts = {key: outage[key] or "" for key in ("cause", "started_at", "expected_end_at")}
    return Resolved("outage", **said)


def diagnose(case: Case) -> Generator[Step, Any, End]:
    """Find what is wrong with the customer's connection and mend it, or have it mended."""
    line = yield from rule_out_causes(case)
    if not isinstance(line, Line):
        return line
    test = yield from measure_line(line.device_id)
    try:
        end = yield from _mend(case, line, test)
    except CallWithdrawn as withdrawn:
        if withdrawn.reason != WORKS_AGAIN:
            raise
        return Resolved("works")
    if end.reply == TRY_LATER:
        return end  # who goes to try something is not held up with a credit
    return (yield from close_with_credit(case, end, line.outages))


def _mend(case: Case, line: Line, test: Facts) -> Generator[Step, Any, End]:
    """Do what the line test calls for: a visit for a fault, a restart for a router, advice for a good line."""
    finding = read_test(test)
    if finding == "good":
        return Resolved("restored_works") if line.restored else (yield from _check_home(case, line, test))
    if says_restarted(case.text):
        yield Say("restarted_before")
    yield Say(finding, **describe_test(test))
    if finding == "line_fault":
        return (yield from arrange_visit(line, finding))
    retest = yield from _restart(line)
    if retest is None:
        return (yield from _offer_visit(line, finding))
    if read_test(retest) == "good":
        return Resolved("mended", promise=promise_check(case, line), **describe_test(retest))
    yield Say("not_mended")
    return (yield from arrange_visit(line, read_test(retest)))


def _restart(line: Line) -> Generator[Step, Any, Facts | None]:
    """The line test after a restart; None where the router was not restarted, which the customer is told."""
    try:
        yield Call("network.restart_device", device_id=line.device_id)
    except CallWithdrawn as withdrawn:
        if withdrawn.reason == WORKS_AGAIN:
            raise
        yield Say("not_restarted")
        return None
    except (CallFailed, CallRefused):
        yield Say("restart_failed")
        return None
    return (yield from measure_line(line.device_id))


def _check_home(case: Case, line: Line, test: Facts) -> Generator[Step, Any, End]:
    """The line is fine: try the Wi-Fi at home, then a restart where the customer made none, then a visit."""
    device = yield Call("network.get_device", device_id=line.device_id)
    works = yield _ask_works("works_now", "line_good", wifi_name=device["wifi_name"], **describe_test(test))
    if works is not False:
        return Resolved("works" if works else TRY_LATER)
    if says_restarted(case.text):
        yield Say("restarted_before")
        return (yield from _offer_visit(line, "good"))
    yield Say("try_restart").needing(RESTART)
    retest = yield from _restart(line)
    if retest is None:
        return (yield from _offer_visit(line, "good"))
    finding = read_test(retest)
    if finding == "good":
        works = yield _ask_works("works_after", "restarted")
        if works is not False:
            return Resolved("works" if works else TRY_LATER, promise=promise_check(case, line))
    yield Say("at_home" if finding == "good" else "not_mended")
    return (yield from arrange_visit(line, finding))


def promise_check(case: Case, line: Line) -> Promise:
    """Ask the day after a restart whether the connection still works."""
    due = case.opened_at + timedelta(days=1)
    facts = {"restarted_at": case.opened_at.isoformat()}
    return Promise("repair_check", about=line.device_id, due=due, until=due + timedelta(days=3), asks=True, facts=facts)


def _ask_works(slot: str, reply: str, **facts: Any) -> Ask:
    return Ask(slot, kinds=("yes_no",), reply=reply, optional=True, **facts).about_fact()


def _offer_visit(line: Line, finding: str) -> Generator[Step, Any, End]:
    """Let the customer say whether a technician should come."""
    question = Ask("visit_wanted", kinds=("yes_no",), reply="ask_visit_wanted")
    wanted = yield question.wished_as(BOOK_VISIT).needing(BOOK_VISIT)
    return Declined("left_as_is") if wanted is False else (yield from arrange_visit(line, finding))


def arrange_visit(line: Line, finding: str) -> Generator[Step, Any, End]:
    """Have scheduling book a visit; it knows where and what for. For whom it may not, a person does."""
    booking = Delegate(BOOK_VISIT, site_id=line.site_id, reason=VISIT_REASONS[finding])
    ended: Ended = yield booking.unless_barred()
    if ended == BARRED:
        return HandOff("policy_limit", queue="technical")
    return Resolved("visit_arranged") if ended.kind == "resolved" else Declined("no_visit_arranged")
