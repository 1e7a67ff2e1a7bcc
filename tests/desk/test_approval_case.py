"""A supervisor sees, before they decide, what was said and what else this customer got."""

from tests.desk.test_acting import desk
from tests.house_guest import Guest, Talk

CREDIT = "erp.apply_credit"


async def credited(house: Guest, amount_minor: int, words: str) -> Talk:
    talk = await house.customer("C-1018", auth_level="strong")
    await talk.says(words)
    await desk(house, talk, "claim")
    arguments = {"customer_id": "C-1018", "amount_minor": amount_minor, "reason": "goodwill"}
    call = {"tool": CREDIT, "arguments": arguments, "action_id": f"one-act-{amount_minor:05}"}
    await desk(house, talk, "actions", call)
    await talk.says("yes")
    return talk


async def test_an_approval_has_its_conversation_and_what_the_customer_got_before(house: Guest) -> None:
    before = await credited(house, 500, "let me talk to a person please")
    assert await before.done() == [(CREDIT, "succeeded")]
    talk = await credited(house, 6000, "I want a human being to look at my bill")
    [waits] = (await house.fetch("supervisor", "/v1/approvals?status=pending"))["items"]
    assert (waits["conversation_id"], waits["tool"]) == (talk.id, CREDIT)
    path = f"/v1/approvals/{waits['id']}/case"
    case = await house.fetch("supervisor", path)
    assert "I want a human being to look at my bill" in [each["text"] for each in case["messages"]]
    got = [(each["conversation_id"], each["tool"], "$5.00" in each["summary"]) for each in case["given"]]
    assert got == [(before.id, CREDIT, True)]
    assert (await house.call("representative", "GET", path)).status_code == 403
    assert (await house.call("supervisor", "GET", "/v1/approvals/PA-unknown/case")).status_code == 404
