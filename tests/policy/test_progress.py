"""How calls that take long get on: heard from any server, waited for, paced, cleaned, and over with the call."""

import asyncio
from typing import Any

import pytest
from mcp.server.mcpserver import Context, MCPServer

import policy.tools.connection
from domain.calls import CallProgress, ToolCall
from domain.decision import Decision, Effect, Obligation
from domain.errors import ToolUnavailable
from domain.ids import CallId, ConversationId, DecisionId, TenantId, TurnId
from policy.gate.progress import ProgressFeed
from policy.gate.proposal import AuthorizedCall
from policy.tools.connection import CallPatience
from policy.tools.servers import ServerAddress
from tests.policy.test_tool_servers import listening, opened, tool
from tests.postgres_server import free_port


def climbing_server() -> MCPServer[Any]:
    server: MCPServer[Any] = MCPServer("climb")

    @server.tool()
    async def climb(to: int, ctx: Context[Any, Any]) -> dict[str, int]:
        """Climb, and say so at each step."""
        for step in range(1, to + 1):
            await ctx.report_progress(step, to, f"step {step}")
        return {"at": to}

    @server.tool()
    async def climb_on(ctx: Context[Any, Any]) -> dict[str, int]:
        """Climb for ever."""
        step = 0
        while True:
            step += 1
            await ctx.report_progress(step, None, "on")
            await asyncio.sleep(0.01)

    return server


async def test_progress_is_heard_in_memory_and_over_http() -> None:
    def served() -> Any:
        return climbing_server().streamable_http_app(stateless_http=True)

    async with listening(served, port := free_port()) as url:
        assert port
        for target in (climbing_server(), url):
            heard: list[Any] = []
            async with opened(ServerAddress("climb", target)) as servers:
                found = await tool(servers, "climb.climb")
                outcome = await servers.call(found, {"to": 3}, "", 30, lambda *told, said=heard: said.append(told))
            assert outcome.data == {"at": 3}
            assert heard == [(1, 3, "step 1"), (2, 3, "step 2"), (3, 3, "step 3")]


async def test_a_server_that_gets_on_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy.tools.connection, "LONGEST_S", 0.3)
    heard: list[Any] = []
    async with opened(ServerAddress("climb", climbing_server())) as servers:
        found = await tool(servers, "climb.climb_on")
        with pytest.raises(ToolUnavailable, match="climb did not answer in time"):
            await servers.call(found, {}, "", 0.2, lambda *told, said=heard: said.append(told))
    assert heard


async def test_each_step_forward_gives_a_call_its_time_anew_and_nothing_else_does() -> None:
    heard: list[Any] = []
    patience = CallPatience(30.0, lambda *told, said=heard: said.append(told))
    async with patience.waiting() as limit:
        at_first = limit.when() or 0.0
        await patience.note(1, None, None)
        assert (at_second := limit.when() or 0.0) > at_first
        for no_step in (1.0, 0.5, float("nan"), float("inf")):
            await patience.note(no_step, 10, "again")
        assert limit.when() == at_second
        await patience.note(2, float("nan"), "two")
        assert (limit.when() or 0.0) > at_second
    await patience.note(3, None, "too late")
    assert heard == [(1, None, ""), (2, None, "two")]


def authorized(*obligations: Obligation) -> AuthorizedCall:
    decision = Decision(DecisionId("D-1"), Effect.ALLOW, obligations=obligations)
    tool: Any = type("Named", (), {"name": "climb.climb"})()
    ids = ("key", TenantId("t"), ConversationId("CV-1"), TurnId("T-1"), "C-1", ToolCall(CallId("1"), "climb.climb", {}))
    return AuthorizedCall(*ids, "", tool, is_write=False, repeatable=True, decision=decision)


async def test_a_flood_is_told_once_a_pace_and_nothing_of_a_call_that_ended() -> None:
    told: list[CallProgress] = []
    feed = ProgressFeed(pace_s=3600)
    feed.follow(told.append)
    with feed.pace(authorized()) as hear:
        for step in range(1, 1000):
            hear(step, 1000, f"step {step}")
    hear(1000, 1000, "after its end")
    assert [(each.done, each.total, each.message) for each in told] == [(1, 1000, "step 1")]


async def test_the_newest_of_a_flood_is_told_when_its_pace_comes() -> None:
    told: asyncio.Queue[CallProgress] = asyncio.Queue()
    feed = ProgressFeed(pace_s=0.01)
    feed.follow(told.put_nowait)
    with feed.pace(authorized()) as hear:
        for step in (1, 2, 3):
            hear(step, None, "")
        assert [(await told.get()).done, (await told.get()).done] == [1, 3]


async def test_who_sees_masked_results_is_told_no_words_of_the_system() -> None:
    told: list[CallProgress] = []
    feed = ProgressFeed()
    feed.follow(told.append)
    with feed.pace(authorized(Obligation("mask", ("/email",)))) as hear:
        hear(1, 2, "writing to amira@example.com")
    assert [(each.done, each.message) for each in told] == [(1, "")]
