"""Databases and houses for the policy room's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.database import METADATA
from tests.policy.house import House, open_house


def open_sqlite(path: Path) -> AsyncEngine:
    """A database file as the application opens it."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", connect_args={"timeout": 15})

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection, record):
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    return engine


async def _created(engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    async with engine.begin() as connection:
        for tables in METADATA:
            await connection.run_sync(tables.create_all)
    yield engine
    await engine.dispose()


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """A new SQLite database."""
    async for engine in _created(open_sqlite(tmp_path / "switchboard.db")):
        yield engine


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    """A new PostgreSQL database."""
    async for engine in _created(create_async_engine(postgres_url, pool_size=20, max_overflow=40)):
        yield engine


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> AsyncEngine:
    """A new database of either kind."""
    return request.getfixturevalue(request.param)


@pytest.fixture
async def house(sqlite: AsyncEngine) -> AsyncIterator[House]:
    """A gate over real servers on SQLite."""
    opened = await open_house(sqlite)
    yield opened
    await opened.servers.stop()


@pytest.fixture
async def either_house(database: AsyncEngine) -> AsyncIterator[House]:
    """A gate over real servers on either database."""
    opened = await open_house(database)
    yield opened
    await opened.servers.stop()
