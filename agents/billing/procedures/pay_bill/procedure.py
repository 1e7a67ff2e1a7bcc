"""Taking the payment of a bill."""

from collections.abc import Generator

from agents.billing.charges import brief, owed
from agents.billing.mentions import amounts
from agents.billing.methods import NEW_METHOD, PAYMENT_LINK, choose_method, wants_other_card
from agents.billing.questions import choose_invoices, echo
from agents.billing.sums import share_of
from agents.procedure import (
    Ask,
    Call,
    CallFailed,
    Case,
    Declined,
    Delegate,
    Facts,
    Journey,
    Resolved,
    Step,
    StepTrouble,
)


def pay_bill(case: Case) -> Journey:
    """Take the payment of a bill with a method on file.

    1. Look up the open bills. If nothing is open, say so; and how another card can be used, where one is wished for.
    2. Take the bill that the customer named, or the only one; with several, ask which, or all of them.
    3. Look up the payment methods on file. Use the one that the customer named, the only one or the default; otherwise
       ask. Without one on file, or when the customer wants another card, send a payment link instead. A card number is
       never taken in the conversation.
    4. Take the balance, or the smaller part that the customer named, as a sum or a share. The customer confirms the
       exact amount and method.
    5. If the payment does not go through, say so and offer a payment link. If nobody knows whether it did, a person
       finds out: it is not tried in another way.
    6. Say what was paid and what is left, and whether a suspended service is active again.
    """
    due = owed((yield Call("erp.list_invoices", customer_id=case.customer_id))["items"])
    if not due:
        return Resolved("nothing_due_other_card" if wants_other_card(case.text) else "nothing_due")
    chosen = yield from choose_invoices(case, due)
    methods = (yield Call("payments.list_payment_methods", customer_id=case.customer_id))["items"]
    method = yield from choose_method(case, methods)
    if method == NEW_METHOD:
        return echo((yield Delegate(PAYMENT_LINK, invoice_id=chosen[0]["invoice_id"])))
    paid, failed = yield from _take_payments(case, chosen, method)
    if failed:
        return (yield from _offer_link(failed, paid))
    restored = yield from _restored(case, chosen)
    return Resolved("paid", payments=paid, left_minor=left_to_pay(due, paid), restored=restored)


def part_to_pay(case: Case, invoices: list[Facts], invoice: Facts) -> int:
    """The balance in minor units, or the smaller part of one bill that the customer named."""
    corrected = case.facts.get("amount_minor")
    shares = [share_of(str(each.value), invoice["balance_minor"]) for each in case.opening if each.kind == "share"]
    said = (corrected, *(amounts(case) or shares))
    named = [each for each in said if isinstance(each, int) and 0 < each < invoice["balance_minor"]]
    return named[0] if named and len(invoices) == 1 else invoice["balance_minor"]


def left_to_pay(due: list[Facts], paid: list[Facts]) -> int:
    """What is still open on all bills after these payments, in minor units."""
    balances = {each["invoice_id"]: each["balance_minor"] for each in due}
    balances.update({each["invoice_id"]: each["balance_minor"] for each in paid})
    return sum(balances.values())


def _take_payments(
    case: Case, invoices: list[Facts], method_id: str
) -> Generator[Step, Facts, tuple[list[Facts], Facts | None]]:
    """Pay bill after bill; what was paid, and the bill at which the payment did not go through.

    Once something was paid, a refusal or a "no" ends the paying but not the journey: the customer hears what was paid.

    Raises:
        CallFailed: nobody knows whether a bill was paid.
    """
    paid: list[Facts] = []
    for invoice in invoices:
        amount = part_to_pay(case, invoices, invoice)
        arguments: Facts = {"customer_id": case.customer_id, "invoice_id": invoice["invoice_id"]}
        try:
            payment = yield Call("payments.take_payment", **arguments, method_id=method_id, amount_minor=amount)
        except CallFailed as failed:
            if failed.uncertain:
                raise
            return paid, invoice
        except StepTrouble:
            if not paid:
                raise
            break
        paid += brief([payment], "payment_id", "invoice_id", "amount_minor", "method", "balance_minor")
    return paid, None


def _offer_link(invoice: Facts, paid: list[Facts]) -> Journey:
    facts: Facts = {"invoice_id": invoice["invoice_id"], "amount_minor": invoice["balance_minor"], "payments": paid}
    if not (yield Ask("wants_link", kinds=("yes_no",), reply="payment_failed", **facts).beginning(PAYMENT_LINK)):
        return Declined("not_paid", **facts)
    return echo((yield Delegate(PAYMENT_LINK, invoice_id=invoice["invoice_id"])))


def _restored(case: Case, invoices: list[Facts]) -> Generator[Step, Facts, bool]:
    """Whether the service is active now that an overdue bill was paid; False where that was not the question.

    Who delegated here sees to the service itself.
    """
    if case.delegated or all(each["status"] != "overdue" for each in invoices):
        return False
    try:
        subscriptions = (yield Call("erp.list_subscriptions", customer_id=case.customer_id))["items"]
    except StepTrouble:
        return False
    kept = [each for each in subscriptions if each["status"] != "cancelled"]
    return bool(kept) and all(each["status"] == "active" for each in kept)
