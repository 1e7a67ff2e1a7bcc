"""The public SDK of A2A 0.3, in an environment of its own, asks for a refund: python client_of_0_3.py URL TOKEN."""

import asyncio
import json
import sys
from uuid import uuid4

import httpx
from a2a.client import A2ACardResolver, ClientConfig, ClientFactory
from a2a.types import Message, Part, Role, Task, TextPart


async def main(url: str, token: str) -> None:
    """Read the card, say it, say yes, look again; print how the task stood each time."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=60) as http:
        card = await A2ACardResolver(http, url).get_agent_card()
        client = ClientFactory(ClientConfig(httpx_client=http, streaming=False)).create(card)
        states: list[str] = []
        task: Task | None = None
        for text in ("I was charged twice, please refund one", "yes"):
            message = Message(
                message_id=str(uuid4()),
                role=Role.user,
                parts=[Part(root=TextPart(text=text))],
                metadata={"customer_id": "C-1001"},
                task_id=task.id if task else None,
                context_id=task.context_id if task else None,
            )
            async for answer in client.send_message(message):
                assert isinstance(answer, tuple)
                task = answer[0]
                states.append(task.status.state.value)
        print(json.dumps({"version": card.protocol_version, "url": card.url, "states": states}))


asyncio.run(main(*sys.argv[1:]))
