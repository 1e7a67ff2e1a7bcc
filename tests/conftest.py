"""A whole Switchboard for tests: seeded once, copied for each test, spoken to through its HTTP API."""

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from app.bootstrap import Clock, open_switchboard
from app.clock import tell_time
from app.settings import load_settings
from tests.house_guest import Guest

settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")
pytest_plugins = ["tests.model_server"]

OpenHouse = Callable[..., Awaitable[Guest]]


@pytest.fixture(scope="session")
def seeded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as the first start leaves it."""
    import asyncio

    folder = tmp_path_factory.mktemp("seeded")

    async def start_once() -> None:
        async with open_switchboard(load_settings(data=folder)):
            pass

    asyncio.run(start_once())
    return folder


@pytest.fixture
async def open_house(seeded_folder: Path, tmp_path: Path) -> AsyncIterator[OpenHouse]:
    """Opens a house on a fresh copy of the seeded data; with the same `name` again, on the same data."""
    async with AsyncExitStack() as stack:

        async def open_it(name: str = "data", clock: Clock = tell_time, **settings: Any) -> Guest:
            folder = tmp_path / name
            if not folder.exists():
                shutil.copytree(seeded_folder, folder)
            opened = open_switchboard(load_settings(data=folder, **settings), clock=clock)
            house = await stack.enter_async_context(opened)
            tokens = json.loads((folder / "tokens.json").read_text("utf-8"))
            return await stack.enter_async_context(Guest(house, tokens))

        yield open_it


@pytest.fixture
async def house(open_house: OpenHouse) -> Guest:
    """A house of its own for one test."""
    return await open_house()
