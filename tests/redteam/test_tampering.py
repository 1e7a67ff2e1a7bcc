"""Somebody with the database in their hands rewrites what happened."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.records import verify
from app.settings import load_settings
from tests.model_server import ModelServer, behaves
from tests.redteam.arsenal import Fortress
from tests.redteam.tally import TALLY

pytestmark = pytest.mark.asyncio(loop_scope="session")
ONE = "conversation_id = :one"
REFUNDED = "SELECT min(conversation_id) FROM journal_entries WHERE kind = 'intent' AND tool = 'payments.refund_payment'"
FORGERIES = {
    "an edited amount": [f"UPDATE journal_entries SET payload = replace(payload, 'A', 'B') WHERE {ONE}"],
    "an edited rule": [f"UPDATE journal_entries SET rules = '[]' WHERE sequence = 2 AND {ONE}"],
    "another effect": [f"UPDATE journal_entries SET effect = 'deny' WHERE kind = 'intent' AND {ONE}"],
    "a deleted entry": [f"DELETE FROM journal_entries WHERE sequence = 2 AND {ONE}"],
    "a cut tail": [f"DELETE FROM journal_entries WHERE sequence > 3 AND {ONE}"],
    "two entries exchanged": [
        f"UPDATE journal_entries SET sequence = 1002 WHERE sequence = 2 AND {ONE}",
        f"UPDATE journal_entries SET sequence = 2 WHERE sequence = 3 AND {ONE}",
        f"UPDATE journal_entries SET sequence = 3 WHERE sequence = 1002 AND {ONE}",
    ],
    "a conversation that never was": [
        f"DELETE FROM journal_entries WHERE {ONE}",
        f"DELETE FROM journal_heads WHERE {ONE}",
    ],
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recorded")


async def test_the_journal_is_rewritten(obedient: Fortress, model_server: ModelServer, recorded: Path) -> None:
    """Pass: `journal verify` says of each kind of forgery that the record is not whole, and where."""
    from app.anchoring import open_checkpoints

    model_server.behaviour = behaves()
    assert await obedient.serve()
    settings = load_settings(data=obedient.folder, database_url="")
    await open_checkpoints(settings, obedient.guest.house.control.transactions).anchor()
    assert (await verify(load_settings(data=obedient.folder, database_url="")))["ok"]
    one = obedient.rows(REFUNDED, database="switchboard.db")[0][0]
    unseen: list[str] = []
    for name, statements in FORGERIES.items():
        folder = recorded / name.replace(" ", "-")
        copy(obedient.folder, folder)
        with closing(sqlite3.connect(folder / "switchboard.db")) as database, database:
            for statement in statements:
                assert database.execute(statement, {"one": one}).rowcount > 0, statement
        found = await verify(load_settings(data=folder, database_url=""))
        if found["ok"] or not all("CV-" in problem for problem in found["problems"]):
            unseen.append(f"{name}: {found}")
    TALLY.attacked(len(FORGERIES), unseen)


def copy(source: Path, target: Path) -> None:
    """The database as a thief would take it, with key and checkpoints beside it."""
    target.mkdir()
    name = "switchboard.db"
    with closing(sqlite3.connect(source / name)) as here, closing(sqlite3.connect(target / name)) as there:
        here.backup(there)
    for name in ("grant_key.pem", "checkpoint_key.pem", "checkpoints.jsonl", "encryption_keys"):
        shutil.copy(source / name, target / name)
    shutil.copytree(source / "keys", target / "keys")
