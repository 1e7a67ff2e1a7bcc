"""Saying what is owed, and by when; what was paid, and when the next bill comes."""

import re
from collections.abc import Generator, Sequence
from datetime import date, timedelta

from agents.billing.charges import brief, owed
from agents.billing.mentions import named_months
from agents.folding import fold
from agents.procedure import Call, Case, Facts, Journey, Resolved, Step

_PAID = re.compile(
    r"\b(?:(?:did|have|had) (?:i|we) (?:\w+ )?(?:pay|paid)|(?:i|we) paid|pague|pagamos|he pagado|hemos pagado"
    r"|(?:ge|be)zahlt|(?:j'ai|avons|on a) (?:\w+ )?(?:paye|regle)|(?:diya|diye|bhara|bhare|chukaya)(?: tha| the)?)\b"
    r"|(?:दिया|दिए|भरा|भरे|चुकाया)"
)
"""Asks what was paid, and not what is to be paid."""
_NEXT = re.compile(r"\b(?:next|upcoming|proxim[ao]|siguiente|nachste[nrsm]?|prochain\w*|agl[aei])\b|(?:अगल[ाीे])")
"""Asks for what comes, and not for what is owed."""
_MONTH = (timedelta(days=27), timedelta(days=32))


def check_balance(case: Case) -> Journey:
    """Say what the customer owes and by when.

    1. Where they ask what they paid in a month that they name, say each payment of it, or that there was none.
    2. Look up the customer's bills.
    3. If nothing is open, say so; and where they ask for the next bill, when it should come, if bills come monthly.
    4. Otherwise name each open bill with its amount and due date, say the sum where there are several, and say plainly
       which of them are overdue. Mention that they can be paid here.
    """
    asked = named_months(case) if _PAID.search(fold(case.text)) else frozenset[int]()
    if asked:
        return (yield from _paid_in(case, asked))
    invoices = (yield Call("erp.list_invoices", customer_id=case.customer_id))["items"]
    due = owed(invoices)
    if not due:
        next_on = next_bill(invoices, case.today) if _NEXT.search(fold(case.text)) else ""
        return Resolved("nothing_due_until", next_on=next_on) if next_on else Resolved("nothing_due")
    return Resolved("one_due" if len(due) == 1 else "several_due", **statement(due))


def _paid_in(case: Case, asked: frozenset[int]) -> Generator[Step, Facts, Resolved]:
    """What was paid in these months of the last year."""
    payments = (yield Call("payments.list_payments", customer_id=case.customer_id))["items"]
    since = (case.today - timedelta(days=360)).isoformat()
    paid = [each for each in payments if each["captured_at"][:10] > since and int(each["captured_at"][5:7]) in asked]
    paid.sort(key=lambda each: each["captured_at"])
    shown = brief(paid, "payment_id", "amount_minor", "captured_at")
    return Resolved("paid_then", payments=shown) if paid else Resolved("nothing_paid_then")


def next_bill(invoices: Sequence[Facts], today: date) -> str:
    """The day on which the next bill should come, where the last two came a month apart; else empty."""
    issued = sorted((date.fromisoformat(each["issued_on"]) for each in invoices), reverse=True)[:2]
    if len(issued) < len(_MONTH) or not _MONTH[0] <= issued[0] - issued[1] <= _MONTH[1]:
        return ""
    month = issued[0].replace(day=1) + _MONTH[1]
    try:
        following = month.replace(day=issued[0].day)
    except ValueError:  # the month is too short
        return ""
    return following.isoformat() if following > today else ""


def statement(due: list[Facts]) -> Facts:
    """What is owed in all and bill by bill, the longest due first."""
    return {
        "total_minor": sum(each["balance_minor"] for each in due),
        "invoices": brief(due, "invoice_id", "balance_minor", "due_on", "status"),
    }
