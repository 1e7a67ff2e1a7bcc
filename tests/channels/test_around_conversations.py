"""Lists, transcripts, signs of life and single decisions: what a channel needs around the turns."""

import asyncio
from typing import Any

import httpx

from domain.caller import Caller, Role
from domain.conversation import Event
from domain.ids import ConversationId, TenantId
from tests.house_guest import Guest, Json

CHANNEL = Caller("channel", Role.CHANNEL, TenantId("northwind-fibre"))


async def listed(house: Guest, query: str = "", role: str = "channel") -> Json:
    return await house.fetch(role, f"/v1/conversations?{query}")


def ids(page: Json) -> list[str]:
    return [item["id"] for item in page["items"]]


async def test_conversations_are_listed_newest_first_page_by_page_each_once(house: Guest) -> None:
    talks = [(await house.customer(f"C-1000{number}")).id for number in (1, 2, 3, 4, 5)]
    found, cursor, pages = list[str](), "", 0
    while cursor is not None:
        page = await listed(house, f"limit=2&before={cursor}")
        found, cursor, pages = found + ids(page), page["next"], pages + 1
        await house.customer("C-10009")  # newer ones do not move what was listed
    assert (found, pages) == (talks[::-1], 3)
    assert ids(await listed(house, role="other_channel")) == []


async def test_a_list_is_narrowed_by_customer_id_status_and_channel(house: Guest) -> None:
    ben, unsure = await house.customer("C-1002"), await house.customer("C-1002", auth_level="anonymous")
    mail = await house.customer("C-1003", channel="email")
    body = {"channel": "sms", "external_id": "+15550100", "metadata": {"campaign": "spring"}}
    sms = (await house.call("channel", "POST", "/v1/conversations", body)).json()
    await house.call("channel", "POST", f"/v1/conversations/{ben.id}/close", {})
    wanted = {
        "customer_id=C-1002": [unsure.id, ben.id],
        "customer_id=C-1002&status=closed": [ben.id],
        "channel=email": [mail.id],
        "external_id=%2B15550100": [sms["id"]],
        "external_id=unknown": [],
        "status=with_representative": [],
    }
    assert {query: ids(await listed(house, query)) for query in wanted} == wanted
    item = (await listed(house, "channel=sms"))["items"][0]
    assert (item["external_id"], item["metadata"]) == ("+15550100", {"campaign": "spring"})
    for wrong in ("before=nonsense", "limit=0", "limit=101", "status=lost", "colour=red"):
        assert (await house.call("channel", "GET", f"/v1/conversations?{wrong}")).status_code in (400, 422), wrong


async def test_a_customer_lists_their_own_and_nobody_elses(house: Guest) -> None:
    mine, theirs = await house.customer("C-1002"), await house.customer("C-1003")
    unsure = await house.customer("C-1002", auth_level="anonymous")
    made = await house.call(
        "channel", "POST", "/v1/customer-sessions", {"customer": {"id": "C-1002", "auth_level": "strong"}}
    )
    visitor = await house.call("channel", "POST", "/v1/customer-sessions", {"customer": None})

    async def own(answer: httpx.Response, query: str = "") -> list[str]:
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        return ids((await house.http.get(f"/v1/conversations?{query}", headers=headers)).json())

    assert await own(made) == [mine.id]
    assert await own(made, "customer_id=C-1003") == [] == await own(visitor)
    assert theirs.id != unsure.id


async def test_a_transcript_has_all_that_was_said_and_no_markup_of_anybodys(house: Guest) -> None:
    talk = await house.customer("C-1005", "es")
    await talk.says("<img src=x onerror=alert(1)> ¿cuánto debo?")
    plain = await house.call("channel", "GET", f"/v1/conversations/{talk.id}/transcript")
    page = await house.call("channel", "GET", f"/v1/conversations/{talk.id}/transcript?format=html")
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
    said = [message["text"] for message in (await talk.look())["messages"]]
    assert [text for text in said if text not in plain.text] == []
    assert "Asistente automático" in plain.text
    assert '<html lang="es">' in page.text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page.text
    assert "<img" not in page.text
    for answer in (plain, page):
        assert answer.headers["content-disposition"].startswith(f'attachment; filename="{talk.id}.')
        assert (
            answer.headers["x-content-type-options"],
            "default-src 'none'" in answer.headers["content-security-policy"],
        ) == ("nosniff", True)


async def heard(house: Guest, conversation_id: str, kind: str) -> Event:
    """The first event of that kind that a listener of the first process hears, early ones too."""
    stream = house.house.conversations.events(CHANNEL, ConversationId(conversation_id), 0, early=True)
    async for event in stream:
        if event.kind == kind:
            return event
    raise AssertionError("the stream ended")


async def told(house: Guest, conversation_id: str, kind: str, *acts: tuple[str, str, Any]) -> Event:
    """What a listener hears once these acts are done."""
    listening = asyncio.create_task(heard(house, conversation_id, kind))
    while not listening.done():
        for role, path, body in acts:
            assert (await house.call(role, "POST", path, body)).status_code == 204
        await asyncio.wait([listening], timeout=0.2)
    return listening.result()


async def test_who_types_is_told_to_listeners_of_every_process_and_kept_nowhere(house: Guest) -> None:
    """With `--replicas 2` every second call reaches the process that nobody listens to."""
    talk = await house.customer("C-1002")
    path = f"/v1/conversations/{talk.id}/typing"
    assert (await told(house, talk.id, "typing", ("channel", path, {}))).data["role"] == "customer"
    assert (await house.call("representative", "POST", path, {})).status_code == 403
    await house.call("channel", "POST", f"/v1/conversations/{talk.id}/handoff", {})
    await house.call("representative", "POST", f"/v1/desk/{talk.id}/claim", {})
    assert (await told(house, talk.id, "typing", ("representative", path, {}))).data["role"] == "representative"
    assert (await house.call("representative_2", "POST", path, {})).status_code == 403
    events = await house.house.conversations.last_event_id(CHANNEL, ConversationId(talk.id))
    await house.call("channel", "POST", path, {})
    assert await house.house.conversations.last_event_id(CHANNEL, ConversationId(talk.id)) == events


async def test_how_far_somebody_has_read_is_kept_and_never_goes_back(house: Guest) -> None:
    talk = await house.customer("C-1002")
    await talk.says("why is my bill so high?")
    first, last = (await talk.look())["messages"][0]["id"], (await talk.look())["messages"][-1]["id"]
    path = f"/v1/conversations/{talk.id}/read"
    event = await told(house, talk.id, "read", ("channel", path, {"message_id": first}))
    assert (event.data["role"], event.data["message_id"], event.id > 0) == ("customer", first, True)
    for body in ({}, {"message_id": first}):
        assert (await house.call("channel", "POST", path, body)).status_code == 204
    assert (await talk.look())["read"] == {"customer": last}
    for wrong in ("CV-1-1", f"{talk.id}-99", f"{talk.id}-0", "x"):
        assert (await house.call("channel", "POST", path, {"message_id": wrong})).status_code == 404


async def test_one_decision_is_read_with_its_rules_facts_and_evidence(house: Guest) -> None:
    talk = await house.customer("C-1001")
    for words in ("I was charged twice for my last bill", "yes"):
        await talk.says(words)
    action = next(each for each in (await talk.look())["actions"] if each["tool"] == "payments.refund_payment")
    path = f"/v1/decisions/{action['decision_id']}"
    assert (await house.call("supervisor", "GET", path)).status_code == 404  # no person was needed so far
    await talk.says("can I talk to a person")
    decision = await house.fetch("supervisor", path)
    assert decision == await house.fetch("auditor", path)
    assert (decision["tool"], decision["outcome"], decision["rules"]) == (action["tool"], "succeeded", action["rules"])
    assert decision["facts"]["principal"]["customer"]["id"] == "C-1001"
    assert set(decision["evidence"]) == {"confirmation"}
    assert [entry["kind"] for entry in decision["entries"]] == ["intent", "outcome"]
    assert (await house.call("auditor", "GET", "/v1/decisions/D-unknown")).status_code == 404
