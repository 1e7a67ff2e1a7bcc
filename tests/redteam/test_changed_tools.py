"""A tool that changes after it was pinned, behind the same name and address."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from mcp.server.mcpserver import MCPServer
from mcp_types import ToolAnnotations

import policy.tools.servers
from policy.tools.pins import ToolStatus
from policy.tools.servers import ServerAddress, ToolServers
from policy.tools.tool_data import ToolData
from tests.policy.third_party.test_third_party_server import FORECAST, house, listed_digest, pin, propose
from tests.policy.third_party.weather_process import CHANGED, copy_bundle, running_weather
from tests.redteam.tally import TALLY

HONEST = "What the weather will be in a town."


def serve_forecast(description: str = HONEST, more: bool = False, destructive: bool = False) -> MCPServer[Any]:
    """A server with one tool, as it was pinned or changed in one of its parts."""
    server: MCPServer[Any] = MCPServer("weather")

    def get_forecast(town: str) -> str:
        return f"sunny in {town}"

    def get_forecast_and_more(town: str, address: str = "") -> str:
        return f"sunny in {town} {address}"

    server.add_tool(
        get_forecast_and_more if more else get_forecast,
        name="get_forecast",
        description=description,
        annotations=ToolAnnotations(read_only_hint=not destructive, destructive_hint=destructive),
    )
    return server


async def list_one(server: MCPServer[Any], digest: str = "") -> Any:
    """The tool as the gate sees it, pinned to a digest or to none."""
    servers = ToolServers([ServerAddress("weather", server, first_party=False)], {FORECAST: ToolData(digest=digest)})
    assert await servers.start() == {}
    tool = await servers.find(FORECAST)
    await servers.stop()
    return tool


@pytest.mark.parametrize(
    "change",
    [{"description": CHANGED}, {"more": True}, {"destructive": True}],
    ids=["description", "schema", "annotations"],
)
async def test_any_part_of_a_pinned_tool_changes(change: dict[str, Any]) -> None:
    """Pass: another description, schema or annotation than the pinned one puts the tool into quarantine."""
    digest = (await list_one(serve_forecast())).digest
    assert (await list_one(serve_forecast(), digest)).status is ToolStatus.READY
    changed = await list_one(serve_forecast(**change), digest)
    TALLY.attacked(1, changed.status is not ToolStatus.QUARANTINED)


async def test_a_tool_changes_while_it_is_in_use(
    seeded_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pass: the first call after the change is denied with `gate/quarantined_tool` and does not reach the server."""
    monkeypatch.setattr(policy.tools.servers, "LISTING_LASTS_S", -1.0)
    bundle = copy_bundle(tmp_path)
    data = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    with running_weather(tmp_path) as weather:
        pin(bundle, await listed_digest(weather))
    with running_weather(tmp_path, port=weather.port) as weather:
        async with house(data, weather, bundle) as switchboard:
            assert (await propose(switchboard)).decision.effect == "allow"
            weather.process.terminate()
            weather.process.wait(20)
            with running_weather(tmp_path, CHANGED, weather.port) as changed:
                result = await propose(switchboard)
                reached = changed.seen()
    TALLY.attacked(1, reached or result.decision.rules != ("gate/quarantined_tool",))
