"""A partner's agent in one file: says some words for a customer, one after the other, in one task.

python partner.py URL TOKEN CUSTOMER WORDS [WORDS ...]
"""

import asyncio
import sys
from uuid import uuid4

import httpx
from a2a.client import A2ACardResolver, ClientConfig, ClientFactory
from a2a.types import Message, Part, Role, SendMessageRequest, Task, TaskState

IDENTITY = "urn:switchboard:a2a:customer-identity:v1"
"""The extension of the card by which we say for whom we act."""
ENDED = (TaskState.TASK_STATE_COMPLETED, TaskState.TASK_STATE_REJECTED, TaskState.TASK_STATE_FAILED)


async def main(url: str, token: str, customer: str, *words: str) -> None:
    """Say them, and print how the task stands after each."""
    headers = {"Authorization": f"Bearer {token}", "A2A-Extensions": IDENTITY}
    async with httpx.AsyncClient(headers=headers, timeout=60) as http:
        card = await A2ACardResolver(http, url).get_agent_card()
        client = ClientFactory(ClientConfig(httpx_client=http, streaming=False)).create(card)
        task = Task()
        for text in words:
            ended = task.status.state in ENDED
            message = Message(
                message_id=str(uuid4()),
                role=Role.ROLE_USER,
                parts=[Part(text=text)],
                task_id="" if ended else task.id,
                context_id=task.context_id,
                extensions=[IDENTITY],
                metadata={IDENTITY: {"customer_id": customer}},
            )
            async for answer in client.send_message(SendMessageRequest(message=message)):
                task = answer.task
            said = " ".join(part.text for part in task.status.message.parts)
            sys.stdout.write(f"> {text}\n{TaskState.Name(task.status.state)} {said}\n")
        sys.stdout.write(f"conversation {task.metadata['conversation']}\n")


asyncio.run(main(*sys.argv[1:]))
