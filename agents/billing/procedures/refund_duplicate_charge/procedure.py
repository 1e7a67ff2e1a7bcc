"""Refunding a charge that was taken twice."""

from collections.abc import Generator
from typing import Any

from agents.billing.charges import EVERY, brief, every_choice, payment_choices, surplus_amount, surplus_captures
from agents.billing.mentions import PAYMENT, narrow, unknown_reference
from agents.billing.questions import by_id, echo
from agents.billing.sums import excess, own_up_excess
from agents.procedure import (
    Ask,
    Call,
    CallFailed,
    CallRefused,
    Case,
    Declined,
    Delegate,
    End,
    Facts,
    Journey,
    Resolved,
    Say,
    Step,
    StepTrouble,
)

DISPUTE = "billing.dispute_charge"
SHOWN = 3
"""How many of the latest payments are named where none was taken twice."""


def refund_duplicate_charge(case: Case) -> Journey:
    """Refund a charge that was taken twice.

    1. Look up the customer's payments. If there are none, say so.
    2. Find the surplus captures: a charge captured more than once, with captures left beyond what was owed. The capture
       to refund is the one that repeats another.
    3. If there is none: where a double charge was already refunded, say when and how much. Otherwise say what was seen
       and offer to open a dispute, so that a person looks at it.
    4. If the customer named a payment, bill or amount, take that one. With several left, ask which, or all of them.
    5. Say which two charges were found. Refund exactly the surplus, or less where the customer wants less back, once
       they have confirmed the amount. Policy may ask for a supervisor first.
    6. Say the amount, where it goes and by when it arrives. If the refund is refused, say so kindly.
    """
    payments = (yield Call("payments.list_payments", customer_id=case.customer_id))["items"]
    surplus = surplus_captures(payments)
    if not surplus:
        return (yield from _nothing_surplus(case, payments))
    chosen = yield from _choose(case, payments, surplus)
    more = 0 if case.delegated else excess(case, sum(map(surplus_amount, chosen)), payments)
    meant = (yield from own_up_excess(more, chosen[0])) if more else surplus_amount(chosen[0])
    if isinstance(meant, str):
        return echo((yield Delegate("billing.request_refund", payment_id=meant)))
    if meant <= 0:
        return Declined("withdrawn")
    less = case.facts.get("amount_minor")
    if isinstance(less, int) and 0 < less < meant:
        return echo((yield Delegate("billing.request_refund", payment_id=chosen[0]["payment_id"], amount_minor=less)))
    yield from _tell_found(chosen, payments)
    return (yield from _refund(chosen))


def _tell_found(chosen: list[Facts], payments: list[Facts]) -> Generator[Step, Any, None]:
    """Say which two charges were found, before anything is asked for."""
    taken = {each["payment_id"]: each for each in payments}
    pairs = [(taken[each["duplicate_of"]], each) for each in chosen if each["duplicate_of"] in taken]
    if pairs:
        shown = brief([pairs[0][0], pairs[0][1]], "payment_id", "amount_minor", "captured_at")
        yield Say("found_double", charges=shown)


def already_refunded(case: Case, payments: list[Facts]) -> Facts | None:
    """The capture of a double charge whose surplus went back before, the one that the customer means first."""
    returned = [each for each in payments if each["captures_of_charge"] > 1 and each["refunded_minor"] > 0]
    return narrow(case, returned, PAYMENT)[0] if returned else None


def refunded(refunds: list[Facts]) -> Resolved:
    """The good news: each refund with amount, method and day of arrival."""
    shown = brief(refunds, "payment_id", "amount_minor", "method", "arrives_by")
    return Resolved("refunded", refunds=shown, total_minor=sum(each["amount_minor"] for each in refunds))


def _nothing_surplus(case: Case, payments: list[Facts]) -> Journey:
    """Say what was seen, and leave the customer a way on."""
    if not payments:
        return Declined("no_payments")
    earlier = already_refunded(case, payments)
    if earlier is not None:
        return Declined("already_refunded", **brief([earlier], "payment_id", "refunded_minor", "last_refund_at")[0])
    latest = brief(payments[:SHOWN], "payment_id", "amount_minor", "captured_at")
    question = Ask("wants_dispute", kinds=("yes_no",), reply="no_duplicate", payments=latest)
    if not (yield question.beginning(DISPUTE)):
        return Declined("no_dispute")
    return echo((yield Delegate(DISPUTE)))


def _choose(case: Case, payments: list[Facts], surplus: list[Facts]) -> Generator[Step, str, list[Facts]]:
    """The captures to refund: those that were named, the only one, or those that the customer chooses."""
    unknown = unknown_reference(case, payments, PAYMENT, "P-")
    if unknown:
        yield Say("payment_not_found", reference=unknown)
    left = narrow(case, surplus, PAYMENT)
    if len(left) == 1:
        return left
    shown = brief(left, "payment_id", "amount_minor", "captured_at", "description")
    choices = (*payment_choices(left), every_choice(case.locale))
    chosen = yield Ask("which_duplicate", choices=choices, payments=shown)
    return left if chosen == EVERY else [by_id(left, "payment_id", chosen)]


def _refund(captures: list[Facts]) -> Journey:
    """Refund capture after capture; trouble with a later one does not hide what was refunded before it."""
    refunds: list[Facts] = []
    for capture in captures:
        arguments = {"payment_id": capture["payment_id"], "amount_minor": surplus_amount(capture)}
        try:
            refunds.append((yield Call("payments.refund_payment", **arguments, reason="duplicate_charge")))
        except StepTrouble as trouble:
            return _stopped(trouble, arguments, refunds)
    return refunded(refunds)


def _stopped(trouble: StepTrouble, arguments: Facts, refunds: list[Facts]) -> End:
    """How it ends when a refund was not made."""
    if isinstance(trouble, CallFailed) and trouble.uncertain:
        raise trouble
    if refunds:
        return refunded(refunds)
    if isinstance(trouble, CallRefused):
        return Declined("refund_refused", **arguments)
    raise trouble
