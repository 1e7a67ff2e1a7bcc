"""What counts as a yes, what drops a pending action, and what happens to talk in between."""

import pytest

from tests.house_guest import Guest, Talk


async def pending_refund(house: Guest) -> Talk:
    amira = await house.customer("C-1001")
    await amira.says("I was charged twice for my last bill")
    assert amira.pending[0] == "confirm"
    return amira


@pytest.mark.parametrize(
    "words",
    [
        "yes, but only 30",
        "yes?",
        "not yes",
        "yeah right",
        "yes and no",
        "I was charged twice!",
        "what would happen then",
    ],
)
async def test_what_is_not_a_plain_yes_executes_nothing(house: Guest, words: str) -> None:
    amira = await pending_refund(house)
    await amira.says(words)
    assert await amira.done() == []


@pytest.mark.parametrize("words", ["no", "no thanks", "wait, not that one", "stop", "don't do it"])
async def test_a_no_or_a_change_of_mind_drops_the_pending_action(house: Guest, words: str) -> None:
    amira = await pending_refund(house)
    await amira.says(words)
    assert amira.pending[0] != "confirm"
    await amira.says("yes")
    assert await amira.done() == []


async def test_a_customer_who_talks_about_something_else_is_served_and_brought_back(house: Guest) -> None:
    amira = await pending_refund(house)
    await amira.says("When is my next bill due, and how much is my balance?")
    assert amira.turn["procedure"] in ("check_balance", "refund_duplicate_charge")
    assert amira.pending == ("confirm", "payments.refund_payment")
    await amira.says("yes")
    assert await amira.done() == [("payments.refund_payment", "succeeded")]


async def test_two_wishes_in_one_message_are_both_worked(house: Guest) -> None:
    elena = await house.customer("C-1005")
    await elena.says("I want to move my visit to another day and also see my balance")
    procedures = {elena.turn["procedure"]}
    for words in ("in 6 days", "the first one", "yes"):
        await elena.says(words)
        procedures.add(elena.turn["procedure"])
    assert {"reschedule_visit", "check_balance"} <= procedures
    assert ("erp.reschedule_appointment", "succeeded") in await elena.done()


async def test_a_correction_goes_back_to_the_question(house: Guest) -> None:
    elena = await house.customer("C-1005")
    await elena.says("I need to move my visit")
    await elena.says("in 6 days")
    await elena.says("the first one")
    first = elena.turn["pending"]["arguments"]["slot_id"]
    await elena.says("no, the second one")
    assert elena.pending == ("confirm", "erp.reschedule_appointment")
    assert elena.turn["pending"]["arguments"]["slot_id"] != first
