"""Talking to a house in tests: as customer, supervisor, representative or auditor, through the HTTP API."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from app.bootstrap import Clock, Switchboard, open_switchboard
from app.clock import tell_time
from app.settings import load_settings

Json = dict[str, Any]


class InTurn(httpx.AsyncBaseTransport):
    """Sends each request to the next replica, as a load balancer without memory does."""

    def __init__(self, replicas: Sequence[Switchboard]) -> None:
        apps = [httpx.ASGITransport(app=replica.api, raise_app_exceptions=False) for replica in replicas]
        self._next = cycle(apps)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it on."""
        return await next(self._next).handle_async_request(request)


class Guest:
    """A client of one house's API, with every development token; `others` are further replicas of the house."""

    def __init__(self, house: Switchboard, tokens: dict[str, str], others: Sequence[Switchboard] = ()) -> None:
        self.house = house
        self.replicas = (house, *others)
        self.tokens = tokens
        self.http = httpx.AsyncClient(transport=InTurn([house, *others]), base_url="http://127.0.0.1")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def call(self, role: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """One call as a principal."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        return await self.http.request(method, path, json=body, headers=headers)

    async def fetch(self, role: str, path: str) -> Json:
        """A successful read as a principal."""
        answer = await self.call(role, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def customer(
        self, customer_id: str | None, locale: str = "en", auth_level: str = "authenticated", channel: str = "chat"
    ) -> "Talk":
        """Open a conversation as this customer."""
        who = {"id": customer_id, "auth_level": auth_level} if customer_id else None
        body = {"channel": channel, "customer": who, "locale": locale}
        answer = await self.call("channel", "POST", "/v1/conversations", body)
        assert answer.status_code == 201, answer.text
        return Talk(self, answer.json()["id"], customer_id or "")


@asynccontextmanager
async def open_guest(
    folder: Path, replicas: int = 1, clock: Clock = tell_time, **settings: Any
) -> AsyncGenerator[Guest]:
    """Open a house on that data folder, of so many replicas, and talk to it."""
    async with AsyncExitStack() as stack:
        loaded = load_settings(data=folder, **settings)
        opened = [await stack.enter_async_context(open_switchboard(loaded, clock=clock)) for _ in range(replicas)]
        tokens = json.loads((folder / "tokens.json").read_text("utf-8"))
        yield await stack.enter_async_context(Guest(opened[0], tokens, opened[1:]))


@dataclass
class Talk:
    """One conversation; `turn` is the last one."""

    guest: Guest
    id: str
    customer_id: str
    turn: Json = field(default_factory=dict)

    async def says(self, text: str, message_id: str | None = None) -> Json:
        """Send a message and keep the turn."""
        body = {"client_message_id": message_id or uuid4().hex, "text": text}
        answer = await self.guest.call("channel", "POST", f"/v1/conversations/{self.id}/messages", body)
        assert answer.status_code == 200, answer.text
        self.turn = answer.json()
        return self.turn

    async def says_code(self) -> Json:
        """Send the newest verification code from the outbox."""
        return await self.says(await self.code())

    async def code(self) -> str:
        """The newest verification code that was sent."""
        outbox = await self.guest.fetch("channel", f"/v1/sandbox/outbox?customer_id={self.customer_id}")
        return next(item["code"] for item in reversed(outbox["items"]) if item["code"])

    async def decides(self, decision: str = "approve") -> Json:
        """A supervisor decides on the conversation's approval; returns the conversation afterwards."""
        items = (await self.guest.fetch("supervisor", "/v1/approvals?status=pending"))["items"]
        item = next(each for each in items if each["conversation_id"] == self.id)
        body = {"decision": decision, "reason": "looked at it"}
        answer = await self.guest.call("supervisor", "POST", f"/v1/approvals/{item['id']}", body)
        assert answer.status_code == 200, answer.text
        return await self.look()

    async def look(self) -> Json:
        """The conversation as the channel sees it."""
        return await self.guest.fetch("channel", f"/v1/conversations/{self.id}")

    async def journal(self) -> list[Json]:
        """The conversation's record."""
        return (await self.guest.fetch("auditor", f"/v1/conversations/{self.id}/journal"))["items"]

    async def done(self) -> list[tuple[str, str]]:
        """The writes that were executed: tool and outcome, in order, over the whole conversation."""
        actions = (await self.look())["actions"]
        tools = self.guest.house.bundle.tools
        return [
            (action["tool"], action["outcome"])
            for action in actions
            if action["effect"] == "allow" and tools.get(action["tool"], {}).get("kind") == "write"
        ]

    @property
    def text(self) -> str:
        """The last turn's replies."""
        return " ".join(message["text"] for message in self.turn["messages"])

    @property
    def pending(self) -> tuple[str, str]:
        """Kind and tool of what is pending."""
        pending = self.turn["pending"] or {}
        return pending.get("kind", ""), pending.get("tool", "")
