"""Asking another team's agent over A2A: its card looked at each time that matters, its answer taken as data."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
from a2a.client import Client, ClientConfig, ClientFactory
from a2a.client.card_resolver import parse_agent_card
from a2a.types import GetTaskRequest, Message, Part, Role, SendMessageRequest, Task
from a2a.utils.constants import AGENT_CARD_WELL_KNOWN_PATH
from a2a.utils.signing import SignatureVerificationError

from app.remote_agents.answers import find_address, origin_of, see_usable, state_of, tell
from app.remote_agents.quarantine import ChangedCard, Quarantine
from app.remote_agents.signatures import read_keys, see_signed
from app.remote_agents.stanza import card_digest, read_pin, read_stanza
from app.remote_agents.troubles import DENIED, AgentTrouble, Kind, explain
from domain.errors import Misconfigured

CARD_HOLDS_S = 10.0
"""How long a card that was looked at need not be looked at again."""
CARD_BYTES = 256 * 1024
ANSWER_BYTES = 1024 * 1024
POLL_S = 0.3
GRACE_S = 0.5
"""So long after the wait an answer that is on its way may still come."""
ENDED = ("completed", "failed", "canceled", "rejected", "input_required", "auth_required")


class BoundedTransport(httpx.AsyncHTTPTransport):
    """Breaks an answer off that is longer than anything we would read."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, and count what comes back."""
        answer = await super().handle_async_request(request)
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        answer.stream = _BoundedStream(answer.stream)
        return answer


class _BoundedStream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > ANSWER_BYTES:
                raise AgentTrouble("lying", f"its answer is longer than {ANSWER_BYTES} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `id` is the same for every try; empty ids begin something new; no words ask how a task stands."""

    id: str
    text: str
    task_id: str = ""
    context_id: str = ""
    customer_id: str = ""


class RemoteAgent:
    """One other team's agent, reached over whichever of JSON-RPC and HTTP with JSON its card offers first.

    `folder` holds its stanza, its pinned card, and the keys that were pinned with it, of which one has to have signed
    the card each time. Once another card was seen it is asked nothing until somebody has looked at it.

    Raises:
        Misconfigured: the folder is none; the message names the file.
    """

    def __init__(self, folder: Path, quarantine: Quarantine, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = folder.name
        self._folder = folder
        self._stanza = read_stanza(folder)
        self._keys = read_keys(folder)
        self._pin = read_pin(folder)
        self._quarantine = quarantine
        self._clock = clock
        self._http: httpx.AsyncClient | None = None
        self._client: Client | None = None
        self._looked_at = 0.0

    async def ask(self, question: Question) -> dict[str, Any]:
        """Ask once, wait as long as the stanza says, and tell how it stands.

        Raises:
            AgentTrouble: it is down, slow, refuses us, showed another card than the pinned one, or answers nonsense.
        """
        try:
            until = self._clock() + self._stanza.wait_seconds
            async with asyncio.timeout(self._stanza.wait_seconds + GRACE_S):
                client = await self._see_card()
                return see_usable(await self._wait(client, await self._begin(client, question), until))
        except AgentTrouble:
            raise
        except Exception as error:
            raise explain(self._name, self._stanza.url, error) from error

    async def close(self) -> None:
        """Let go of the connections."""
        if self._http is not None:
            await self._http.aclose()

    async def _see_card(self) -> Client:
        """A client for the card as it is now, which has to be the pinned one, and to have been ever since."""
        held = self._quarantine.find(self._name, self._read_pin())
        if held is not None:
            raise self._quarantined(held.why)
        if self._client is not None and self._clock() - self._looked_at < CARD_HOLDS_S:
            return self._client
        http = self._http = self._http or httpx.AsyncClient(
            headers=self._stanza.sent_headers(),
            timeout=httpx.Timeout(self._stanza.wait_seconds, connect=2.0),
            trust_env=False,
            transport=BoundedTransport(limits=httpx.Limits(max_connections=20)),
        )
        card = await fetch_card(http, self._stanza.url)
        trouble = find_change(card, self._pin, self._keys)
        if trouble:
            self._quarantine.hold(self._name, ChangedCard(card, trouble, self._pin))
            raise self._quarantined(trouble)
        config = ClientConfig(httpx_client=http, streaming=False, supported_protocol_bindings=["JSONRPC", "HTTP+JSON"])
        self._client, self._looked_at = ClientFactory(config).create(parse_agent_card(dict(card))), self._clock()
        return self._client

    def _read_pin(self) -> str:
        """The card as it is pinned now: a newer one than at our start was pinned by somebody who looked at it."""
        with suppress(Misconfigured):
            pin, keys = read_pin(self._folder), read_keys(self._folder)
            self._client = self._client if (pin, keys) == (self._pin, self._keys) else None
            self._pin, self._keys = pin, keys
        return self._pin

    def _quarantined(self, why: str) -> AgentTrouble:
        self._client = None
        look = f"look at it with `switchboard agents check {self._name}`"
        return AgentTrouble("quarantined", f"{self._name} is quarantined: {why}; {look}")

    async def _begin(self, client: Client, question: Question) -> Task | Message:
        """Ask; without words, only how the task stands."""
        if question.task_id and not question.text:
            return await client.get_task(GetTaskRequest(id=question.task_id))
        return await self._send(client, question)

    async def _send(self, client: Client, question: Question) -> Task | Message:
        message = Message(
            message_id=f"sb-{question.id}",
            role=Role.ROLE_USER,
            parts=[Part(text=question.text, media_type="text/plain")],
            task_id=question.task_id,
            context_id=question.context_id,
        )
        if question.customer_id:
            message.metadata["customer_id"] = question.customer_id
        async for answer in client.send_message(SendMessageRequest(message=message)):
            return answer.message if answer.HasField("message") else answer.task
        raise AgentTrouble("not_a2a", f"{self._name} answered nothing")

    async def _wait(self, client: Client, answer: Task | Message, until: float) -> dict[str, Any]:
        while isinstance(answer, Task) and state_of(answer) not in ENDED and self._clock() < until:
            await asyncio.sleep(POLL_S)
            answer = await client.get_task(GetTaskRequest(id=answer.id))
        origins = {origin_of(each) for each in (self._stanza.url, *self._stanza.authorises_at)}
        return {**tell(answer), "authorise_at": find_address(answer, origins - {""})}


def find_change(card: Mapping[str, Any], pin: str, keys: Mapping[str, Any]) -> str:
    """In what a card differs from the one that was pinned; empty where it does not."""
    if card_digest(card) != pin:
        return "its card is not the pinned one"
    try:
        if keys:
            see_signed(card, keys)
    except SignatureVerificationError:
        return "its card is not signed by the keys that were pinned with it"
    return ""


async def fetch_card(http: httpx.AsyncClient, url: str) -> dict[str, Any]:
    """The card that an agent shows at its well-known address.

    Raises:
        AgentTrouble: there is none, or it is too large or no card.
    """
    address = url.rstrip("/") + AGENT_CARD_WELL_KNOWN_PATH
    async with http.stream("GET", address) as response:
        if not response.is_success:
            kind: Kind = "refused" if response.status_code in DENIED else "not_a2a"
            raise AgentTrouble(kind, f"there is no agent card at {address} ({response.status_code})")
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > CARD_BYTES:
                raise AgentTrouble("not_a2a", f"the agent card at {address} is larger than {CARD_BYTES} bytes")
    try:
        card: Any = httpx.Response(200, content=bytes(body)).json()
        found = cast("dict[str, Any]", card) if isinstance(card, dict) else {}
        if not found.get("skills"):
            raise ValueError
    except ValueError:
        raise AgentTrouble("not_a2a", f"what {address} shows is no agent card with skills") from None
    return found
