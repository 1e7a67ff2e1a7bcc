"""Subscriptions: which of a customer's services is meant."""

from collections.abc import Generator
from typing import Any

from agents.procedure import Ask, Call, Case, Choice, Facts, Step


def find_subscription(case: Case) -> Generator[Step, Any, Facts | None]:
    """The subscription that the customer means, cancelled ones left out; asks where they have several."""
    listed = yield Call("erp.list_subscriptions", customer_id=case.customer_id)
    running = [each for each in listed["items"] if each["status"] != "cancelled"]
    reference = case.facts.get("subscription_id") or case.first("reference")
    named = [each for each in running if each["subscription_id"] == reference]
    if named or len(running) <= 1:
        return next(iter(named or running), None)
    choices = tuple(Choice(each["subscription_id"], each["plan_name"]) for each in running)
    names = [each["plan_name"] for each in running]
    wanted = yield Ask("subscription", choices=choices, reply="ask_subscription", names=names)
    return next(each for each in running if each["subscription_id"] == wanted)
