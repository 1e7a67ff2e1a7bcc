"""A whole Switchboard in a process of its own, talked to over HTTP like any channel does."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from benchmarks.processes import Served, serve

Json = dict[str, Any]
_serial = count(1)
TRIES = 5
"""How often a request is sent that is answered by 503, each time after the pause that the answer asks for."""
MANY = httpx.Limits(max_connections=100, max_keepalive_connections=100)


@dataclass(frozen=True, slots=True)
class House:
    """The running service, and a client with the channel's token."""

    served: Served
    http: httpx.AsyncClient

    async def open(self, customer_id: str) -> str:
        """Open a conversation as this customer; returns its id."""
        body = {"channel": "chat", "customer": {"id": customer_id, "auth_level": "authenticated"}, "locale": "en"}
        return (await self._post("/v1/conversations", body))["id"]

    async def say(self, conversation_id: str, text: str) -> Json:
        """Send a customer's message; returns the turn.

        Raises:
            RuntimeError: any answer but a turn.
        """
        body = {"client_message_id": f"m-{next(_serial)}", "text": text}
        return await self._post(f"/v1/conversations/{conversation_id}/messages", body)

    async def _post(self, path: str, body: Json) -> Json:
        answer = await self.http.post(path, json=body)
        for _ in range(TRIES - 1):
            if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                break
            await asyncio.sleep(float(answer.headers["Retry-After"]))
            answer = await self.http.post(path, json=body)
        if answer.is_error:
            raise RuntimeError(f"{answer.status_code} {answer.text}")
        return answer.json()


@asynccontextmanager
async def running_house(data: Path) -> AsyncGenerator[House]:
    """Start everything in one process on this data folder, as `switchboard serve` does."""
    arguments = ("app.main", "serve", "--port", "{port}", "--data", str(data))
    async with serve(arguments, "/readyz", data.with_suffix(".log")) as served:
        tokens = json.loads((data / "tokens.json").read_text("utf-8"))
        headers = {"Authorization": f"Bearer {tokens['channel']}"}
        async with httpx.AsyncClient(
            base_url=served.url, headers=headers, timeout=60, limits=MANY, trust_env=False
        ) as http:
            yield House(served, http)


def expect_write(turn: Json, tool: str) -> None:
    """Make sure that the turn did what it is timed for.

    Raises:
        RuntimeError: it did not.
    """
    done = [action["tool"] for action in turn["actions"] if action["outcome"] == "succeeded"]
    if tool not in done:
        raise RuntimeError(f"the turn did not do {tool}: {turn}")
