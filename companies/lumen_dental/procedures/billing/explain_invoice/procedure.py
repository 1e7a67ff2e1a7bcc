"""Explain an invoice: what was done, what the insurance pays, what is left."""

from agents.billing.mentions import INVOICE, narrow
from agents.billing.questions import own_up
from agents.procedure import Call, Case, Declined, Journey, Resolved


def explain_invoice(case: Case) -> Journey:
    """Explain an invoice line by line.

    1. Take the invoice that the patient named by number, amount or month; otherwise the newest one.
    2. Name every treatment with its amount, then what the insurance pays of it, and what is left to pay by when.
    """
    invoices = (yield Call("erp.list_invoices", customer_id=case.customer_id))["items"]
    if not invoices:
        return Declined("no_invoices")
    yield from own_up(case, invoices)
    chosen = narrow(case, invoices, INVOICE)[0]
    invoice = yield Call("erp.get_invoice", invoice_id=chosen["invoice_id"])
    lines = [line for line in invoice["lines"] if not line["waived"]]
    return Resolved(
        "explained",
        invoice_id=invoice["invoice_id"],
        total_minor=invoice["total_minor"],
        balance_minor=invoice["balance_minor"],
        due_on=invoice["due_on"],
        treatments=[line for line in lines if line["amount_minor"] > 0],
        allowances=[
            {"description": line["description"], "amount_minor": -line["amount_minor"]}
            for line in lines
            if line["amount_minor"] < 0
        ],
    )
