"""Agree a plan of instalments for a treatment's invoice."""

from datetime import timedelta

from agents.billing.charges import brief, owed
from agents.billing.procedures.arrange_payment.procedure import FEWEST, MOST, named_count, read_count
from agents.billing.questions import choose_invoice
from agents.procedure import Ask, Call, CallFailed, Case, Declined, HandOff, Journey, Resolved

SMALLEST_MINOR = 15_000
"""Below this the practice agrees no instalments."""
FIRST_AFTER = timedelta(days=14)
TRIES = 2


def request_instalments(case: Case) -> Journey:
    """Agree instalments for an invoice of 150 euros or more.

    1. Take the open invoice that the patient named, or the only one; with several, ask which.
    2. Below 150 euros: say that it is paid in one.
    3. Ask for two to six instalments; the first is due in two weeks.
    4. Set the plan up once the patient has confirmed, and read out every instalment.
    """
    due = owed((yield Call("erp.list_invoices", customer_id=case.customer_id))["items"])
    if not due:
        return Resolved("nothing_due")
    invoice = yield from choose_invoice(case, due)
    shown = brief([invoice], "invoice_id", "balance_minor")[0]
    if invoice["balance_minor"] < SMALLEST_MINOR:
        return Declined("too_small", smallest_minor=SMALLEST_MINOR, **shown)
    count = named_count(case.text)
    for _ in range(TRIES):
        count = count or read_count(
            (yield Ask("instalments", kinds=("number", "text"), fewest=FEWEST, most=MOST, **shown))
        )
    if not count:
        return HandOff("not_understood", queue="billing")
    first = (case.today + FIRST_AFTER).isoformat()
    try:
        plan = yield Call(
            "erp.create_payment_arrangement", invoice_id=invoice["invoice_id"], instalments=count, first_due_on=first
        )
    except CallFailed as failed:
        if "already" not in failed.error:
            raise
        return Declined("already_agreed", **shown)
    return Resolved("agreed", invoice_id=invoice["invoice_id"], instalments=plan["instalments"])
