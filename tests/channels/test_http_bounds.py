"""Beyond a bound a caller is told when to come back, and nothing of what they sent is lost."""

import asyncio
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from app import connections
from app.ports import free_port
from app.serving import AnnouncingServer
from channels.http.rates import Allowance, RateLimits
from domain.caller import Caller, Role
from domain.ids import TenantId
from router import admission
from tests.conftest import OpenHouse


async def test_what_finds_no_place_in_time_is_told_to_come_again_and_is_then_the_same_turn(
    open_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await open_house(limits={"turns": 1})
    monkeypatch.setattr(admission, "PATIENCE_S", 0.01)
    amira = await house.customer("C-1001")
    turns = house.house.turns
    body = {"client_message_id": uuid4().hex, "text": "What is my balance?"}
    path = f"/v1/conversations/{amira.id}/messages"
    async with turns._admission.enter():  # pyright: ignore[reportPrivateUsage]
        refused = await house.call("channel", "POST", path, body)
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) >= 1
    first = await house.call("channel", "POST", path, body)
    again = await house.call("channel", "POST", path, body)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()


async def test_an_event_stream_too_many_is_refused_and_a_closed_one_makes_room() -> None:
    begun: asyncio.Queue[None] = asyncio.Queue()
    hung_up = asyncio.Event()

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        begun.put_nowait(None)
        await hung_up.wait()

    door = RateLimits(stream, Allowance(streams_per_principal=2, streams=3))
    one, other = (Caller(name, Role.CHANNEL, TenantId("acme")) for name in ("one", "other"))
    listening = [asyncio.create_task(listen(door, caller)) for caller in (one, one, other)]
    for _ in listening:
        await begun.get()
    assert [await listen(door, caller) for caller in (one, other)] == [429, 503]
    assert [await listen(RateLimits(stream, Allowance(streams_per_conversation=0)), one)] == [429]
    hung_up.set()
    assert await asyncio.gather(*listening) == [200, 200, 200]
    assert await listen(door, one) == 200


async def listen(door: RateLimits, caller: Caller) -> int:
    """Ask for a conversation's events; the status of the answer."""
    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {"type": "http", "method": "GET", "path": "/v1/conversations/CV-1/events", "state": {"caller": caller}}
    await door(scope, receive, send)
    refused = told[0]["status"] != 200
    assert refused == (b"retry-after" in dict(told[0]["headers"]))
    return told[0]["status"]


async def test_a_connection_that_never_says_what_it_wants_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.05)
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    server = AnnouncingServer(FastAPI(), "127.0.0.1", free_port(), listening.set_result)
    serving = asyncio.create_task(server.serve())
    port = await listening
    for words in (b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(words)
        assert await asyncio.wait_for(reader.read(), 60) == b""
        writer.close()
    server.should_exit = True
    await serving
