"""`switchboard autonomy`: the dial from the command line."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.main import cli
from storage.processes import ProcessPresence
from tests.chaos.processes import Running
from tests.conftest import OpenHouse

RUN = CliRunner()


@pytest.fixture
def folder(seeded_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data of an installation that does not run now."""
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(tmp_path / "none.toml"))
    return Path(shutil.copytree(seeded_folder, tmp_path / "data"))


def autonomy(folder: Path, *arguments: str) -> Result:
    return RUN.invoke(cli, ["autonomy", *arguments, "--data", str(folder)])


def shown(folder: Path, *arguments: str) -> dict:
    return json.loads(autonomy(folder, "show", "--json", *arguments).stdout)


def test_stop_and_resume_without_a_running_service(folder: Path) -> None:
    said = autonomy(folder, "stop", "-m", "wrong refunds").stdout
    assert f"everything of northwind-fibre is stopped in {folder}" in said
    assert "no process runs on it now; every process that starts obeys" in said
    assert [item["stopped"] for item in shown(folder)["items"]] == [True]
    autonomy(folder, "resume", "-m", "mended")
    found = shown(folder)
    assert found["items"] == []
    assert [turned["reason"] for turned in found["history"]] == ["mended", "wrong refunds"]


@pytest.mark.parametrize(
    ("name", "scope", "kept"),
    [
        ("all", "all", ""),
        ("billing.pay_bill", "procedure", "billing.pay_bill"),
        ("channel:voice", "channel", "voice"),
        ("cohort:locale:de", "cohort", "locale:de"),
    ],
)
def test_a_canary_for_each_scope(folder: Path, name: str, scope: str, kept: str) -> None:
    arguments = ("set", name, "auto", "--percent", "10", "--rest", "suggest", "-m", "canary", "--by", "dana")
    assert autonomy(folder, *arguments).exit_code == 0
    [item] = shown(folder)["items"]
    assert (item["scope"], item["name"]) == (scope, kept)
    assert (item["stage"], item["percent"], item["rest"]) == ("auto", 10, "suggest")
    assert shown(folder)["history"][0]["by"] == "dana"


def test_a_reason_is_demanded(folder: Path) -> None:
    assert autonomy(folder, "stop").exit_code == 2


def test_every_tenant_is_stopped_by_a_star(folder: Path) -> None:
    autonomy(folder, "stop", "-m", "incident", "--tenant", "*")
    assert [item["tenant"] for item in shown(folder, "--tenant", "other-co")["items"]] == ["*"]
    assert "STOPPED" in autonomy(folder, "show", "--tenant", "other-co").stdout


async def test_who_stops_is_told_which_system_and_how_many_of_its_processes_obey_by_when(
    seeded_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(tmp_path / "none.toml"))
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    async with Running(folder, "serve"):
        arguments = ("stop", "billing.pay_bill", "-m", "a drill", "--json")
        done = await asyncio.to_thread(autonomy, folder, *arguments)
        told = json.loads(done.stdout)
        assert done.exit_code == 0, done.output
        assert told["system"] == str(folder)
        assert (told["processes"]["running"], told["processes"]["obeyed"]) == (1, 1)
        assert told["processes"]["by"] > told["at"]


async def test_a_process_that_does_not_say_that_it_obeys_is_named(
    open_house: OpenHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(tmp_path / "none.toml"))
    guest = await open_house("data")
    frozen = ProcessPresence("a-frozen-process")
    await guest.house.control.transactions.write(lambda connection: frozen.report(connection, 0))
    monkeypatch.setattr("app.autonomy.STALE_AFTER_S", 2.0)
    done = await asyncio.to_thread(autonomy, tmp_path / "data", "stop", "-m", "a drill")
    assert done.exit_code == 1
    assert "1 of 2 running processes obey" in done.stdout
    assert "a-frozen-process" in done.stdout
