"""CrewAI's own A2A client, in an environment of its own, asks for a refund: client_of_crewai.py URL TOKEN.

It delegates as a crew does once its model has chosen the agent; no language model is in between. It speaks A2A 0.3.
"""

import asyncio
import json
import sys
from uuid import uuid4

from crewai.a2a.auth import BearerTokenAuth
from crewai.a2a.updates import PollingConfig
from crewai.a2a.utils.delegation import aexecute_a2a_delegation

IDENTITY = "urn:switchboard:a2a:customer-identity:v1"
SAID = ("I was charged twice, please refund one", "yes", "I was charged twice, please refund one")


async def main(url: str, token: str) -> None:
    """Say it; each line that is printed says how the task stands, and people act before the next is read."""
    context = f"crew-{uuid4()}"  # it keeps no id of a task that waits for people: the context is named by itself
    for text in SAID:
        told = await aexecute_a2a_delegation(
            endpoint=f"{url}/.well-known/agent-card.json",
            auth=BearerTokenAuth(token=token),
            timeout=600,
            task_description=text,
            context_id=context,
            metadata={IDENTITY: {"customer_id": "C-1001"}},
            client_extensions=[IDENTITY],
            updates=PollingConfig(),
        )
        words = told.get("result") or told.get("error")
        print(json.dumps({"state": told["status"].value.replace("-", "_"), "told": words}), flush=True)
        sys.stdin.readline()


asyncio.run(main(*sys.argv[1:]))
