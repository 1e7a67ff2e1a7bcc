"""What a partner reads of a task: this turn's words, data with currency and numbers, and no offer that is refused."""

from typing import Any

from tests.channels.a2a.house_partner import Partner
from tests.house_guest import Guest, Talk

DOUBLE = "I was charged twice, please refund one"


def result_of(partner: Partner) -> dict[str, Any]:
    (found,) = (each for each in partner.task["artifacts"] if each["name"] == "result")
    return found["parts"][0]["data"]


async def record_of(guest: Guest, partner: Partner) -> list[dict[str, Any]]:
    return (await guest.fetch("auditor", f"/v1/conversations/{partner.task['metadata']['conversation']}/journal"))[
        "items"
    ]


async def test_a_refund_is_told_once_with_its_number_and_the_currency_of_its_amount(house: Guest) -> None:
    partner = Partner(house)
    assert await partner.says(DOUBLE) == "input_required"
    assert "automated assistant" in partner.words
    assert partner.task["metadata"]["currency"] == "USD"
    assert await partner.says("yes") == "auth_required"
    assert "automated assistant" not in partner.words
    assert "has to approve this" in partner.words
    await Talk(house, partner.task["metadata"]["conversation"], "C-1001").decides()
    assert await partner.looks() == "completed"
    assert "has been refunded" in partner.words
    assert "has to approve this" not in partner.words, "that was said before, and is not so any more"
    (reply,) = (each for each in partner.task["artifacts"] if each["name"] == "reply")
    assert [part["text"] for part in reply["parts"]] == [partner.words]
    result = result_of(partner)
    assert result["currency"] == "USD"
    refund = result["actions"][-1]
    assert (refund["tool"], refund["outcome"]) == ("payments.refund_payment", "succeeded")
    assert refund["ids"]["refund_id"]
    same = ("actions", "pending", "handoff", "status", "currency")
    metadata = partner.task["metadata"]
    assert [{**each, "decision": each["decision_id"]} for each in result["actions"]] == metadata["actions"]
    assert {name: result[name] for name in same[1:]} == {name: metadata[name] for name in same[1:]}
    http = await house.fetch("channel", f"/v1/conversations/{result['conversation_id']}")
    assert http["actions"] == result["actions"]


async def test_a_journey_under_way_asks_for_no_look_up_that_its_partner_may_not_have(house: Guest) -> None:
    partner = Partner(house)
    assert await partner.says("please explain my bill") == "completed"
    record = await record_of(house, partner)
    assert "erp.get_invoice" in {each["tool"] for each in record}
    assert [each["tool"] for each in record if each["effect"] == "deny"] == []


async def test_nothing_is_offered_that_the_partner_was_not_granted(house: Guest) -> None:
    less, more = Partner(house, "partner_2"), Partner(house)
    assert await less.says("when does my technician come?") == "completed"
    assert "no technician is on the way" in less.words
    assert "book a visit" not in less.words
    assert await more.says("when does my technician come?") == "completed"
    assert "I can book a visit" in more.words
    again = Partner(house)
    assert await again.says("I want to move house next month") == "input_required"
    assert "change your postal address" not in again.words


async def test_a_journey_that_would_lead_to_one_that_was_not_granted_ends_where_it_would_offer_it(house: Guest) -> None:
    partner = Partner(house)
    assert await partner.says(DOUBLE, customer_id="C-1005") == "completed"
    assert "no charge that was taken twice" in partner.words
    assert "dispute" not in partner.words
