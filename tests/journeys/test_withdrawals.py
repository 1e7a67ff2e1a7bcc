"""A request that waits for a supervisor is withdrawn in the customer's own words, and cannot be approved any more."""

import pytest

from tests.house_guest import Guest


@pytest.mark.parametrize(
    "words",
    [
        "nevermind then",
        "I don't want the refund any more",
        "no quiero el reembolso",
        "ich möchte die Erstattung nicht",
        "je ne veux plus le remboursement",
    ],
)
async def test_what_waits_for_a_supervisor_is_withdrawn(house: Guest, words: str) -> None:
    chloe = await house.customer("C-1003")
    await chloe.says("I was charged twice for my yearly payment, please refund it")
    while chloe.pending[0] in ("confirm", "verify"):
        await (chloe.says("yes") if chloe.pending[0] == "confirm" else chloe.says_code())
    assert chloe.turn["status"] == "waiting_approval"
    await chloe.says(words)
    assert chloe.turn["status"] != "waiting_approval"
    waiting = (await house.fetch("supervisor", "/v1/approvals?status=pending"))["items"]
    assert chloe.id not in [each["conversation_id"] for each in waiting]
    assert [tool for tool, outcome in await chloe.done() if outcome == "succeeded"] == []
