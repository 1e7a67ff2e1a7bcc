"""Change the plan, up or down."""

from collections.abc import Generator
from typing import Any

from agents.procedure import (
    Ask,
    Call,
    CallRefused,
    CallWithdrawn,
    Case,
    Declined,
    End,
    Facts,
    Journey,
    Resolved,
    Say,
    Step,
)
from agents.retention.plans import as_choices, list_choices, name_plan, read_direction
from agents.retention.subscriptions import find_subscription


def change_plan(case: Case) -> Journey:
    """Change the plan of a subscription, up or down.

    1. Find the subscription. None running: say so. Several: ask which. Suspended: say that it must be restored first.
    2. Take the plan that the customer named; else offer the plans in the wished direction (or all) with their prices.
       None in that direction: say so.
    3. Tell the old and the new price, the difference, and from when.
    4. Change it once the customer has confirmed. If they withdraw, or the rules do not allow it, all stays as it is.
    """
    subscription = yield from find_subscription(case)
    if subscription is None:
        return Declined("no_subscription")
    if subscription["status"] == "suspended":
        return Declined("suspended", plan_name=subscription["plan_name"])
    plan = yield from _choose_plan(case, subscription)
    if isinstance(plan, Declined):
        return plan
    return (yield from _change(subscription, plan))


def _choose_plan(case: Case, subscription: Facts) -> Generator[Step, Any, str | Declined]:
    """The id of the plan that the customer wants, or why there is none for them."""
    listed = yield Call("erp.list_plans")
    plans = listed["items"]
    others = [each for each in plans if each["plan_id"] != subscription["plan_id"]]
    current = {"plan_name": subscription["plan_name"], "monthly_minor": subscription["monthly_minor"]}
    handed_over = [each for each in others if each["plan_id"] == case.facts.get("plan_id")]
    named = next(iter(handed_over), None) or name_plan(case.text, others)
    if named is not None:
        return named["plan_id"]
    direction = read_direction(case.text)
    choices = list_choices(plans, subscription, direction)
    if not choices:
        return Declined(f"none_{direction or 'other'}", **current)
    offered = [{"name": each["name"], "monthly_minor": each["monthly_minor"]} for each in choices]
    question = Ask("plan", choices=as_choices(choices), reply="ask_plan", plans=offered, **current)
    return (yield question.compared_with(subscription["monthly_minor"]))


def _change(subscription: Facts, plan_id: str) -> Generator[Step, Any, End]:
    """Say what the change costs or saves, then make it."""
    call = {"subscription_id": subscription["subscription_id"], "plan_id": plan_id}
    quote = yield Call("erp.quote_plan_change", **call)
    keys = ("plan_name", "old_monthly_minor", "new_monthly_minor", "effective_on")
    yield Say(
        name_quote(quote["difference_minor"]), difference_minor=abs(quote["difference_minor"]), **_of(quote, keys)
    )
    try:
        changed = yield Call("erp.change_plan", **call)
    except CallWithdrawn:
        return Declined("unchanged", plan_name=subscription["plan_name"])
    except CallRefused:
        return Declined("not_possible", plan_name=subscription["plan_name"])
    return Resolved("changed", **_of(changed, ("plan_name", "monthly_minor", "effective_on")))


def name_quote(difference_minor: int) -> str:
    """The reply that fits a price difference."""
    if difference_minor == 0:
        return "quote_same"
    return "quote_up" if difference_minor > 0 else "quote_down"


def _of(record: Facts, keys: tuple[str, ...]) -> Facts:
    return {key: record[key] for key in keys}
