"""What one machine learnt is taken by every process that shares the database, and nothing else is."""

from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.shared_models import SharedModels
from domain.errors import Conflict, RecordBroken
from storage.database import open_database, upgrade_database
from storage.tables.control import trained_models
from storage.transactions import Transactions
from tests.vaults import open_test_vault
from understanding.intents.models import list_versions, put_in_force, read_version, take_version, version_in_force


@pytest.fixture
async def database(postgres_url: str, tmp_path: Path):
    engine = open_database(postgres_url, tmp_path)
    await upgrade_database(engine, open_test_vault())
    yield engine
    await engine.dispose()


def machine(database: AsyncEngine, folder: Path) -> SharedModels:
    return SharedModels(Transactions(database, open_test_vault()), folder)


def learn(folder: Path, version: int, content: bytes) -> None:
    take_version(folder, version, content)
    put_in_force(folder, version)


async def test_a_version_is_taken_and_gone_back_from_on_every_machine(database: AsyncEngine, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    one, other = machine(database, here), machine(database, there)
    learn(here, 1, b"first")
    await one.share()
    learn(here, 2, b"second")
    await one.share()
    await other.follow()
    assert (version_in_force(there), read_version(there, 2)) == (2, b"second")
    for version in (1, 0, 2):
        put_in_force(here, version)
        await one.share()
        await other.follow()
        assert version_in_force(there) == version
    assert (list_versions(there), read_version(there, 1)) == ([1, 2], b"first")


async def test_what_was_learnt_before_anything_was_shared_stays(database: AsyncEngine, tmp_path: Path) -> None:
    learn(tmp_path, 3, b"own")
    await machine(database, tmp_path).follow()
    assert version_in_force(tmp_path) == 3


async def test_of_two_models_of_one_number_the_later_is_refused(database: AsyncEngine, tmp_path: Path) -> None:
    for name in ("here", "there"):
        learn(tmp_path / name, 1, name.encode())
    await machine(database, tmp_path / "here").share()
    with pytest.raises(Conflict, match="train again"):
        await machine(database, tmp_path / "there").share()
    await machine(database, tmp_path / "there").follow()


async def test_a_model_that_was_put_into_the_database_by_another_is_not_taken(
    database: AsyncEngine, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    learn(here, 1, b"ours")
    await machine(database, here).share()
    async with database.begin() as connection:
        await connection.execute(update(trained_models).values(content="Zm9yZ2Vk"))
    with pytest.raises(RecordBroken):
        await machine(database, there).follow()
    assert version_in_force(there) == 0
