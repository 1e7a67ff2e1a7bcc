"""An anchor that was torn or lost is gone on with by one command, on record; one that was forged never is."""

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.main import cli
from tests.conftest import OpenHouse
from tests.house_guest import Guest


@pytest.fixture
async def folder(open_house: OpenHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data of a service that recorded and anchored something, and was stopped."""
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(tmp_path / "none.toml"))
    guest: Guest = await open_house("running")
    await (await guest.customer("C-1002")).says("How much do I owe?")
    data = tmp_path / "data"
    assert (await run(guest.house.settings.data, "checkpoint")).exit_code == 0
    shutil.copytree(guest.house.settings.data, data)
    return data


async def run(folder: Path, command: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, cli, ["journal", command, "--json", "--data", str(folder)])


async def problems(folder: Path) -> list[str]:
    return json.loads((await run(folder, "verify")).stdout)["problems"]


def tear(anchor: Path) -> None:
    anchor.write_text(anchor.read_text("ascii")[:-30], "ascii")


def begin_a_line(anchor: Path) -> None:
    with anchor.open("a", encoding="ascii") as out:
        out.write('{"at": "20')


@pytest.mark.parametrize("harm", [tear, begin_a_line, Path.unlink], ids=["cut within its last line", "torn", "lost"])
async def test_a_broken_anchor_is_said_and_one_command_goes_on_with_it_on_record(
    folder: Path, harm: Callable[[Path], None]
) -> None:
    anchor = folder / "checkpoints.jsonl"
    assert await problems(folder) == []
    harm(anchor)
    (said,) = await problems(folder)
    assert "switchboard journal repair-anchor" in said
    assert (await run(folder, "checkpoint")).exit_code != 0  # nothing is built on it meanwhile
    done = json.loads((await run(folder, "repair-anchor")).stdout)
    assert done["repaired"]
    assert await problems(folder) == []
    assert (await run(folder, "checkpoint")).exit_code == 0
    last = json.loads(anchor.read_text("ascii").splitlines()[-1])
    assert "anchor:repairs" in last["heads"]  # that it was done is on the record, and anchored
    assert not json.loads((await run(folder, "repair-anchor")).stdout)["repaired"]


async def test_a_forged_line_is_evidence_and_stays(folder: Path) -> None:
    anchor = folder / "checkpoints.jsonl"
    line = json.loads(anchor.read_text("ascii").splitlines()[-1])
    anchor.write_text(json.dumps({**line, "heads": {}}) + "\n", "ascii")
    before = anchor.read_bytes()
    done = await run(folder, "repair-anchor")
    assert done.exit_code != 0
    assert anchor.read_bytes() == before
    assert await problems(folder) != []
