"""Cancel a subscription."""

from collections.abc import Generator
from typing import Any

from agents.procedure import (
    Ask,
    Call,
    CallRefused,
    CallWithdrawn,
    Case,
    Choice,
    Declined,
    End,
    Facts,
    Journey,
    Resolved,
    Say,
    Step,
)
from agents.retention.offers import pick_offer
from agents.retention.reasons import NAMES, REASONS, read_reason
from agents.retention.subscriptions import find_subscription
from agents.retention.taking_offers import (
    accepts_offer,
    declines_offers,
    refuses_offer,
    stays,
    takes_up_offer,
)

ACCEPT = "crm.accept_offer"


def cancel_subscription(case: Case) -> Journey:
    """Cancel a subscription: one honest offer at most, then the customer's wish is honoured.

    1. Find the subscription. None running: say so. Several: ask which.
    2. Ask for the reason once, unless it was said. It is never pressed for: any answer, or none, will do. Who asks what
       leaving means is told, and asked again.
    3. If the customer is eligible for an offer, and did not ask for none, tell it once. More than one: only the best.
       - Accepted: apply exactly its terms; above the usual terms a supervisor decides. Say the new price and until
         when. If it turns out not to be possible, say so and go on with the cancellation.
       - Neither taken nor refused: asked once more. Who says that they do not want to leave at all stays as they are.
       - Refused, no clear yes then, or no offer: go on without another word about it. Who comes back to it gets it.
    4. Cancel once the customer has verified who they are, heard on which date the service ends and what the final bill
       is, and confirmed. If they withdraw, everything stays as it is. Say the date and the final bill again.
    """
    subscription = yield from find_subscription(case)
    if subscription is None:
        return Declined("no_subscription")
    reason = yield from _learn_reason(case, subscription)
    stayed = None if declines_offers(case.text) else (yield from _offer_once(case, subscription))
    return stayed or (yield from _cancel(subscription, reason))


def _learn_reason(case: Case, subscription: Facts) -> Generator[Step, Any, str]:
    """Why the customer leaves, for the record; `not_given` where they did not say."""
    said = read_reason(case.text)
    if said:
        return said
    choices = tuple(
        Choice(reason, f"reason {reason}", marks, shown={"names": NAMES[reason]}) for reason, marks in REASONS.items()
    )
    known = {"plan_name": subscription["plan_name"], **subscription["cancellation"]}
    question = Ask("reason", choices=choices, reply="ask_reason", optional=True, **known)
    reason = yield question.explaining("leaving_means")
    return reason or "not_given"


def _offer_once(case: Case, subscription: Facts) -> Generator[Step, Any, End | None]:
    """Tell the one offer; how the case ends if the customer stays for it, None where they leave."""
    listed = yield Call("crm.list_offers", customer_id=case.customer_id)
    offer = pick_offer(listed["items"])
    if offer is None:
        return Declined("offer_gone") if case.facts.get("stay") else None
    terms = {key: offer[key] for key in ("offer_id", "discount_percent", "months")}
    said = {"plan_name": subscription["plan_name"], "monthly_minor": subscription["monthly_minor"]}
    question = Ask("stay", kinds=("yes_no", "text"), reply="offer", **terms, **said).explaining("offer_terms")
    answer = yield question.taken_up_by(takes_up_offer).needing(ACCEPT)
    if isinstance(answer, str) and not (accepts_offer(answer) or _turns_down(answer)):
        again = Ask("stay_again", kinds=("yes_no", "text"), reply="offer_again", **terms, **said)
        answer = yield again.explaining("offer_terms").taken_up_by(takes_up_offer)
    if isinstance(answer, str) and stays(answer) and not accepts_offer(answer):
        return Declined("stays", plan_name=subscription["plan_name"])
    taken = accepts_offer(answer) if isinstance(answer, str) else bool(answer)
    return (yield from _accept(case, terms)) if taken else None


def _turns_down(answer: str) -> bool:
    """Whether words go on with leaving, or say that they do not; other words are asked about once more."""
    return stays(answer) or refuses_offer(answer)


def _accept(case: Case, terms: Facts) -> Generator[Step, Any, End | None]:
    """Apply the offer; None, and said so, where it cannot be applied after all."""
    try:
        accepted = yield Call("crm.accept_offer", customer_id=case.customer_id, **terms)
    except CallRefused:
        yield Say("offer_not_possible")
        return None
    except CallWithdrawn as withdrawn:
        yield Say("offer_withdrawn" if withdrawn.by == "customer" else "offer_not_approved")
        return None
    return Resolved("stayed", **{key: accepted[key] for key in (*terms, "monthly_minor", "until")})


def _cancel(subscription: Facts, reason: str) -> Generator[Step, Any, End]:
    """Cancel, as the customer came for; the confirmation discloses what leaving means."""
    known = {"plan_name": subscription["plan_name"], **subscription["cancellation"]}
    try:
        cancelled = yield Call(
            "erp.cancel_subscription", subscription_id=subscription["subscription_id"], reason=reason
        )
    except CallWithdrawn:
        return Declined("stays", plan_name=subscription["plan_name"])
    return Resolved("cancelled", **{**known, **cancelled})
