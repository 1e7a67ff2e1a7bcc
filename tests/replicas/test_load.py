"""The short form of `make load`: all get a turn, or 503 with `Retry-After`; speed decides nothing."""

from pathlib import Path

import pytest

from benchmarks.load.measures import Load, measure_crowd, measure_streams
from benchmarks.stage import Stage
from tests.postgres_server import find_binaries

SHORT = Load(seconds=2, streams=30)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_a_crowd_is_served_or_asked_to_come_again(seeded_folder: Path, tmp_path: Path, database: str) -> None:
    if database == "postgresql" and find_binaries() is None:
        pytest.skip("PostgreSQL IS NOT INSTALLED: nothing was tested against it (apt install postgresql)")
    stage = Stage(tmp_path, seeded_folder, 1, lambda _: None)
    figures = {figure.what: figure for figure in await measure_crowd(stage, SHORT, database, 40)}
    wrong = figures["answers other than 503 with Retry-After"]
    assert wrong.value == 0, wrong.note
    assert figures["turns a second"].value > 0


async def test_open_event_streams_are_all_accepted(seeded_folder: Path, tmp_path: Path) -> None:
    stage = Stage(tmp_path, seeded_folder, 1, lambda _: None)
    figures = await measure_streams(stage, SHORT, "sqlite")
    assert [figure.note for figure in figures] == ["", ""]
