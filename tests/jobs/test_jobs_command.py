"""`switchboard jobs`: how things stand, and having something done now."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.job_reports import report_jobs, run_job
from app.main import cli
from app.settings import load_settings
from domain.errors import BadRequest, Unavailable, UnknownName
from tests.house_guest import Guest


def list_jobs(folder: Path) -> Result:
    return CliRunner().invoke(cli, ["jobs", "list", "--json", "--data", str(folder)])


def test_the_list_names_every_job(seeded_folder: Path) -> None:
    answer = list_jobs(seeded_folder)
    assert answer.exit_code == 0, answer.output
    rows = {row["name"]: row for row in json.loads(answer.stdout)["items"]}
    assert rows["anchoring"]["purpose"] == "signs what was added to the record"
    assert rows["policy-bundle"]["everywhere"]


def test_where_nothing_is_installed_nothing_is_listed_or_made(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    assert list_jobs(folder).exit_code == 2
    assert not folder.exists()


async def test_a_running_service_does_a_job_at_once_and_the_list_says_so(house: Guest) -> None:
    settings = house.house.settings
    done = await run_job(settings, "retention", wait_s=60)
    assert (done["succeeded"], done["error"]) == (True, None)
    rows = {row["name"]: row for row in await report_jobs(settings)}
    assert rows["retention"]["last_success_at"] > 0
    assert rows["retention"]["failures_in_a_row"] == 0
    answer = await house.http.get("/readyz")
    assert answer.json()["checks"]["jobs"] == "ok"


async def test_a_failed_run_says_what_failed(house: Guest) -> None:
    anchor = house.house.settings.data / "checkpoints.jsonl"
    anchor.write_text("this was never signed\n", "ascii")
    done = await run_job(house.house.settings, "anchoring", wait_s=60)
    assert not done["succeeded"]
    assert done["error"].startswith("RecordBroken: ")
    anchor.unlink()


async def test_what_cannot_be_run_is_refused_with_what_to_do(house: Guest, tmp_path: Path) -> None:
    settings = house.house.settings
    with pytest.raises(UnknownName, match="did you mean anchoring"):
        await run_job(settings, "anchorin", wait_s=1)
    with pytest.raises(BadRequest, match="by every process"):
        await run_job(settings, "policy-bundle", wait_s=1)
    with pytest.raises(UnknownName, match="empty"):
        await run_job(load_settings(data=tmp_path / "empty"), "retention", wait_s=1)


async def test_without_a_service_a_job_stays_due(seeded_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    with pytest.raises(Unavailable, match="no process began retention within"):
        await run_job(load_settings(data=folder), "retention", wait_s=0.3)
