"""How customers and staff reach a cluster: what gets no answer at one replica is sent again, the same, to another."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

import httpx

from tests.chaos.processes import Running
from tests.cluster.cluster import Cluster

Json = dict[str, Any]
LONGEST_S = 35.0
"""No request may take longer: 10 s until it begins, and what a turn may then wait for systems that do not answer."""
GIVE_UP_S = 180.0
PAUSE_S = (0.05, 0.4)


class NeverAnswered(Exception):
    """A request that nobody served in all that time."""


@dataclass
class Seen:
    """How requests were answered. `broken` are answers that nobody should ever get, with what was asked."""

    answers: Counter[str] = field(default_factory=Counter[str])
    broken: list[str] = field(default_factory=list[str])


class Front:
    """Sends each request to a replica picked at random, as a load balancer does, until one serves it."""

    def __init__(self, cluster: Cluster, http: httpx.AsyncClient, rng: Random) -> None:
        self.cluster, self.seen = cluster, Seen()
        self._http, self._rng = http, rng

    async def ask(self, role: str, method: str, path: str, body: Any = None, first: Running | None = None) -> Any:
        """Ask until served; returns the answer, or a refusal (4xx) as it is.

        Raises:
            NeverAnswered: nobody served it within three minutes.
        """
        replica = first or self.pick()
        try:
            async with asyncio.timeout(GIVE_UP_S):
                while (answer := await self.send(replica, role, method, path, body)) is None:
                    await asyncio.sleep(self._rng.uniform(*PAUSE_S))
                    replica = self.pick(replica)
        except TimeoutError as error:
            raise NeverAnswered(f"{method} {path} was never served") from error
        return answer

    def pick(self, last: Running | None = None) -> Running:
        """A replica that is up, another one than the last where there is one."""
        everyone = self.cluster.replicas
        others = [one for one in everyone if one is not last] or everyone
        return self._rng.choice([one for one in others if one.ready.is_set()] or others)

    async def send(self, replica: Running, role: str, method: str, path: str, body: Any = None) -> Any:
        """Ask one replica once; None where it is to be asked again: it is away, or says so with `Retry-After`."""
        headers = {"Authorization": f"Bearer {replica.tokens[role]}"}
        try:
            answer = await self._http.request(method, replica.url + path, json=body, headers=headers)
        except httpx.TimeoutException:
            self._note_silence(replica, f"{method} {path}")
            return None
        except httpx.TransportError:
            self.seen.answers["connection lost"] += 1
            return None
        self.seen.answers[str(answer.status_code)] += 1
        if answer.status_code < 500:
            return answer
        if answer.status_code != 503 or "retry-after" not in answer.headers:
            told = f"{answer.status_code} {answer.text[:300]}"
            self.seen.broken.append(f"{method} {path} at {replica.name} was answered {told}")
        return None

    def _note_silence(self, replica: Running, asked: str) -> None:
        """A frozen process cannot answer; everybody else has to."""
        self.seen.answers["no answer in time"] += 1
        if replica.ready.is_set():
            self.seen.broken.append(f"{asked} at {replica.name} had no answer within {LONGEST_S:.0f} s")


class Talk:
    """One customer's conversation; `turns` are the turns by the id of the message that began them."""

    def __init__(self, front: Front, customer_id: str) -> None:
        self.front, self.customer_id, self.id = front, customer_id, ""
        self.turns: dict[str, Json] = {}
        self.problems: list[str] = []
        self._serial = count(1)

    async def open(self, first: Running | None = None) -> None:
        """Open it as this customer."""
        who = {"id": self.customer_id, "auth_level": "authenticated"}
        body = {"channel": "chat", "customer": who, "locale": "en"}
        self.id = (await self.front.ask("channel", "POST", "/v1/conversations", body, first)).json()["id"]

    async def say(self, text: str, name: str = "", first: Running | None = None) -> Json:
        """Send a message until it is a turn; under the same name it must be the same turn, wherever it is sent."""
        name = name or f"m-{next(self._serial)}"
        path, body = f"/v1/conversations/{self.id}/messages", {"client_message_id": name, "text": text}
        answer = await self.front.ask("channel", "POST", path, body, first)
        if answer.status_code != 200:
            self.problems.append(f"{self.id}: {name} was answered {answer.status_code} {answer.text[:200]}")
            return {"pending": None, "messages": [], "actions": [], "status": "refused"}
        turn = answer.json()
        if self.turns.setdefault(name, turn) != turn:
            self.problems.append(f"{self.id}: {name} sent again was another turn")
        return turn

    async def look(self) -> Json:
        """The whole conversation."""
        return (await self.front.ask("channel", "GET", f"/v1/conversations/{self.id}")).json()

    def pending_tool(self, turn: Json) -> str:
        """What a turn asks the customer to confirm, if anything."""
        pending = turn["pending"]
        return pending["tool"] if pending is not None and pending["kind"] == "confirm" else ""


def client() -> httpx.AsyncClient:
    """An HTTP client for many callers at once."""
    limits = httpx.Limits(max_connections=1000, max_keepalive_connections=100)
    return httpx.AsyncClient(timeout=LONGEST_S, trust_env=False, limits=limits)
