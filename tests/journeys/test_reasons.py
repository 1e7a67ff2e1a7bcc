"""Reasons are reasons: what operators hold back is no limit, and a customer of somebody else's is no broken system."""

import pytest

from tests.house_guest import Guest


@pytest.mark.parametrize("stage", ["off", "observe"])
async def test_a_handoff_by_the_dial_says_so_with_its_own_priority_and_next_step(house: Guest, stage: str) -> None:
    body = {"act": "set", "scope": "procedure", "name": "billing.refund_duplicate_charge", "stage": stage}
    assert (await house.call("admin", "POST", "/v1/autonomy", {**body, "reason": "a drill"})).status_code == 201
    talk = await house.customer("C-1001")
    await talk.says("I was charged twice for my last bill")
    assert (talk.turn["handoff"]["reason"], talk.turn["handoff"]["priority"]) == ("held_back", "normal")
    [item] = [each for each in (await house.fetch("representative", "/v1/desk/queue"))["items"]]
    assert "operators hold the assistant back" in item["packet"]["suggested_next_step"]


async def test_a_fraud_flag_is_still_a_limit_while_the_dial_is_turned(house: Guest) -> None:
    talk = await house.customer("C-1017")
    await talk.says("I was charged twice for my last bill")
    assert talk.turn["handoff"]["reason"] == "policy_limit"


@pytest.mark.parametrize("customer", ["C-2001", "C-9999"])
async def test_another_tenants_customer_is_not_known_here_and_no_system_is_called_broken(
    house: Guest, customer: str
) -> None:
    talk = await house.customer(customer)
    for words in ("what do I owe?", "show me my last bill", "my internet is down"):
        await talk.says(words)
        assert talk.turn["status"] == "open"
        assert "not known here" in talk.text
        assert talk.turn["handoff"] is None
