"""A schedule on each kind of database, opened as several processes would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from storage.tables.jobs import metadata
from storage.transactions import Transactions

Open = Callable[[], Awaitable[Transactions]]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'jobs.db'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
async def open_transactions(database_url: str) -> AsyncIterator[Open]:
    """Opens the database as one more process would."""
    opened: list[tuple[Transactions, object]] = []

    async def open_it() -> Transactions:
        engine = create_async_engine(database_url)
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        transactions = Transactions(engine)
        opened.append((transactions, engine))
        return transactions

    yield open_it
    for transactions, engine in opened:
        await transactions.close()
        await engine.dispose()


async def until(true: Callable[[], bool]) -> None:
    """Let others run until something is so; it must come, however slow the machine is."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - what is waited for is another task's, and has no event
            await asyncio.sleep(0.01)
