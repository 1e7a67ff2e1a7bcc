"""What Switchboard's turns are measured against: the same work by an ungoverned LangGraph router, all in memory.

A router node asks a model for the specialist; specialists are `langchain.agents.create_agent` graphs; the conversation
is kept by an `InMemorySaver`; the model answers without latency. One turn is the confirming turn of the refund journey:
the customer says yes, the payments are listed, one is refunded, a reply is given. Nothing is validated against policy,
journalled, durable or idempotent. That is all it does, so it is fast: the payment system is a dictionary unless asked
for over MCP (a kept client, in memory or over HTTP).

    turn = await prepare()                          # await turn() as often as you like: one whole turn each
    async with prepared("mcp_http") as turn: ...
    uvicorn benchmarks.ungoverned:create_app --factory --port 8099        # POST /turns {"text": "..."}
"""

import asyncio
import itertools
import json
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command
from mcp import Client
from mcp.server import MCPServer

SPECIALISTS = ("billing", "scheduling", "troubleshooting", "retention")
BEFORE = (
    HumanMessage("I was charged twice for my last bill."),
    AIMessage("I see payment P-5001 and P-5002 of $39.99 each. Shall I refund $39.99 of payment P-5002?"),
)
"""What was said before the turn that is measured."""

Systems = Literal["functions", "mcp_memory", "mcp_http"]
Turn = Callable[[], Awaitable[None]]
Router = Callable[[str], Awaitable[str]]


@dataclass
class Payments:
    """A payment system in a dictionary; refunds as often as it is told to."""

    captured: dict[str, int] = field(default_factory=lambda: {"P-5001": 3999, "P-5002": 3999})
    refunds: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    async def list_payments(self, customer_id: str) -> dict[str, Any]:
        """List the customer's payments, newest first."""
        return {
            "items": [
                {"payment_id": payment_id, "customer_id": customer_id, "amount_minor": amount, "currency": "USD"}
                for payment_id, amount in sorted(self.captured.items(), reverse=True)
            ]
        }

    async def refund_payment(self, payment_id: str, amount_minor: int, reason: str) -> dict[str, Any]:
        """Refund a payment."""
        refund = {"refund_id": f"R-{len(self.refunds) + 1}", "payment_id": payment_id, "amount_minor": amount_minor}
        self.refunds.append(refund | {"reason": reason})
        return refund


class InstantModel(BaseChatModel):
    """A model without latency that always makes the same right moves."""

    @property
    def _llm_type(self) -> str:
        return "instant"

    def bind_tools(self, tools: Any, **_: Any) -> BaseChatModel:
        """Take any tools: it knows which it will call."""
        return self

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=_next_move(messages))])


def _next_move(messages: list[BaseMessage]) -> AIMessage:
    if "Name the specialist" in str(messages[0].content):
        return AIMessage("billing")
    match sum(isinstance(message, ToolMessage) for message in messages):
        case 0:
            return _call("list_payments", customer_id="C-1001")
        case 1:
            return _call("refund_payment", payment_id="P-5002", amount_minor=3999, reason="duplicate_charge")
        case _:
            return AIMessage("I have refunded $39.99 of payment P-5002.")


def _call(tool: str, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": tool, "args": arguments, "id": f"call-{tool}"}])


def build_router(tools: list[BaseTool]) -> Router:
    """The graph, as a function from a customer's words to the reply; each call continues a conversation of its own."""
    model = InstantModel()
    graph = StateGraph(MessagesState)
    graph.add_node("router", _router_node(model), destinations=SPECIALISTS)
    graph.add_edge(START, "router")
    for name in SPECIALISTS:
        prompt = f"You are the {name} specialist of a broadband provider."
        graph.add_node(name, create_agent(model, tools, system_prompt=prompt, name=name))
    compiled = graph.compile(checkpointer=InMemorySaver())
    threads = itertools.count()

    async def reply(text: str) -> str:
        config: Any = {"configurable": {"thread_id": str(next(threads))}}
        state = await compiled.ainvoke({"messages": [*BEFORE, HumanMessage(text)]}, config)
        return str(state["messages"][-1].content)

    return reply


def _router_node(model: BaseChatModel) -> Any:
    question = HumanMessage(f"Name the specialist for this conversation, one of {', '.join(SPECIALISTS)}.")

    async def route(state: MessagesState) -> Command[str]:
        answer = await model.ainvoke([question, *state["messages"]])
        return Command(goto=str(answer.content))

    return route


async def prepare() -> Turn:
    """One turn per call, with the payment system as plain functions: the hardest to be compared with."""
    return _turn(build_router(_function_tools(Payments())))


@asynccontextmanager
async def prepared(systems: Systems = "functions") -> AsyncGenerator[Turn]:
    """The same with the payment system reached in another way."""
    async with _tools(systems) as tools:
        yield _turn(build_router(tools))


def _turn(reply: Router) -> Turn:
    async def turn() -> None:
        said = await reply("Yes, please.")
        if "refunded $39.99" not in said:
            raise RuntimeError(f"the baseline did not do its work: {said}")

    return turn


def _function_tools(payments: Payments) -> list[BaseTool]:
    functions = (payments.list_payments, payments.refund_payment)
    return [StructuredTool.from_function(coroutine=function) for function in functions]


@asynccontextmanager
async def _tools(systems: Systems) -> AsyncGenerator[list[BaseTool]]:
    payments = Payments()
    if systems == "functions":
        yield _function_tools(payments)
        return
    server = MCPServer("payments", log_level="WARNING")
    server.add_tool(payments.list_payments)
    server.add_tool(payments.refund_payment)
    async with AsyncExitStack() as stack:
        target = server if systems == "mcp_memory" else await stack.enter_async_context(_served(server))
        client = await stack.enter_async_context(Client(target))
        listed = await client.list_tools()
        yield [_mcp_tool(client, tool) for tool in listed.tools]


def _mcp_tool(client: Client, tool: Any) -> BaseTool:
    async def call(**arguments: Any) -> str:
        result = await client.call_tool(tool.name, arguments)
        return json.dumps(result.structured_content)

    return StructuredTool(
        name=tool.name, description=tool.description or "", args_schema=tool.input_schema, coroutine=call
    )


@asynccontextmanager
async def _served(server: MCPServer) -> AsyncGenerator[str]:
    """The server over HTTP on loopback, for as long as the block lasts."""
    # Only a socket that says TCP gets TCP_NODELAY from asyncio; without, every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    app = server.streamable_http_app(json_response=True)
    running = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="warning", access_log=False))
    listener.listen()
    task = asyncio.create_task(running.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
    finally:
        running.should_exit = True
        await task


def create_app(systems: Systems = "functions") -> FastAPI:
    """The baseline over HTTP: `POST /turns` with `{"text": "..."}` is one turn."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with _tools(systems) as tools:
            app.state.reply = build_router(tools)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/turns")
    async def take_turn(body: dict[str, str]) -> dict[str, str]:
        return {"reply": await app.state.reply(body["text"])}

    return app


def create_app_over_mcp() -> FastAPI:
    """The same with the payment system as an MCP server in memory, as ours are on one machine."""
    return create_app("mcp_memory")
