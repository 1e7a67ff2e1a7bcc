"""The page on companies: its commands do what it says, and its table names what a check knows."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.company.template import write_company
from app.main import cli

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "add-a-company.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"^```sh\n(.*?)```$", PAGE, re.M | re.S) for line in block.splitlines()]
LIMITS = re.findall(r"^```toml\n# limits\.toml\n(.*?)```$", PAGE, re.M | re.S)
STEPS = """about: Look up bills.
steps:
  - look_up: erp.list_invoices
    facts: {customer_id: customer_id}
    keep: bills
  - say: told
"""
EXAMPLES = "intent: school.tell_bills\nexamples:\n  en: [which bills are there]\n"
FILES = re.findall(r"^`([\w/.]+)`:\n\n```(?:python|json)\n(.*?)```$", PAGE, re.M | re.S)
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


def test_its_specialist_is_one_of_the_company_and_has_its_groups(tmp_path: Path) -> None:
    company = write_company("acme_energy", tmp_path)
    assert [name for name, _ in FILES] == ["specialists/school/specialist.py", "policy/data/roles.json"]
    for name, text in FILES:
        (company / name).parent.mkdir(parents=True, exist_ok=True)
        (company / name).write_text(text, "utf-8")
    steps = company / "procedures" / "school" / "tell_bills"
    steps.mkdir(parents=True)
    steps.joinpath("procedure.yaml").write_text(STEPS, "utf-8")
    steps.joinpath("replies.yaml").write_text('title: {en: "a bill"}\ntold: {en: "Done."}\n', "utf-8")
    steps.joinpath("examples.yaml").write_text(EXAMPLES, "utf-8")
    assert CliRunner().invoke(cli, ["company", "check", str(company)]).exit_code == 0
    (company / "policy" / "data" / "roles.json").unlink()
    assert "school does not have its group read" in CliRunner().invoke(cli, ["company", "check", str(company)]).output
