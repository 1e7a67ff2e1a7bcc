"""Webhooks: what a conversation tells is heard once it is stored, in order, signed, also by who was away."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from ipaddress import ip_address
from typing import Any

import pytest

from channels.connectors import dispatcher, queue
from channels.connectors.addresses import AllowedAddresses, is_public
from channels.connectors.outgoing import OutgoingCalls
from channels.connectors.queue import DeliveryQueue
from tests.channels.connectors.receiver import Receiver, receiving
from tests.conftest import OpenHouse
from tests.house_guest import Guest
from tests.journeys.afterwards import Clock

LOOPBACK = {"allowed_networks": ["127.0.0.0/8"]}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def guest(open_house: OpenHouse) -> Guest:
    return await open_house(outgoing=LOOPBACK)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


async def register(guest: Guest, url: str, *events: str) -> dict[str, Any]:
    body = {"url": url, "events": [*events]} if events else {"url": url}
    answer = await guest.call("admin", "POST", "/v1/webhooks", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def deliver(guest: Guest) -> None:
    await guest.house.jobs.run("deliveries")


async def deliveries(guest: Guest, hook: dict[str, Any], state: str = "") -> list[dict[str, Any]]:
    wanted = f"?state={state}" if state else ""
    return (await guest.fetch("admin", f"/v1/webhooks/{hook['id']}/deliveries{wanted}"))["items"]


async def test_a_receiver_hears_all_that_a_conversation_tells_in_order_and_signed(
    guest: Guest, receiver: Receiver
) -> None:
    hook = await register(guest, receiver.url)
    talk = await guest.customer("C-1002")
    await talk.says("why is my bill so high")
    await deliver(guest)
    told = receiver.verified(hook["secret"])
    assert [each["data"]["event_id"] for each in told] == sorted(each["data"]["event_id"] for each in told)
    assert {each["data"]["conversation_id"] for each in told} == {talk.id}
    said = [each["data"]["message"] for each in told if each["type"] == "conversation.message"]
    assert [each["text"] for each in said] == [each["text"] for each in (await talk.look())["messages"]]
    assert told[-1]["type"] == "conversation.turn"
    assert told[-1]["data"]["turn"]["turn_id"] == talk.turn["turn_id"]
    assert "conversation.action" not in {each["type"] for each in told}
    assert {each["state"] for each in await deliveries(guest, hook)} == {"delivered"}


async def test_a_receiver_that_was_down_hears_everything_once_and_in_order_when_it_is_back(
    open_house: OpenHouse, clock: Clock, receiver: Receiver
) -> None:
    guest = await open_house(clock=clock, outgoing=LOOPBACK)
    hook = await register(guest, receiver.url, "message")
    receiver.status = 503
    talk = await guest.customer("C-1002")
    await talk.says("why is my bill so high")
    await deliver(guest)
    assert len({*receiver.ids}) == 1, "what comes later waits for what failed"
    first = receiver.ids[0]
    receiver.status = 200
    clock.move(seconds=10)
    await deliver(guest)
    assert receiver.ids.count(first) >= 2
    heard = list(dict.fromkeys(receiver.ids))
    assert heard == [each["id"] for each in reversed(await deliveries(guest, hook))]
    assert len(heard) == len((await talk.look())["messages"])


async def test_what_was_sent_by_a_process_that_died_before_it_could_say_so_comes_again_with_the_same_id(
    guest: Guest, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: object) -> str:
        raise RuntimeError("killed")

    await register(guest, receiver.url, "turn")
    with monkeypatch.context() as dying:
        dying.setattr(DeliveryQueue, "settle", die)
        await (await guest.customer("C-1002")).says("why is my bill so high")
        with pytest.raises(RuntimeError):
            await deliver(guest)
    await deliver(guest)
    assert len(receiver.ids) >= 2
    assert len({*receiver.ids}) == 1


async def test_what_fails_for_days_is_given_up_and_can_be_sent_again(
    open_house: OpenHouse, clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "ATTEMPTS", 2)
    guest = await open_house(clock=clock, outgoing=LOOPBACK)
    hook = await register(guest, receiver.url, "message")
    receiver.status = 400
    await guest.customer("C-1002")
    for _ in range(3):
        await deliver(guest)
        clock.move(hours=2)
    [dead] = await deliveries(guest, hook, "dead")
    assert (dead["attempts"], dead["status"], dead["error"]) == (2, 400, "answered 400")
    receiver.status = 200
    again = await guest.call("admin", "POST", f"/v1/webhooks/{hook['id']}/deliveries/{dead['id']}/resend")
    assert again.json() == {"due": 1}
    await deliver(guest)
    assert {*receiver.ids} == {dead["id"]}
    assert (await guest.fetch("admin", f"/v1/webhooks/{hook['id']}"))["deliveries"] == {"delivered": 1}


async def test_a_receiver_that_hangs_holds_up_nobody_else(
    guest: Guest, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "AT_ONCE", 1)
    async with receiving() as hanging:
        hanging.hold = asyncio.Event()
        await register(guest, hanging.url, "message")
        await register(guest, receiver.url, "message")
        for _ in range(3):
            await guest.customer("C-1002")
        run = asyncio.create_task(deliver(guest))
        async with asyncio.timeout(30):
            while len(receiver.ids) < 3:  # noqa: ASYNC110 - the receiver is another task, and has no event
                await asyncio.sleep(0.02)
        assert len(hanging.ids) == 1
        hanging.hold.set()
        await run


async def test_a_secret_is_shown_once_kept_sealed_and_both_sign_while_it_is_rotated(
    guest: Guest, receiver: Receiver
) -> None:
    hook = await register(guest, receiver.url)
    rotated = (await guest.call("admin", "POST", f"/v1/webhooks/{hook['id']}/rotate-secret")).json()
    tested = (await guest.call("admin", "POST", f"/v1/webhooks/{hook['id']}/test")).json()
    assert tested == {"delivered": True, "status": 200, "error": ""}
    for secret in (hook["secret"], rotated["secret"]):
        assert [each["type"] for each in receiver.verified(secret)] == ["webhook.test"]
    listed = await guest.fetch("admin", "/v1/webhooks")
    assert "secret" not in listed["items"][0]
    if not guest.house.settings.database_url:
        with closing(sqlite3.connect(guest.house.settings.data / "switchboard.db")) as database:
            everything = "\n".join(database.iterdump())
        assert hook["secret"] not in everything
        assert rotated["secret"] not in everything


async def test_a_disabled_webhook_hears_nothing_and_a_deleted_one_leaves_nothing(
    guest: Guest, receiver: Receiver
) -> None:
    hook = await register(guest, receiver.url)
    place = f"/v1/webhooks/{hook['id']}"
    disabled = (await guest.call("admin", "POST", f"{place}/disable", {"reason": "moving"})).json()
    assert (disabled["state"], disabled["reason"]) == ("disabled", "moving")
    await guest.customer("C-1002")
    await deliver(guest)
    assert receiver.ids == []
    assert (await guest.call("admin", "POST", f"{place}/resend")).status_code == 409
    await guest.call("admin", "POST", f"{place}/enable")
    receiver.status = 410
    await guest.customer("C-1002")
    await deliver(guest)
    gone = await guest.fetch("admin", place)
    assert (gone["state"], gone["reason"]) == ("disabled", "the receiver answered 410 (Gone)")
    assert (await guest.call("admin", "DELETE", place)).status_code == 204
    assert (await guest.call("admin", "GET", place)).status_code == 404
    assert (await guest.fetch("auditor", "/v1/journal/verify"))["problems"] == []


async def test_only_administrators_of_the_tenant_see_webhooks(guest: Guest, receiver: Receiver) -> None:
    hook = await register(guest, receiver.url)
    for role in ("channel", "representative", "supervisor", "auditor", "partner"):
        assert (await guest.call(role, "GET", "/v1/webhooks")).status_code == 403
    wrong = {"url": receiver.url, "events": ["mesage"]}
    refused = await guest.call("admin", "POST", "/v1/webhooks", wrong)
    assert refused.status_code == 422
    assert "did you mean message?" in refused.json()["detail"]
    body = {"channel": "chat", "customer": {"id": "C-2001", "auth_level": "authenticated"}}
    await guest.call("other_channel", "POST", "/v1/conversations", body)
    await deliver(guest)
    assert receiver.ids == [], "another tenant's conversation is told to nobody here"
    assert await deliveries(guest, hook) == []


async def test_private_addresses_are_refused_when_registered_and_when_called(
    open_house: OpenHouse, receiver: Receiver
) -> None:
    guest = await open_house()
    port = receiver.url.rpartition(":")[2]
    for url in (
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/",
        "https://0x7f000001/",
        "https://user:secret@example.com/",
        "http://93.184.216.34/",
        "ftp://example.com/",
        f"http://127.0.0.1:{port}",
    ):
        refused = await guest.call("admin", "POST", "/v1/webhooks", {"url": url})
        assert refused.status_code == 400, url
        assert refused.json()["detail"].startswith("url: ")
    called = await OutgoingCalls(AllowedAddresses()).post(f"https://localhost:{port}/", b"{}", {})
    assert "a private address" in called.receipt.error
    assert receiver.requests == []


async def test_a_redirection_is_not_followed(guest: Guest, receiver: Receiver) -> None:
    async with receiving() as elsewhere:
        receiver.status, receiver.headers = 302, {"Location": elsewhere.url}
        hook = await register(guest, receiver.url)
        tested = (await guest.call("admin", "POST", f"/v1/webhooks/{hook['id']}/test")).json()
        assert (tested["delivered"], tested["status"]) == (False, 302)
        assert elsewhere.requests == []


def test_addresses_that_stand_for_private_ones_are_private() -> None:
    private = "127.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.1.1 100.64.0.1 0.0.0.0 224.0.0.1 240.0.0.1 ::1 fe80::1"
    private += " fc00::1 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: ff02::1 ::"
    assert [each for each in private.split() if is_public(ip_address(each))] == []
    assert all(is_public(ip_address(each)) for each in ("93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822"))
