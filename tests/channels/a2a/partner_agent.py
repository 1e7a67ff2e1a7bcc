"""Another team's agent, calling over A2A with the public SDK's client, or with raw JSON-RPC."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
from a2a.client import A2ACardResolver, Client, ClientConfig, ClientFactory
from a2a.types import (
    CancelTaskRequest,
    GetTaskRequest,
    ListTasksRequest,
    ListTasksResponse,
    Message,
    Part,
    Role,
    SendMessageConfiguration,
    SendMessageRequest,
    StreamResponse,
    SubscribeToTaskRequest,
    Task,
    TaskState,
)
from google.protobuf.json_format import MessageToDict

from tests.channels.http_service import Service

"""Customers who agreed that partners act for them, in the tests' world."""

OTHER_PARTNERS = ("second_partner", "foreign_partner")
"""Another partner of the same tenant, and one of tenant other-co."""

LISTING_PARTNER = "listing_partner"
"""One whose tasks are counted."""

_serial = count(1)


def ask(text: str, customer_id: str = "", message_id: str = "", **fields: Any) -> Message:
    """A partner's message."""
    message = Message(
        message_id=message_id or f"partner-message-{next(_serial)}",
        role=Role.ROLE_USER,
        parts=[Part(text=text)],
        **fields,
    )
    if customer_id:
        message.metadata["customer_id"] = customer_id
    return message


def state(task: Task) -> str:
    return TaskState.Name(task.status.state).removeprefix("TASK_STATE_").lower()


def words(task: Task) -> str:
    return "\n".join(part.text for part in task.status.message.parts)


def facts(task: Task) -> dict[str, Any]:
    return MessageToDict(task.metadata)


@dataclass(frozen=True)
class PartnerAgent:
    """One partner's connection; it reads the card first, like any A2A client."""

    client: Client

    async def send(self, message: Message, **configuration: Any) -> Task:
        """Send a message and take the answer."""
        request = SendMessageRequest(message=message)
        if configuration:
            request.configuration.CopyFrom(SendMessageConfiguration(**configuration))
        answers = [answer async for answer in self.client.send_message(request)]
        assert len(answers) == 1
        return answers[0].task

    async def say(self, text: str, customer_id: str = "", **fields: Any) -> Task:
        """Send a message of these words."""
        return await self.send(ask(text, customer_id, **fields))

    async def get(self, task_id: str, **fields: Any) -> Task:
        return await self.client.get_task(GetTaskRequest(id=task_id, **fields))

    async def cancel(self, task_id: str) -> Task:
        return await self.client.cancel_task(CancelTaskRequest(id=task_id))

    async def list(self, **fields: Any) -> ListTasksResponse:
        return await self.client.list_tasks(ListTasksRequest(**fields))

    def stream(self, message: Message, **configuration: Any) -> AsyncIterator[StreamResponse]:
        asked = SendMessageConfiguration(**configuration) if configuration else None
        return self.client.send_message(SendMessageRequest(message=message, configuration=asked))

    def subscribe(self, task_id: str) -> AsyncIterator[StreamResponse]:
        return self.client.subscribe(SubscribeToTaskRequest(id=task_id))


@asynccontextmanager
async def connect(
    service: Service, principal: str = "partner", *, streaming: bool = False
) -> AsyncIterator[PartnerAgent]:
    """Resolve the card and connect as a principal."""
    headers = {"Authorization": f"Bearer {service.tokens[principal]}"}
    async with httpx.AsyncClient(headers=headers, timeout=60, trust_env=False) as http:
        card = await A2ACardResolver(http, service.url).get_agent_card()
        client = ClientFactory(ClientConfig(streaming=streaming, httpx_client=http)).create(card)
        yield PartnerAgent(client)


def call_raw(service: Service, method: str, params: Any, principal: str = "partner", version: str = "1.0") -> Any:
    """One JSON-RPC call; the answer's body."""
    body = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
    with service.client(principal) as client:
        answer = client.post("/a2a", json=body, headers={"A2A-Version": version} if version else {})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def until(check: Callable[[], Any], tries: int = 200) -> Any:
    """What `check` gives once it gives something; asked again as fast as the service answers."""
    for _ in range(tries):
        found = await check()
        if found:
            return found
    raise AssertionError("it never came to be")
