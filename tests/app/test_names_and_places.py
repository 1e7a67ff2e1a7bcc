"""What does not exist is refused with the nearest that does, and what only reads makes nothing."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.main import cli
from policy.engines.bundle import BUNDLE
from storage.tables.control import autonomy_overrides
from tests.conftest import OpenHouse
from tests.house_guest import Guest

RUN = CliRunner()


@pytest.fixture(autouse=True)
def _no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_CONFIG", str(tmp_path / "none.toml"))


@pytest.fixture
def folder(seeded_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seeded_folder, tmp_path / "data"))


def run(folder: Path, *arguments: str) -> Result:
    return RUN.invoke(cli, [*arguments, "--data", str(folder)])


MISTYPED = [
    (("autonomy", "stop", "billing.pay_bil", "-m", "x"), "did you mean billing.pay_bill"),
    (("autonomy", "set", "scheduling.book_visits", "off", "-m", "x"), "did you mean scheduling.book_visit"),
    (("autonomy", "stop", "channel:fax", "-m", "x"), "there is no channel 'fax'"),
    (("autonomy", "stop", "channel:voce", "-m", "x"), "did you mean voice"),
    (("autonomy", "stop", "cohort:locale:ed", "-m", "x"), "or locale:de?"),
    (("autonomy", "stop", "cohort:flag:vulnerble", "-m", "x"), "did you mean flag:vulnerable"),
    (("autonomy", "stop", "cohort:partner:partnr", "-m", "x"), "did you mean partner:partner"),
    (("autonomy", "stop", "-m", "x", "--tenant", "northwind-fibr"), "did you mean northwind-fibre"),
    (("autonomy", "show", "--tenant", "northwind-fibr"), "did you mean northwind-fibre"),
    (("policy", "diff", str(BUNDLE), "--tool", "payments.refund_paymen"), "did you mean payments.refund_payment"),
    (("policy", "diff", str(BUNDLE), "--tenant", "other-c"), "did you mean other-co"),
    (("policy", "shadow", "--tenant", "other-c"), "did you mean other-co"),
    (("policy", "shadow", "--revision", "sha256:0"), "there is no shadow revision"),
    (("privacy", "erase", "--customer", "C-1", "--reason", "T-1", "--yes"), "there is no customer 'C-1'"),
    (("privacy", "export", "--customer", "C-1", "--out", "/nowhere/x.json"), "there is no customer 'C-1'"),
    (("privacy", "export", "--customer", "C-1", "--out", "/nowhere/x", "--tenant", "other-c"), "did you mean other-co"),
    (("follow-ups", "list", "--customer", "C-1"), "there is no customer 'C-1'"),
]


@pytest.mark.parametrize(("arguments", "told"), MISTYPED, ids=lambda each: "-".join(each[:3]) if len(each) < 9 else "")
def test_a_mistyped_name_is_refused_with_the_nearest(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    done = run(folder, *arguments)
    assert done.exit_code == 2, done.output
    assert told in done.stderr


def test_what_was_refused_is_not_on_record(folder: Path) -> None:
    run(folder, "autonomy", "stop", "billing.pay_bil", "-m", "x")
    assert json.loads(run(folder, "autonomy", "show", "--json").stdout)["history"] == []


def test_listing_tools_needs_no_installation_and_makes_none(tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere", "mcp", "list").exit_code == 0
    assert not (tmp_path / "nowhere").exists()


def test_a_mistyped_server_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    done = run(tmp_path / "nowhere", "mcp", "serve", "payment", "--port", "0")
    assert done.exit_code == 2
    assert "did you mean payments" in done.stderr
    assert not (tmp_path / "nowhere").exists()


def test_reading_makes_and_changes_no_file(folder: Path) -> None:
    def files() -> dict[str, bytes]:
        return {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}

    before = files()
    for arguments in (("autonomy", "show"), ("journal", "verify"), ("policy", "shadow"), ("follow-ups", "list")):
        assert run(folder, *arguments).exit_code == 0
    assert files() == before


def test_a_backup_without_its_keys_is_not_given_new_ones(folder: Path) -> None:
    (folder / "encryption_keys").unlink()
    done = run(folder, "autonomy", "show")
    assert done.exit_code == 1
    assert "encryption_keys is not there" in done.stderr
    assert not (folder / "encryption_keys").exists()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"act": "stop", "scope": "procedure", "name": "billing.pay_bil"}, "did you mean billing.pay_bill"),
        ({"act": "stop", "scope": "channel", "name": "fax"}, "there is no channel 'fax'"),
        ({"act": "set", "scope": "cohort", "name": "locale:xx", "stage": "off"}, "there is no cohort 'locale:xx'"),
    ],
)
async def test_the_api_refuses_names_that_do_not_exist(house: Guest, body: dict[str, str], told: str) -> None:
    answer = await house.call("admin", "POST", "/v1/autonomy", {**body, "reason": "a drill"})
    assert answer.status_code == 422, answer.text
    assert told in answer.json()["detail"]
    assert (await house.fetch("auditor", "/v1/autonomy"))["history"] == []


async def test_what_is_held_back_under_a_name_that_is_gone_can_be_let_go(house: Guest) -> None:
    row = {"tenant": "northwind-fibre", "scope": "procedure", "name": "billing.gone", "act": "stop", "stage": "auto"}
    row |= {"percent": 100, "rest": "approve", "by": "dana", "reason": "x", "at": house.house.control.dial._clock()}
    insert = autonomy_overrides.insert().values(**row)
    await house.house.control.transactions.write(lambda connection: connection.execute(insert))
    body = {"act": "resume", "scope": "procedure", "name": "billing.gone", "reason": "it is gone"}
    assert (await house.call("admin", "POST", "/v1/autonomy", body)).status_code == 201


async def test_the_api_tells_which_processes_obey(house: Guest) -> None:
    stopped = await house.call("admin", "POST", "/v1/autonomy", {"act": "stop", "reason": "a drill"})
    async with asyncio.timeout(10):
        while True:
            [process] = (await house.fetch("auditor", "/v1/autonomy"))["processes"] or [{"obeyed": -1}]
            if process["obeyed"] >= stopped.json()["number"]:
                break
            await asyncio.sleep(0.05)
    assert process["obeyed_at"] >= stopped.json()["at"]


async def test_a_database_of_another_version_is_named_and_left_alone(open_house: OpenHouse, tmp_path: Path) -> None:
    guest = await open_house("data")
    for found, told in (("0001", "start `switchboard serve` on it once"), ("9999", "newer than this program's")):
        await guest.house.control.transactions.write(
            lambda connection, found=found: connection.exec_driver_sql(
                f"UPDATE alembic_version SET version_num = '{found}'"
            )
        )
        done = await asyncio.to_thread(run, tmp_path / "data", "autonomy", "show")
        assert done.exit_code == 1
        assert told in done.stderr
