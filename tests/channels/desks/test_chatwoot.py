"""Handoffs to a company that works in Chatwoot, against a server that behaves as its API does."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import httpx
import pytest

from channels.connectors.connector import Receipt
from channels.desks.chatwoot import KEY, OURS
from channels.desks.chatwoot_hooks import sign
from domain.errors import Misconfigured
from tests.channels.desks.chatwoot_server import ACCOUNT, INBOX, TOKEN, ChatwootServer, Json, chatwoot_server
from tests.channels.test_around_conversations import heard
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Talk
from tests.journeys.afterwards import Clock

SECRET = "whs_0123456789abcdef"
ANNA, BORIS = {"id": 5, "name": "Anna", "type": "user"}, {"id": 6, "name": "Boris", "type": "user"}
CARD = "4111 1111 1111 1111"
_numbers = count(5001)


def profile(server: ChatwootServer, **more: Any) -> dict[str, Any]:
    usual = {"kind": "chatwoot", "url": server.url, "account_id": str(ACCOUNT), "inbox_id": str(INBOX)}
    secrets = {"api_token": TOKEN, "webhook_secret": SECRET}
    return {"connectors": {"helpdesk": {**usual, **secrets, **more}}}


@pytest.fixture
async def server() -> AsyncIterator[ChatwootServer]:
    async with chatwoot_server() as one:
        yield one


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def guest(open_house: OpenHouse, server: ChatwootServer, clock: Clock) -> Guest:
    return await open_house(clock=clock, **profile(server))


async def send(guest: Guest) -> None:
    await guest.house.jobs.run("deliveries")


async def handed_over(guest: Guest, text: str = "I want to talk to a person", customer: str | None = "C-1002") -> Talk:
    talk = await guest.customer(customer)
    await talk.says(text)
    assert (await talk.look())["status"] == "with_representative"
    await send(guest)
    return talk


def conversation(server: ChatwootServer, talk: Talk) -> Json:
    [found] = [each for each in server.conversations if each["custom_attributes"][OURS] == talk.id]
    return found


async def tell(
    guest: Guest, event: str, told: Json, secret: str = SECRET, at: int = 0, path: str = ""
) -> httpx.Response:
    """Call the hook as Chatwoot does; what it sets off is done when this returns."""
    body = json.dumps({**told, "event": event}).encode()
    stamp = str(at or int(guest.house.connectors.clock().timestamp()))
    headers = {"X-Chatwoot-Timestamp": stamp, "X-Chatwoot-Signature": sign(secret, stamp, body)}
    answer = await guest.http.post(f"/hooks/chatwoot/helpdesk{path}", content=body, headers=headers)
    await settled(guest)
    return answer


async def settled(guest: Guest) -> None:
    for each in guest.replicas:
        await each.connectors.drain()


def message(server: ChatwootServer, talk: Talk, text: str, agent: Json = ANNA, **more: Any) -> Json:
    return {
        "id": next(_numbers),
        "content": text,
        "message_type": "outgoing",
        "private": False,
        "content_attributes": {},
        "sender": agent,
        "conversation": conversation(server, talk),
        "inbox": {"id": INBOX, "name": "Handoffs"},
        "account": {"id": ACCOUNT, "name": "Acme"},
        **more,
    }


async def assign(guest: Guest, server: ChatwootServer, talk: Talk, agent: Json | None) -> None:
    found = conversation(server, talk)
    found["meta"]["assignee"] = agent
    changed = [{"assignee_id": {"previous_value": None, "current_value": agent and agent["id"]}}]
    assert (await tell(guest, "conversation_updated", {**found, "changed_attributes": changed})).status_code == 200


async def turn(guest: Guest, server: ChatwootServer, talk: Talk, status: str) -> None:
    found = conversation(server, talk)
    found["status"] = status
    assert (await tell(guest, "conversation_status_changed", dict(found))).status_code == 200


async def test_a_handoff_goes_there_with_what_was_found_and_said(guest: Guest, server: ChatwootServer) -> None:
    talk = await guest.customer("C-1001")
    await talk.says("I was charged twice for my last bill")
    await talk.says(f"my card is {CARD}, give me a person please")
    await send(guest)
    [contact], [made], [note] = server.contacts, server.conversations, server.said("outgoing")
    assert (contact["identifier"], made["status"]) == ("C-1001", "open")
    assert made["custom_attributes"][OURS] == talk.id
    assert "Customer: " in note
    assert "charged twice" in note
    assert "$" in note
    assert "_minor" not in note
    assert CARD not in note
    assert server.messages[0]["private"] is True
    assert not server.said(), "what was said before is not said again as the customer's"


async def test_both_write_and_the_customer_hears_the_name(guest: Guest, server: ChatwootServer) -> None:
    talk = await handed_over(guest)
    await talk.says("my router blinks red")
    await talk.says("since this morning")
    await send(guest)
    assert server.said() == ["my router blinks red", "since this morning"]
    await assign(guest, server, talk, ANNA)
    assert (await talk.look())["handoff"]["claimed_by"] == "Anna"
    await tell(guest, "message_created", message(server, talk, "Hello, I look into it."))
    now = await talk.look()
    assert "Anna from our team has your conversation now" in now["messages"][-2]["text"]
    assert (now["messages"][-1]["role"], now["messages"][-1]["text"]) == ("representative", "Hello, I look into it.")
    before = len(server.messages)
    await talk.says("thank you")
    assert (await talk.look())["messages"][-1]["role"] == "customer"
    await send(guest)
    assert server.messages[before:][0]["content"] == "thank you"
    assert len(server.messages) == before + 1, "nothing of theirs is told back"


async def test_whoever_has_it_over_there_has_it_here(guest: Guest, server: ChatwootServer, clock: Clock) -> None:
    talk = await handed_over(guest)
    await tell(guest, "message_created", message(server, talk, "Hi, Boris here.", BORIS))
    assert (await talk.look())["handoff"]["claimed_by"] == "Boris", "who writes has it"
    await assign(guest, server, talk, ANNA)
    assert (await talk.look())["handoff"]["claimed_by"] == "Anna"
    await tell(guest, "message_created", message(server, talk, "I help Anna.", BORIS))
    assert (await talk.look())["handoff"]["claimed_by"] == "Anna", "who helps out takes nothing over"
    clock.move(hours=2)
    await guest.house.jobs.run("stranded-claims")
    assert (await talk.look())["handoff"]["state"] == "claimed", "whether they are there their desk knows"
    await assign(guest, server, talk, None)
    now = await talk.look()
    assert (now["handoff"]["state"], now["handoff"]["on_duty"]) == ("queued", None)
    lines = await guest.fetch("auditor", f"/v1/conversations/{talk.id}/journal")
    told = [each["rationale"] for each in lines["items"]]
    assert "Representative elsewhere/helpdesk/6 wrote to the customer." in told


async def test_resolved_there_is_closed_here_and_reopened_waits_again(guest: Guest, server: ChatwootServer) -> None:
    talk = await handed_over(guest)
    await assign(guest, server, talk, ANNA)
    await turn(guest, server, talk, "resolved")
    assert (await talk.look())["status"] == "closed"
    await turn(guest, server, talk, "open")
    now = await talk.look()
    assert now["status"] == "with_representative"
    assert "You are next in line." in now["messages"][-1]["text"]
    waiting = (await guest.fetch("representative", "/v1/desk/queue"))["items"]
    assert [each["conversation_id"] for each in waiting] == [talk.id]
    await talk.says("it is broken again")
    await send(guest)
    assert server.said()[-1] == "it is broken again"
    assert len(server.conversations) == 1, "it goes on where it was"
    await tell(guest, "message_created", message(server, talk, "Sorry for that!"))
    assert (await talk.look())["messages"][-1]["text"] == "Sorry for that!"


async def test_the_end_here_is_told_there_and_words_after_it_come_back_with_a_reason(
    guest: Guest, server: ChatwootServer
) -> None:
    talk = await handed_over(guest)
    await assign(guest, server, talk, ANNA)
    open_there = {**conversation(server, talk), "status": "open"}
    await guest.call("channel", "POST", f"/v1/conversations/{talk.id}/close", {})
    await tell(guest, "conversation_updated", open_there)
    assert (await talk.look())["status"] == "closed", "what is not told there yet is not undone by it"
    await send(guest)
    assert conversation(server, talk)["status"] == "resolved"
    late = message(server, talk, "Are you still there?")
    for _ in range(2):
        assert (await tell(guest, "message_created", late)).status_code == 200
    [reason] = [each for each in server.said("outgoing") if "not delivered" in each]
    assert "reopen it to write to the customer" in reason
    assert all(each["text"] != "Are you still there?" for each in (await talk.look())["messages"])


async def test_what_is_told_twice_or_by_nobody_or_by_a_machine_changes_nothing(
    guest: Guest, server: ChatwootServer
) -> None:
    talk = await handed_over(guest)
    await tell(guest, "message_created", said := message(server, talk, "Hello!"))
    await tell(guest, "message_created", {**said, "conversation": {**said["conversation"], "unread_count": 3}})
    before = (await talk.look())["messages"]
    assert [each["text"] for each in before].count("Hello!") == 1
    template = message(server, talk, "How did we do?", message_type="template")
    nothing = [
        message(server, talk, "for colleagues", private=True),
        message(server, talk, "beep", {"id": 9, "name": "Bot", "type": "agent_bot"}),
        message(server, talk, "by a rule", {}),
        template,
        message(server, talk, "ours", content_attributes={KEY: "DL-1"}),
        message(server, talk, "mine", message_type="incoming"),
        message(server, talk, "   "),
        message(server, talk, "of another account", account={"id": 99}),
        {**message(server, talk, "another inbox"), "conversation": {**conversation(server, talk), "inbox_id": 8}},
        {**message(server, talk, "no id"), "id": None},
        {"conversation": "x", "sender": [], "meta": 1},
    ]
    for each in nothing:
        assert (await tell(guest, "message_created", each)).json() == {"news": False}, each
    assert (await tell(guest, "message_created", said, secret="whs_another_one_of_16")).status_code == 401
    old = int(guest.house.connectors.clock().timestamp()) - 400
    assert (await tell(guest, "message_created", said, at=old)).status_code == 401
    unknown = {"conversation": {**conversation(server, talk), "id": 999, "custom_attributes": {}}}
    assert (await tell(guest, "message_created", message(server, talk, "who?", **unknown))).status_code == 404
    taken = {"conversation": {**conversation(server, talk), "id": 998}}
    assert (await tell(guest, "message_created", message(server, talk, "who?", **taken))).status_code == 404
    for body in (b"", b"[]", b"{", b'{"event": "message_created", "event": "x"}'):
        stamp = str(int(guest.house.connectors.clock().timestamp()))
        headers = {"X-Chatwoot-Timestamp": stamp, "X-Chatwoot-Signature": sign(SECRET, stamp, body)}
        answer = await guest.http.post("/hooks/chatwoot/helpdesk", content=body, headers=headers)
        assert answer.status_code in (200, 400)
    assert (await guest.http.post("/hooks/chatwoot/nobody", content=b"{}")).status_code == 404
    assert (await talk.look())["messages"] == before


@pytest.mark.parametrize("losing", ["/contacts", "/conversations", "/messages", "/toggle_status"])
async def test_a_lost_answer_makes_nothing_twice(
    open_house: OpenHouse, server: ChatwootServer, clock: Clock, losing: str
) -> None:
    guest = await open_house(clock=clock, **profile(server))
    server.lose, server.losing = 1, losing
    talk = await handed_over(guest)
    await talk.says("are you there?")
    assert not server.said(), "what comes after waits"
    clock.move(minutes=1)
    await send(guest)
    assert (len(server.contacts), len(server.conversations)) == (1, 1)
    assert len([each for each in server.said("outgoing") if "**Said so far**" in each]) == 1
    assert server.said() == ["are you there?"]


async def test_words_that_come_before_the_answer_of_the_create_are_said(
    guest: Guest, server: ChatwootServer, clock: Clock
) -> None:
    server.lose, server.losing = 1, "/conversations"
    talk = await handed_over(guest)
    await tell(guest, "message_created", message(server, talk, "I am Anna."))
    assert (await talk.look())["messages"][-1]["text"] == "I am Anna."
    clock.move(minutes=1)
    await send(guest)
    assert len(server.conversations) == 1


@pytest.mark.parametrize("status", [401, 404, 429, 503])
async def test_what_cannot_be_told_waits_in_order_and_is_shown(
    open_house: OpenHouse, server: ChatwootServer, clock: Clock, status: int
) -> None:
    guest = await open_house(clock=clock, **profile(server))
    server.trouble = status
    talk = await handed_over(guest)
    await talk.says("one")
    await talk.says("two")
    for _ in range(6):
        clock.move(minutes=10)
        await send(guest)
    queue = guest.house.connectors.queue
    [first, *_] = [each for each in await queue.browse("helpdesk", "waiting", 50) if each.attempts]
    assert first.error.endswith(f"answered {status}")
    assert (await talk.look())["status"] == "with_representative", "our own desk has it meanwhile"
    server.trouble = 0
    clock.move(hours=1)
    await send(guest)
    assert server.said() == ["one", "two"]
    assert len(server.conversations) == 1


async def test_a_message_that_is_refused_for_good_holds_nothing_up(guest: Guest, server: ChatwootServer) -> None:
    talk = await handed_over(guest)
    await talk.says("one")
    server.trouble = 422
    await send(guest)
    server.trouble = 0
    await talk.says("two")
    await send(guest)
    assert server.said() == ["two"]
    dead = await guest.house.connectors.queue.browse("helpdesk", "dead", 10)
    assert {each.error.rpartition("/")[2] for each in dead} == {"messages answered 422"}


async def test_what_was_given_up_is_sent_again(guest: Guest, server: ChatwootServer, clock: Clock) -> None:
    server.no_inbox = True
    talk = await handed_over(guest)
    queue = guest.house.connectors.queue
    for each in await queue.browse("helpdesk", "waiting", 10):
        await queue.settle(each, Receipt(404, "answered 404", final=True), 0.0)
    server.no_inbox = False
    assert await queue.send_again("helpdesk") == 1
    await send(guest)
    assert conversation(server, talk)["status"] == "open"


async def test_a_conversation_that_was_deleted_there_is_made_again(guest: Guest, server: ChatwootServer) -> None:
    talk = await handed_over(guest)
    server.conversations.clear()
    await talk.says("hello?")
    await send(guest)
    assert server.said()[-1] == "hello?"
    await tell(guest, "message_created", message(server, talk, "Yes?"))
    assert (await talk.look())["messages"][-1]["text"] == "Yes?"


async def test_a_burst_keeps_its_order_and_survives_a_process_that_dies(
    guest: Guest, server: ChatwootServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await handed_over(guest)

    async def dies(*_: Any) -> str:
        raise RuntimeError("the process dies here")

    monkeypatch.setattr("desk.elsewhere.ElsewhereDesk.follow", dies)
    first, second = (message(server, talk, text) for text in ("first", "second"))
    await tell(guest, "message_created", second)
    await tell(guest, "message_created", first)
    monkeypatch.undo()
    clock.move(minutes=1)
    await guest.house.jobs.run("arrivals")
    await guest.house.jobs.run("arrivals")
    said = [each["text"] for each in (await talk.look())["messages"] if each["role"] == "representative"]
    assert said == ["first", "second"]


async def test_our_own_desk_may_take_it_and_then_has_the_word(guest: Guest, server: ChatwootServer) -> None:
    talk = await handed_over(guest)
    await guest.call("representative", "PUT", "/v1/desk/presence", {"status": "available", "name": "Dana"})
    await guest.call("representative", "POST", f"/v1/desk/{talk.id}/claim", {})
    await guest.call("representative", "POST", f"/v1/desk/{talk.id}/messages", {"text": "Dana here"})
    await send(guest)
    notes = server.said("outgoing")
    assert "Dana has this conversation at Switchboard's own desk." in notes
    assert notes[-1] == "Switchboard's own desk wrote to the customer: Dana here"
    await tell(guest, "message_created", message(server, talk, "Let me"))
    await assign(guest, server, talk, ANNA)
    await turn(guest, server, talk, "resolved")
    now = await talk.look()
    assert (now["handoff"]["claimed_by"], now["messages"][-1]["text"]) == ("Dana", "Dana here")
    assert "Dana has this conversation at Switchboard's own desk" in server.said("outgoing")[-1]
    await guest.call("representative", "POST", f"/v1/desk/{talk.id}/release", {"to": "assistant"})
    await send(guest)
    assert conversation(server, talk)["status"] == "resolved"
    await talk.says("how much do I owe you?")
    await send(guest)
    assert "how much do I owe you?" not in server.said(), "what the assistant hears is not the desk's"
    await talk.says("a person please")
    await send(guest)
    assert conversation(server, talk)["status"] == "open"
    assert len([each for each in server.said("outgoing") if "**Said so far**" in each]) == 2


async def with_file(guest: Guest, talk: Talk) -> None:
    file = {"file": ("bill.txt", b"my bill", "text/plain")}
    headers = {"Authorization": f"Bearer {guest.tokens['channel']}"}
    place = f"/v1/conversations/{talk.id}"
    kept = (await guest.http.post(f"{place}/attachments", files=file, headers=headers)).json()["id"]
    body = {"client_message_id": "with-file", "text": "here it is", "attachments": [kept]}
    assert (await guest.call("channel", "POST", f"{place}/messages", body)).status_code == 200
    await send(guest)


async def test_a_customers_file_goes_there_with_the_words(guest: Guest, server: ChatwootServer) -> None:
    talk = await handed_over(guest)
    await with_file(guest, talk)
    [sent] = [each for each in server.messages if each["content"] == "here it is"]
    assert sent["attachments"] == [{"name": "bill.txt", "type": "text/plain", "content": "my bill"}]
    assert sent["message_type"] == "incoming"


async def test_a_file_that_is_refused_there_is_named_and_the_words_arrive(guest: Guest, server: ChatwootServer) -> None:
    server.no_files = True
    talk = await handed_over(guest)
    await with_file(guest, talk)
    assert server.said()[-1] == "here it is\n\n[1 file(s), kept at Switchboard's own desk: bill.txt]"


def attached(server: ChatwootServer, *names: str) -> list[Json]:
    return [{"id": 1, "data_url": f"{server.url}/rails/active_storage/redirect/{name}"} for name in names]


async def test_an_agents_file_reaches_the_customer_once_and_what_is_not_taken_is_told_there(
    guest: Guest, server: ChatwootServer
) -> None:
    server.stored |= {"steps.txt": b"press the button", "clip.mp4": b"\x00\x00\x00\x18ftypmp42"}
    talk = await handed_over(guest)
    sent = message(server, talk, "See this", attachments=attached(server, "steps.txt", "clip.mp4"))
    for _ in range(2):
        await tell(guest, "message_created", sent)
    [told] = [each for each in (await talk.look())["messages"] if each["role"] == "representative"]
    [file] = told["attachments"]
    assert (told["text"], file["name"], file["media_type"]) == ("See this", "steps.txt", "text/plain")
    there = await guest.call("channel", "GET", f"/v1/conversations/{talk.id}/attachments/{file['id']}")
    assert there.content == b"press the button"
    [note] = [each for each in server.said("outgoing") if "not delivered" in each]
    assert "clip.mp4" in note


async def test_a_file_alone_is_a_message_and_one_that_is_gone_is_told_there(
    guest: Guest, server: ChatwootServer
) -> None:
    server.stored |= {"steps.txt": b"press the button"}
    talk = await handed_over(guest)
    await tell(guest, "message_created", message(server, talk, "", attachments=attached(server, "steps.txt")))
    await tell(guest, "message_created", message(server, talk, "", attachments=attached(server, "gone.txt")))
    theirs = [each for each in (await talk.look())["messages"] if each["role"] == "representative"]
    assert [[each["name"] for each in one["attachments"]] for one in theirs] == [["steps.txt"]]
    assert "gone.txt" in server.said("outgoing")[-1]


async def test_labels_of_the_company_are_taken_over_and_others_left(guest: Guest, server: ChatwootServer) -> None:
    talk = await handed_over(guest)
    await assign(guest, server, talk, ANNA)
    found = conversation(server, talk)
    for labels, kept in ((["billing-error", "vip"], ["billing error"]), (["outage"], ["outage"]), ([], [])):
        found["labels"] = labels
        changed = [{"label_list": {"previous_value": [], "current_value": labels}}]
        await tell(guest, "conversation_updated", {**found, "changed_attributes": changed})
        [item] = (await guest.fetch("supervisor", "/v1/desk/cases?view=others"))["items"]
        assert item["labels"] == kept
    journal = (await guest.fetch("auditor", f"/v1/conversations/{talk.id}/journal"))["items"]
    assert any("elsewhere/helpdesk/5 labelled it billing error" in each["rationale"] for each in journal)


async def test_labels_of_our_own_desk_are_put_on_there_and_theirs_stay(
    guest: Guest, server: ChatwootServer, clock: Clock
) -> None:
    talk = await handed_over(guest)
    found, path = conversation(server, talk), f"/v1/desk/{talk.id}/labels"
    found["labels"] = ["vip"]
    server.trouble = 503
    for labels in (["outage"], ["billing error", "outage"]):
        assert (await guest.call("supervisor", "PUT", path, {"labels": labels})).status_code == 200
    await talk.says("are you there?")
    await send(guest)
    assert found["labels"] == ["vip"], "Chatwoot is away"
    server.trouble = 0
    clock.move(minutes=10)
    await send(guest)
    assert sorted(found["labels"]) == ["billing-error", "outage", "vip"]
    assert "are you there?" in server.said()
    asked = len(server.exchanges)
    changed = [{"label_list": {"previous_value": ["vip"], "current_value": found["labels"]}}]
    await tell(guest, "conversation_updated", {**found, "changed_attributes": changed})
    await send(guest)
    assert [each.method for each in server.exchanges[asked:]] == ["GET"], "what we told them is no news to us"
    await guest.call("supervisor", "PUT", path, {"labels": []})
    await send(guest)
    assert found["labels"] == ["vip"]
    assert not any("labelled" in each or "outage" in each for each in server.said("outgoing")[1:])
    assert "outage" not in str(await talk.look())


async def test_labels_that_are_refused_hold_no_words_up(guest: Guest, server: ChatwootServer, clock: Clock) -> None:
    talk = await handed_over(guest)
    server.no_labels = 500
    await guest.call("supervisor", "PUT", f"/v1/desk/{talk.id}/labels", {"labels": ["outage"]})
    await send(guest)
    await talk.says("are you there?")
    await send(guest)
    assert server.said() == ["are you there?"]
    server.no_labels = 0
    clock.move(minutes=10)
    await send(guest)
    assert conversation(server, talk)["labels"] == ["outage"]


async def test_labels_that_were_given_before_it_is_there_come_along(guest: Guest, server: ChatwootServer) -> None:
    talk = await guest.customer("C-1002")
    await talk.says("I want to talk to a person")
    await guest.call("supervisor", "PUT", f"/v1/desk/{talk.id}/labels", {"labels": ["outage"]})
    await send(guest)
    await send(guest)
    [made], [_note] = server.conversations, server.said("outgoing")
    assert (made["labels"], made["status"]) == (["outage"], "open")


async def test_who_types_there_is_seen_to_type_by_the_customer(guest: Guest, server: ChatwootServer) -> None:
    talk = await handed_over(guest)
    await assign(guest, server, talk, ANNA)

    def typing(user: Json, **more: Any) -> Json:
        return {"conversation": conversation(server, talk), "user": user, "is_private": False, **more}

    body = json.dumps({**typing(ANNA), "event": "conversation_typing_on"}).encode()
    stamp = str(int(guest.house.connectors.clock().timestamp()))
    headers = {"X-Chatwoot-Timestamp": stamp, "X-Chatwoot-Signature": sign(SECRET, stamp, body)}
    listening = asyncio.create_task(heard(guest, talk.id, "typing"))
    while not listening.done():
        answer = await guest.http.post("/hooks/chatwoot/helpdesk", content=body, headers=headers)
        assert answer.json() == {"news": True}
        await asyncio.wait([listening], timeout=0.2)
    seen = listening.result().data
    assert (seen["role"], seen["name"]) == ("representative", "Anna")
    nothing: list[tuple[str, Json]] = [
        ("conversation_typing_on", typing(BORIS)),  # Anna has it
        ("conversation_typing_on", typing(ANNA, is_private=True)),
        ("conversation_typing_on", typing({"id": 5, "name": "the customer"})),
        ("conversation_typing_on", typing({**ANNA, "type": "agent_bot"})),
        ("conversation_typing_on", {**typing(ANNA), "conversation": {"id": 9999, "inbox_id": INBOX}}),
        ("conversation_typing_on", {**typing(ANNA), "conversation": {**conversation(server, talk), "inbox_id": 8}}),
        ("conversation_typing_on", {"user": [], "conversation": "x"}),
        ("conversation_typing_off", typing(ANNA)),
    ]
    for event, what in nothing:
        answer = await tell(guest, event, what)
        assert (answer.status_code, answer.json()) == (200, {"news": False}), what


@pytest.mark.parametrize(
    ("outcome", "kept"), [("technician sent", "technician sent"), ("", "resolved"), ([1], "resolved")]
)
async def test_the_wrap_up_of_those_who_resolve_it_there_is_kept_as_ours(
    open_house: OpenHouse, server: ChatwootServer, outcome: Any, kept: str
) -> None:
    attributes = {"outcome_attribute": "outcome", "note_attribute": "what_was_done"}
    guest = await open_house(clock=Clock(), **profile(server, **attributes))
    talk = await handed_over(guest)
    await assign(guest, server, talk, ANNA)
    found = conversation(server, talk)
    found["custom_attributes"] |= {"outcome": outcome, "what_was_done": "Line 2 was cut. Card 4242 4242 4242 4242"}
    found["status"] = "resolved"
    await tell(guest, "conversation_status_changed", found)
    assert (await talk.look())["status"] == "closed"
    journal = [each["rationale"] for each in await talk.journal()]
    assert [each for each in journal if f"resolved it as {kept}: Line 2 was cut." in each]
    assert not [each for each in journal if "4242 4242" in each]
    later = await guest.customer("C-1002")
    await later.says("let me talk to a person please")
    await guest.call("representative", "POST", f"/v1/desk/{later.id}/claim", {})
    [before] = (await guest.fetch("representative", f"/v1/desk/{later.id}/earlier"))["items"]
    assert before["disposition"] == kept
    assert before["note"].startswith("Line 2 was cut.")


async def test_the_note_is_in_the_language_of_those_who_work_there(
    open_house: OpenHouse, server: ChatwootServer
) -> None:
    guest = await open_house(clock=Clock(), **profile(server, language="de"))
    talk = await guest.customer("C-1018")
    await talk.says("I was charged twice for my last bill, please refund one")
    await talk.says("let me talk to a person please")
    await send(guest)
    note = server.said("outgoing")[0]
    assert "Begrüßen Sie die Person mit Namen" in note
    assert "Grund: möchte mit einem Menschen sprechen. Warteschlange: Abrechnung, normal." in note
    assert "es wartete auf das Ja der Kundin oder des Kunden" in note
    assert "**Bisher gesagt**" in note
    assert "- Kundin/Kunde: I was charged twice" in note


@pytest.mark.parametrize("at_home", [True, False])
async def test_the_question_whether_it_helped_and_its_answer_are_notes_there_and_open_nothing(
    guest: Guest, server: ChatwootServer, at_home: bool
) -> None:
    talk = await handed_over(guest)
    if at_home:
        for path, body in (("claim", {}), ("resolve", {"disposition": "resolved"})):
            await guest.call("representative", "POST", f"/v1/desk/{talk.id}/{path}", body)
    else:
        await assign(guest, server, talk, ANNA)
        await turn(guest, server, talk, "resolved")
    await send(guest)
    assert "Did that help?" in next(each for each in reversed(server.said("outgoing")) if "was told" in each)
    assert conversation(server, talk)["status"] == "resolved"
    await talk.says("no, not at all")
    await send(guest)
    assert "The customer answered whether it helped: no, not at all" in server.said("outgoing")
    assert "no, not at all" not in server.said()
    assert conversation(server, talk)["status"] == "resolved"
    assert (await talk.look())["status"] == "closed"


async def test_an_old_chatwoot_that_signs_nothing_proves_itself_by_its_address(
    open_house: OpenHouse, server: ChatwootServer, clock: Clock
) -> None:
    guest = await open_house(clock=clock, **profile(server, unsigned="true"))
    talk = await handed_over(guest)
    said = message(server, talk, "Hello")
    assert (await tell(guest, "message_created", said)).status_code == 401
    assert (await tell(guest, "message_created", said, path="/wrong")).status_code == 401
    assert (await tell(guest, "message_created", said, path=f"/{SECRET}")).json() == {"news": True}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"api_token": None}, "api_token: is missing; set SWITCHBOARD_CONNECTORS__HELPDESK__API_TOKEN"),
        ({"webhook_secret": None}, "webhook_secret: is missing; set SWITCHBOARD_CONNECTORS__HELPDESK__WEBHOOK_SECRET"),
        ({"webhook_secret": "short"}, "webhook_secret: "),
        ({"inbox_id": None}, "inbox_id: is missing"),
        ({"url": "chat.example"}, "url: "),
        ({"inbox": "7"}, "inbox: chatwoot has no such field; did you mean"),
    ],
)
async def test_half_a_desk_does_not_start_and_says_what_to_write(
    open_house: OpenHouse, server: ChatwootServer, change: dict[str, str | None], told: str
) -> None:
    half = {**profile(server)["connectors"]["helpdesk"], **change}
    with pytest.raises(Misconfigured, match=told.replace(".", "[.]")):
        await open_house(connectors={"helpdesk": {name: value for name, value in half.items() if value}})


async def test_a_company_has_one_desk_and_its_account_is_looked_at(
    open_house: OpenHouse, server: ChatwootServer
) -> None:
    two = {**profile(server)["connectors"], "second": profile(server)["connectors"]["helpdesk"]}
    with pytest.raises(Misconfigured, match="has its desk at helpdesk already"):
        await open_house(connectors=two)
    guest = await open_house(**profile(server))
    [desk] = guest.house.connectors.desks.values()
    assert await desk.check() == ""
    server.channel_type = "Channel::WebWidget"
    assert "not an inbox of the API channel" in await desk.check()
    server.trouble = 401
    assert "answered 401" in await desk.check()
