"""Say where a refund is."""

from collections.abc import Generator
from datetime import date
from typing import Any

from agents.billing.charges import brief
from agents.billing.mentions import REFUND, narrow
from agents.billing.missing import is_missing
from agents.procedure import Ask, Call, Case, Declined, End, Facts, HandOff, Journey, Resolved, Step

SHOWN = 3
"""Refunds named in one reply, the latest first."""


def track_refund(case: Case) -> Journey:
    """Say where a refund is that was made before. No money is moved by it.

    1. Look up the refunds. None: say so, and that one can be asked for.
    2. Take the refund that the customer named by payment, amount or day, else all that are still on their way, else
       the latest.
    3. On its way: say how much, to which method, and by which day it should have arrived.
    4. Sent back by the bank, or not there though the day has passed: apologise, and hand it to billing, who can ask the
       bank. Where the customer did not say that it is missing, ask first.
    """
    refunds = (yield Call("payments.list_refunds", customer_id=case.customer_id))["items"]
    if not refunds:
        return Declined("none")
    meant = pick_refunds(case, refunds)
    returned = [each for each in meant if each["status"] == "returned"]
    if returned:
        return HandOff("policy_limit", queue="billing", reply="returned", **describe_refund(returned[0]))
    overdue = [each for each in meant if is_overdue(each, case.today)]
    if overdue:
        return (yield from _look_into(case, overdue[0]))
    return Resolved("on_its_way", refunds=[describe_refund(each) for each in meant])


def pick_refunds(case: Case, refunds: list[Facts]) -> list[Facts]:
    """The refunds that are meant: that of the payment asked about, the named, else those under way, else the latest."""
    of_payment = [each for each in refunds if each["payment_id"] == case.facts.get("payment_id")]
    if of_payment:
        return of_payment[:1]
    named = narrow(case, refunds, REFUND)
    if len(named) < len(refunds):
        return named[:SHOWN]
    under_way = [each for each in refunds if each["status"] == "sent" and not is_overdue(each, case.today)]
    return (under_way or refunds[:1])[:SHOWN]


def is_overdue(refund: Facts, today: date) -> bool:
    """Whether a refund should have arrived before today."""
    return refund["status"] == "sent" and date.fromisoformat(refund["arrives_by"]) < today


def describe_refund(refund: Facts) -> Facts:
    """What a reply says of a refund."""
    return brief([refund], "payment_id", "amount_minor", "refunded_at", "arrives_by", "method")[0]


def _look_into(case: Case, refund: Facts) -> Generator[Step, Any, End]:
    """A refund that should be there: billing asks the bank where the customer has not got it."""
    told = describe_refund(refund)
    if not is_missing(case.text):
        missing = yield Ask("refund_missing", kinds=("yes_no",), reply="ask_missing", **told)
        if not missing:
            return Resolved("arrived", **told)
    return HandOff("policy_limit", queue="billing", reply="overdue", **told)
