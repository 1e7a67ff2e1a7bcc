"""The services that are put under load: one or two replicas, on SQLite or on PostgreSQL, on all cores or on some."""

import json
import os
import sys
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Skipped
from benchmarks.processes import Served, serve
from tests.cluster.postgres import Postgres, running_postgres
from tests.postgres_server import find_binaries

WITHOUT_RATES = {"limits__requests_per_minute": "100000000", "limits__messages_per_minute": "100000000"}
"""All callers are one principal here, from one address: what one may ask in a minute is not what is measured."""
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'switchboard' AND application_name = 'switchboard'"

TRANSACTIONS = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'switchboard'"


@dataclass(frozen=True, slots=True)
class Services:
    """Replicas that run on the same data, and the channel's token."""

    replicas: Sequence[Served]
    token: str
    postgres: Postgres | None

    @property
    def urls(self) -> list[str]:
        """Where they are."""
        return [replica.url for replica in self.replicas]

    @property
    def pids(self) -> list[int]:
        """Their processes."""
        return [replica.pid for replica in self.replicas]

    async def transactions(self) -> int:
        """How many transactions PostgreSQL has ended so far."""
        return await self.postgres.count(TRANSACTIONS) if self.postgres else 0

    async def connections(self) -> int:
        """How many connections they hold to PostgreSQL."""
        return await self.postgres.count(CONNECTIONS) if self.postgres else 0


@asynccontextmanager
async def running_services(
    data: Path, database: str, cores: Sequence[set[int]] = (set(),), **settings: str
) -> AsyncGenerator[Services]:
    """One replica for each set of cores, pinned to them (an empty set: to none), with PostgreSQL on all of them.

    Raises:
        Skipped: PostgreSQL is wanted, and not installed.
    """
    if database == "postgresql" and find_binaries() is None:
        raise Skipped("PostgreSQL is not installed (apt install postgresql)")
    given = {**WITHOUT_RATES, **settings}
    async with AsyncExitStack() as stack:
        postgres: Postgres | None = None
        if database == "postgresql":
            with pinned(set().union(*cores)):
                postgres = await stack.enter_async_context(running_postgres(data / "postgres.log"))
            given["database_url"] = postgres.url
        replicas: list[Served] = []
        for number, each in enumerate(cores):
            arguments = ("app.main", "serve", "--port", "{port}", "--data", str(data))
            log = data.with_name(f"{data.name}-{number}.log")
            with pinned(each):
                replicas.append(await stack.enter_async_context(serve(arguments, "/readyz", log, **given)))
        token = json.loads((data / "tokens.json").read_text("utf-8"))["channel"]
        yield Services(replicas, token, postgres)


@contextmanager
def pinned(cores: set[int]) -> Generator[None]:
    """Let what is started within the block, and this process meanwhile, run on these cores alone; an empty set: on all.

    Where the system cannot pin, nothing is pinned.
    """
    if not cores or sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
