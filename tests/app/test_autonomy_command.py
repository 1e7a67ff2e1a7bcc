"""`switchboard autonomy`: the dial from the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.main import cli

RUN = CliRunner()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(tmp_path / "none.toml"))
    return tmp_path


def autonomy(folder: Path, *arguments: str) -> Result:
    return RUN.invoke(cli, ["autonomy", *arguments, "--data", str(folder)])


def shown(folder: Path, *arguments: str) -> dict:
    return json.loads(autonomy(folder, "show", "--json", *arguments).stdout)


def test_stop_and_resume_without_a_running_service(folder: Path) -> None:
    assert "every process obeys" in autonomy(folder, "stop", "-m", "wrong refunds").stdout
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
