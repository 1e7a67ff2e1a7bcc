"""A backup that is put back after an erasure does not bring the erased customer back."""

import asyncio
import shutil
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.bootstrap import open_switchboard
from app.privacy.erasure import ErasureRequest
from app.privacy.service import open_privacy_service
from app.settings import load_settings
from domain.errors import Misconfigured
from storage.tables.control import data_keys
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Talk
from tests.postgres_server import SUPERUSER, find_binaries
from tests.reference import TENANT
from tests.sandbox_files import FILES

DATABASE = ("switchboard.db", "switchboard.db-wal", "switchboard.db-shm")


async def talked(guest: Guest, customer: str, word: str) -> Talk:
    talk = await guest.customer(customer)
    await talk.says(f"what do I owe? I am {word}")
    assert word in str(await talk.look())
    return talk


async def erase(guest: Guest, customer: str = "C-1001") -> tuple[str, ...]:
    async with open_privacy_service(guest.house.settings) as office:
        return (await office.erasures.erase(ErasureRequest(TENANT, customer, "ticket 4711", "operator"))).remaining


@pytest.fixture
async def erased(open_house: OpenHouse, tmp_path: Path) -> tuple[Guest, Talk, Talk, Path]:
    """A house that erased C-1001 after a backup of its database and its encryption key was made."""
    guest = await open_house("data")
    gone, stays = await talked(guest, "C-1001", "zanzibar"), await talked(guest, "C-1002", "tasmania")
    backup = tmp_path / "backup"
    backup.mkdir()
    for name in (*DATABASE, "encryption_keys"):
        if (tmp_path / "data" / name).exists():
            shutil.copy(tmp_path / "data" / name, backup / name)
    await erase(guest)
    return guest, gone, stays, backup


async def test_a_backup_put_back_after_an_erasure_does_not_read_the_erased_words(
    erased: tuple[Guest, Talk, Talk, Path], tmp_path: Path
) -> None:
    guest, gone, stays, backup = erased
    restored = Path(shutil.copytree(tmp_path / "data", tmp_path / "restored", ignore=shutil.ignore_patterns(*DATABASE)))
    for file in backup.iterdir():
        shutil.copy(file, restored / file.name)
    async with open_switchboard(load_settings(data=restored)) as house, Guest(house, guest.tokens) as later:
        assert "zanzibar" not in str(await later.fetch("channel", f"/v1/conversations/{gone.id}"))
        assert "tasmania" in str(await later.fetch("channel", f"/v1/conversations/{stays.id}"))
        async with open_privacy_service(house.settings) as office:
            await office.erasures.finish()
            rows = await office.transactions.read(
                lambda connection: connection.execute(select(data_keys.c.customer_id)).scalars().all()
            )
        assert "C-1001" not in rows, "the database that was put back still names the erased customer"
        assert "C-1002" in rows
        assert (await later.fetch("auditor", "/v1/journal/verify"))["ok"]


async def test_the_backup_alone_with_the_encryption_key_says_that_its_keys_are_missing(
    erased: tuple[Guest, Talk, Talk, Path],
) -> None:
    *_, backup = erased
    for name in FILES:
        shutil.copy(erased[0].house.settings.data / name, backup / name)
    with pytest.raises(Misconfigured, match="the conversations' keys are not in"):
        async with open_switchboard(load_settings(data=backup)):
            pass


async def test_no_key_is_in_the_database_or_its_log_of_changes_and_a_destroyed_one_is_nowhere(
    open_house: OpenHouse, tmp_path: Path
) -> None:
    guest = await open_house("data")
    gone = await talked(guest, "C-1001", "zanzibar")
    store = guest.house.control.transactions.vault.store  # pyright: ignore[reportAttributeAccessIssue]
    wrapped = store.find(gone.id)
    content = wrapped.partition(":")[2].encode()
    files = [tmp_path / "data" / name for name in DATABASE]
    assert not [file for file in files if file.exists() and content in file.read_bytes()]
    assert content in (tmp_path / "data" / "keys" / "data_keys.db").read_bytes()
    remaining = await erase(guest)
    assert not [file for file in (tmp_path / "data").rglob("*") if file.is_file() and content in file.read_bytes()]
    assert [line for line in remaining if line.startswith(f"copies of {tmp_path / 'data' / 'keys' / 'data_keys.db'}")]


@pytest.mark.parametrize("apart", [True, False])
async def test_on_postgresql_the_text_says_where_keys_remain(
    open_house: OpenHouse, postgres_url: str, tmp_path: Path, apart: bool
) -> None:
    keys = str(tmp_path / "apart.db") if apart else ""
    guest = await open_house("data", database_url=postgres_url, encryption={"data_keys": keys})
    talk = await talked(guest, "C-1001", "zanzibar")
    remaining = " ".join(await erase(guest))
    assert "zanzibar" not in str(await talk.look())
    assert ("copies of" in remaining, "backups of the database" in remaining) == (apart, not apart)


async def test_keys_lie_in_a_postgresql_of_their_own(
    open_house: OpenHouse, postgres_server: str, postgres_url: str, tmp_path: Path
) -> None:
    binaries, name = find_binaries(), f"keys_{uuid4().hex}"
    assert binaries is not None
    host, _, port = postgres_server.partition(":")
    command = [str(binaries / "createdb"), "-h", host, "-p", port, "-U", SUPERUSER, name]
    await asyncio.to_thread(subprocess.run, command, check=True)
    url = f"postgresql://{SUPERUSER}@{postgres_server}/{name}"
    guest = await open_house("data", database_url=postgres_url, encryption={"data_keys": url})
    talk = await talked(guest, "C-1001", "zanzibar")
    rows = await guest.house.control.transactions.read(
        lambda connection: connection.execute(select(data_keys.c.wrapped)).scalars().all()
    )
    assert set(rows) == {"apart"}
    await erase(guest)
    assert "zanzibar" not in str(await talk.look())
