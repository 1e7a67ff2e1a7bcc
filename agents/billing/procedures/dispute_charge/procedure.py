"""Disputing a charge."""

from agents.billing.charges import is_double
from agents.billing.mentions import references
from agents.billing.questions import choose_payment, echo
from agents.procedure import BARRED, Ask, Call, Case, Delegate, Facts, Journey, Resolved

REASON = "disputed_charge"
TELLING = 10
"""Words from which on an opening message tells what is wrong."""
LONGEST = 1000
"""Characters of the customer's account that go into the case."""


def dispute_charge(case: Case) -> Journey:
    """Open a dispute about a charge, so that a person investigates it.

    1. Look up the payments. Find the one that the customer means, by number, amount, day or what it was for; otherwise
       ask. Somebody who is not sure can still dispute: the case is opened without a payment.
    2. If the payment was taken twice, there is no need to investigate: the double charge is refunded, where whoever
       asks may have that.
    3. If a dispute about it is open already, give its number and do not open a second one.
    4. Take what is wrong with the charge from the customer's own words; if they have said little so far, ask.
    5. Open the case and give its number. Promise no result: a person looks at it.
    """
    payments = (yield Call("payments.list_payments", customer_id=case.customer_id))["items"]
    payment = yield from choose_payment(case, payments)
    if payment and is_double(payment):
        refund = Delegate("billing.refund_duplicate_charge", payment_id=payment["payment_id"])
        ended = yield refund.unless_barred()
        if ended != BARRED:
            return echo(ended)
    subject = subject_of(case, payment)
    cases = (yield Call("crm.list_cases", customer_id=case.customer_id))["items"]
    earlier = open_dispute(cases, subject)
    if earlier:
        return Resolved("already_open", case_id=earlier["case_id"], opened_at=earlier["opened_at"], subject=subject)
    complaint = account_in(case) or (yield Ask("complaint", kinds=("text",), reply="ask_complaint", subject=subject))
    description = f"{subject}: {complaint}" if subject else str(complaint)
    arguments = {"customer_id": case.customer_id, "reason": REASON, "description": description[:LONGEST]}
    opened = yield Call("crm.open_case", **arguments)
    return Resolved("dispute_opened", case_id=opened["case_id"], subject=subject)


def subject_of(case: Case, payment: Facts | None) -> str:
    """The reference that the dispute is about: the payment's, else a bill that was named, else nothing."""
    if payment:
        return payment["payment_id"]
    return next((each for each in references(case) if each.startswith(("P-", "INV-"))), "")


def account_in(case: Case) -> str:
    """The customer's account of what is wrong, if the opening words are long enough to be one."""
    return case.text.strip() if len(case.text.split()) >= TELLING else ""


def open_dispute(cases: list[Facts], subject: str) -> Facts | None:
    """The open dispute about that reference, if there is one."""
    if not subject:
        return None
    hits = (each for each in cases if each["reason"] == REASON and each["status"] == "open")
    return next((each for each in hits if each["description"].startswith(f"{subject}:")), None)
