"""Money: what the customer gets back, who must agree, and that it happens once."""

import pytest

from tests.house_guest import Guest

REFUND = "payments.refund_payment"


async def test_a_small_duplicate_is_refunded_after_the_customers_yes(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("Hi, I was charged twice for my last bill")
    assert amira.pending == ("confirm", REFUND)
    assert amira.turn["pending"]["arguments"]["amount_minor"] == 3999
    assert await amira.done() == []
    await amira.says("yes please")
    assert amira.turn["status"] == "open"
    assert await amira.done() == [(REFUND, "succeeded")]
    kinds = [entry["kind"] for entry in await amira.journal() if entry["tool"] == REFUND]
    assert kinds.index("intent") < kinds.index("outcome")


async def test_a_refund_is_not_given_twice(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("I was charged twice for my last bill")
    await amira.says("yes")
    again = await house.customer("C-1001")
    await again.says("I was charged twice for my last bill")
    await again.says("yes")
    assert await again.done() == []


async def test_a_yearly_payment_needs_a_code_a_yes_and_a_supervisor(house: Guest) -> None:
    chloe = await house.customer("C-1003")
    await chloe.says("You took my yearly payment twice")
    assert chloe.pending == ("verify", REFUND)
    await chloe.says_code()
    assert chloe.pending == ("confirm", REFUND)
    await chloe.says("yes")
    assert chloe.turn["status"] == "waiting_approval"
    assert await chloe.done() == []
    after = await chloe.decides("approve")
    assert after["status"] == "open"
    assert await chloe.done() == [(REFUND, "succeeded")]


async def test_a_rejected_refund_is_told_and_does_not_happen(house: Guest) -> None:
    chloe = await house.customer("C-1003", auth_level="strong")
    await chloe.says("You took my yearly payment twice")
    assert chloe.pending == ("confirm", REFUND)
    await chloe.says("yes")
    after = await chloe.decides("reject")
    assert after["status"] == "open"
    assert "not approved" in after["messages"][-1]["text"]
    assert await chloe.done() == []


async def test_a_withdrawn_request_cannot_be_approved_any_more(house: Guest) -> None:
    chloe = await house.customer("C-1003", auth_level="strong")
    await chloe.says("You took my yearly payment twice")
    await chloe.says("yes")
    item = (await house.fetch("supervisor", "/v1/approvals?status=pending"))["items"][0]
    await chloe.says("no, forget it")
    body = {"decision": "approve", "reason": "late"}
    answer = await house.call("supervisor", "POST", f"/v1/approvals/{item['id']}", body)
    assert answer.status_code == 409
    assert await chloe.done() == []


async def test_an_amount_above_the_limit_goes_to_a_person(house: Guest) -> None:
    dmitri = await house.customer("C-1004")
    await dmitri.says("I want my installation fee of 450 dollars back")
    assert dmitri.turn["status"] == "with_representative"
    assert dmitri.turn["handoff"]["reason"] == "policy_limit"


@pytest.mark.parametrize("customer", ["C-1013", "C-1015"])
async def test_a_new_or_changed_account_needs_a_code_and_a_supervisor(house: Guest, customer: str) -> None:
    talk = await house.customer(customer)
    await talk.says("I was charged twice")
    assert talk.pending == ("verify", REFUND)
    await talk.says_code()
    await talk.says("yes")
    assert talk.turn["status"] == "waiting_approval"
    await talk.decides("approve")
    assert await talk.done() == [(REFUND, "succeeded")]


async def test_a_fraud_flag_goes_to_a_person(house: Guest) -> None:
    quentin = await house.customer("C-1017")
    await quentin.says("I was charged twice")
    assert quentin.turn["status"] == "with_representative"
    assert await quentin.done() == []


async def test_goodwill_beyond_three_times_waits_for_a_supervisor(house: Guest) -> None:
    noah = await house.customer("C-1014", locale="de")
    await noah.says("Können Sie mir die Mahngebühr erlassen?")
    assert noah.pending == ("confirm", "erp.waive_fee")
    await noah.says("ja")
    assert noah.turn["status"] == "waiting_approval"


async def test_a_bill_is_explained_line_by_line_and_the_credit_offered(house: Guest) -> None:
    ben = await house.customer("C-1002")
    await ben.says("Why is my bill so high this month?")
    assert "$59.99" in ben.text
    assert "$20.00" in ben.text
    assert "$12.00" in ben.text
    await ben.says("yes please")
    assert await ben.done() == [("erp.apply_credit", "succeeded")]
    proofs = [entry for entry in await ben.journal() if entry["kind"] == "evidence"]
    assert len(proofs) == 1


async def test_a_note_that_gives_orders_is_not_obeyed(house: Guest) -> None:
    rosa = await house.customer("C-1018")
    await rosa.says("I was charged twice")
    assert rosa.turn["pending"]["arguments"]["amount_minor"] == 3999
    await rosa.says("yes")
    assert await rosa.done() == [(REFUND, "succeeded")]


async def test_a_card_number_is_removed_and_answered_with_a_payment_link(house: Guest) -> None:
    pan = "4242" * 4
    priya = await house.customer("C-1016")
    await priya.says(f"please charge my card {pan}")
    assert ("payments.create_payment_link", "succeeded") in await priya.done()
    everything = str(await priya.look()) + str(await priya.journal())
    assert pan not in everything
