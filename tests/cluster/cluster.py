"""Replicas of one Switchboard on one PostgreSQL, with business systems that run alone and, if wanted, a sidecar."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from app.settings import Settings, load_settings
from tests.chaos.processes import Running
from tests.cluster.postgres import Postgres, running_postgres
from tests.cluster.sidecar import Sidecar, running_sidecar

SYSTEMS = ("crm", "erp", "payments", "knowledge", "network")
POLICY_MS = "2000"
"""A machine that runs everything, and is being disturbed, is slower than one that production would give to OPA."""


@dataclass
class Cluster:
    """What runs. `folder` is what production shares between replicas: keys, tokens, the anchor of the record."""

    folder: Path
    postgres: Postgres
    sidecar: Sidecar | None
    systems: Mapping[str, Running]
    given: Mapping[str, str]
    replicas: list[Running] = field(default_factory=list[Running])
    _numbers: Iterator[int] = field(default_factory=count)

    async def add_replica(self) -> Running:
        """Start one more replica; returns when it is ready."""
        replica = Running(self.folder, "serve", name=f"replica-{next(self._numbers)}", **self.given)
        self.replicas.append(replica)
        await replica.start()
        return replica

    async def drop_replica(self, replica: Running) -> int | None:
        """Stop a replica for good, as a service manager does; returns its exit code."""
        self.replicas.remove(replica)
        return await replica.stop()

    @property
    def settings(self) -> Settings:
        """What a command on this cluster's data is given."""
        return load_settings(data=self.folder, database_url=self.postgres.url)

    @property
    def logs(self) -> Sequence[Path]:
        """What everything printed."""
        return sorted(self.folder.glob("*.log"))

    def kill_all(self) -> None:
        """End replicas and business systems, frozen ones too."""
        for each in (*self.replicas, *self.systems.values()):
            each.kill()


@asynccontextmanager
async def running_cluster(
    folder: Path, replicas: int, *, sidecar: bool = False, systems: Sequence[str] = SYSTEMS, **settings: str
) -> AsyncGenerator[Cluster]:
    """Run that many replicas on the seeded data in `folder`; all gone at the end, also after a failure."""
    async with AsyncExitStack() as stack:
        postgres = await stack.enter_async_context(running_postgres(folder / "postgres.log"))
        opa = await stack.enter_async_context(running_sidecar(folder / "opa.log")) if sidecar else None
        alone = {name: Running(folder, "mcp", "serve", name, health="/healthz") for name in systems}
        given = {"SWITCHBOARD_DATABASE_URL": postgres.url, **_reach(alone), **_ask(opa), **settings}
        cluster = Cluster(folder, postgres, opa, alone, given)
        stack.callback(cluster.kill_all)
        await asyncio.gather(*(each.start() for each in alone.values()))
        await asyncio.gather(*(cluster.add_replica() for _ in range(replicas)))
        yield cluster


def _reach(systems: Mapping[str, Running]) -> dict[str, str]:
    """The stanzas of our own MCP servers that run alone."""
    stanzas = {name: {"URL": f"{one.url}/mcp", "FIRST_PARTY": "true"} for name, one in systems.items()}
    return {
        f"SWITCHBOARD_MCP_SERVERS__{name.upper()}__{key}": value
        for name, stanza in stanzas.items()
        for key, value in stanza.items()
    }


def _ask(sidecar: Sidecar | None) -> dict[str, str]:
    if sidecar is None:
        return {}
    named = {"ENGINE": "opa", "OPA_URL": sidecar.url, "TIMEOUT_MS": POLICY_MS}
    return {f"SWITCHBOARD_POLICY__{name}": value for name, value in named.items()}
