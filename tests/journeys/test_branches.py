"""Every procedure along every branch, played through the HTTP API: the table is in `branches/`."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from agents.catalogue import load_catalogue
from tests.conftest import PlaceHouse
from tests.house_guest import Guest, open_guest
from tests.journeys.branch_table import BRANCHES, Row, Snapshot, play, read_cells

CELLS = read_cells()
ROWS = [
    pytest.param(row, id=f"{cell.procedure}-{cell.branch}-{number}")
    for cell in CELLS
    for number, row in enumerate(cell.rows, start=1)
]
Stage = tuple[Guest, Snapshot]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory, place_house: PlaceHouse
) -> AsyncIterator[Stage]:
    """One house for all rows, whose systems are put back before each."""
    folder = tmp_path_factory.mktemp("branches") / "data"
    shutil.copytree(seeded_folder, folder)
    async with open_guest(folder, **place_house()) as guest:
        yield guest, Snapshot(guest)


def test_every_procedure_has_every_branch_or_says_why_not() -> None:
    procedures = [name for each in load_catalogue().specialists.values() for name in each.procedures]
    told = {(cell.procedure, cell.branch) for cell in CELLS if cell.rows or cell.reason}
    assert told == {(name, branch) for name in procedures for branch in BRANCHES}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("row", ROWS)
async def test_the_branch_goes_as_the_table_says(stage: Stage, row: Row) -> None:
    guest, snapshot = stage
    await snapshot.restore(row.given, row.customer or "C-1001")
    talk, heard = await play(guest, row)
    said = " ".join(heard)
    assert all(heard), "a turn without an answer"
    assert all(words in heard[-1] for words in row.hears), heard[-1]
    assert not any(words in said for words in row.never), said
    assert " ".join(part for part in talk.pending if part) == row.pending
    assert (talk.turn["handoff"] or {}).get("reason", "") == row.handoff
    assert tuple(tool for tool, outcome in await talk.done() if outcome == "succeeded") == row.done
