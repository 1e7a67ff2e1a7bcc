"""Somebody else's MCP server by one stanza: seen, denied, granted by policy data, quarantined when it changes."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import policy.tools.servers
from app.bootstrap import Switchboard, open_switchboard
from app.settings import load_settings
from domain.calls import CallContext, CallResult, ToolCall
from domain.ids import CallId, ConversationId, CustomerId, TenantId, TurnId
from domain.principal import Agent, Customer, Principal
from policy.tools.servers import ServerAddress, ToolServers
from tests.policy.third_party.weather_process import (
    CHANGED,
    TOKEN,
    Weather,
    change_data,
    copy_bundle,
    running_weather,
)

FORECAST = "weather.get_forecast"
_serial = count(1)


def stanza(weather: Weather, token: str = TOKEN) -> str:
    return f'[mcp_servers.weather]\nurl = "{weather.url}"\ntoken = "{token}"\n'


def list_tools(data: Path, config: Path) -> dict[str, Any]:
    """`switchboard mcp list --json`, as somebody at a terminal runs it."""
    environment = {**os.environ, "SWITCHBOARD_CONFIG": str(config), "SWITCHBOARD_DATA": str(data)}
    command = [sys.executable, "-m", "app.main", "mcp", "list", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    return {row["tool"]: row for row in json.loads(done.stdout)["items"]}


@asynccontextmanager
async def house(data: Path, weather: Weather, bundle: Path, token: str = TOKEN) -> AsyncIterator[Switchboard]:
    """The whole Switchboard with that stanza and that bundle."""
    server = {"url": weather.url, "token": token}
    settings = load_settings(data=data, mcp_servers={"weather": server}, policy={"bundle": bundle})
    async with open_switchboard(settings) as switchboard:
        yield switchboard


async def propose(
    switchboard: Switchboard, tool: str = FORECAST, agent: str = "troubleshooting", **arguments: Any
) -> CallResult:
    """One call by a specialist of ours, through the gate."""
    serial = next(_serial)
    customer = Customer(CustomerId("C-1001"))
    principal = Principal(TenantId("northwind-fibre"), customer, Agent(agent))
    context = CallContext(ConversationId(f"CV-{serial}"), TurnId(f"T-{serial}"), principal)
    call = ToolCall(CallId(f"call-{serial}"), tool, arguments or {"town": "Springfield"})
    return await switchboard.control.gate.call(context, call)


def pin(bundle: Path, digest: str, group: str = "public_read") -> None:
    entry = {"group": group, "kind": "read", "reads": {}, "digest": digest}
    change_data(bundle, "tools", lambda tools: tools.update({FORECAST: entry}))


async def listed_digest(weather: Weather) -> str:
    """The digest that `switchboard mcp list` shows, for pinning."""
    servers = ToolServers([ServerAddress("weather", weather.url, first_party=False, bearer_token=TOKEN)], {})
    assert await servers.start() == {}
    digest = next(tool.digest for tool in servers.tools() if tool.name == FORECAST)
    await servers.stop()
    return digest


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all tests: what is seeded and learnt once is there for the next start."""
    return tmp_path_factory.mktemp("data")


def test_a_stanza_in_the_settings_file_makes_the_tools_known_and_unpinned(data: Path, tmp_path: Path) -> None:
    with running_weather(tmp_path) as weather:
        config = tmp_path / "switchboard.toml"
        config.write_text(stanza(weather), encoding="utf-8")
        tools = list_tools(data, config)
    assert tools[FORECAST]["status"] == tools["weather.order_rain"]["status"] == "unpinned"
    assert tools[FORECAST]["group"] == ""
    assert tools[FORECAST]["digest"].startswith("sha256:")
    assert tools["payments.refund_payment"]["status"] == "ready"


async def test_until_policy_data_names_a_tool_every_call_is_denied_and_none_arrives(data: Path, tmp_path: Path) -> None:
    bundle = copy_bundle(tmp_path)
    with running_weather(tmp_path) as weather:
        async with house(data, weather, bundle) as switchboard:
            for tool in (FORECAST, "weather.order_rain"):
                result = await propose(switchboard, tool)
                assert (result.decision.effect, result.decision.rules) == ("deny", ("gate/unpinned_tool",))
                assert result.outcome is None
        assert weather.seen() == []


async def test_an_entry_without_a_pin_allows_nothing(data: Path, tmp_path: Path) -> None:
    bundle = copy_bundle(tmp_path)
    entry = {"group": "public_read", "kind": "read", "reads": {}}
    change_data(bundle, "tools", lambda tools: tools.update({FORECAST: entry}))
    with running_weather(tmp_path) as weather:
        async with house(data, weather, bundle) as switchboard:
            assert (await propose(switchboard)).decision.rules == ("gate/unpinned_tool",)
        assert weather.seen() == []


async def test_a_pinned_tool_of_a_granted_group_is_called_with_its_token_and_without_a_grant(
    data: Path, tmp_path: Path
) -> None:
    bundle = copy_bundle(tmp_path)
    with running_weather(tmp_path) as weather:
        pin(bundle, await listed_digest(weather))
        async with house(data, weather, bundle) as switchboard:
            result = await propose(switchboard)
            assert (result.decision.effect, result.decision.rules) == ("allow", ("reading/public",))
            assert result.outcome is not None
            assert result.outcome.data == {"town": "Springfield", "forecast": "sunny"}
            other = await propose(switchboard, "weather.order_rain")
            assert other.decision.rules == ("gate/unpinned_tool",), "the rest of the server stays closed"
            wrong = await propose(switchboard, town="Atlantis")
            assert wrong.outcome is not None
            assert wrong.outcome.error == "town: Atlantis is not known"
        calls = weather.seen()
    assert [call["tool"] for call in calls] == ["get_forecast", "get_forecast"]
    assert not any("switchboard" in key for call in calls for key in call["meta"])


async def test_a_group_of_ones_own_is_closed_until_roles_grant_it_and_a_rule_allows_it(
    data: Path, tmp_path: Path
) -> None:
    bundle = copy_bundle(tmp_path)
    with running_weather(tmp_path) as weather:
        pin(bundle, await listed_digest(weather), group="weather")
        async with house(data, weather, bundle) as switchboard:
            assert "agents/granted" in (await propose(switchboard)).decision.rules
        change_data(bundle, "roles", lambda roles: roles["default"]["specialists"]["troubleshooting"].append("weather"))
        async with house(data, weather, bundle) as switchboard:
            granted = (await propose(switchboard)).decision
            assert granted.effect == "deny"
            assert "agents/granted" not in granted.rules
            assert "agents/granted" in (await propose(switchboard, agent="billing")).decision.rules
        assert weather.seen() == []


async def test_a_grant_is_taken_away_by_data_alone(data: Path, tmp_path: Path) -> None:
    bundle = copy_bundle(tmp_path)
    with running_weather(tmp_path) as weather:
        pin(bundle, await listed_digest(weather))
        change_data(bundle, "roles", lambda roles: roles["default"]["specialists"]["billing"].remove("public_read"))
        async with house(data, weather, bundle) as switchboard:
            assert "agents/granted" in (await propose(switchboard, agent="billing")).decision.rules
            assert (await propose(switchboard)).decision.effect == "allow"


async def test_a_tool_that_changed_is_quarantined_at_the_next_start(data: Path, tmp_path: Path) -> None:
    bundle = copy_bundle(tmp_path)
    with running_weather(tmp_path) as weather:
        pin(bundle, await listed_digest(weather))
    with running_weather(tmp_path, CHANGED, weather.port) as changed:
        async with house(data, changed, bundle) as switchboard:
            result = await propose(switchboard)
            assert (result.decision.effect, result.decision.rules) == ("deny", ("gate/quarantined_tool",))
            statuses = {tool.name: tool.status.value for tool in switchboard.servers.tools()}
            assert statuses[FORECAST] == "quarantined"
        assert changed.seen() == []


async def test_a_wrong_token_leaves_the_server_down_and_everything_else_up(data: Path, tmp_path: Path) -> None:
    bundle = copy_bundle(tmp_path)
    with running_weather(tmp_path) as weather:
        async with house(data, weather, bundle, token="wrong") as switchboard:
            assert list(switchboard.down) == ["weather"]
            result = await propose(switchboard)
            assert result.decision.rules == ("gate/tool_unavailable",)
            ours = await propose(switchboard, "crm.get_customer", agent="billing", customer_id="C-1001")
            assert ours.decision.effect == "allow"


async def test_a_tool_that_changes_while_we_run_is_quarantined(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy.tools.servers, "LISTING_LASTS_S", 0.0)
    bundle = copy_bundle(tmp_path)
    with running_weather(tmp_path) as weather:
        pin(bundle, await listed_digest(weather))
        async with house(data, weather, bundle) as switchboard:
            assert (await propose(switchboard)).decision.effect == "allow"
            weather.process.terminate()
            weather.process.wait(20)
            with running_weather(tmp_path, CHANGED, weather.port) as changed:
                result = await propose(switchboard)
                assert (result.decision.effect, result.decision.rules) == ("deny", ("gate/quarantined_tool",))
                assert changed.seen() == []
