"""A running service learns which of somebody else's servers were added, changed and taken out, in every replica."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import CapturingLogger
from typer.testing import CliRunner

from app import server_stanzas
from app.main import cli
from app.policy_bundle import read_bundle
from app.server_stanzas import ServerStanzas
from app.settings import load_settings
from policy.tools.servers import ToolServers
from policy.tools.sign_ins import SignIns
from policy.tools.tool_data import parse_tool_data
from storage.database import open_storage
from tests.policy.third_party.weather_process import copy_bundle
from tests.vaults import open_test_vault

PROGRAM = [sys.executable, str(Path(__file__).parent / "program.py")]


async def names(servers: ToolServers) -> set[str]:
    return {tool.name for tool in servers.tools()}


async def test_what_a_command_adds_is_used_by_every_replica_and_what_is_taken_out_by_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "switchboard.toml"
    file.write_text(kept := f'[policy]\nbundle = "{copy_bundle(tmp_path)}"\n')
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(file))
    async with open_storage("", tmp_path, open_test_vault(), 2) as transactions:
        settings, sign_ins = load_settings(), SignIns(transactions)
        replicas = [ToolServers((), parse_tool_data({})) for _ in range(2)]
        stanzas = [ServerStanzas(settings, each, sign_ins) for each in replicas]

        async def look() -> None:
            for each, servers in zip(stanzas, replicas, strict=True):
                await each.look()
                servers.repin(parse_tool_data(read_bundle(settings).tools))

        options = ["--yes", "--group", "public_read", "--kind", "read", "--tool", "get_time"]
        added = await asyncio.to_thread(CliRunner().invoke, cli, ["mcp", "add", "clock", *options, "--", *PROGRAM])
        assert added.exit_code == 0, added.output
        assert "restart" not in added.output
        await look()
        for servers in replicas:
            tool = await servers.find("clock.get_time")
            assert tool is not None
            assert tool.status.value == "ready"
            assert (await servers.call(tool, {"place": "Oslo"}, "", 30)).data["time"] == "12:00"
        with_clock = file.read_text()
        capturing = CapturingLogger()
        with monkeypatch.context() as logged:
            logged.setattr(server_stanzas, "log", capturing)
            file.write_text(with_clock + "\n[mcp_servers.clock2]\n")
            await look()
        told: list[Any] = [each.kwargs["error"] for each in capturing.calls if each.args == ("stanzas_refused",)]
        assert len(told) == 2, "each replica says once which stanza is wrong, and goes on with what it had"
        assert "mcp_servers.clock2" in told[0]
        assert await replicas[0].find("clock.get_time") is not None
        file.write_text(kept)
        await look()
        for servers in replicas:
            assert await servers.find("clock.get_time") is None
            assert await names(servers) == set()
            await servers.stop()


async def test_a_service_follows_the_file_that_was_named_at_its_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, other = tmp_path / "own.toml", tmp_path / "other.toml"
    own.write_text("")
    other.write_text("[mcp_servers.clock]\n")
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(own))
    async with open_storage("", tmp_path, open_test_vault(), 2) as transactions:
        stanzas = ServerStanzas(load_settings(), ToolServers((), parse_tool_data({})), SignIns(transactions))
        capturing = CapturingLogger()
        monkeypatch.setattr(server_stanzas, "log", capturing)
        monkeypatch.setenv("SWITCHBOARD_CONFIG", str(other))
        await stanzas.look()
        assert capturing.calls == []
        own.write_text("[mcp_servers.clock]\n")
        monkeypatch.setenv("SWITCHBOARD_CONFIG", str(own))
        await stanzas.look()
    assert [each.args for each in capturing.calls] == [("stanzas_refused",)]
