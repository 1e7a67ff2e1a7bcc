"""Customers and supervisors who do not give up: a message that got no answer is sent again as the same message."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

import httpx

from tests.chaos.charges import Charge
from tests.chaos.processes import Running

TRIES = 40
OPENING = "I was charged twice for my last bill, please refund one of them"


class Delivery(StrEnum):
    """How the network treats a customer's messages."""

    ONCE = "once"
    TWICE_AT_ONCE = "twice at once"
    AGAIN_LATER = "again later, in another order"
    OUT_OF_ORDER = "the yes before the question"


class Line:
    """The HTTP API of a service that may be gone for a while."""

    def __init__(self, service: Running, http: httpx.AsyncClient) -> None:
        self._service, self._http = service, http

    async def ask(self, role: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """Ask until there is an answer."""
        for _ in range(TRIES):
            await self._service.ready.wait()
            headers = {"Authorization": f"Bearer {self._service.tokens[role]}"}
            try:
                answer = await self._http.request(method, self._service.url + path, json=body, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code < 500:
                return answer
        raise AssertionError(f"{method} {path} never got an answer")


@dataclass
class Refund:
    """One customer on the way to their money."""

    charge: Charge
    delivery: Delivery
    line: Line
    conversation: str = ""
    turns: dict[str, Any] = field(default_factory=dict[str, Any])
    problems: list[str] = field(default_factory=list[str])

    async def ask(self) -> None:
        """Open a conversation and ask for the refund."""
        who = {"id": self.charge.customer_id, "auth_level": "authenticated"}
        body = {"channel": "chat", "customer": who, "locale": "en"}
        self.conversation = (await self.line.ask("channel", "POST", "/v1/conversations", body)).json()["id"]
        if self.delivery is Delivery.OUT_OF_ORDER:
            await self._say("early-yes", "yes")
        turn = await self._say("opening", OPENING)
        if self.delivery is Delivery.OUT_OF_ORDER:
            await self._say("early-yes", "yes")
        if (turn["pending"] or {}).get("tool") != "payments.refund_payment":
            self.problems.append(f"{self.charge.customer_id} was not asked to confirm: {turn['messages']}")

    async def confirm(self) -> None:
        """Say yes, however often that takes."""
        both = 2 if self.delivery is Delivery.TWICE_AT_ONCE else 1
        await asyncio.gather(*(self._say("yes", "yes") for _ in range(both)))

    async def approve(self) -> None:
        """A supervisor approves, again where no answer came."""
        items = (await self.line.ask("supervisor", "GET", "/v1/approvals")).json()["items"]
        mine = next((item for item in items if item["conversation_id"] == self.conversation), None)
        if mine is None:
            self.problems.append(f"nothing of {self.charge.customer_id} waits for a supervisor: {self.turns['yes']}")
            return
        body = {"decision": "approve", "reason": "the charge is there twice"}
        answer = await self.line.ask("supervisor", "POST", f"/v1/approvals/{mine['id']}", body)
        if answer.status_code not in (200, 409):
            self.problems.append(f"the approval for {self.charge.customer_id} was answered {answer.status_code}")

    async def look_back(self, rng: Random) -> None:
        """See that the conversation tells of one refund, also after every message was delivered once more."""
        if self.delivery in (Delivery.AGAIN_LATER, Delivery.OUT_OF_ORDER):
            again: list[Callable[[], Awaitable[Any]]] = [
                lambda: self._say("yes", "yes"),
                lambda: self._say("opening", OPENING),
            ]
            rng.shuffle(again)
            for say in again:
                await say()
        seen = (await self.line.ask("channel", "GET", f"/v1/conversations/{self.conversation}")).json()
        done = [each for each in seen["actions"] if each["tool"] == "payments.refund_payment"]
        if [each["outcome"] for each in done] != ["succeeded"]:
            told = [each["text"] for each in seen["messages"]][-2:]
            self.problems.append(
                f"{self.charge.customer_id} ({self.delivery}) was told {seen['status']} {done}: {told}"
            )

    async def _say(self, name: str, text: str) -> Any:
        """Send a message; whatever comes back for the same message must be the same turn."""
        path, body = f"/v1/conversations/{self.conversation}/messages", {"client_message_id": name, "text": text}
        answer = await self.line.ask("channel", "POST", path, body)
        if answer.status_code != 200:
            self.problems.append(f"{self.charge.customer_id}: {name} was answered {answer.status_code} {answer.text}")
            return {"pending": None, "messages": []}
        turn = answer.json()
        if self.turns.setdefault(name, turn) != turn:
            self.problems.append(f"{self.charge.customer_id}: {name} sent again was another turn")
        return turn
