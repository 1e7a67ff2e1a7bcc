"""Two replicas on a PostgreSQL of their own, with customers who have something to ask for."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import pytest

from tests.cluster.cluster import running_cluster
from tests.cluster.customers import owe_bill, owe_credit, take_customers
from tests.cluster.front import Front, client
from tests.postgres_server import find_binaries

OpenFront = Callable[..., Awaitable[Front]]
CUSTOMERS = 80


@pytest.fixture
async def open_front(seeded_folder: Path, tmp_path: Path) -> AsyncIterator[OpenFront]:
    """Starts a cluster and gives a way to it; all its customers are owed a credit, and owe a bill."""
    if find_binaries() is None:
        pytest.skip("PostgreSQL IS NOT INSTALLED: nothing was tested against it (apt install postgresql)")
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    customers = take_customers(folder, CUSTOMERS)
    owe_credit(folder, customers)
    owe_bill(folder, customers)
    async with AsyncExitStack() as stack:

        async def open_it(replicas: int = 2, systems: tuple[str, ...] = (), **settings: str) -> Front:
            cluster = await stack.enter_async_context(running_cluster(folder, replicas, systems=systems, **settings))
            return Front(cluster, await stack.enter_async_context(client()), Random(7))

        yield open_it
