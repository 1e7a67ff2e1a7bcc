"""The short form of `make chaos` with replicas: every kind of disturbance once, on real PostgreSQL and OPA."""

import shutil
from pathlib import Path

import pytest

from tests.chaos.replicated import Plan, run
from tests.opa_binary import require_opa
from tests.postgres_server import find_binaries

KINDS = 9


@pytest.mark.timeout(400)
async def test_money_moves_once_and_after_a_yes_of_its_own_whatever_dies(seeded_folder: Path, tmp_path: Path) -> None:
    require_opa()
    if find_binaries() is None:
        pytest.skip("PostgreSQL IS NOT INSTALLED: nothing was tested against it (apt install postgresql)")
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    plan = Plan(replicas=2, visits=3 * KINDS, wave=3, seed=8, systems=())
    report = await run(folder, plan, lambda done, how: None)
    assert report.holds, report.as_json()
    assert list(report.disturbances.values()) == [1] * KINDS
