import shutil
from contextlib import closing
from datetime import UTC, datetime

import pytest

from app.company.code import open_folder
from app.company.profile import REFERENCE, read_profile
from companies.northwind_fibre.seed import TENANTS
from mcp_servers.catalogue import build_servers
from mcp_servers.sandbox.files import Sandbox
from mcp_servers.sandbox.seed import seed_sandbox
from policy.keys import generate_private_key, public_key_of
from tests.mcp_servers.office import HandClock, Office
from tests.sandbox_files import SYSTEMS, open_systems

WEDNESDAY = datetime(2026, 3, 18, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("seed")
    sandbox = Sandbox(path)
    seed_sandbox(sandbox, WEDNESDAY, TENANTS)
    sandbox.close()
    return path


@pytest.fixture
def sandbox_path(seeded_file, tmp_path):
    return shutil.copytree(seeded_file, tmp_path / "sandbox")


@pytest.fixture
def sandbox(sandbox_path):
    sandbox = Sandbox(sandbox_path)
    yield sandbox
    sandbox.close()


@pytest.fixture
def version(sandbox, sandbox_path):
    """Numbers that change with every committed change of the sandbox."""
    with closing(open_systems(sandbox_path)) as watcher:
        yield lambda: [watcher.execute(f"PRAGMA {name}.data_version").fetchone()[0] for name in SYSTEMS]


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
