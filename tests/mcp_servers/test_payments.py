from datetime import timedelta

import pytest

from tests.mcp_servers.office import ToolRefused


async def payment(office, customer, payment_id):
    return await office.call("payments.get_payment", customer, payment_id=payment_id)


async def refund(office, customer, payment_id, amount_minor, reason="goodwill"):
    arguments = {"payment_id": payment_id, "amount_minor": amount_minor, "reason": reason}
    return await office.call("payments.refund_payment", customer, **arguments)


async def test_a_charge_captured_twice_shows_its_surplus_and_which_capture_repeats_which(office):
    first = await payment(office, "C-1001", "P-5001")
    second = await payment(office, "C-1001", "P-5002")
    assert (first["captures_of_charge"], first["surplus_minor"], first["duplicate_of"]) == (2, 3999, None)
    assert (second["captures_of_charge"], second["surplus_minor"], second["duplicate_of"]) == (2, 3999, "P-5001")


async def test_a_refunded_duplicate_has_no_surplus_left(office):
    refunded = await refund(office, "C-1001", "P-5002", 3999, "duplicate_charge")
    assert refunded["arrives_by"] == "2026-03-25"
    after = await payment(office, "C-1001", "P-5002")
    assert after["status"] == "refunded"
    assert (after["refundable_minor"], after["surplus_minor"]) == (0, 0)
    assert after["last_refund_at"] == refunded["refunded_at"]
    with pytest.raises(ToolRefused, match="payment_id: P-5002 has already been refunded whole"):
        await refund(office, "C-1001", "P-5002", 1)
    with pytest.raises(ToolRefused, match="amount_minor: only 0 of this charge"):
        await refund(office, "C-1001", "P-5001", 3999, "duplicate_charge")


async def test_a_partly_refunded_payment_can_be_refunded_up_to_the_rest(office):
    await refund(office, "C-1004", "P-5041", 5000)
    partly = await payment(office, "C-1004", "P-5041")
    assert (partly["status"], partly["refundable_minor"]) == ("partially_refunded", 40000)
    with pytest.raises(ToolRefused, match="amount_minor: at most 40000"):
        await refund(office, "C-1004", "P-5041", 40001)
    assert await refund(office, "C-1004", "P-5041", 40000)


async def test_two_payments_that_make_up_one_bill_are_no_duplicates(office):
    for amount in (2000, 4499):
        await office.call_of(
            "payments.take_payment", "C-1011", invoice_id="INV-3011", method_id="PM-6011", amount_minor=amount
        )
    items = (await office.call_of("payments.list_payments", "C-1011"))["items"][:2]
    assert [item["captures_of_charge"] for item in items] == [2, 2]
    assert [item["surplus_minor"] for item in items] == [0, 0]
    assert [item["duplicate_of"] for item in items] == [None, None]


async def test_payments_are_listed_newest_first(office):
    items = (await office.call_of("payments.list_payments", "C-1001"))["items"]
    assert [item["payment_id"] for item in items[:2]] == ["P-5002", "P-5001"]
    assert items == sorted(items, key=lambda item: item["captured_at"], reverse=True)


async def pay(office, amount_minor, method_id="PM-6011"):
    return await office.call_of(
        "payments.take_payment", "C-1011", invoice_id="INV-3011", method_id=method_id, amount_minor=amount_minor
    )


async def test_paying_what_is_overdue_restores_the_service_and_the_device_comes_online(office):
    device = {"device_id": "D-8011"}
    assert (await office.call_of("crm.get_customer", "C-1011"))["status"] == "suspended"
    assert (await office.call("network.get_device", "C-1011", **device))["online"] is False
    part = await pay(office, 6000)
    assert part["balance_minor"] == 499
    assert (await office.call_of("crm.get_customer", "C-1011"))["status"] == "suspended"
    rest = await pay(office, 499)
    assert rest["balance_minor"] == 0
    assert (await office.call_of("crm.get_customer", "C-1011"))["status"] == "active"
    subscriptions = await office.call_of("erp.list_subscriptions", "C-1011")
    assert subscriptions["items"][0]["status"] == "active"
    assert (await office.call("network.get_device", "C-1011", **device))["online"] is True


async def test_more_than_the_balance_is_not_taken(office):
    with pytest.raises(ToolRefused, match="amount_minor: the balance of INV-3011 is 6499"):
        await pay(office, 6500)


async def test_only_the_customers_own_method_is_charged(office):
    with pytest.raises(ToolRefused, match="method_id: payment method PM-6001 not found"):
        await pay(office, 6499, method_id="PM-6001")


async def test_an_expired_card_is_not_charged(office):
    office.clock.now += timedelta(days=4 * 365)
    with pytest.raises(ToolRefused, match=r"method_id: .* has expired"):
        await pay(office, 6499)


async def test_methods_are_masked(office):
    methods = await office.call_of("payments.list_payment_methods", "C-1011")
    assert methods["items"][0]["method_id"] == "PM-6011"
    assert methods["items"][0]["label"].split(" •••• ")[1].isdigit()
    assert len([character for character in str(methods["items"][0]["label"]) if character.isdigit()]) == 4


async def test_a_payment_link_is_for_at_most_the_balance(office):
    link = await office.call_of("payments.create_payment_link", "C-1011", invoice_id="INV-3011", amount_minor=6499)
    assert link["url"].startswith("https://pay.northwind-fibre.example/")
    assert link["expires_at"] == "2026-03-25T15:00:00Z"
    with pytest.raises(ToolRefused, match="amount_minor"):
        await office.call_of("payments.create_payment_link", "C-1011", invoice_id="INV-3011", amount_minor=6500)


async def test_autopay_takes_the_default_method_unless_one_is_named(office):
    on = await office.call_of("payments.set_autopay", "C-1001", value=True)
    assert on["enabled"] is True
    assert "••••" in on["method"]
    assert (await office.call_of("payments.list_payment_methods", "C-1001"))["autopay"] is True
    off = await office.call_of("payments.set_autopay", "C-1001", value=False)
    assert off == {"enabled": False, "method": None}
    with pytest.raises(ToolRefused, match="method_id: payment method PM-6002 not found"):
        await office.call_of("payments.set_autopay", "C-1001", value=True, method_id="PM-6002")


async def test_a_lost_order_is_refunded_or_sent_again_but_not_both(office):
    await office.call("erp.reship_order", "C-1012", order_id="O-9001", reason="lost")
    with pytest.raises(ToolRefused, match="reason: order O-9001 was sent again instead"):
        await refund(office, "C-1012", "P-5121", 2500, "lost_order")


async def test_a_refunded_order_is_not_sent_again(office):
    await refund(office, "C-1012", "P-5121", 2500, "lost_order")
    with pytest.raises(ToolRefused, match="order_id: O-9001 was refunded"):
        await office.call("erp.reship_order", "C-1012", order_id="O-9001", reason="lost")


async def test_only_a_payment_of_an_order_is_refunded_as_lost_order(office):
    with pytest.raises(ToolRefused, match="reason: P-5001 did not pay an order"):
        await refund(office, "C-1001", "P-5001", 100, "lost_order")
