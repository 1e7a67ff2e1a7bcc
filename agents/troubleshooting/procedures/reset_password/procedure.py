"""Help a customer who cannot sign in to set a new password."""

from agents.folding import fold
from agents.procedure import Call, CallRefused, CallWithdrawn, Case, Declined, Facts, HandOff, Journey, Resolved, Say

CONTACTS = ("email", "phone")


def reset_password(case: Case) -> Journey:
    """Help a customer who cannot sign in, with a link for a new password. A password is never told or asked for.

    1. Look up the record. The customer named an address or number that is not on it: say that the link goes to the
       address on file and nowhere else; a new one can be used some days after it was saved.
    2. Send the link to the e-mail address on file, once the customer has proved who they are with a code to the phone
       on file, and confirmed. While an earlier link still works no other is sent: say so.
    3. Contact details that changed lately, or a suspicion of fraud: a person takes over. A customer who says no:
       nothing is sent.
    """
    record = yield Call("crm.get_customer", customer_id=case.customer_id)
    if names_other_contact(case, record):
        yield Say("only_on_file")
    try:
        sent = yield Call("crm.send_sign_in_link", customer_id=case.customer_id)
    except CallWithdrawn:
        return Declined("not_sent")
    except CallRefused:
        return HandOff("policy_limit", queue="technical")
    told = {name: sent[name] for name in ("sent_to", "sent_at", "expires_at")}
    return Resolved("already_sent" if sent["sent_before"] else "sent", **told)


def names_other_contact(case: Case, record: Facts) -> bool:
    """Whether the customer named an e-mail address or a phone number that is not theirs on record."""
    known = {fold(str(record[kind])) for kind in CONTACTS}
    named = [fold(str(entity.value)) for entity in case.opening if entity.kind in CONTACTS]
    return any(each not in known for each in named)
