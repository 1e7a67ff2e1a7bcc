"""A whole Switchboard for tests: seeded once, copied for each test, spoken to through its HTTP API."""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.dependencies import models
from hypothesis import settings

from app.bootstrap import Clock, open_switchboard
from app.clock import tell_time
from app.settings import load_settings
from tests.house_guest import Guest, open_guest
from tests.learnt import give_learnt, keep_learnt

settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")
pytest_plugins = ["tests.model_server", "tests.postgres_server"]
OpenHouse = Callable[..., Awaitable[Guest]]
PlaceHouse = Callable[[], dict[str, Any]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let every test that opens a house open several replicas of it, each request going to the next of them."""
    parser.addoption("--replicas", type=int, default=1, help="Replicas of a house, on a real PostgreSQL.")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: nobody looks through it for garbage again and again.

    That took a quarter of the time in which a house opens.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def seeded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as the first start leaves it."""
    import asyncio

    folder = tmp_path_factory.mktemp("seeded")
    give_learnt(folder / "cache")

    async def start_once() -> None:
        async with open_switchboard(load_settings(data=folder)):
            pass

    asyncio.run(start_once())
    keep_learnt(folder / "cache")
    return folder


@pytest.fixture(scope="session")
def migrated_database(seeded_folder: Path, new_postgres_url: Callable[..., str]) -> str:
    """The URL of a PostgreSQL database with our schema, to be copied."""
    import asyncio

    url = new_postgres_url()

    async def start_once() -> None:
        async with open_switchboard(load_settings(data=seeded_folder, database_url=url)):
            pass

    asyncio.run(start_once())
    return url


@pytest.fixture(scope="session")
def place_house(request: pytest.FixtureRequest) -> PlaceHouse:
    """Gives each house what `open_guest` needs to know: with `--replicas N` their number and a PostgreSQL database."""
    replicas = request.config.getoption("--replicas")
    if replicas == 1:
        return dict
    make_database, template = map(request.getfixturevalue, ("new_postgres_url", "migrated_database"))
    return lambda: {"replicas": replicas, "database_url": make_database(template)}


def forget_applications() -> None:
    """Let closed applications go: FastAPI remembers what it asked of routes, and the whole application with each.

    That is 34 MB for each one that was opened; a worker of the tests opens hundreds.
    """
    for each in vars(models).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


def copy_or_link(source: str, target: str) -> str:
    """Copy a file of a data folder; what was learnt is never written again and takes no second place on the disk."""
    if source.endswith(".npz"):
        os.link(source, target)
        return target
    return shutil.copy2(source, target)


@pytest.fixture
async def open_house(seeded_folder: Path, tmp_path: Path, place_house: PlaceHouse) -> AsyncIterator[OpenHouse]:
    """Opens a house on a fresh copy of the seeded data; with the same `name` again, on the same data."""
    places: dict[str, dict[str, Any]] = {}
    async with AsyncExitStack() as stack:

        async def open_it(name: str = "data", clock: Clock = tell_time, **settings: Any) -> Guest:
            folder = tmp_path / name
            if not folder.exists():
                shutil.copytree(seeded_folder, folder, copy_function=copy_or_link)
            if name not in places:
                places[name] = place_house()
            return await stack.enter_async_context(open_guest(folder, clock=clock, **places[name] | settings))

        yield open_it
    forget_applications()


@pytest.fixture
async def house(open_house: OpenHouse) -> Guest:
    """A house of its own for one test."""
    return await open_house()
