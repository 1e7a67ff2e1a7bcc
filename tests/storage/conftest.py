"""A database of either kind, with every table of ours."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database import open_database, upgrade_database
from tests.vaults import open_test_vault


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    engine = open_database(str(url), tmp_path)
    await upgrade_database(engine, open_test_vault())
    yield engine
    await engine.dispose()
