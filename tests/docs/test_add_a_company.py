"""The page on companies: its commands do what it says, and its table names what a check knows."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.main import cli

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "add-a-company.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"^```sh\n(.*?)```$", PAGE, re.M | re.S) for line in block.splitlines()]
LIMITS = re.findall(r"^```toml\n# limits\.toml\n(.*?)```$", PAGE, re.M | re.S)
SPOKEN = {tuple(match) for match in re.findall(r"switchboard (company|customers|mcp|tokens) ([a-z]+)", PAGE)}


def test_its_commands_write_a_company_that_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(COMMANDS) == 3
    for command in COMMANDS:
        done = CliRunner().invoke(cli, shlex.split(command)[1:])
        assert done.exit_code == 0, (command, done.output)
    (tmp_path / "acme_energy" / "limits.toml").write_text(LIMITS[0], "utf-8")
    assert CliRunner().invoke(cli, ["company", "check", "acme_energy"]).exit_code == 0
    shown = CliRunner().invoke(cli, ["company", "show", "acme_energy", "--json"]).stdout
    assert '"automatic_minor": 3000' in shown


@pytest.mark.parametrize(("group", "command"), sorted(SPOKEN))
def test_every_command_that_it_names_is_there(group: str, command: str) -> None:
    assert CliRunner().invoke(cli, [group, command, "--help"]).exit_code == 0
