"""One running service for many tests."""

from collections.abc import Iterator

import pytest

from tests.channels.http_service import Service
from tests.channels.running_service import running


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests that leave the named customers' records alone."""
    with running(tmp_path_factory.mktemp("service")) as one:
        yield one


@pytest.fixture(scope="module")
def own_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with fresh data for the tests of one file."""
    with running(tmp_path_factory.mktemp("service")) as one:
        yield one
