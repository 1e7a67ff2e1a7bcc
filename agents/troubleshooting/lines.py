"""Lines: which service is meant, and what outages and line tests say about it."""

import re
from collections.abc import Generator
from datetime import date
from typing import Any, Literal

from agents.folding import fold
from agents.procedure import Ask, Call, CallFailed, Case, Choice, Facts, Say, Step

Finding = Literal["good", "device_offline", "line_fault", "degraded"]
FULL_SPEED = 0.8
"""The share of the plan's speed from which a line is as fast as promised."""
LOSS_PERCENT = 1.0
"""Lost packets from which a connection is felt to drop."""


def find_line(case: Case) -> Generator[Step, Any, Facts | None]:
    """The subscription whose connection is meant; asks where the customer has several."""
    listed = yield Call("erp.list_subscriptions", customer_id=case.customer_id)
    lines = list_lines(listed["items"], case.today)
    known = [each for each in lines if each["subscription_id"] == case.facts.get("subscription_id")]
    if known or len(lines) <= 1:
        return next(iter(known or lines), None)
    choices = tuple(Choice(each["subscription_id"], each["plan_name"]) for each in lines)
    wanted = yield Ask("line", choices=choices, reply="ask_line", names=[each["plan_name"] for each in lines])
    return next(each for each in lines if each["subscription_id"] == wanted)


def list_lines(subscriptions: list[Facts], today: date) -> list[Facts]:
    """The subscriptions that have not ended yet: a cancelled one runs until its last day."""
    return [each for each in subscriptions if each["status"] != "cancelled" or _last_day(each) > today]


def _last_day(subscription: Facts) -> date:
    return date.fromisoformat(subscription["cancellation"]["effective_on"])


def measure_line(device_id: str) -> Generator[Step, Any, Facts]:
    """A line test's result; a test that fails is tried once more.

    Raises:
        CallFailed: it failed again.
    """
    try:
        return (yield Call("network.run_line_test", device_id=device_id))
    except CallFailed:
        yield Say("test_again")
    return (yield Call("network.run_line_test", device_id=device_id))


def read_test(test: Facts) -> Finding:
    """What a line test found; a verdict of good is checked against the plan's speed and lost packets."""
    if test["verdict"] in ("device_offline", "line_fault"):
        return test["verdict"]
    loses = test["packet_loss_percent"] >= LOSS_PERCENT
    crawls = test["down_mbps"] < FULL_SPEED * test["plan_mbps"]
    return "degraded" if test["verdict"] == "degraded" or loses or crawls else "good"


def describe_test(test: Facts) -> Facts:
    """What a reply says of a line test, in figures without needless decimals."""
    said = {key: test[key] for key in ("down_mbps", "plan_mbps", "packet_loss_percent")}
    return {key: int(value) if value == int(value) else value for key, value in said.items()}


def find_outage(outages: list[Facts], site_id: str) -> Facts | None:
    """The outage that is going on at an address, if there is one."""
    return next((each for each in outages if each["site_id"] == site_id and not each["ended_at"]), None)


def list_overdue(invoices: list[Facts], today: date) -> list[Facts]:
    """The invoices that should have been paid, the oldest first."""
    late = [each for each in invoices if each["balance_minor"] > 0 and is_overdue(each, today)]
    return sorted(late, key=lambda each: each["due_on"])


def is_overdue(invoice: Facts, today: date) -> bool:
    """Whether an invoice's day has gone by unpaid."""
    return invoice["status"] == "overdue" or date.fromisoformat(invoice["due_on"]) < today


_RESTARTED = re.compile(
    r"\b(?:(?:already|just|have|i|we|'ve) (?:\w+ )?(?:restarted|rebooted|reset|power[- ]?cycled)"
    r"|(?:restarted|rebooted|reset|power[- ]?cycled) (?:it|the|my|everything)"
    r"|(?:turned|switched) (?:\w+ ){0,3}off and (?:back )?on|ya (?:he )?(?:reinici\w+|apag\w+)|(?:he )?reiniciado"
    r"|neu ?gestartet"
    r"|aus[- ]? ?und (?:wieder )?(?:ein|an)(?:geschaltet|gemacht|gesteckt)|stecker (?:\w+ ){0,3}gezogen"
    r"|(?:ai|avons|a) (?:deja )?(?:redemarre|relance|debranche|eteint)\w*|deja redemarre"
    r"|restart (?:kar )?(?:kiya|chuk\w*)"
    r"|band (?:karke )?(?:chalu|on) kiya)|रीस्टार्ट कर (?:चुक|लिया|दिया)|बंद करके (?:चालू|फिर)"
)


def says_restarted(words: str) -> bool:
    """Whether the customer's words say that they have restarted the router themselves."""
    return _RESTARTED.search(fold(words)) is not None
