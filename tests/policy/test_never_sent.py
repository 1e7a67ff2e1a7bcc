"""A call that was never sent is tried again and leaves no doubt; one that may have arrived is not, nor is it none."""

import asyncio
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from domain.calls import Outcome, ToolCall
from domain.decision import Decision, Effect
from domain.errors import ToolNotReached, ToolUnavailable
from domain.ids import CallId, ConversationId, DecisionId, TenantId, TurnId
from policy.gate.execution import Executor, Patience
from policy.gate.grants import GrantMint
from policy.gate.proposal import AuthorizedCall
from policy.keys import generate_private_key
from policy.tools.arguments import ArgumentCheck
from policy.tools.pins import Tool, ToolStatus
from policy.tools.servers import ServerAddress, ToolServers
from tests.policy.house import Clock
from tests.policy.test_tool_servers import listening
from tests.postgres_server import free_port

NEVER, PERHAPS = ToolNotReached("down"), ToolUnavailable("no answer")


class Servers:
    """Servers that answer each try as they were told to."""

    def __init__(self, *answers: Exception | Outcome) -> None:
        self._answers = list(answers)

    async def call(self, *_: Any) -> Outcome:
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def write(*, repeatable: bool = False) -> AuthorizedCall:
    tool = Tool("shop.order", "", {}, None, "sha256:1", False, ToolStatus.READY, ArgumentCheck({"type": "object"}))
    return AuthorizedCall(
        key="k",
        tenant=TenantId("t"),
        conversation_id=ConversationId("c"),
        turn_id=TurnId("t1"),
        customer_id="C-1",
        call=ToolCall(CallId("1"), "shop.order", {}),
        arguments_digest="",
        tool=tool,
        is_write=True,
        repeatable=repeatable,
        decision=Decision(DecisionId("d"), Effect.ALLOW),
    )


def executor(*answers: Exception | Outcome) -> Executor:
    mint = GrantMint(generate_private_key(), Clock())
    return Executor(Servers(*answers), mint, Patience(first_wait_s=0.0))  # pyright: ignore[reportArgumentType]


async def test_a_write_that_must_not_be_repeated_is_tried_again_while_it_was_never_sent() -> None:
    done = Outcome("succeeded", data={})
    assert await executor(NEVER, NEVER, done).execute(write()) == done


async def test_it_is_not_tried_again_once_it_may_have_arrived_and_the_doubt_stays() -> None:
    with pytest.raises(ToolUnavailable, match="no answer"):
        await executor(NEVER, PERHAPS, Outcome("succeeded")).execute(write())
    with pytest.raises(ToolUnavailable, match="no answer"):
        await executor(PERHAPS, NEVER, NEVER).execute(write(repeatable=True))


async def test_what_no_try_reached_is_known_not_to_have_happened() -> None:
    with pytest.raises(ToolNotReached):
        await executor(NEVER, NEVER, NEVER).execute(write())


@asynccontextmanager
async def answering(status: int, media_type: str = "text/plain"):
    async def answer(_: Any) -> PlainTextResponse:
        elsewhere = {"location": "https://other.example/mcp?key=secret"} if status == 307 else None
        return PlainTextResponse("no", status, elsewhere, media_type=media_type)

    routes = [Route("/mcp", answer, methods=["GET", "POST"])]
    async with listening(lambda: Starlette(routes=routes), free_port()) as url:
        yield url


@pytest.mark.parametrize(
    ("status", "media_type", "said"),
    [
        (401, "text/plain", "refuses us (401): set `token`, `headers`, `oauth` or `login` in its stanza"),
        (403, "text/plain", "refuses us (403)"),
        (404, "text/html", "does not speak MCP over streamable HTTP at its address (404 text/html)"),
        (405, "text/plain", "does not speak MCP over streamable HTTP"),
        (200, "text/html", "does not speak MCP at its address: it answers with text/html"),
        (307, "text/plain", "sends us elsewhere (307 https://other.example/mcp)"),
        (200, "application/json", "does not speak MCP at its address"),
        (502, "text/html", "is in trouble itself (502)"),
    ],
)
async def test_why_a_server_cannot_be_used_is_said(status: int, media_type: str, said: str) -> None:
    async with answering(status, media_type) as url, asyncio.timeout(30):
        servers = ToolServers([ServerAddress("shop", url, first_party=False)], {})
        down = await servers.start()
        await servers.stop()
    assert down["shop"].startswith(f"shop {said}")
