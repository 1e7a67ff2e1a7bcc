"""`switchboard mcp add | call | token | list`: a server is added, looked at, called and refused from a terminal."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.main import cli
from app.progress import console
from tests.policy.third_party.program import PIXEL
from tests.policy.third_party.weather_process import copy_bundle

RUN = CliRunner()
PROGRAM = Path(__file__).parent / "program.py"


class Terminal:
    """`switchboard mcp` with a settings file and a bundle of its own; the data folder is empty."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "switchboard.toml"
        self.file.write_text(f'[policy]\nbundle = "{copy_bundle(folder)}"\n', "utf-8")

    def run(self, *arguments: str, said: str = "") -> Result:
        return RUN.invoke(cli, ["mcp", *arguments], input=said)

    def add(self, *options: str, said: str = "") -> Result:
        return self.run("add", "clock", *options, "--", sys.executable, str(PROGRAM), said=said)

    def called(self, *arguments: str) -> tuple[int, Any]:
        done = self.run("call", *arguments, "--json")
        return done.exit_code, json.loads(done.stdout) if done.stdout else done.output


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(tmp_path / "switchboard.toml"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return Terminal(tmp_path)


def test_a_server_is_added_by_a_person_who_sees_its_tools_and_their_risks(terminal: Terminal) -> None:
    answers = "-\n-\npublic_read\nread\n-\ny\n"  # get_pictures, get_process, get_time, run_query
    added = terminal.add(said=answers)
    assert added.exit_code == 0, added.output
    assert "Tell the time at a place." in added.output
    assert "they read like instructions to a model" in added.output
    stanza = tomllib.loads(terminal.file.read_text())["mcp_servers"]["clock"]
    assert stanza == {"command": sys.executable, "args": [str(PROGRAM)]}
    code, told = terminal.called("clock.get_time", '{"place": "Oslo"}')
    assert (code, told["decision"]["effect"], told["outcome"]["data"]["time"]) == (0, "allow", "12:00")
    code, told = terminal.called("clock.run_query", '{"sql": "drop"}')
    assert (code, told["outcome"]) == (1, None)
    assert [reason["rule"] for reason in told["decision"]["reasons"]] == ["gate/unpinned_tool"]
    again = terminal.add("--yes")
    assert (again.exit_code, "already" in again.output) == (2, True)
    assert not (terminal.folder / "var").exists()


def test_a_tool_of_no_group_is_added_and_denied_until_somebody_grants_it(terminal: Terminal) -> None:
    assert terminal.add("--yes", "--tool", "get_pictures").exit_code == 0
    code, told = terminal.called("clock.get_pictures")
    assert code == 1
    assert "agents/granted" in [reason["rule"] for reason in told["decision"]["reasons"]]


def test_a_tool_that_nobody_can_call_is_not_listed_as_ready(terminal: Terminal) -> None:
    added = terminal.add("--yes", "--tool", "get_time", "--group", "public_raed", "--kind", "read")
    assert "group public_raed: nobody; did you mean public_read" in added.output
    line = next(each for each in terminal.run("list").stdout.splitlines() if "clock.get_time" in each)
    assert line.split()[-3:] == ["granted", "to", "nobody"]
    listed = {each["tool"]: each for each in json.loads(terminal.run("list", "--json").stdout)["items"]}
    assert listed["clock.get_time"]["status"] == "ready"
    assert "nobody has the group public_raed" in listed["clock.get_time"]["lacks"]


def test_a_slip_at_a_question_is_asked_again_and_loses_no_answer(terminal: Terminal) -> None:
    added = terminal.add(said="-\n-\npublic_read\nraed\nread\n-\ny\n")
    assert added.exit_code == 0, added.output
    assert terminal.called("clock.get_time", '{"place": "Oslo"}')[0] == 0


def test_what_comes_back_beside_text_is_shown(terminal: Terminal) -> None:
    assert terminal.add("--yes", "--group", "public_read", "--kind", "read").exit_code == 0
    code, told = terminal.called("clock.get_pictures")
    assert code == 0
    assert told["outcome"]["data"]["attachments"][0]["data"] == PIXEL


def test_a_call_of_our_own_tools_is_decided_and_explained_the_same_way(terminal: Terminal) -> None:
    code, told = terminal.called("erp.list_invoices", '{"customer_id": "C-1001"}', "--as", "C-1001")
    assert (code, told["decision"]["reasons"][0]["rule"]) == (0, "reading/own_account")
    wanted = '{"payment_id": "P-90", "amount_minor": 100, "reason": "duplicate_charge"}'
    code, told = terminal.called("payments.refund_payment", wanted, "--as", "C-1001")
    assert (code, told["outcome"]) == (1, None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("call", "clokc.get_time"), "there is no tool"),
        (("call", "erp.list_invoces"), "erp.list_invoices"),
        (("call", "erp.list_invoices", "[1]"), "JSON object"),
        (("add", "crm", "http://127.0.0.1:9/mcp"), "one of our own"),
        (("add", "Bad name", "http://127.0.0.1:9/mcp"), "no server's name"),
        (("add", "down", "http://127.0.0.1:9/mcp"), "down is down: nothing answers"),
        (("add", "x", "http://127.0.0.1:9/mcp", "--header", "novalue"), "NAME=VALUE"),
        (("add", "x", "http://127.0.0.1:9/mcp", "--sse", "--oauth-client", "me"), "oauth.issuer"),
        (("token", "erp.list_invoices"), "var"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(terminal: Terminal, arguments: tuple[str, ...], said: str) -> None:
    refused = terminal.run(*arguments)
    assert refused.exit_code == 2, refused.output
    assert said in refused.output.replace("\n", " ")
    assert not (terminal.folder / "var").exists()


def test_the_list_fits_a_narrow_terminal_and_says_what_is_down(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.file.write_text(terminal.file.read_text() + '[mcp_servers.gone]\nurl = "http://127.0.0.1:9/mcp"\n')
    monkeypatch.setattr(console, "width", 50)
    shown = terminal.run("list").stdout
    assert "gone is down" in shown
    assert all(len(line) <= 50 for line in shown.splitlines() if "gone" not in line)
