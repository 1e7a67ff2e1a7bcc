"""A process keeps to its share of the database server's connections, however many customers write at once."""

import asyncio

import asyncpg
import pytest

from tests.conftest import OpenHouse
from tests.deployment.database_server import database_server
from tests.house_guest import Guest

POOL, BESIDE = 5, 2
"""Beside the pool: one connection listens, and one verifies the record while somebody asks for it."""


async def watch(url: str, done: asyncio.Event) -> int:
    """The most connections of others that the server had until it was done."""
    connection = await asyncpg.connect(url)
    most = 0
    try:
        while not done.is_set():
            query = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'switchboard' AND pid <> pg_backend_pid()"
            most = max(most, await connection.fetchval(query))
    finally:
        await connection.close()
    return most


async def ask(house: Guest, number: int) -> str:
    talk = await house.customer(f"C-1{number:04}")
    await talk.says("what do I owe?")
    return talk.text


@pytest.mark.timeout(300)
async def test_many_customers_at_once_take_no_more_than_the_setting_says(open_house: OpenHouse) -> None:
    with database_server() as server:
        house = await open_house(database_url=server.url(), database_pool=POOL)
        done = asyncio.Event()
        watching = asyncio.create_task(watch(server.url(), done))
        replies = await asyncio.gather(*(ask(house, number) for number in range(100, 124)))
        assert (await house.fetch("auditor", "/v1/journal/verify"))["ok"]
        done.set()
        most = await watching

        assert all(replies)
        assert 1 < most <= POOL + BESIDE
        await house.house.database.dispose()
