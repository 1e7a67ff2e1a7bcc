"""What clients are told beside an answer: progress, log messages from the level that they asked for, cancellation."""

import asyncio
from typing import Any

import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer

from domain.grant import META_KEY
from mcp_servers.backend import SystemBackend
from mcp_servers.catalogue import find_toolset
from mcp_servers.grants import read_public_key
from mcp_servers.key_book import KeyBook
from mcp_servers.network.backend import STAGES
from policy.keys import public_key_of
from tests.mcp_servers.test_http import serving

LINE_TEST = {"device_id": "D-8007"}
LOG_LEVEL = "io.modelcontextprotocol/logLevel"


def granted(office: Any) -> dict[str, Any]:
    return {META_KEY: office.grant("network.run_line_test", LINE_TEST, "C-1007")}


async def test_a_line_test_tells_its_stages_to_a_client_that_asks_how_it_gets_on(office: Any) -> None:
    heard: list[Any] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with serving(office, "network") as url:
        for target in (office.servers["network"], f"{url}/mcp"):
            heard.clear()
            async with Client(target) as client:
                done = await client.call_tool("run_line_test", LINE_TEST, meta=granted(office), progress_callback=hear)
            assert not done.is_error, done.content
            assert heard == [(number, 3, stage) for number, stage in enumerate(STAGES, start=1)]


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_log_messages_come_from_the_level_that_a_client_asked_for(office: Any, mode: Any) -> None:
    """Of each call how it ended, and why it was refused; nobody's data, and nothing to who asked for nothing."""
    heard: list[Any] = []
    calls = ({META_KEY: "none"}, None)

    async def hear(params: Any) -> None:
        heard.append((params.level, params.logger, params.data.get("ended") or params.data["refused"]))

    async def call_both(client: Client, level: dict[str, str]) -> None:
        for meta in calls:
            await client.call_tool("run_line_test", LINE_TEST, meta={**(meta or granted(office)), **level})

    async with Client(office.servers["network"], mode=mode, logging_callback=hear) as client:
        if mode == "legacy":
            await client.set_logging_level("warning")
        await call_both(client, {LOG_LEVEL: "warning"} if mode == "auto" else {})
        assert heard == [("warning", "network", "grant: it is not valid")]
        if mode == "legacy":
            await client.set_logging_level("debug")
        await call_both(client, {LOG_LEVEL: "debug"} if mode == "auto" else {})
        assert heard[1:] == [("warning", "network", "grant: it is not valid"), ("info", "network", "served")]
        if mode == "auto":
            await call_both(client, {})
            assert len(heard) == 3


class SlowNetwork:
    """A network's system whose line test never ends."""

    def __init__(self) -> None:
        self.begun, self.broken_off = asyncio.Event(), asyncio.Event()

    async def run_line_test(self, scope: Any, device_id: str) -> Any:
        await scope.report(1, 2, f"reaching {device_id}")
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.broken_off.set()

    async def list_outages(self, scope: Any) -> Any:
        raise AssertionError

    async def get_device(self, scope: Any, device_id: str) -> Any:
        raise AssertionError

    async def restart_device(self, scope: Any, device_id: str) -> Any:
        raise AssertionError

    async def check(self) -> None: ...

    async def close(self) -> None: ...


async def test_a_call_that_its_client_gives_up_ends_in_the_system_behind_the_server(office: Any, tmp_path: Any) -> None:
    tools, system = find_toolset("network"), SlowNetwork()
    backend = SystemBackend("network", system, tools.entries, KeyBook(tmp_path / "keys.db"))
    server: MCPServer[Any] = tools.build(backend, read_public_key(public_key_of(office.private_key)), office.clock)
    heard: asyncio.Queue[Any] = asyncio.Queue()

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.put_nowait((progress, total, message))

    async with serving(office, "network", server) as url, Client(f"{url}/mcp") as client:
        call = asyncio.create_task(
            client.call_tool("run_line_test", LINE_TEST, meta=granted(office), progress_callback=hear)
        )
        assert await heard.get() == (1, 2, "reaching D-8007")
        await system.begun.wait()
        call.cancel()
        await system.broken_off.wait()
