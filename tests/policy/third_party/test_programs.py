"""Somebody else's MCP servers as programs on this machine: started, given little, started again, explained."""

import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.other_servers import address_of
from app.server_addition import Judged
from app.settings import ServerSettings
from domain.errors import ToolUnavailable
from policy.tools.risks import find_risks
from policy.tools.servers import ServerAddress, ToolServers
from policy.tools.tool_data import parse_tool_data

PROGRAM = Path(__file__).parent / "program.py"
MODULES = Path(__file__).parents[3] / ".tools" / "node-mcp" / "node_modules" / "@modelcontextprotocol"
needs_npm = pytest.mark.skipif(not MODULES.is_dir(), reason="`make node-modules` has put nothing there")


def clock(*more: str, **given: Any) -> ServerAddress:
    stanza = {"command": sys.executable, "args": (str(PROGRAM), *more), **given}
    return address_of("clock", ServerSettings.model_validate(stanza))


@asynccontextmanager
async def opened(*addresses: ServerAddress) -> AsyncGenerator[ToolServers]:
    servers = ToolServers(addresses, {})
    try:
        await servers.start()
        yield servers
    finally:
        await servers.stop()


async def use(servers: ToolServers, name: str, **arguments: Any) -> Any:
    tool = await servers.find(name)
    assert tool is not None
    outcome = await servers.call(tool, arguments, "", 5)
    assert outcome.succeeded, outcome
    return outcome.data


async def test_a_program_is_served_given_what_its_stanza_says_and_little_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OUR_SECRET", "s3cret")
    monkeypatch.setenv("CLOCK_KEY", "ours, not its own")
    async with opened(clock(cwd=tmp_path)) as servers:
        assert (await use(servers, "clock.get_process"))["key"] == ""
    async with opened(clock(env={"CLOCK_KEY": "k-${OUR_SECRET}"}, cwd=tmp_path)) as servers:
        told = await use(servers, "clock.get_process")
    assert (told["key"], told["folder"]) == ("k-s3cret", str(tmp_path))
    assert "NOT_SET_ANYWHERE" in clock(env={"CLOCK_KEY": "${NOT_SET_ANYWHERE}"}).unusable


async def test_a_program_that_died_is_started_again_before_the_next_call_is_sent() -> None:
    async with opened(clock()) as servers:
        first = int((await use(servers, "clock.get_process"))["pid"])
        os.kill(first, signal.SIGKILL)
        second = None
        while second is None:
            with suppress(ToolUnavailable):  # its end may be noticed only by the call that it breaks
                second = int((await use(servers, "clock.get_process"))["pid"])
        assert second != first
        assert await use(servers, "clock.get_time", place="Oslo") == {"place": "Oslo", "time": "12:00"}


async def test_why_a_program_cannot_be_used_is_said() -> None:
    nowhere = address_of("nowhere", ServerSettings(command="no-such-program"))
    servers = ToolServers([clock("--broken"), nowhere], {})
    down = await servers.start()
    assert down["clock"] == "clock ended, or does not speak MCP on its output; it said: no spring"
    assert down["nowhere"] == "nowhere cannot be started: there is no no-such-program"
    await servers.stop()


async def test_pictures_sounds_links_and_resources_come_along() -> None:
    async with opened(clock()) as servers:
        told = await use(servers, "clock.get_pictures")
    assert told["text"] == "Noon\nIt is noon."
    image, sound, link, note = told["attachments"]
    assert (image["kind"], image["media_type"], image["size"]) == ("image", "image/png", 8)
    assert (sound["size"], "data" in sound) == (30_000, False), "too large to come along; its size and digest say so"
    assert link == {"kind": "link", "media_type": "", "uri": "clock://face", "name": "face"}
    assert (note["kind"], note["uri"]) == ("resource", "clock://note")


async def test_what_is_risky_about_a_tool_is_named() -> None:
    async with opened(clock()) as servers:
        tools = {tool.name: find_risks(tool) for tool in servers.tools()}
    assert tools["clock.get_time"] == []
    writes, wide, words = tools["clock.run_query"]
    assert writes.startswith("may write")
    assert "`sql`" in wide
    assert "instructions to a model" in words
    (tool,) = [each for each in servers.tools() if each.name == "clock.get_time"]
    member = replace(tool, input_schema={"properties": {"member": {"type": "string"}}})
    (whose,) = find_risks(member)
    assert "`member` names somebody" in whose
    assert Judged(member, "read", "read").entry["customer"] == "member"
    (several,) = find_risks(replace(tool, input_schema={"properties": {"member": {}, "account": {}}}))
    assert "say which is the customer's" in several
    assert find_risks(replace(tool, input_schema={"properties": {"member": {}, "customer_id": {}}})) == []


@needs_npm
async def test_the_public_servers_everything_and_filesystem_work_over_their_pipes(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("hello from a file")
    files = ServerSettings(command="node", args=(str(MODULES / "server-filesystem/dist/index.js"), str(tmp_path)))
    everything = ServerSettings(command="node", args=(str(MODULES / "server-everything/dist/index.js"),))
    async with opened(address_of("files", files), address_of("everything", everything)) as servers:
        read = await use(servers, "files.read_text_file", path=str(tmp_path / "note.txt"))
        assert "hello from a file" in str(read)
        picture = await use(servers, "everything.get-tiny-image")
        assert [each["media_type"] for each in picture["attachments"]] == ["image/png"]
        asked = await use(servers, "everything.trigger-elicitation-request")
        assert "name" in asked["declined_questions"][0]
        asks = {"group": "", "kind": "read", "asks": {"name": {"type": "string"}}}
        servers.repin(parse_tool_data({"everything.trigger-elicitation-request": asks}))
        told = await use(servers, "everything.trigger-elicitation-request", answers={"name": "Pat Doe"})
        assert "Pat Doe" in told["text"], "what policy data lets it be told answers it at once"
        assert "5" in (await use(servers, "everything.get-sum", a=2, b=3))["text"]
