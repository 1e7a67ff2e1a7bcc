"""Orders that are not wanted: cancelled before they are shipped, sent back after."""

import pytest

from tests.agents.scheduling.journey import REFUSED, WITHDRAWN, declined, handed_off, items, open_case, resolved, walk

RETURN = "scheduling.return_order"
CANCELLED = {"order_id": "O-1", "item": "Wi-Fi extender", "payment_id": "P-1", "paid_minor": 4500}
PAYMENT = {"payment_id": "P-1", "refundable_minor": 4500}
REFUND = {"amount_minor": 4500, "arrives_by": "2026-11-27", "method": "Visa •••• 4242"}
LABEL = {"return_id": "RT-1", "url": "https://returns.example/1", "send_by": "2026-12-10", "paid_minor": 2500}


def order(order_id="O-1", status="ordered", item="Wi-Fi extender", **changes):
    entry = {"order_id": order_id, "item": item, "status": status, "promised_on": "2026-11-25", "amount_minor": 4500}
    return {**entry, "payment_id": "P-1", "returnable_until": None, **changes}


def give_back(*orders, text="", cancelled=CANCELLED, payment=PAYMENT, refund=REFUND, label=LABEL, **answers):
    tools = {
        "erp.list_orders": items(*orders),
        "erp.cancel_order": cancelled,
        "erp.create_return_label": label,
        "payments.get_payment": payment,
        "payments.refund_payment": refund,
    }
    return walk(open_case(RETURN, text), tools, answers, track_order="resolved")


DELIVERED = order("O-2", "delivered", "Router stand", returnable_until="2026-12-10")


def test_an_order_that_was_not_shipped_is_cancelled_and_its_price_goes_back():
    walked = give_back(order())
    assert walked.calls[1:] == ["erp.cancel_order", "payments.get_payment", "payments.refund_payment"]
    assert walked.arguments("payments.refund_payment") == {
        "payment_id": "P-1",
        "amount_minor": 4500,
        "reason": "cancelled_order",
    }
    assert resolved(walked, "cancelled_and_refunded")


def test_the_cancellation_is_told_whatever_becomes_of_the_refund():
    for refund, reply in ((WITHDRAWN, "cancelled_without_refund"), (REFUND, "cancelled_and_refunded")):
        walked = give_back(order(), refund=refund)
        assert walked.said == ["stopped"]
        assert resolved(walked, reply)
    assert handed_off(give_back(order(), refund=REFUSED), "policy_limit", "billing")
    assert resolved(give_back(order(), payment={**PAYMENT, "refundable_minor": 0}), "paid_back_before")
    assert resolved(give_back(order(), cancelled={**CANCELLED, "paid_minor": 0}), "cancelled_free")


def test_a_delivered_order_gets_a_label_and_nothing_is_refunded_yet():
    walked = give_back(DELIVERED)
    assert resolved(walked, "label_made")
    assert "payments.refund_payment" not in walked.calls


def test_after_its_last_day_nothing_is_made():
    late = give_back({**DELIVERED, "returnable_until": "2026-11-19"})
    assert declined(late, "too_late")
    assert "erp.create_return_label" not in late.calls
    assert declined(give_back({**DELIVERED, "returnable_until": None}), "too_late")


@pytest.mark.parametrize("status", ["shipped", "cancelled", "returning", "reshipped"])
def test_what_cannot_be_stopped_or_is_gone_is_told(status):
    assert declined(give_back(order(status=status)), status)


def test_a_no_keeps_the_order_and_a_lost_one_is_made_good():
    assert declined(give_back(order(), cancelled=WITHDRAWN), "kept")
    assert declined(give_back(DELIVERED, label=WITHDRAWN), "kept")
    assert give_back(order(status="lost")).delegated == [("scheduling.track_order", {"order_id": "O-1"})]


def test_the_item_that_is_named_is_meant_and_else_the_customer_is_asked():
    assert give_back(order(), DELIVERED, text="the router stand goes back").asked == []
    asked = give_back(order(), DELIVERED, order="O-2")
    assert resolved(asked, "label_made")
    assert "extender" in asked.question("order").choices[0].words
    assert declined(give_back(), "no_orders")
