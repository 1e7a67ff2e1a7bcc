"""Questions that several billing procedures ask, as parts of a journey."""

from collections.abc import Generator, Sequence
from typing import Any

from agents.billing.charges import EVERY, brief, every_choice, invoice_choices, payment_choices
from agents.billing.mentions import INVOICE, PAYMENT, narrow, references, unknown_reference
from agents.procedure import Ask, Call, Case, Declined, End, Ended, Facts, Resolved, Say, Step, StepTrouble

OFFERED = 6
"""How many payments are looked into and offered to choose from, the latest first."""


def choose_invoice(case: Case, invoices: Sequence[Facts]) -> Generator[Step, str, Facts]:
    """The invoice that the customer means: the one they named, the only one there is, or the one they choose."""
    yield from own_up(case, invoices)
    left = narrow(case, invoices, INVOICE)
    if len(left) == 1:
        return left[0]
    chosen = yield Ask("which_invoice", choices=invoice_choices(left), **_invoice_facts(left))
    return by_id(left, "invoice_id", chosen)


def choose_invoices(case: Case, invoices: Sequence[Facts]) -> Generator[Step, str, list[Facts]]:
    """The invoices that the customer means, where they may also mean all of them."""
    yield from own_up(case, invoices)
    left = narrow(case, invoices, INVOICE)
    if len(left) == 1:
        return left
    choices = (*invoice_choices(left), every_choice(case.locale))
    chosen = yield Ask("which_invoice", choices=choices, reply="ask_which_invoices", **_invoice_facts(left))
    return left if chosen == EVERY else [by_id(left, "invoice_id", chosen)]


def own_up(case: Case, invoices: Sequence[Facts]) -> Generator[Step, object, None]:
    """Say openly when a bill that the customer named is not among theirs."""
    unknown = unknown_reference(case, invoices, INVOICE, "INV-")
    if unknown:
        yield Say("invoice_not_found", reference=unknown)


def not_theirs(case: Case, invoices: Sequence[Facts]) -> Declined | None:
    """How a journey about the newest bill ends where the customer named another one, which is not among theirs."""
    unknown = unknown_reference(case, invoices, INVOICE, "INV-")
    known = {each["invoice_id"] for each in invoices}.intersection(references(case))
    return Declined("invoice_not_found", reference=unknown) if unknown and not known else None


def choose_payment(case: Case, payments: Sequence[Facts]) -> Generator[Step, Any, Facts | None]:
    """The payment that the customer means: by number, amount or day, else by what it was for, else the chosen one.

    None where there is none, or the customer is not sure either.
    """
    unknown = unknown_reference(case, payments, PAYMENT, "P-")
    if unknown:
        yield Say("payment_not_found", reference=unknown)
    left = narrow(case, payments, PAYMENT)[:OFFERED]
    if len(left) > 1:
        left = narrow(case, (yield from with_purposes(case, left)), PAYMENT)
    if not left or (len(left) == 1 and not unknown):
        return left[0] if left else None
    shown = brief(left, "payment_id", "amount_minor", "captured_at", "description")
    chosen = yield Ask("which_payment", choices=payment_choices(left), optional=True, payments=shown)
    return by_id(left, "payment_id", chosen) if chosen else None


def with_purposes(case: Case, payments: Sequence[Facts]) -> Generator[Step, Any, list[Facts]]:
    """The payments, each described by what was paid with it: the item ordered, or the positions of the bill."""
    items: Facts = {}
    if any(each["order_id"] for each in payments):
        orders = yield from _read(Call("erp.list_orders", customer_id=case.customer_id))
        items = {each["order_id"]: each["item"] for each in orders.get("items", [])}
    for each in payments:
        if each["invoice_id"] and each["invoice_id"] not in items:
            invoice = yield from _read(Call("erp.get_invoice", invoice_id=each["invoice_id"]))
            items[each["invoice_id"]] = _positions(invoice.get("lines", []))
    purposes = [items.get(each["order_id"]) or items.get(each["invoice_id"]) for each in payments]
    return [each | {"description": what or each["description"]} for each, what in zip(payments, purposes, strict=True)]


def _read(call: Call) -> Generator[Step, Any, Facts]:
    """What a system answers, nothing where it does not."""
    try:
        return (yield call)
    except StepTrouble:
        return {}


def _positions(lines: Sequence[Facts]) -> str:
    return ", ".join(line["description"] for line in lines if line["amount_minor"] > 0 and not line["waived"])


def by_id(records: Sequence[Facts], field: str, value: str) -> Facts:
    """The record of that id.

    Raises:
        KeyError: there is none, so the case did not take its steps from this procedure.
    """
    found = next((record for record in records if record.get(field) == value), None)
    if found is None:
        raise KeyError(value)
    return found


def echo(ended: Ended) -> End:
    """End as the delegated procedure ended; it has already said what there is to say."""
    return Resolved("", **ended.facts) if ended.kind == "resolved" else Declined("", **ended.facts)


def _invoice_facts(invoices: Sequence[Facts]) -> Facts:
    return {"invoices": brief(invoices, "invoice_id", "total_minor", "balance_minor", "issued_on", "due_on")}
