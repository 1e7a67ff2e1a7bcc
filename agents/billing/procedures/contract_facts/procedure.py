"""Say what a contract says."""

from collections.abc import Generator
from typing import Any

from agents.billing.procedures.contract_facts.questions import ALL, LEAVING, STATE, read_questions
from agents.procedure import Call, Case, Declined, Facts, Journey, Resolved, Step


def contract_facts(case: Case) -> Journey:
    """Say what the customer's contract says: price, end, notice, speed, what is included, whether it is suspended.
    Nothing is changed by it.

    1. Look up the contracts. None: say so. All of them cancelled: say when they end.
    2. Look up the plans, for the speed, where it was asked for.
    3. Say what was asked for, for each running contract; where nothing in particular was, all of it.
       Asking about the end, the notice or what leaving costs is no cancellation: say what would be, with the last
       bill where leaving was spoken of, and that nothing was cancelled.
    """
    contracts = (yield Call("erp.list_subscriptions", customer_id=case.customer_id))["items"]
    running = [each for each in contracts if each["status"] != "cancelled"]
    if not contracts:
        return Declined("no_contract")
    if not running:
        ended = [{"plan_name": each["plan_name"], **each["cancellation"]} for each in contracts]
        return Resolved("cancelled", contracts=ended)
    asked = read_questions(case.text) or frozenset(ALL)
    if LEAVING in asked:
        asked = (asked - {"price"}) | {"end", "notice"}
    if "plan" in asked:
        asked |= {"price", "speed"}
    speeds = (yield from _read_speeds()) if "speed" in asked else {}
    told = [describe_contract(each, speeds) for each in running]
    return Resolved("facts", asked=[each for each in (*ALL, STATE, LEAVING) if each in asked], contracts=told)


def _read_speeds() -> Generator[Step, Any, Facts]:
    """The speed of each plan on sale."""
    plans = yield Call("erp.list_plans")
    return {each["plan_id"]: each["down_mbps"] for each in plans["items"]}


def describe_contract(contract: Facts, speeds: Facts) -> Facts:
    """What can be said of a running contract; what the system does not know is null."""
    keys = ("plan_name", "monthly_minor", "started_on", "contract_ends_on")
    return {
        **{key: contract[key] for key in keys},
        "down_mbps": speeds.get(contract["plan_id"]),
        "notice_days": contract.get("notice_days"),
        "earliest_end_on": contract["cancellation"]["effective_on"],
        "final_bill_minor": contract["cancellation"]["final_bill_minor"],
        "suspended": contract["status"] == "suspended",
    }
