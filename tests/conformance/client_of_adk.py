"""Google's ADK, in an environment of its own, has our agent asked for a refund: client_of_adk.py URL TOKEN.

Its `RemoteA2aAgent` reads our card and passes the customer's words on; no language model is in between. It does not
stream: a stream stays open until a supervisor has decided.
"""

import asyncio
import json
import sys

import httpx
from a2a.client import ClientConfig, ClientFactory
from google.adk.agents.remote_a2a_agent import RemoteA2aAgent
from google.adk.runners import InMemoryRunner
from google.genai import types

SAID = ("I was charged twice, please refund one", "yes")


async def main(url: str, token: str) -> None:
    """Say it, say yes; print what came back each time."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=60) as http:
        agent = RemoteA2aAgent(
            name="switchboard",
            agent_card=f"{url}/.well-known/agent-card.json",
            a2a_client_factory=ClientFactory(ClientConfig(streaming=False, httpx_client=http)),
            a2a_request_meta_provider=lambda *_: {"customer_id": "C-1001"},
        )
        runner = InMemoryRunner(agent=agent, app_name="conformance")
        session = await runner.session_service.create_session(app_name="conformance", user_id="amira")
        told: list[str] = []
        for text in SAID:
            message = types.Content(role="user", parts=[types.Part(text=text)])
            words: list[str] = []
            async for event in runner.run_async(user_id="amira", session_id=session.id, new_message=message):
                parts = (event.content.parts if event.content else None) or []
                words += [part.text for part in parts if part.text]
                words += [event.error_message] if event.error_message else []
            told.append(" ".join(words))
        print(json.dumps({"told": told}))


asyncio.run(main(*sys.argv[1:]))
