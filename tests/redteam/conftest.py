"""Houses under attack, shared by the tests of a run, and the report at its end."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.chaos.charges import make_charges
from tests.house_guest import open_guest
from tests.model_server import ModelServer
from tests.redteam.arsenal import Fortress
from tests.redteam.sidecar import Sidecar, open_sidecar
from tests.redteam.tally import TALLY

HONEST = 100


@asynccontextmanager
async def besieged(seeded: Path, folder: Path, **settings: Any) -> AsyncIterator[Fortress]:
    """A house on a copy of the seeded data, with customers who have an honest wish."""
    shutil.copytree(seeded, folder)
    charges = iter(make_charges(folder, HONEST, approved=0))
    async with open_guest(folder, **settings) as guest:
        yield Fortress(guest, folder, charges)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def fortress(seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fortress]:
    """One house with its embedded brain and engine."""
    async with besieged(seeded_folder, tmp_path_factory.mktemp("fortress") / "data") as one:
        yield one


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def obedient(
    seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory, running_model_server: ModelServer
) -> AsyncIterator[Fortress]:
    """One house with a language model on loopback that a test scripts."""
    model = {"base_url": running_model_server.url, "name": "scripted"}
    async with besieged(seeded_folder, tmp_path_factory.mktemp("obedient") / "data", model=model) as one:
        yield one


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sidecar() -> AsyncIterator[Sidecar]:
    """A server in OPA's place."""
    async with open_sidecar() as one:
        yield one


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def governed_from_outside(
    seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory, sidecar: Sidecar
) -> AsyncIterator[Fortress]:
    """One house whose decisions come from that sidecar."""
    policy = {"engine": "opa", "opa_url": sidecar.url, "timeout_ms": 100}
    async with besieged(seeded_folder, tmp_path_factory.mktemp("sidecar") / "data", policy=policy) as one:
        yield one


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The report."""
    if not TALLY.attacks:
        return
    terminalreporter.section("red team")
    terminalreporter.line(f"attacks: {TALLY.attacks:,}")
    terminalreporter.line(f"successes: {TALLY.successes}")
    terminalreporter.line(f"legitimate journeys that still succeeded: {TALLY.served} of {TALLY.journeys}")
