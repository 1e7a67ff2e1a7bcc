"""Money moves exactly once, whatever dies: the short form of `make chaos`."""

import shutil
from pathlib import Path

from tests.chaos.lost_answers import FAULTS
from tests.chaos.run import Plan, run


async def test_refunds_are_made_once_however_often_the_process_is_killed(seeded_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    report = await run(folder, Plan(killed=8, approved=4, lost_answers=0, wave=4, seed=11), lambda done, how: None)
    assert report.holds, report.as_json()
    assert (report.proof.made, sum(report.kills.values())) == (12, 3)


async def test_refunds_are_made_once_when_the_payment_systems_answers_get_lost(
    seeded_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    report = await run(folder, Plan(killed=0, approved=0, lost_answers=8, wave=8, seed=12), lambda done, how: None)
    assert report.holds, report.as_json()
    assert set(report.faults) == set(FAULTS)
