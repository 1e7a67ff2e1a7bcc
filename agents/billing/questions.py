"""Questions that several billing procedures ask, as parts of a journey."""

from collections.abc import Generator, Sequence

from agents.billing.charges import EVERY, brief, every_choice, invoice_choices
from agents.billing.mentions import INVOICE, narrow, unknown_reference
from agents.procedure import Ask, Case, Declined, End, Ended, Facts, Resolved, Say, Step


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
