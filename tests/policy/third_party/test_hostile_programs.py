"""Servers that mean no good: whatever they answer, that one call fails or is cut, and the next one is served."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from app.other_servers import address_of
from app.settings import ServerSettings
from domain.errors import ToolNotReached, ToolUnavailable
from policy.tools.contents import LONGEST_ANSWER, MOST_KEPT, WORDS_KEPT
from policy.tools.servers import ToolServers
from policy.tools.steady_transport import SteadyTransport, Trouble
from tests.policy.third_party.test_programs import opened, use

STANZA = ServerSettings(command=sys.executable, args=(str(Path(__file__).parent / "hostile_program.py"),))
SHORT_S = 1.0


async def fails(servers: ToolServers, name: str) -> None:
    tool = await servers.find(f"hostile.{name}")
    assert tool is not None
    with pytest.raises(ToolUnavailable):
        await servers.call(tool, {}, "", SHORT_S)


@pytest.mark.parametrize(
    "tool", ["get_nothing", "get_nonsense", "get_much", "get_exit", "get_wrong_kind", "get_other_id"]
)
async def test_what_is_no_answer_costs_that_call_only(tool: str) -> None:
    async with opened(address_of("hostile", STANZA)) as servers:
        await fails(servers, tool)
        assert (await use(servers, "hostile.get_word"))["text"].isdigit()


async def test_a_program_that_ends_whenever_it_is_started_is_not_started_by_everybody_who_waits(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    stanza = STANZA.model_copy(update={"args": (*STANZA.args, str(starts))})
    async with opened(address_of("hostile", stanza)) as servers:
        await fails(servers, "get_exit")
        word = await servers.find("hostile.get_word")
        assert word is not None
        calls = (servers.call(word, {}, "", SHORT_S) for _ in range(12))
        found = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(each) for each in found} <= {ToolNotReached, ToolUnavailable}
    assert len(starts.read_text("utf-8").splitlines()) <= 4, "a look at its tools may be one more"


async def test_of_an_answer_that_is_too_long_to_be_kept_words_are_and_it_is_said() -> None:
    async with opened(address_of("hostile", STANZA)) as servers:
        told = await use(servers, "hostile.get_many")
    assert told["left_out"] == f"larger than {MOST_KEPT} bytes"
    assert len(told["text"]) == WORDS_KEPT


class Endless(httpx2.AsyncBaseTransport, httpx2.AsyncByteStream):
    """Answers without end, in lines of this length where it is given, and counts what was taken of it."""

    def __init__(self, kind: str, line: int = 0) -> None:
        self._kind = kind
        self._end = b"\n" if line else b""
        self._chunk = b"x" * (line or 65_536)
        self.taken = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": self._kind}, stream=self, request=request)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.taken < 3 * LONGEST_ANSWER:
            self.taken += len(self._chunk)
            yield self._chunk + self._end


@pytest.mark.parametrize(
    ("kind", "line", "cut"),
    [("application/json", 0, True), ("text/event-stream", 0, True), ("text/event-stream", 65_536, False)],
)
async def test_over_http_no_more_is_read_of_an_answer_than_one_may_have(kind: str, line: int, cut: bool) -> None:
    trouble, server = Trouble(), Endless(kind, line)
    async with httpx2.AsyncClient(transport=SteadyTransport(server, trouble)) as http:
        answer = await http.post("http://hostile.example/mcp")
    assert (server.taken < 2 * LONGEST_ANSWER, len(answer.content) <= LONGEST_ANSWER) == (cut, cut)
    assert trouble.sentence == (f"answers with more than {LONGEST_ANSWER} bytes" if cut else "")
