"""A journey whose payments are Stripe's: what was taken twice goes back, and a Stripe that is down is said."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import OpenHouse
from tests.house_guest import Guest
from tests.mcp_servers.payments_on_stripe.local_stripe import LocalStripe, serving

pytest.importorskip("stripe", reason="the extra `stripe` is not installed")


@pytest.fixture
async def stripe() -> LocalStripe:
    found = LocalStripe(currency="usd")
    found.add_customer("cus_amira", "C-1001", "northwind-fibre", default="pm_1")
    found.add_card("pm_1", "cus_amira")
    found.add_invoice("in_1", "cus_amira", "INV-3001", 3999, 0)
    for number in ("ch_first", "ch_again"):
        found.add_charge(number, "cus_amira", 3999, "pm_1", invoice_id="INV-3001")
    return found


@pytest.fixture
async def guest(open_house: OpenHouse, stripe: LocalStripe) -> AsyncIterator[Guest]:
    async with serving(stripe) as address:
        systems = {"stripe": {"api_key": "sk_test_local", "api_base": address}}
        yield await open_house(backends={"payments": "stripe"}, systems=systems)


async def test_a_charge_that_was_taken_twice_goes_back_at_stripe(guest: Guest, stripe: LocalStripe) -> None:
    amira = await guest.customer("C-1001")
    await amira.says("I was charged twice, please refund the duplicate")
    assert "$39.99" in amira.text
    assert amira.turn["pending"]["arguments"]["payment_id"] == "ch_again"
    assert stripe.refunds == []
    await amira.says("yes")
    assert await amira.done() == [("payments.refund_payment", "succeeded")]
    assert [(each["charge"], each["amount"]) for each in stripe.refunds] == [("ch_again", 3999)]


async def test_a_stripe_that_is_down_is_said_and_nothing_is_guessed(guest: Guest, stripe: LocalStripe) -> None:
    stripe.down = True
    amira = await guest.customer("C-1001")
    await amira.says("I was charged twice, please refund the duplicate")
    assert amira.turn["handoff"]["reason"] == "tool_failure"
    assert stripe.refunds == []
