import shutil
import sqlite3
from datetime import UTC, datetime

import pytest

from app.company.code import open_folder
from app.company.profile import REFERENCE, read_profile
from companies.northwind_fibre.seed import TENANTS
from mcp_servers.catalogue import build_servers
from mcp_servers.sandbox.database import Sandbox
from mcp_servers.sandbox.seed import seed_sandbox
from policy.keys import generate_private_key, public_key_of
from tests.mcp_servers.office import HandClock, Office

WEDNESDAY = datetime(2026, 3, 18, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("seed") / "sandbox.db"
    sandbox = Sandbox(path)
    seed_sandbox(sandbox, WEDNESDAY, TENANTS)
    sandbox.close()
    return path


@pytest.fixture
def sandbox_path(seeded_file, tmp_path):
    return shutil.copy(seeded_file, tmp_path / "sandbox.db")


@pytest.fixture
def sandbox(sandbox_path):
    sandbox = Sandbox(sandbox_path)
    yield sandbox
    sandbox.close()


@pytest.fixture
def version(sandbox, sandbox_path):
    """A number that changes with every committed change of the sandbox."""
    watcher = sqlite3.connect(sandbox_path)
    yield lambda: watcher.execute("PRAGMA data_version").fetchone()[0]
    watcher.close()


@pytest.fixture(scope="session")
def private_key():
    return generate_private_key()


@pytest.fixture
def clock():
    return HandClock(WEDNESDAY)


@pytest.fixture
def office(sandbox, private_key, clock):
    company = open_folder(REFERENCE, read_profile(REFERENCE))
    servers = build_servers(sandbox, public_key_of(private_key), clock, company)
    return Office(servers, sandbox, private_key, clock)
