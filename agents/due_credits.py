"""Credits that are due for outages: offered where one is seen, though nobody asked."""

from collections.abc import Generator
from typing import Any

from agents.procedure import (
    Ask,
    Call,
    Case,
    Consider,
    Declined,
    Delegate,
    End,
    Facts,
    HandOff,
    Resolved,
    Say,
    Step,
    StepTrouble,
)

CREDIT = "billing.outage_credit"


def close_with_credit(case: Case, end: End, outages: list[Facts] | None = None) -> Generator[Step, Any, End]:
    """End a journey; where an outage was never made good, offer its credit at the very end, and give it on a yes.

    `outages` are read where they are not known yet. The end is left as it is where no credit is due, the rules would
    not let it be given on the customer's yes, or another journey waits for the end. It is offered once in a
    conversation.
    """
    if case.delegated or isinstance(end, HandOff):
        return end
    outage = find_credit((yield from _read_outages(case)) if outages is None else outages)
    if outage is None:
        return end
    credit = credit_for(case, outage)
    if not (yield Consider(credit.tool, CREDIT, **credit.arguments)):
        return end
    if end.reply:
        yield Say(end.reply, **end.facts)
    yield from _offer(outage, credit)
    if isinstance(end, Declined):
        return Declined("", **end.facts)
    return Resolved("", promise=end.promise, calls_off=end.calls_off, **end.facts)


def credit_for(case: Case, outage: Facts) -> Call:
    """The call that credits an outage with exactly what is due."""
    named = {"customer_id": case.customer_id, "amount_minor": outage["credit_due_minor"]}
    return Call("erp.apply_credit", **named, reason=f"outage {outage['outage_id']}")


def _offer(outage: Facts, credit: Call) -> Generator[Step, Any, None]:
    """Offer the credit; billing gives it on a yes."""
    facts = {"amount_minor": outage["credit_due_minor"], "started_at": outage["started_at"], "days": outage["days"]}
    question = Ask("wants_credit", kinds=("yes_no",), reply="offer_credit", offers=CREDIT, **facts)
    wanted = yield question.proposing(credit)
    if wanted:
        yield Delegate(CREDIT, outage_id=outage["outage_id"])
    elif wanted is False:
        yield Say("credit_left")


def find_credit(outages: list[Facts]) -> Facts | None:
    """The latest outage for which a credit is due and not given yet."""
    due = [each for each in outages if each["credit_due_minor"] > 0 and not each["credited"]]
    return max(due, key=lambda each: each["started_at"], default=None)


def _read_outages(case: Case) -> Generator[Step, Any, list[Facts]]:
    """The outages on record; a network that does not answer spoils nothing."""
    try:
        return (yield Call("network.list_outages", customer_id=case.customer_id))["items"]
    except StepTrouble:
        return []
