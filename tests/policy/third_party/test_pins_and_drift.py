"""`switchboard mcp pin | drift`: what changed is shown before anybody trusts it again."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.main import cli
from tests.policy.third_party.weather_process import CHANGED, DESCRIPTION, TOKEN, Weather, copy_bundle, running_weather

RUN = CliRunner()
FORECAST = "weather.get_forecast"


class Terminal:
    """`switchboard mcp` with a weather server's stanza and a bundle of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bundle = copy_bundle(folder)

    def at(self, weather: Weather) -> None:
        stanza = (
            f'[mcp_servers.weather]\nurl = "{weather.url}"\ntoken = "{TOKEN}"\n[policy]\nbundle = "{self.bundle}"\n'
        )
        (self.folder / "switchboard.toml").write_text(stanza, "utf-8")

    def run(self, *arguments: str) -> Result:
        return RUN.invoke(cli, ["mcp", *arguments, "--data", str(self.folder / "data")])

    def drift(self) -> tuple[int, dict]:
        done = self.run("drift", "--json")
        found = json.loads(done.stdout)
        assert "weather" in found.pop("servers")
        return done.exit_code, found

    @property
    def entry(self) -> dict:
        return json.loads((self.bundle / "data/tools.json").read_text("utf-8"))["tools"][FORECAST]


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(tmp_path / "switchboard.toml"))
    monkeypatch.setenv("COLUMNS", "200")
    return Terminal(tmp_path)


def test_a_new_tool_is_drift_until_it_is_pinned_and_a_changed_one_again(terminal: Terminal, tmp_path: Path) -> None:
    with running_weather(tmp_path) as weather:
        terminal.at(weather)
        code, found = terminal.drift()
        assert code == 1
        assert {(item["tool"], item["kind"]) for item in found["items"]} == {
            (FORECAST, "new"),
            ("weather.order_rain", "new"),
        }
        refused = terminal.run("pin", "weather")
        assert refused.exit_code == 1
        assert terminal.drift()[0] == 1
        assert "pinned 2 tools" in terminal.run("pin", "weather", "--yes").stdout
        assert terminal.drift() == (0, {"items": [], "down": {}})
        assert (terminal.entry["group"], terminal.entry["kind"]) == ("unassigned", "write")
        assert terminal.entry["pinned"]["description"] == DESCRIPTION
    with running_weather(tmp_path, CHANGED) as weather:
        terminal.at(weather)
        code, found = terminal.drift()
        [item] = found["items"]
        assert (code, item["tool"], item["kind"], list(item["parts"])) == (1, FORECAST, "changed", ["description"])
        assert item["parts"]["description"] == f"-{DESCRIPTION}\n+{CHANGED}"
        shown = terminal.run("drift").stdout
        assert f"+{CHANGED}" in shown
        pinned = terminal.run("pin", FORECAST, "--yes")
        assert f"-{DESCRIPTION}" in pinned.stdout
        assert terminal.drift()[0] == 0
    code, found = terminal.drift()
    assert (code, list(found["down"]), found["items"]) == (1, ["weather"], [])


def test_a_pinned_tool_that_is_no_longer_listed_is_gone(terminal: Terminal, tmp_path: Path) -> None:
    from policy.tools.drift import find_drift

    pinned = {"weather.get_snow": {"digest": "sha256:" + "0" * 64}, "other.tool": {"digest": "sha256:" + "0" * 64}}
    [gone] = find_drift([], pinned, {"weather"})
    assert (gone.tool, gone.kind) == ("weather.get_snow", "gone")


def test_what_no_server_lists_cannot_be_pinned(terminal: Terminal, tmp_path: Path) -> None:
    with running_weather(tmp_path) as weather:
        terminal.at(weather)
        done = terminal.run("pin", "weather.get_snow", "--yes")
    assert done.exit_code == 2
    assert "there is no server or tool 'weather.get_snow'; did you mean weather.get_" in done.stderr
