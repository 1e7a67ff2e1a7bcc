"""Sending a payment link."""

from agents.billing.charges import owed
from agents.billing.letters import letter
from agents.billing.questions import choose_invoice
from agents.procedure import Call, CallRefused, Case, Declined, Facts, Journey, Resolved


def send_payment_link(case: Case) -> Journey:
    """Give the customer a secure link with which to pay a bill.

    1. Look up the open bills. If nothing is open, say so.
    2. Take the bill that the customer named, or the only one; with several, ask which.
    3. Create a link for exactly the balance and give it, with the amount and how long it is valid.
    4. On the phone nobody can click: send the link as a message instead, and say where it went. If the customer has not
       agreed to such messages, say that it could not be sent.
    """
    due = owed((yield Call("erp.list_invoices", customer_id=case.customer_id))["items"])
    if not due:
        return Resolved("nothing_due")
    invoice = yield from choose_invoice(case, due)
    arguments = {"customer_id": case.customer_id, "invoice_id": invoice["invoice_id"]}
    link = yield Call("payments.create_payment_link", **arguments, amount_minor=invoice["balance_minor"])
    facts = link_facts(invoice, link)
    if case.channel != "voice":
        return Resolved("link_ready", **facts)
    text = letter("payment_link", case.locale, invoice_id=invoice["invoice_id"], url=link["url"])
    message = {"customer_id": case.customer_id, "template": "payment_link", "text": text, "purpose": "requested"}
    try:
        sent = yield Call("crm.send_message", **message)
    except CallRefused:
        return Declined("link_not_sent", **facts)
    return Resolved("link_sent", **facts, to=sent["to"])


def link_facts(invoice: Facts, link: Facts) -> Facts:
    """What a reply names of a link."""
    return {
        "invoice_id": invoice["invoice_id"],
        "url": link["url"],
        "amount_minor": link["amount_minor"],
        "expires_at": link["expires_at"],
    }
