"""Sending a copy of a bill."""

from collections.abc import Generator

from agents.billing.letters import letter
from agents.billing.mentions import INVOICE, narrow
from agents.billing.questions import not_theirs
from agents.billing.several import name_several
from agents.procedure import Call, CallFailed, CallRefused, Case, Declined, Facts, Journey, Resolved, Say, Step


def send_invoice_copy(case: Case) -> Journey:
    """Send the customer a copy of a bill.

    1. Look up the bills. If there are none yet, say so.
    2. Take the bill that the customer named by number, amount or month, or each of several ("the last three"),
       otherwise the newest one; say so where the number is none of theirs.
    3. Send it to the contact address on file, never to another one, and say where it went.
    4. If it cannot be sent, because the customer has not agreed to messages or the sending fails, give the link here;
       on the phone, where a link is of no use, say that it could not be sent.
    """
    invoices = (yield Call("erp.list_invoices", customer_id=case.customer_id))["items"]
    if not invoices:
        return Declined("no_invoices")
    other = not_theirs(case, invoices)
    if other is not None:
        return other
    *others, last = name_several(case, invoices) or narrow(case, invoices, INVOICE)[:1]
    for each in others:
        sent = yield from _send(case, each)
        yield Say(sent.reply, **sent.facts)
    return (yield from _send(case, last))


def _send(case: Case, chosen: Facts) -> Generator[Step, Facts, Resolved | Declined]:
    """Send one copy; how that went."""
    invoice = yield Call("erp.get_invoice", invoice_id=chosen["invoice_id"])
    facts = {field: invoice[field] for field in ("invoice_id", "issued_on", "total_minor", "url")}
    text = letter("invoice_copy", case.locale, invoice_id=invoice["invoice_id"], url=invoice["url"])
    message = {"customer_id": case.customer_id, "template": "invoice_copy", "text": text, "purpose": "requested"}
    try:
        sent = yield Call("crm.send_message", **message)
    except (CallRefused, CallFailed):
        return instead_of_sending(case.channel, facts)
    return Resolved("copy_sent", **facts, to=sent["to"])


def instead_of_sending(channel: str, facts: Facts) -> Resolved | Declined:
    """The copy by another way, where the channel has one."""
    return Declined("copy_not_sent", **facts) if channel == "voice" else Resolved("copy_here", **facts)
