"""Make the one offer to a customer who may leave."""

from agents.procedure import Ask, Call, CallRefused, CallWithdrawn, Case, Consider, Declined, Facts, Journey, Resolved
from agents.retention.offers import pick_offer

ACCEPT = "crm.accept_offer"


def offer_to_stay(case: Case) -> Journey:
    """Make the one offer to a customer who may leave, once what they came for is settled. Nobody asks for this.

    1. The customer has not agreed to marketing, has no running service, or may have no offer: say nothing.
    2. The rules would not let the best offer be applied on the customer's yes (something is overdue, one was accepted
       within the year, a supervisor would have to agree): say nothing.
    3. Say the offer once, with its terms. No clear yes: leave it, without another word about it.
    4. On a yes, which is the yes to exactly these terms, apply them; say the new price and until when.
    """
    customer = yield Call("crm.get_customer", customer_id=case.customer_id)
    listed = yield Call("erp.list_subscriptions", customer_id=case.customer_id)
    running = [each for each in listed["items"] if each["status"] == "active"]
    if not customer["consents"]["marketing"] or len(running) != 1:
        return Declined("")
    offer = pick_offer((yield Call("crm.list_offers", customer_id=case.customer_id))["items"])
    if offer is None:
        return Declined("")
    terms: Facts = {key: offer[key] for key in ("offer_id", "discount_percent", "months")}
    accept = Call(ACCEPT, customer_id=case.customer_id, **terms)
    if not (yield Consider(ACCEPT, case.procedure, **accept.arguments)):
        return Declined("")
    said = {"plan_name": running[0]["plan_name"], "monthly_minor": running[0]["monthly_minor"]}
    question = Ask("stay", kinds=("yes_no",), reply="offer_unasked", offers=ACCEPT, **terms, **said)
    wanted = yield question.proposing(accept)
    if not wanted:
        return Declined("offer_left")
    try:
        accepted = yield accept
    except (CallRefused, CallWithdrawn):
        return Declined("offer_left")
    return Resolved("stayed", **{key: accepted[key] for key in (*terms, "monthly_minor", "until")})
