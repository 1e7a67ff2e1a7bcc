"""Leaving: asked once why, told one offer once, then honoured."""

import pytest

from agents.answers import find_answer
from agents.procedure import Ask
from agents.retention.procedures.cancel_subscription.procedure import pick_offer
from agents.retention.reasons import read_reason
from agents.retention.taking_offers import accepts_offer
from domain.understanding import Understanding
from tests.agents.scheduling.journey import (
    FAILED,
    REFUSED,
    REJECTED,
    WITHDRAWN,
    declined,
    handed_off,
    items,
    open_case,
    resolved,
    subscription,
    walk,
)

LEAVE = "retention.cancel_subscription"
CANCELLED = {"subscription_id": "SUB-1", "effective_on": "2026-12-20", "final_bill_minor": 1999}
ACCEPTED = {
    "offer_id": "OF-15",
    "discount_percent": 15,
    "months": 6,
    "monthly_minor": 3399,
    "accepted_at": "2026-11-20T15:00:00+00:00",
    "until": "2027-05-20",
}


def offer(offer_id="OF-15", percent=15, months=6, eligible=True):
    return {
        "offer_id": offer_id,
        "name": "Stay with us",
        "discount_percent": percent,
        "months": months,
        "eligible": eligible,
        "why_not": "" if eligible else "a bill is overdue",
    }


def systems(*offers, lines=None, accepted=ACCEPTED, cancelled=CANCELLED):
    return {
        "erp.list_subscriptions": items(*(lines if lines is not None else [subscription()])),
        "crm.list_offers": {**items(*offers), "last_accepted_at": None, "accepted_12m": 0},
        "crm.accept_offer": accepted,
        "erp.cancel_subscription": cancelled,
    }


def test_a_customer_without_an_offer_leaves():
    walked = walk(open_case(LEAVE), systems(offer(eligible=False)), {"reason": "price"})
    assert resolved(walked, "cancelled")
    assert walked.asked == ["reason"]
    assert walked.arguments("erp.cancel_subscription") == {"subscription_id": "SUB-1", "reason": "price"}
    assert walked.end.facts["effective_on"] == "2026-12-20"
    assert walked.end.facts["final_bill_minor"] == 1999


def test_an_offer_that_is_taken_is_applied_with_exactly_its_terms():
    walked = walk(open_case(LEAVE), systems(offer()), {"reason": None, "stay": True})
    assert resolved(walked, "stayed")
    assert walked.arguments("crm.accept_offer") == {
        "customer_id": "C-1",
        "offer_id": "OF-15",
        "discount_percent": 15,
        "months": 6,
    }
    assert walked.end.facts["monthly_minor"] == 3399
    assert "erp.cancel_subscription" not in walked.calls


@pytest.mark.parametrize("answer", [False, "no, just cancel it", "I said cancel"])
def test_an_offer_that_is_not_taken_is_told_only_once(answer):
    walked = walk(open_case(LEAVE), systems(offer()), {"reason": None, "stay": answer})
    assert resolved(walked, "cancelled")
    assert walked.asked == ["reason", "stay"]
    assert "crm.accept_offer" not in walked.calls


def test_an_answer_that_neither_takes_nor_turns_down_the_offer_is_asked_about_once_more():
    walked = walk(open_case(LEAVE), systems(offer()), {"reason": None, "stay": "hmm", "stay_again": "well"})
    assert resolved(walked, "cancelled")
    assert walked.asked == ["reason", "stay", "stay_again"]
    walked = walk(open_case(LEAVE), systems(offer()), {"reason": None, "stay": "hmm", "stay_again": True})
    assert resolved(walked, "stayed")


@pytest.mark.parametrize("answer", ["I don't want to cancel anything", "will doch gar nicht kündigen"])
def test_who_does_not_want_to_leave_at_all_stays_as_they_are(answer):
    walked = walk(open_case(LEAVE), systems(offer()), {"reason": None, "stay": answer})
    assert not {"erp.cancel_subscription", "crm.accept_offer"}.intersection(walked.calls)


def test_a_reason_that_was_said_is_not_asked_for():
    walked = walk(open_case(LEAVE, "Cancel my plan, it's too expensive"), systems())
    assert walked.asked == []
    assert walked.arguments("erp.cancel_subscription")["reason"] == "price"


def test_no_reason_will_do():
    walked = walk(open_case(LEAVE), systems(), {"reason": None})
    assert walked.arguments("erp.cancel_subscription")["reason"] == "not_given"


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(REFUSED, "offer_not_possible"), (REJECTED, "offer_not_approved"), (WITHDRAWN, "offer_withdrawn")],
)
def test_an_offer_that_comes_to_nothing_does_not_keep_the_customer(trouble, said):
    walked = walk(open_case(LEAVE), systems(offer(), accepted=trouble), {"reason": None, "stay": True})
    assert said in walked.said
    assert resolved(walked, "cancelled")


def test_a_broken_offer_goes_to_a_person():
    walked = walk(open_case(LEAVE), systems(offer(), accepted=FAILED), {"reason": None, "stay": True})
    assert handed_off(walked, "tool_failure")


def test_a_cancellation_that_is_withdrawn_changes_nothing():
    assert declined(walk(open_case(LEAVE), systems(cancelled=WITHDRAWN), {"reason": None}), "stays")


def test_of_several_subscriptions_the_customer_says_which():
    lines = [subscription(1), subscription(2, plan_name="Fibre 100")]
    walked = walk(open_case(LEAVE), systems(lines=lines), {"subscription": "SUB-2", "reason": None})
    assert walked.arguments("erp.cancel_subscription")["subscription_id"] == "SUB-2"


@pytest.mark.parametrize("lines", [[], [subscription(status="cancelled")]])
def test_without_a_running_subscription_there_is_nothing_to_cancel(lines):
    assert declined(walk(open_case(LEAVE), systems(lines=lines)), "no_subscription")


def test_only_the_best_eligible_offer_is_told():
    offers = [offer("OF-10", 10, 6), offer("OF-30", 30, 12, eligible=False), offer("OF-20", 20, 12)]
    assert pick_offer(offers) == offers[2]
    assert pick_offer([offer(eligible=False)]) is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("it is too expensive for me", "price"),
        ("me mudo a otra ciudad", "moving"),
        ("das Internet ist ständig langsam", "service"),
        ("j'ai trouvé un autre opérateur", "competitor"),
        ("अब इसकी ज़रूरत नहीं है", "not_needed"),
        ("bahut mahanga hai", "price"),
        ("cancel my subscription", ""),
        ("quiero cancelar mi contrato", ""),
        ("ich möchte kündigen", ""),
        ("je veux résilier", ""),
        ("मेरी सदस्यता रद्द करें", ""),
    ],
)
def test_reasons_are_heard_in_the_customers_words(words, reason):
    assert read_reason(words) == reason


def test_a_reason_given_when_asked_is_heard():
    walked = walk(open_case(LEAVE), systems(), {"reason": None})
    ask: Ask = walked.question("reason")
    answer = find_answer(ask, (), Understanding(text="Because it's always slow", locale="en"))
    assert answer is not None
    assert answer.value == "service"
    assert find_answer(ask, (), Understanding(text="I'd rather not say", locale="en")) is None


@pytest.mark.parametrize(
    ("words", "stays"),
    [
        ("I'll take the offer", True),
        ("acepto la oferta", True),
        ("das nehme ich", True),
        ("j'accepte", True),
        ("मंज़ूर है", True),
        ("Yes, that's fine with me, thanks!", True),
        ("Sure, go ahead, you're very kind", True),
        ("ok... oui, volontiers", True),
        ("Ja, bitte, vielen lieben Dank!", True),
        ("अं, हाँ जी", True),
        ("yes, close it anyway", False),
        ("ja, ich will gehen", False),
        ("yes I am sure, cancel", False),
        ("I won't take it", False),
        ("ich nehme das nicht", False),
        ("je n'accepte pas", False),
        ("no acepto", False),
        ("cancel, I don't accept this", False),
        ("what?", False),
    ],
)
def test_an_offer_is_taken_only_by_clear_words(words, stays):
    assert accepts_offer(words) is stays
