"""Saying what is owed, and by when."""

from agents.billing.charges import brief, owed
from agents.procedure import Call, Case, Facts, Journey, Resolved


def check_balance(case: Case) -> Journey:
    """Say what the customer owes and by when.

    1. Look up the customer's bills.
    2. If nothing is open, say so.
    3. Otherwise name each open bill with its amount and due date, say the sum where there are several, and say plainly
       which of them are overdue. Mention that they can be paid here.
    """
    invoices = (yield Call("erp.list_invoices", customer_id=case.customer_id))["items"]
    due = owed(invoices)
    if not due:
        return Resolved("nothing_due")
    return Resolved("one_due" if len(due) == 1 else "several_due", **statement(due))


def statement(due: list[Facts]) -> Facts:
    """What is owed in all and bill by bill, the longest due first."""
    return {
        "total_minor": sum(each["balance_minor"] for each in due),
        "invoices": brief(due, "invoice_id", "balance_minor", "due_on", "status"),
    }
