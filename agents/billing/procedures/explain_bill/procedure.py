"""Explaining a bill."""

from collections.abc import Generator, Sequence

from agents.billing.bill_changes import bill_changes
from agents.billing.mentions import INVOICE, narrow
from agents.billing.questions import not_theirs
from agents.billing.several import name_several
from agents.due_credits import close_with_credit
from agents.procedure import Call, Case, Declined, Facts, Journey, Resolved, Say, Step, StepTrouble


def explain_bill(case: Case) -> Journey:
    """Explain a bill by comparing it with the bill before, line by line.

    1. Look up the customer's bills. If there is none yet, say so.
    2. Take the bill that the customer named by number, amount or month, or one after the other of several, otherwise
       the newest one; say so where the number is none of theirs.
    3. Compare it with the bill before it and name each difference with its amount: a promotion that ended (and since
       when), a changed price, a fee, a one-off charge, a credit. A first bill is explained by its own lines.
    4. If an outage is still due a credit and the rules allow it, say the amount and offer it, once; on a yes the outage
       credit procedure goes on. On a no, leave it and say that it can be asked for later.
    """
    invoices = (yield Call("erp.list_invoices", customer_id=case.customer_id))["items"]
    if not invoices:
        return Declined("no_invoices")
    other = not_theirs(case, invoices)
    if other is not None:
        return other
    *others, last = name_several(case, invoices) or narrow(case, invoices, INVOICE)[:1]
    for each in others:
        reply, facts = yield from _explain(case, each, invoices)
        yield Say(reply, **facts)
    reply, facts = yield from _explain(case, last, invoices)
    return (yield from close_with_credit(case, Resolved(reply, **facts)))


def _explain(case: Case, bill: Facts, invoices: Sequence[Facts]) -> Generator[Step, Facts, tuple[str, Facts]]:
    """Which explanation a bill gets, and what it names."""
    chosen, before = with_previous(bill, invoices)
    invoice = yield Call("erp.get_invoice", invoice_id=chosen["invoice_id"])
    previous = (yield Call("erp.get_invoice", invoice_id=before["invoice_id"])) if before else None
    changes = bill_changes(previous["lines"], invoice["lines"]) if previous else []
    ended_on = yield from _promotion_end(case, changes)
    return reply_for(previous, changes), explanation(invoice, previous, changes, ended_on)


def with_previous(chosen: Facts, invoices: Sequence[Facts]) -> tuple[Facts, Facts | None]:
    """A bill and the one issued before it, if there is one."""
    earlier = [each for each in invoices if each["issued_on"] < chosen["issued_on"]]
    return chosen, max(earlier, key=lambda each: each["issued_on"], default=None)


def reply_for(previous: Facts | None, changes: list[Facts]) -> str:
    """Which of the three explanations fits."""
    if previous is None:
        return "explained_alone"
    return "explained_change" if changes else "explained_same"


def explanation(invoice: Facts, previous: Facts | None, changes: list[Facts], ended_on: str) -> Facts:
    """What the explanation names."""
    before = previous["total_minor"] if previous else 0
    return {
        "invoice_id": invoice["invoice_id"],
        "issued_on": invoice["issued_on"],
        "due_on": invoice["due_on"],
        "total_minor": invoice["total_minor"],
        "balance_minor": invoice["balance_minor"],
        "previous_id": previous["invoice_id"] if previous else "",
        "previous_minor": before,
        "difference_minor": invoice["total_minor"] - before,
        "changes": changes,
        "lines": [line for line in invoice["lines"] if not line["waived"]],
        "ended_on": ended_on,
    }


def _promotion_end(case: Case, changes: list[Facts]) -> Generator[Step, Facts, str]:
    """The day on which a promotion ended that is no longer on the bill; empty where nobody knows."""
    gone = [each["amount_minor"] for each in changes if (each["change"], each["kind"]) == ("removed", "promotion")]
    if not gone:
        return ""
    try:
        subscriptions = yield Call("erp.list_subscriptions", customer_id=case.customer_id)
    except StepTrouble:
        return ""
    promotions = [each["promotion"] for each in subscriptions["items"] if each["promotion"]]
    ends = (each["ended_on"] for each in promotions if abs(each["amount_minor"]) in gone and each["ended_on"])
    return next(ends, "")
