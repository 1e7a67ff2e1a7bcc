"""A graph of LangGraph, in an environment of its own, asks for a refund: client_of_langgraph.py URL TOKEN.

LangGraph has no A2A client of its own: a node asks by the public SDK of A2A 1.0, and interrupts the graph where the
task wants something of people, as graphs do for a human in the loop.
"""

import asyncio
import json
import sys
from typing import TypedDict
from uuid import uuid4

import httpx
from a2a.client import A2ACardResolver, Client, ClientConfig, ClientFactory
from a2a.types import GetTaskRequest, Message, Part, Role, SendMessageRequest, TaskState
from google.protobuf.json_format import MessageToDict
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

IDENTITY = "urn:switchboard:a2a:customer-identity:v1"


class Matter(TypedDict, total=False):
    """What the graph knows of the task."""

    say: str
    task: str
    context: str
    state: str
    told: str
    result: dict[str, object]


def build(client: Client) -> StateGraph:
    """The node that says something, and the one that waits for people: ours, who decide, or its own, who agree."""

    async def ask(matter: Matter) -> Matter:
        message = Message(
            message_id=str(uuid4()),
            role=Role.ROLE_USER,
            parts=[Part(text=matter["say"])],
            task_id=matter.get("task", ""),
            context_id=matter.get("context", ""),
            extensions=[IDENTITY],
            metadata={IDENTITY: {"customer_id": "C-1001"}},
        )
        answers = [each async for each in client.send_message(SendMessageRequest(message=message))]
        return read(answers[-1].task)

    async def wait(matter: Matter) -> Matter:
        answer = interrupt({"state": matter["state"], "told": matter["told"]})
        if answer:
            return {"say": answer}
        return {"say": "", **read(await client.get_task(GetTaskRequest(id=matter["task"])))}

    graph = StateGraph(Matter)
    graph.add_node("ask", ask)
    graph.add_node("wait", wait)
    graph.add_edge(START, "ask")
    graph.add_conditional_edges("ask", lambda matter: END if matter["state"] == "completed" else "wait")
    graph.add_conditional_edges("wait", after_waiting)
    return graph


def after_waiting(matter: Matter) -> str:
    """Say what was answered, look at the end, or wait on."""
    if matter["state"] == "completed":
        return END
    return "ask" if matter["say"] else "wait"


def read(task: object) -> Matter:
    """How a task stands."""
    results = [MessageToDict(part.data) for each in task.artifacts if each.name == "result" for part in each.parts]
    return {
        "task": task.id,
        "context": task.context_id,
        "state": TaskState.Name(task.status.state).removeprefix("TASK_STATE_").lower(),
        "told": "\n".join(part.text for part in task.status.message.parts),
        "result": results[0] if results else {},
    }


async def main(url: str, token: str) -> None:
    """Run the graph; each line that is printed says how the task stands, and people act before the next is read."""
    headers = {"Authorization": f"Bearer {token}", "A2A-Extensions": IDENTITY}
    async with httpx.AsyncClient(headers=headers, timeout=600) as http:
        card = await A2ACardResolver(http, url).get_agent_card()
        client = ClientFactory(ClientConfig(httpx_client=http, streaming=False)).create(card)
        graph = build(client).compile(checkpointer=InMemorySaver())
        config = {"configurable": {"thread_id": "amira"}}
        matter = await graph.ainvoke({"say": "I was charged twice, please refund one"}, config)
        while matter["state"] != "completed":
            print(json.dumps({"state": matter["state"], "told": matter["told"]}), flush=True)
            sys.stdin.readline()
            answer = "yes" if matter["state"] == "input_required" else ""
            matter = await graph.ainvoke(Command(resume=answer), config)
        print(json.dumps({"state": matter["state"], "told": matter["told"], "result": matter["result"]}))


asyncio.run(main(*sys.argv[1:]))
