"""The five stages of the autonomy dial, through the HTTP API, on the customers of the reference business."""

from typing import Any

import pytest

from domain.caller import Caller, Role
from domain.errors import Conflict
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Json, Talk

PROCEDURE = "billing.refund_duplicate_charge"
WISH = "I was charged twice for my last bill, please refund one"


async def turn_dial(guest: Guest, stage: str, name: str = PROCEDURE, **more: Any) -> None:
    body = {"act": "set", "scope": "procedure", "name": name, "stage": stage, "reason": "a test", **more}
    answer = await guest.call("admin", "POST", "/v1/autonomy", body)
    assert answer.status_code == 201, answer.text


async def proposals(guest: Guest, talk: Talk) -> list[Json]:
    return (await guest.fetch("representative", f"/v1/desk/{talk.id}/proposals"))["items"]


async def settle(guest: Guest, talk: Talk, decision: str, proposal: str, role: str = "representative"):
    return await guest.call(role, "POST", f"/v1/desk/{talk.id}/proposals/{proposal}", {"decision": decision})


async def suggested(guest: Guest, customer: str = "C-1001", wish: str = WISH, **more: str) -> tuple[Talk, str]:
    """A conversation that a representative claimed, with the one call that is suggested there."""
    talk = await guest.customer(customer, **more)
    await talk.says(wish)
    assert talk.turn["status"] == "with_representative", talk.text
    await guest.call("representative", "POST", f"/v1/desk/{talk.id}/claim", {})
    [proposal] = await proposals(guest, talk)
    return talk, proposal["id"]


async def test_observed_a_person_serves_and_the_journal_tells_what_would_have_been_done(house: Guest) -> None:
    await turn_dial(house, "observe")
    talk = await house.customer("C-1001")
    await talk.says(WISH)
    assert talk.turn["handoff"]["reason"] == "held_back"
    entry = next(each for each in await talk.journal() if "autonomy/observe" in each["rules"])
    assert (entry["kind"], entry["tool"], entry["effect"]) == ("decision", "payments.refund_payment", "handoff")
    assert entry["rationale"].endswith("It would have come to: confirm (money_back/confirmed_amount).")
    [kept] = [
        each
        for each in await house.house.control.journal.entries("northwind-fibre", talk.id)
        if "autonomy/observe" in each.rules
    ]
    assert kept.payload["input"]["call"]["arguments"]["amount_minor"] == 3999
    assert kept.payload["rehearsal"]["effect"] == "confirm"
    assert await proposals(house, talk) == []
    assert await talk.done() == []


async def test_a_suggestion_is_in_the_packet_and_dismissed_it_is_gone(house: Guest) -> None:
    await turn_dial(house, "suggest")
    talk, proposal = await suggested(house)
    packets = [row.packet for row in [await house.house.turns._store.handoff(talk.id)] if row is not None]
    [shown] = packets[0]["proposals"]
    assert shown["id"] == proposal
    assert shown["tool"] == "payments.refund_payment"
    assert shown["arguments"]["amount_minor"] == 3999
    assert "$39.99" in shown["summary"]

    assert (await settle(house, talk, "dismiss", proposal)).status_code == 200
    assert [item["status"] for item in await proposals(house, talk)] == ["dismissed"]
    assert (await settle(house, talk, "accept", proposal)).status_code == 409
    assert await talk.done() == []


async def test_an_accepted_suggestion_still_needs_the_customers_yes_and_is_made_once(house: Guest) -> None:
    await turn_dial(house, "suggest")
    talk, proposal = await suggested(house)
    accepted = (await settle(house, talk, "accept", proposal)).json()
    assert (accepted["status"], accepted["pending"]["kind"]) == ("with_representative", "confirm")
    assert "Shall I go ahead?" in accepted["messages"][-1]["text"]
    assert (await settle(house, talk, "accept", proposal)).status_code == 200

    await talk.says("which payment is that?")
    assert await talk.done() == []
    await talk.says("yes")
    assert await talk.done() == [("payments.refund_payment", "succeeded")]
    await talk.says("yes")
    assert await talk.done() == [("payments.refund_payment", "succeeded")]
    intent = next(entry for entry in await talk.journal() if entry["kind"] == "intent")
    assert intent["tool"] == "payments.refund_payment"
    assert [item["status"] for item in await proposals(house, talk)] == ["accepted"]


async def test_a_no_of_the_customer_drops_it(house: Guest) -> None:
    await turn_dial(house, "suggest")
    talk, proposal = await suggested(house)
    await settle(house, talk, "accept", proposal)
    await talk.says("no")
    assert "left it as it was" in talk.text
    assert (await talk.look())["pending"] is None
    await talk.says("yes")
    assert await talk.done() == []


async def test_an_accepted_call_above_the_limit_waits_for_code_yes_and_supervisor(house: Guest) -> None:
    await turn_dial(house, "suggest")
    talk, proposal = await suggested(house, "C-1003", "I was charged twice for my yearly payment, refund one please")
    accepted = (await settle(house, talk, "accept", proposal)).json()
    assert accepted["pending"]["kind"] == "verify"
    await talk.says("000000" if await talk.code() != "000000" else "111111")
    assert "not right" in talk.text
    code = await talk.code()
    await talk.says(code)
    assert talk.pending == ("confirm", "payments.refund_payment")
    assert code not in str((await talk.look())["messages"])
    await talk.says("yes")
    assert talk.pending == ("approve", "payments.refund_payment")
    assert await talk.done() == [
        ("crm.start_verification", "succeeded"),
        *2 * [("crm.check_verification", "succeeded")],
    ]
    await talk.decides()
    assert (await talk.done())[-1] == ("payments.refund_payment", "succeeded")


async def test_released_to_the_assistant_the_accepted_call_is_withdrawn(house: Guest) -> None:
    await turn_dial(house, "suggest")
    talk, proposal = await suggested(house)
    await settle(house, talk, "accept", proposal)
    await house.call("representative", "POST", f"/v1/desk/{talk.id}/release", {"to": "assistant"})
    await talk.says("yes")
    assert await talk.done() == []


@pytest.mark.parametrize("to", ["assistant", "queue"])
async def test_released_between_the_acceptance_and_the_call_nothing_is_proposed(house: Guest, to: str) -> None:
    await turn_dial(house, "suggest")
    talk, proposal = await suggested(house)
    [listed] = await proposals(house, talk)
    handoff = await house.house.turns._store.handoff(talk.id)
    assert handoff is not None
    await house.call("representative", "POST", f"/v1/desk/{talk.id}/release", {"to": to})
    carried = {"suggestion": proposal, "tool": listed["tool"], "arguments": listed["arguments"]}
    caller = Caller(handoff.claimed_by, Role.REPRESENTATIVE, handoff.tenant)
    with pytest.raises(Conflict):
        await house.house.turns.suggestion_accepted(caller, talk.id, {**carried, "by": caller.subject})
    await talk.says("yes")
    assert await talk.done() == []


@pytest.mark.parametrize(
    ("role", "claimed", "status"),
    [("channel", True, 403), ("admin", True, 403), ("supervisor", True, 409), ("representative", False, 409)],
)
async def test_only_who_claimed_the_conversation_settles(house: Guest, role: str, claimed: bool, status: int) -> None:
    await turn_dial(house, "suggest")
    talk = await house.customer("C-1001")
    await talk.says(WISH)
    if claimed:
        await house.call("representative", "POST", f"/v1/desk/{talk.id}/claim", {})
    [proposal] = await proposals(house, talk)
    assert (await settle(house, talk, "accept", proposal["id"], role)).status_code == status


async def test_what_nobody_suggested_is_not_found(house: Guest) -> None:
    await turn_dial(house, "suggest")
    talk, _ = await suggested(house)
    other = await house.customer("C-1013")
    assert (await settle(house, talk, "accept", "pa_unknown")).status_code == 404
    assert (await settle(house, other, "accept", "pa_unknown")).status_code == 404


async def test_approve_waits_for_a_supervisor_whatever_the_amount(house: Guest) -> None:
    await turn_dial(house, "approve")
    talk = await house.customer("C-1001")
    await talk.says(WISH)
    await talk.says("yes")
    assert talk.turn["status"] == "waiting_approval"
    await talk.decides()
    assert await talk.done() == [("payments.refund_payment", "succeeded")]


async def test_a_canary_gives_its_share_of_customers_the_stage_and_each_always_the_same(open_house: OpenHouse) -> None:
    house = await open_house()
    await turn_dial(house, "auto", percent=50, rest="off")
    outcomes: dict[str, set[str]] = {}
    for customer in ("C-1001", "C-1013", "C-1018"):
        for _ in range(2):
            talk = await house.customer(customer)
            await talk.says(WISH)
            outcomes.setdefault(customer, set()).add("person" if talk.turn["handoff"] else "assistant")
    assert all(len(found) == 1 for found in outcomes.values())
    assert {"person", "assistant"} == set().union(*outcomes.values())
