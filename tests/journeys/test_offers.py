"""What is offered without being asked for: once, only if it can be kept, and quietly otherwise."""

import pytest

from tests.house_guest import Guest, Talk

LEAVING = "what do I owe? it is the third time I ask. The competition would be quicker, and your competitors too"
OFFER = "15%"


async def notes(talk: Talk) -> list[str]:
    return [entry["rationale"] for entry in await talk.journal() if entry["rationale"].startswith("Churn risk")]


async def test_a_customer_who_may_leave_gets_the_one_offer_once_their_wish_is_settled(house: Guest) -> None:
    hugo = await house.customer("C-1008")
    await hugo.says(LEAVING)
    assert "don't owe anything" in hugo.text
    assert OFFER in hugo.text
    assert hugo.pending == ("slot", "")
    assert await notes(hugo) == ["Churn risk high: competitor, again."]
    await hugo.says("yes")
    assert await hugo.done() == [("crm.accept_offer", "succeeded")]


async def test_an_offer_that_is_not_wanted_is_not_repeated(house: Guest) -> None:
    hugo = await house.customer("C-1008")
    await hugo.says(LEAVING)
    await hugo.says("no thanks")
    assert "leave it at that" in hugo.text
    await hugo.says(LEAVING)
    assert OFFER not in hugo.text
    assert await hugo.done() == []


@pytest.mark.parametrize(
    ("customer", "why"),
    [("C-1019", "no consent to marketing"), ("C-1009", "accepted one lately"), ("C-1001", "no offer to make")],
)
async def test_whoever_may_have_no_offer_hears_of_none(house: Guest, customer: str, why: str) -> None:
    talk = await house.customer(customer)
    await talk.says(LEAVING)
    assert "%" not in talk.text, why
    assert talk.turn["procedure"] == "check_balance"
    assert talk.turn["status"] == "open"


async def test_one_sign_alone_is_noted_and_answered_with_nothing(house: Guest) -> None:
    hugo = await house.customer("C-1008")
    await hugo.says("what do I owe? your competitors would know")
    assert OFFER not in hugo.text
    assert await notes(hugo) == ["Churn risk low: competitor."]


async def test_a_representative_reads_how_likely_the_customer_is_to_leave(house: Guest) -> None:
    hugo = await house.customer("C-1008")
    await hugo.says("ich überlege, zu einem anderen Anbieter zu wechseln, mit einem Menschen bitte")
    await hugo.says("let me talk to a person")
    packet = (await house.fetch("representative", "/v1/desk/queue"))["items"][0]["packet"]
    assert packet["churn_risk"]["level"] != "none"


async def test_a_credit_is_offered_once_in_a_conversation(house: Guest) -> None:
    ben = await house.customer("C-1002")
    await ben.says("why is my bill so high?")
    assert "$12.00" in ben.text
    await ben.says("no thanks")
    await ben.says("why is my bill so high?")
    assert "$12.00" not in ben.text
    assert await ben.done() == []
