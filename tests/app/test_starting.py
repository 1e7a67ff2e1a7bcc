"""What is wrong is said before anything is opened, and what is printed at a start is true of that start."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app.bootstrap import open_switchboard
from app.main import cli
from app.preflight import check_start
from app.settings import load_settings
from app.version import program_version
from app.welcome import welcome
from domain.errors import Misconfigured, UnknownName
from tests.conftest import OpenHouse

ROOT = Path(__file__).parents[2]


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def serve(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """`switchboard serve` as a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
    environment |= {"SWITCHBOARD_DATA": str(folder), "SWITCHBOARD_CONFIG": str(folder / "none.toml"), **settings}
    command = [sys.executable, "-m", "app.main", "serve"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_busy_port_is_said_and_nothing_is_opened(tmp_path: Path, busy_port: int) -> None:
    data = tmp_path / "data"
    done = serve(data, SWITCHBOARD_PORT=str(busy_port))
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{busy_port} (Address already in use); set SWITCHBOARD_PORT" in done.stderr
    assert "opening the database" not in done.stderr
    assert not data.exists()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"SWITCHBOARD_PROT": "9000"}, "did you mean SWITCHBOARD_PORT?"),
        ({"SWITCHBOARD_POLICY__ENGIN": "opa"}, "did you mean SWITCHBOARD_POLICY__ENGINE?"),
        ({"SWITCHBOARD_POLICY__ENGINE": "oap"}, "SWITCHBOARD_POLICY__ENGINE"),
        ({"SWITCHBOARD_PORT": "eighty"}, "SWITCHBOARD_PORT"),
    ],
)
def test_a_mistyped_setting_is_refused_with_the_nearest(tmp_path: Path, settings: dict[str, str], told: str) -> None:
    done = serve(tmp_path / "data", **settings)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_the_names_that_a_cluster_sets_are_nobodys_mistake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("SWITCHBOARD_SERVICE_HOST", "10.0.0.1")
    load_settings()
    monkeypatch.setenv("SWITCHBOARD_DATA_", "x")
    with pytest.raises(UnknownName, match="SWITCHBOARD_DATA"):
        load_settings()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"policy": {"bundle": "/nowhere/bundle"}}, "SWITCHBOARD_POLICY__BUNDLE names /nowhere/bundle"),
        ({"database_url": "mysql://x"}, "SWITCHBOARD_DATABASE_URL"),
        ({"database_url": "postgresql://x@127.0.0.1:1/x"}, "at 127.0.0.1:1 .*SWITCHBOARD_DATABASE_URL"),
        ({"data": "/dev/null"}, "is a file; set SWITCHBOARD_DATA"),
        ({"environment": "production"}, "SWITCHBOARD_ENCRYPTION__KEY"),
        ({"encryption": {"key": "short"}}, "32 random bytes"),
    ],
)
def test_what_cannot_be_served_is_said_before_anything_is_made(
    tmp_path: Path, given: dict[str, object], told: str
) -> None:
    with pytest.raises(Misconfigured, match=told):
        check_start(load_settings(**{"port": 0, "data": tmp_path / "data", **given}))
    assert list(tmp_path.iterdir()) == []


def test_the_version_is_printed() -> None:
    assert CliRunner().invoke(cli, ["--version"]).stdout.strip() == program_version()


async def test_what_is_printed_is_true_of_this_start(open_house: OpenHouse) -> None:
    guest = await open_house(host="0.0.0.0", port=0)
    out = StringIO()
    welcome(Console(file=out, width=200), guest.house, 4711)
    text = out.getvalue()
    assert "http://127.0.0.1:4711/" in text
    assert str(guest.house.settings.data.absolute() / "tokens.json") in text


async def test_a_sandbox_that_is_there_is_not_seeded_again(seeded_folder: Path, tmp_path: Path) -> None:
    steps: list[str] = []
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    async with open_switchboard(load_settings(data=folder), report=steps.append):
        pass
    assert steps
    assert not [step for step in steps if "seeding" in step]


def test_compiling_without_opa_says_the_one_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from policy.engines import compilation

    monkeypatch.setattr(compilation, "TOOLS", tmp_path)
    with pytest.raises(Misconfigured, match="run `make opa`, then this again"):
        compilation.compile_bundle(opa="no-such-opa")
