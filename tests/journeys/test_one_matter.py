"""One matter has one state: what was settled in one conversation is not decided again in another."""

from typing import Any

import pytest

from policy.control.superseded import Superseding
from tests.house_guest import Guest, Talk

WISH = "I was charged twice for my last bill"


async def waiting(house: Guest, channel: str = "chat") -> Talk:
    """Maya's refund waits for a supervisor in a conversation."""
    maya = await house.customer("C-1013", auth_level="strong", channel=channel)
    await maya.says(WISH)
    if maya.turn["status"] != "waiting_approval":
        await maya.says("yes")
    assert maya.turn["status"] == "waiting_approval", maya.text
    return maya


async def approvals(house: Guest, status: str = "") -> list[dict[str, Any]]:
    return (await house.fetch("supervisor", f"/v1/approvals{'?status=' + status if status else ''}"))["items"]


@pytest.fixture
def at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two conversations look for one another before either of them waits."""
    monkeypatch.setattr(Superseding, "waits_elsewhere", lambda *_: False)


async def test_a_second_conversation_is_told_that_it_waits_already_and_supervisors_are_asked_once(house: Guest) -> None:
    first = await waiting(house)
    second = await house.customer("C-1013", auth_level="strong", channel="sms")
    await second.says(WISH)
    if second.turn["pending"]:
        await second.says("yes")
    assert "still waiting for our team's approval" in second.text
    assert (second.turn["status"], second.turn["pending"]) == ("open", None)
    assert [each["conversation_id"] for each in await approvals(house, "pending")] == [first.id]
    await first.decides()
    assert await first.done() == [("payments.refund_payment", "succeeded")]


@pytest.mark.usefixtures("at_the_same_moment")
async def test_an_approval_is_closed_with_the_reason_once_the_same_payment_went_back_elsewhere(house: Guest) -> None:
    first, second = await waiting(house), await waiting(house, "sms")
    assert {each["conversation_id"] for each in await approvals(house, "pending")} == {first.id, second.id}
    await first.decides()
    assert await first.done() == [("payments.refund_payment", "succeeded")]
    assert await approvals(house, "pending") == []
    [closed] = [each for each in await approvals(house) if each["conversation_id"] == second.id]
    assert (closed["status"], closed["decided_by"]) == ("rejected", "switchboard")
    late = await house.call(
        "supervisor", "POST", f"/v1/approvals/{closed['id']}", {"decision": "approve", "reason": "x"}
    )
    assert late.status_code == 409
    assert "superseded" in " ".join(entry["rationale"] for entry in await second.journal())


@pytest.mark.usefixtures("at_the_same_moment")
async def test_the_other_conversation_is_told_that_it_was_settled_and_not_that_it_was_approved(house: Guest) -> None:
    first, second = await waiting(house), await waiting(house)
    await first.decides()
    await house.house.jobs.run("approvals")
    said = await second.look()
    assert "settled in another of your conversations" in said["messages"][-1]["text"]
    assert "approved" not in said["messages"][-1]["text"]
    assert (said["pending"], said["status"]) == (None, "open")
    assert await second.done() == []
    assert (await house.fetch("auditor", "/v1/journal/verify"))["ok"]


async def test_what_is_about_another_thing_goes_on_waiting(house: Guest) -> None:
    maya = await waiting(house)
    chloe = await house.customer("C-1003", auth_level="strong")
    await chloe.says(WISH)
    await chloe.says("yes")
    assert chloe.turn["status"] == "waiting_approval"
    await maya.decides()
    assert [each["conversation_id"] for each in await approvals(house, "pending")] == [chloe.id]


@pytest.mark.parametrize("words", ["Any news on my refund?", "what about my refund?", "is my refund approved yet?"])
async def test_news_of_what_waits_tells_the_state_and_begins_no_second_one(house: Guest, words: str) -> None:
    maya = await waiting(house)
    await maya.says(words)
    assert "still waiting for our team's approval" in maya.text
    assert maya.turn["status"] == "waiting_approval"
    elsewhere = await house.customer("C-1013", auth_level="strong", channel="sms")
    await elsewhere.says(words)
    assert "still waiting for our team's approval" in elsewhere.text
    assert elsewhere.turn["pending"] is None
    assert len(await approvals(house, "pending")) == 1


NEWS = [
    ("en", "where is my money", "still waiting for our team's approval", "not approved", "went back to you"),
    ("en", "has it been approved?", "still waiting for our team's approval", "not approved", "went back to you"),
    ("es", "¿ya aprobaron mi reembolso?", "sigue pendiente", "No se autorizó", "se le devolvieron"),
    ("de", "wo bleibt mein Geld?", "wartet noch", "nicht genehmigt", "zurück"),
    (
        "fr",
        "est-ce que le remboursement a été accepté ?",
        "attend encore",
        "pas été accepté",
        "vous ont été remboursés",
    ),
    ("hi", "मेरा पैसा कहाँ है?", "मंज़ूरी मिलनी बाक़ी", "मंज़ूरी नहीं मिली", "वापस"),
]


async def test_news_elsewhere_tell_what_waits_what_was_turned_down_and_what_went_back(house: Guest) -> None:
    async def told(customer: str, column: int) -> None:
        for row in NEWS:
            elsewhere = await house.customer(customer, auth_level="strong", channel="sms", locale=row[0])
            await elsewhere.says(row[1])
            assert row[column] in elsewhere.text, (row[1], elsewhere.text)
            assert elsewhere.turn["pending"] is None

    maya = await waiting(house)
    await told("C-1013", 2)
    await maya.decides("reject")
    await told("C-1013", 3)
    await maya.says("did the refund go through?")
    assert "not approved" in maya.text
    amira = await house.customer("C-1001", auth_level="strong")
    await amira.says(WISH)
    await amira.says("yes")
    await told("C-1001", 4)
    assert await approvals(house, "pending") == []
