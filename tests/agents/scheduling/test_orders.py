"""Orders: from "where is it" to a new delivery or the money back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.answers import find_answer
from agents.procedure import Ask
from agents.scheduling.procedures.track_order.procedure import REFUND, RESHIP, WAIT, count_refund
from domain.understanding import Entity, Understanding
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
    walk,
)

TRACK = "scheduling.track_order"


def order(order_id="O-1", status="lost", promised_on="2026-11-15", **changes):
    entry = {
        "order_id": order_id,
        "customer_id": "C-1",
        "item": "Router AX",
        "status": status,
        "promised_on": promised_on,
        "payment_id": "P-1",
        "amount_minor": 2500,
        "carrier": "Parcel Post",
    }
    return {**entry, **changes}


def event(at, text="Left the depot."):
    return {"at": at, "text": text}


RESHIPPED = {"order_id": "O-1", "new_order_id": "O-2", "item": "Router AX", "promised_on": "2026-11-25"}
REFUNDED = {
    "refund_id": "R-1",
    "payment_id": "P-1",
    "amount_minor": 2500,
    "refunded_at": "2026-11-20T15:00:00+00:00",
    "arrives_by": "2026-11-27",
    "method": "Visa •••• 4242",
}
PAYMENT = {"payment_id": "P-1", "refundable_minor": 2500, "method": "Visa •••• 4242"}


def systems(*orders, events=(), reship=RESHIPPED, refund=REFUNDED, payment=PAYMENT):
    tracked = {each["order_id"]: {**each, "events": list(events)} for each in orders}
    return {
        "erp.list_orders": items(*orders),
        "erp.track_order": lambda order_id: tracked[order_id],
        "erp.reship_order": reship,
        "payments.get_payment": payment,
        "payments.refund_payment": refund,
        "crm.open_case": {"case_id": "CASE-1", "status": "open"},
    }


def test_a_lost_order_is_sent_again():
    walked = walk(open_case(TRACK), systems(order()), {"remedy": "reship"})
    assert resolved(walked, "sent_again")
    assert walked.arguments("erp.reship_order") == {"order_id": "O-1", "reason": "lost_order"}
    assert walked.end.facts["promised_on"] == "2026-11-25"
    assert "payments.refund_payment" not in walked.calls


def test_a_lost_order_is_paid_back():
    walked = walk(open_case(TRACK), systems(order()), {"remedy": "refund"})
    assert resolved(walked, "paid_back")
    assert walked.arguments("payments.refund_payment") == {
        "payment_id": "P-1",
        "amount_minor": 2500,
        "reason": "lost_order",
    }
    assert "erp.reship_order" not in walked.calls


def test_an_order_that_was_paid_back_is_not_paid_back_again():
    paid_back = systems(order(), payment={**PAYMENT, "refundable_minor": 0})
    walked = walk(open_case(TRACK), paid_back, track_refund="resolved")
    assert walked.delegated == [("billing.track_refund", {"payment_id": "P-1"})]
    assert walked.asked == []
    assert "payments.refund_payment" not in walked.calls


def test_an_order_that_is_paid_back_while_the_customer_chooses_is_not_paid_back_again():
    left = iter((2500, 0))
    told = systems(order(), payment=lambda payment_id: {**PAYMENT, "refundable_minor": next(left)})
    walked = walk(open_case(TRACK), told, {"remedy": "refund"})
    assert resolved(walked, "paid_back_before")
    assert "payments.refund_payment" not in walked.calls


def test_a_refund_without_a_known_payment_goes_to_billing():
    walked = walk(open_case(TRACK), systems(order(payment_id=None)), {"remedy": "refund"})
    assert handed_off(walked, "policy_limit", "billing")


def test_an_unsure_customer_is_asked_once_more_and_then_left_in_peace():
    assert declined(walk(open_case(TRACK), systems(order()), {"remedy": None, "remedy_again": None}), "left_open")
    assert resolved(walk(open_case(TRACK), systems(order()), {"remedy": None, "remedy_again": "reship"}), "sent_again")


def test_a_no_to_the_refund_leaves_both_ways_open():
    assert declined(walk(open_case(TRACK), systems(order(), refund=WITHDRAWN), {"remedy": "refund"}), "left_open")


def test_a_supervisors_no_is_told():
    assert declined(walk(open_case(TRACK), systems(order(), refund=REJECTED), {"remedy": "refund"}), "not_approved")


@pytest.mark.parametrize("trouble", [REFUSED, FAILED])
@pytest.mark.parametrize(("wish", "reply"), [("refund", "sent_again"), ("reship", "paid_back")])
def test_what_is_not_possible_gives_way_to_what_is(wish, reply, trouble):
    tools = systems(order(), **{wish: trouble})
    walked = walk(open_case(TRACK), tools, {"remedy": wish, "other_remedy": True})
    assert resolved(walked, reply)


def test_where_neither_is_allowed_or_wanted_a_person_goes_on():
    tools = systems(order(), refund=REFUSED, reship=REFUSED)
    assert handed_off(
        walk(open_case(TRACK), tools, {"remedy": "refund", "other_remedy": True}), "policy_limit", "scheduling"
    )
    assert handed_off(
        walk(open_case(TRACK), tools, {"remedy": "refund", "other_remedy": False}), "policy_limit", "scheduling"
    )


def test_a_late_order_that_moves_is_told_with_its_last_sign():
    tools = systems(
        order(status="late"), events=[event("2026-11-20T08:00:00+00:00", "In Albany."), event("2026-11-18T08:00:00Z")]
    )
    walked = walk(open_case(TRACK), tools)
    assert resolved(walked, "late")
    assert walked.end.facts["event_text"] == "In Albany."


@pytest.mark.parametrize("events", [[], [event("2026-11-14T08:00:00+00:00")]])
def test_a_late_order_without_a_sign_may_be_waited_for_or_made_good(events):
    waits = walk(open_case(TRACK), systems(order(status="shipped"), events=events), {"remedy": "wait"})
    assert "ask_remedy_stuck" in waits.said
    assert declined(waits, "left_open")
    again = walk(open_case(TRACK), systems(order(status="late"), events=events), {"remedy": "reship"})
    assert resolved(again, "sent_again")


@pytest.mark.parametrize("promised_on", ["2026-11-20", "2026-11-28", None])
@pytest.mark.parametrize("events", [[], [event("2026-11-19T08:00:00+00:00")]])
def test_an_order_in_time_is_expected(promised_on, events):
    tools = systems(order(status="shipped", promised_on=promised_on), events=events)
    assert resolved(walk(open_case(TRACK), tools), "expected")


def test_an_order_sent_again_already_is_not_sent_twice():
    walked = walk(open_case(TRACK), systems(order(status="reshipped")))
    assert resolved(walked, "reshipped")
    assert walked.calls == ["erp.list_orders", "erp.track_order"]


def test_the_replacement_is_meant_and_not_the_order_it_replaces():
    tools = systems(order(status="reshipped"), order("O-2", "ordered", "2026-11-25"))
    assert walk(open_case(TRACK), tools).end.facts["order_id"] == "O-2"


def test_a_delivered_order_that_never_came_becomes_a_case():
    tools = systems(order(status="delivered"), events=[event("2026-11-19T08:00:00+00:00")])
    walked = walk(open_case(TRACK), tools, {"received": False})
    assert resolved(walked, "dispute_opened")
    assert walked.arguments("crm.open_case")["reason"] == "delivery_dispute"
    assert "O-1" in walked.arguments("crm.open_case")["description"]
    assert resolved(walk(open_case(TRACK), tools, {"received": True}), "delivered")


def test_of_several_orders_under_way_the_customer_says_which():
    tools = systems(order("O-1", "shipped", "2026-11-28"), order("O-2", "shipped", "2026-11-29"))
    walked = walk(open_case(TRACK), tools, {"order": "O-2"})
    assert walked.end.facts["order_id"] == "O-2"


def test_a_named_order_is_not_asked_for():
    tools = systems(order("O-1", "shipped", "2026-11-28"), order("O-2", "delivered"))
    walked = walk(open_case(TRACK, "where is O-2", Entity("reference", "O-2", "O-2")), tools, {"received": True})
    assert resolved(walked, "delivered")


def test_of_delivered_orders_the_latest_is_meant():
    tools = systems(order("O-1", "delivered", "2026-09-01"), order("O-2", "delivered", "2026-10-01"))
    assert walk(open_case(TRACK), tools, {"received": True}).end.facts["order_id"] == "O-2"


def test_without_orders_there_is_nothing_to_track():
    assert declined(walk(open_case(TRACK), systems()), "no_orders")


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("send it again please", "reship"),
        ("I want my money back", "refund"),
        ("a refund", "refund"),
        ("I'd rather wait", "wait"),
        ("un nuevo envío, por favor", "reship"),
        ("prefiero que me manden uno nuevo", "reship"),
        ("prefiero el reembolso", "refund"),
        ("devuélvanme el dinero", "refund"),
        ("bitte eine neue Lieferung", "reship"),
        ("Geld zurück", "refund"),
        ("ich warte noch", "wait"),
        ("un nouvel envoi", "reship"),
        ("le remboursement s'il vous plaît", "refund"),
        ("दोबारा भेज दीजिए", "reship"),
        ("पैसे वापस चाहिए", "refund"),
        ("paise wapas kar do", "refund"),
        ("dobara bhej do", "reship"),
        ("sooner my money than another box", "refund"),
        ("eher eine neue Lieferung als Geld", "reship"),
        ("el dinero en vez de otro envío", "refund"),
        ("plutôt un nouvel envoi que l'argent", "reship"),
        ("नए राउटर की जगह पैसे दीजिए", "refund"),
    ],
)
def test_the_wish_is_heard_in_the_customers_words(words, wish):
    ask = Ask("remedy", choices=(RESHIP, REFUND, WAIT))
    answer = find_answer(ask, (), Understanding(text=words, locale="en"))
    assert answer is not None
    assert answer.value == wish


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=10**7), st.integers(min_value=0, max_value=10**7))
def test_never_more_is_paid_back_than_the_order_cost_or_is_left(amount, left):
    back = count_refund({"amount_minor": amount}, {"refundable_minor": left})
    assert 0 <= back <= amount
    assert back <= left
    assert back in (amount, left)


def test_a_delivered_order_that_is_not_wanted_goes_back():
    tools = systems(order(status="delivered"), events=[event("2026-11-19T08:00:00+00:00")])
    walked = walk(open_case(TRACK, "how do I send it back?"), tools, return_order="resolved")
    assert walked.delegated == [("scheduling.return_order", {"order_id": "O-1"})]
    assert resolved(walked, "")
