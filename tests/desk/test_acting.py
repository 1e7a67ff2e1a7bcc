"""A representative acts for the customer through the gate: explained first, confirmed, once, under their own name."""

from tests.house_guest import Guest, Json, Talk

REFUND = "payments.refund_payment"


async def claimed(house: Guest, customer: str, *words: str, auth: str = "authenticated") -> Talk:
    talk = await house.customer(customer, auth_level=auth)
    for said in words:
        await talk.says(said)
    assert (await desk(house, talk, "claim"))["status"] == "with_representative"
    return talk


async def desk(house: Guest, talk: Talk, path: str, body: Json | None = None, role: str = "representative") -> Json:
    answer = await house.call(role, "POST", f"/v1/desk/{talk.id}/{path}", body or {})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_refund_that_was_cut_off_is_made_by_the_person(house: Guest) -> None:
    amira = await claimed(house, "C-1001", "I was charged twice for my last bill", "let me talk to a person please")
    packet = (await house.fetch("representative", "/v1/desk/claimed"))["items"][0]["packet"]
    cut_off = packet["open_cases"][0]
    call = {"tool": cut_off["tool"], "arguments": cut_off["arguments"]}
    assert call["tool"] == REFUND

    told = await desk(house, amira, "actions/explain", call)
    assert (told["effect"], told["sendable"]) == ("allow", True)
    assert "$39.99" in told["summary"]
    assert await amira.done() == []

    await desk(house, amira, "actions", {**call, "action_id": "one-act-0001"})
    asked = await desk(house, amira, "actions", {**call, "action_id": "one-act-0001"})
    assert asked["pending"]["kind"] == "confirm"
    await amira.says("yes")
    assert await amira.done() == [(REFUND, "succeeded")]
    intents = [each for each in await amira.journal() if each["kind"] == "intent" and each["tool"] == REFUND]
    assert len(intents) == 1


async def test_what_a_supervisor_has_to_approve_is_said_before_and_nobody_approves_their_own(house: Guest) -> None:
    chloe = await house.customer("C-1003", auth_level="strong")
    await chloe.says("let me talk to a person please")
    await desk(house, chloe, "claim", role="supervisor")
    call = {"tool": REFUND, "arguments": {"payment_id": "P-5032", "amount_minor": 18000, "reason": "duplicate_charge"}}
    told = await desk(house, chloe, "actions/explain", call, role="supervisor")
    assert (told["effect"], told["sendable"]) == ("approve", True), told["reasons"]
    assert "supervisor other than you" in told["needs"]
    assert told["reasons"]
    await desk(house, chloe, "actions", {**call, "action_id": "one-act-0002"}, role="supervisor")
    await chloe.says("yes")
    waiting = (await house.fetch("supervisor", "/v1/approvals?status=pending"))["items"]
    mine = next(each for each in waiting if each["conversation_id"] == chloe.id)
    own = await house.call("supervisor", "POST", f"/v1/approvals/{mine['id']}", {"decision": "approve", "reason": "me"})
    assert own.status_code in (403, 409), own.text
    assert await chloe.done() == []


async def test_what_cannot_be_done_is_explained_and_not_sent(house: Guest) -> None:
    amira = await claimed(house, "C-1001", "let me talk to a person please")
    other = {"tool": REFUND, "arguments": {"payment_id": "P-5032", "amount_minor": 18000, "reason": "duplicate_charge"}}
    told = await desk(house, amira, "actions/explain", other)
    assert (told["effect"], told["sendable"]) == ("deny", False)
    wrong = await desk(house, amira, "actions/explain", {"tool": REFUND, "arguments": {"amount_minor": "much"}})
    assert (wrong["effect"], wrong["reasons"][0]["rule"]) == ("deny", "gate/invalid_arguments")
    nobody = await house.call("supervisor", "POST", f"/v1/desk/{amira.id}/actions/explain", other)
    assert nobody.status_code == 409


async def test_the_customer_is_seen_at_a_glance_and_each_read_is_on_record(house: Guest) -> None:
    amira = await claimed(house, "C-1001", "let me talk to a person please")
    seen = await house.fetch("representative", f"/v1/desk/{amira.id}/customer")
    sections = {each["name"]: each for each in seen["sections"]}
    assert sections["customer"]["items"][0]["name"] == "Amira Haddad"
    assert [each["payment_id"] for each in sections["payments"]["items"]][:2]
    assert [each["problem"] for each in seen["sections"]] == [""] * len(seen["sections"])
    read = [each["tool"] for each in await amira.journal() if each["kind"] == "decision"]
    assert "payments.list_payments" in read
    tools = await house.fetch("representative", f"/v1/desk/{amira.id}/actions")
    assert tools["currency"] == "USD"
    assert {REFUND, "erp.apply_credit", "erp.waive_fee"} <= {each["name"] for each in tools["items"]}
    assert "crm.find_customer" not in {each["name"] for each in tools["items"]}


async def test_a_system_that_does_not_answer_hides_nothing_else_at_a_glance(house: Guest) -> None:
    stranger = await house.customer(None)
    await stranger.says("let me talk to a person please")
    await desk(house, stranger, "claim")
    seen = await house.fetch("representative", f"/v1/desk/{stranger.id}/customer")
    assert (seen["customer_id"], seen["sections"]) == ("", [])
