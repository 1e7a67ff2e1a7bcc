"""Crediting an outage."""

from collections.abc import Generator

from agents.billing.charges import brief
from agents.billing.mentions import OUTAGE, narrow
from agents.due_credits import credit_for
from agents.procedure import (
    Call,
    CallFailed,
    CallRefused,
    Case,
    Declined,
    Facts,
    Journey,
    Resolved,
    Say,
    Step,
    StepTrouble,
)


def outage_credit(case: Case) -> Journey:
    """Credit the customer for an outage.

    1. Look up the outages of the customer's addresses.
    2. Credit each outage for which a credit is due and was not given yet, with exactly the amount that is due, once the
       customer has confirmed it. If they named one outage, only that one; several are said first, with their sum.
    3. If none is due, say why: no outage on record, already credited, still going on, or too short for a credit.
    4. Say the amount and that it comes off the bill. If the credit is refused, say so kindly; nothing is changed.
    """
    outages = (yield Call("network.list_outages", customer_id=case.customer_id))["items"]
    due = [each for each in outages if each["credit_due_minor"] > 0 and not each["credited"]]
    if not due:
        return nothing_due(outages)
    chosen = narrow(case, due, OUTAGE)
    if len(chosen) > 1:
        yield Say("several_due", count=len(chosen), total_minor=sum(each["credit_due_minor"] for each in chosen))
    try:
        given = yield from _apply_credits(case, chosen)
    except CallRefused:
        return Declined("credit_refused", amount_minor=chosen[0]["credit_due_minor"])
    return Resolved("credited", credits=given, total_minor=sum(each["amount_minor"] for each in given))


def nothing_due(outages: list[Facts]) -> Declined:
    """Why no credit is due."""
    if not outages:
        return Declined("no_outage")
    latest = max(outages, key=lambda each: each["started_at"])
    shown = brief([latest], "started_at", "ended_at", "days", "credit_due_minor")[0]
    if latest["ended_at"] is None:
        return Declined("outage_goes_on", **shown)
    return Declined("already_credited" if latest["credited"] else "too_short", **shown)


def _apply_credits(case: Case, outages: list[Facts]) -> Generator[Step, Facts, list[Facts]]:
    """Credit outage after outage; trouble with a later one does not hide what was credited before it."""
    given: list[Facts] = []
    for outage in outages:
        try:
            credit = yield credit_for(case, outage)
        except StepTrouble as trouble:
            if not given or (isinstance(trouble, CallFailed) and trouble.uncertain):
                raise
            break
        shown = brief([outage], "started_at", "days")[0]
        given.append(shown | {"amount_minor": credit["amount_minor"], "invoice_id": credit["invoice_id"] or ""})
    return given
