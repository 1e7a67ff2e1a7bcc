"""What version 0.2.0 wrote is backed up and restored by the manual's commands, upgraded, verified and gone on with."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.bootstrap import open_switchboard
from app.settings import load_settings
from tests.deployment.database_server import database_server
from tests.deployment.tools import ROOT
from tests.house_guest import Guest, Talk
from tests.learnt import give_learnt

VERSION_020 = "f5bfc9b"
OLD_PROGRAM = """
import asyncio, json, sys
from pathlib import Path
from app.bootstrap import open_switchboard
from app.settings import load_settings
from tests.house_guest import Guest

async def main(folder, url):
    async with open_switchboard(load_settings(data=folder, database_url=url)) as house:
        tokens = json.loads((folder / "tokens.json").read_text("utf-8"))
        async with Guest(house, tokens) as guest:
            refund = await guest.customer("C-1001")
            await refund.says("I was charged twice for my last bill, said Zebulon")
            handed = await guest.customer("C-1002")
            await handed.says("I want to talk to a human being")
            waiting = await guest.customer("C-1013")
            await waiting.says("I was charged twice for my last bill")
            await waiting.says_code()
            await waiting.says("yes")
            assert refund.pending == ("confirm", "payments.refund_payment"), refund.turn
            assert waiting.turn["status"] == "waiting_approval", waiting.turn
            print(json.dumps({"refund": refund.id, "handed": handed.id, "waiting": waiting.id}))

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


@pytest.fixture(scope="module")
def old_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of version 0.2.0, out of the history."""
    tree = tmp_path_factory.mktemp("version-020")
    archive = subprocess.run(["git", "archive", VERSION_020], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode != 0:
        pytest.skip(f"THE HISTORY DOES NOT REACH {VERSION_020}: upgrading its data was not tried")
    subprocess.run(["tar", "-x"], cwd=tree, input=archive.stdout, check=True)
    return tree


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def databases(request: pytest.FixtureRequest) -> Iterator[tuple[str, Callable[[str], str]]]:
    """The kind of database, and the URL of each by its name; empty where it is a file of the data folder."""
    if request.param == "SQLite":
        yield request.param, lambda name: ""
        return
    with database_server() as server:
        server.run("createdb", "restored")
        yield request.param, server.url


def tokens_of(folder: Path) -> dict[str, str]:
    """The development tokens of a data folder."""
    return json.loads((folder / "tokens.json").read_text("utf-8"))


def run_manual(title: str, **values: str) -> None:
    """Run the commands that the manual gives under this title."""
    manual = (ROOT / "docs" / "operations.md").read_text("utf-8")
    found = re.search(rf"<!-- {title} -->\n```sh\n(.*?)```", manual, re.DOTALL)
    assert found, title
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    path = os.pathsep.join((*map(str, programs), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", found[1]],
        env={**values, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def switchboard(*arguments: str, data: Path, url: str) -> dict[str, object]:
    """A command of the present program that prints JSON."""
    environment = {"PATH": os.environ["PATH"], "SWITCHBOARD_DATABASE_URL": url, "SWITCHBOARD_DATA": str(data)}
    command = [sys.executable, "-m", "app.main", *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def let_020_write(tree: Path, folder: Path, url: str) -> dict[str, str]:
    """Let the old program serve three customers; returns their conversations."""
    done = subprocess.run(
        [sys.executable, "-c", OLD_PROGRAM, str(folder), url],
        cwd=tree,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return next(json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))


@pytest.mark.timeout(420)
async def test_what_020_wrote_is_restored_upgraded_and_gone_on_with(
    old_tree: Path, databases: tuple[str, Callable[[str], str]], tmp_path: Path
) -> None:
    kind, url = databases
    old, new = tmp_path / "old", tmp_path / "new"
    ids = let_020_write(old_tree, old, url("switchboard"))
    places = {"BACKUP": str(tmp_path / "backup"), "KEPT_APART": str(tmp_path / "apart")}
    run_manual(f"back up {kind}", DATA=str(old), DATABASE_URL=url("switchboard"), **places)
    run_manual(f"restore {kind}", DATA=str(new), DATABASE_URL=url("restored"), **places)
    if kind == "PostgreSQL":  # the systems of record are not part of our database
        (new / "sandbox.db").write_bytes((old / "sandbox.db").read_bytes())

    before = switchboard("database", "status", data=new, url=url("restored"))
    upgraded = switchboard("database", "upgrade", data=new, url=url("restored"))
    after = switchboard("database", "status", data=new, url=url("restored"))
    verified = switchboard("journal", "verify", data=new, url=url("restored"))
    assert (before["now"], upgraded["before"]) == ("0008", "0008")
    assert after["now"] == after["needed"] == upgraded["now"]
    assert verified["ok"], verified

    give_learnt(new / "cache")
    settings = load_settings(data=new, database_url=url("restored"))
    async with open_switchboard(settings) as house, Guest(house, tokens_of(new)) as guest:
        refund, waiting = Talk(guest, ids["refund"], "C-1001"), Talk(guest, ids["waiting"], "C-1013")
        assert "Zebulon" in str((await refund.look())["messages"])
        await refund.says("yes")  # to the question as the old version's rules put it: it is put again by those of now
        assert refund.pending == ("confirm", "payments.refund_payment"), refund.turn
        await refund.says("yes")
        decided = await waiting.decides()
        if decided["pending"]:  # the same for what the customer had confirmed
            await waiting.says("yes")
            await waiting.decides()
        assert ("payments.refund_payment", "succeeded") in await refund.done()
        assert ("payments.refund_payment", "succeeded") in await waiting.done()
        queue = (await guest.fetch("representative", "/v1/desk/queue"))["items"]
        assert ids["handed"] in [item["conversation_id"] for item in queue]
        assert (await guest.fetch("auditor", "/v1/journal/verify"))["ok"]
