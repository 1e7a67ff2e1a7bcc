"""Waiving a late fee."""

from collections.abc import Generator

from agents.billing.mentions import INVOICE, amounts, narrow
from agents.billing.questions import by_id, own_up
from agents.procedure import Ask, Call, CallRefused, Case, Choice, Declined, Facts, Journey, Resolved, Step

LOOKED_AT = 6
"""How many of the latest bills are searched for late fees."""


def waive_late_fee(case: Case) -> Journey:
    """Waive a late fee as a gesture of goodwill.

    1. Look up the customer's bills; read the one that they named, otherwise the latest six, for late fees.
    2. If there is none, say so. If it was waived already, say that.
    3. With several late fees, take the one whose amount was named; otherwise ask which.
    4. Waive exactly the fee, once the customer has confirmed. Goodwill has its limits: policy may ask for a supervisor.
    5. Say what was waived and what is left to pay on that bill; a fee that was paid already comes off the next bill. Or
       say kindly that it cannot be done here.
    """
    invoices = (yield Call("erp.list_invoices", customer_id=case.customer_id))["items"]
    yield from own_up(case, invoices)
    fees = yield from _late_fees(narrow(case, invoices, INVOICE)[:LOOKED_AT])
    open_fees = [each for each in fees if not each["waived"]]
    if not open_fees:
        return Declined("already_waived", **fees[0]) if fees else Declined("no_late_fee")
    fee = yield from _choose(case, open_fees)
    arguments = {field: fee[field] for field in ("invoice_id", "line_id", "amount_minor")}
    try:
        waiver = yield Call("erp.waive_fee", **arguments, reason="goodwill")
    except CallRefused:
        return Declined("waiver_refused", **arguments)
    return Resolved("waived", **arguments, balance_minor=waiver["balance_minor"], paid_before=fee["paid_before"])


def fees_of(invoice: Facts) -> list[Facts]:
    """The late fees on a bill, waived or not."""
    return [
        {
            "invoice_id": invoice["invoice_id"],
            "issued_on": invoice["issued_on"],
            "line_id": line["line_id"],
            "amount_minor": line["amount_minor"],
            "waived": line["waived"],
            "paid_before": invoice["balance_minor"] == 0,
        }
        for line in invoice["lines"]
        if line["kind"] == "late_fee"
    ]


def _late_fees(invoices: list[Facts]) -> Generator[Step, Facts, list[Facts]]:
    fees: list[Facts] = []
    for each in invoices:
        fees += fees_of((yield Call("erp.get_invoice", invoice_id=each["invoice_id"])))
    return fees


def _choose(case: Case, fees: list[Facts]) -> Generator[Step, str, Facts]:
    left = [each for each in fees if each["amount_minor"] in amounts(case)] or fees
    if len(left) == 1:
        return left[0]
    choices = tuple(
        Choice(
            each["line_id"],
            each["invoice_id"],
            (each["invoice_id"].rpartition("-")[2],),
            each["issued_on"],
            shown={"money": each["amount_minor"], "day": each["issued_on"]},
        )
        for each in left
    )
    chosen = yield Ask("which_fee", choices=choices, fees=left)
    return by_id(left, "line_id", chosen)
