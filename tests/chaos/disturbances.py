"""What is done to a cluster while customers talk to it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from storage.unit_of_work import LEASE_S
from tests.chaos.moments import PLACES, Moment, disarm
from tests.chaos.processes import Running
from tests.cluster.cluster import Cluster
from tests.cluster.program import Program

FROZEN_S = LEASE_S + 2.5
"""Longer than a lease: by the time that a frozen replica goes on, others work on its conversations."""
AWAY_S = (0.3, 3.0)
SILENT_S = (3.0, 14.0)
"""Also longer than anybody may have to wait for an answer."""
DEATH_S = 15.0


@dataclass
class Disturbances:
    """Everything that can be done, by name; each returns once what was disturbed is back."""

    cluster: Cluster
    rng: Random

    @property
    def kinds(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """By name; each is fair to do on its own."""
        found: dict[str, Callable[[], Awaitable[None]]] = {
            "a replica killed": self.kill_replica,
            "a process killed where it hurts": self.kill_at_a_moment,
            "a replica frozen for longer than a lease": self.freeze_replica,
            "one more replica started, then stopped": self.add_replica,
            "all replicas rolled, one after the other": self.roll,
            "PostgreSQL killed": self.kill_database,
            "PostgreSQL frozen": self.freeze_database,
        }
        if self.cluster.sidecar is not None:
            found |= {"OPA killed": self.kill_sidecar, "OPA frozen": self.freeze_sidecar}
        return found

    async def kill_replica(self) -> None:
        """SIGKILL, and a start a little later."""
        replica = self._pick()
        replica.kill()
        await self._wait()
        await replica.start()

    async def kill_at_a_moment(self) -> None:
        """Whichever process comes to a certain place of its work next dies there: a replica, or a business system."""
        moment = Moment(self.rng.choice(list(PLACES)), self.rng.choice(("before", "after")))
        moment.arm(self.cluster.folder)
        for _ in range(int(DEATH_S / 0.02)):
            if self.find_dead():
                break
            await asyncio.sleep(0.02)
        disarm(self.cluster.folder)
        await asyncio.sleep(AWAY_S[1] / 2)  # others may have been on their way there
        dead = self.find_dead()
        for one in dead:
            one.kill()
        await self._wait()
        await asyncio.gather(*(one.start() for one in dead))

    def find_dead(self) -> list[Running]:
        """Replicas and business systems whose process has ended."""
        return [one for one in (*self.cluster.replicas, *self.cluster.systems.values()) if one.dead]

    async def freeze_replica(self) -> None:
        """SIGSTOP until others have its conversations, then it goes on where it was."""
        replica = self._pick()
        replica.freeze()
        try:
            await asyncio.sleep(FROZEN_S)
        finally:
            replica.thaw()

    async def add_replica(self) -> None:
        """A replica joins in the middle of the work, and leaves again."""
        replica = await self.cluster.add_replica()
        await self._wait()
        await self._stop(self.cluster.drop_replica(replica))

    async def roll(self) -> None:
        """A rolling update: each replica is stopped and started before the next."""
        for replica in list(self.cluster.replicas):
            await self._stop(replica.stop())
            await replica.start()

    async def kill_database(self) -> None:
        """SIGKILL to all of PostgreSQL, and a start a little later."""
        await self._kill(self.cluster.postgres)

    async def freeze_database(self) -> None:
        """SIGSTOP to all of PostgreSQL for some seconds."""
        await self._freeze(self.cluster.postgres)

    async def kill_sidecar(self) -> None:
        """SIGKILL to OPA, and a start a little later."""
        assert self.cluster.sidecar is not None
        await self._kill(self.cluster.sidecar)

    async def freeze_sidecar(self) -> None:
        """SIGSTOP to OPA for some seconds."""
        assert self.cluster.sidecar is not None
        await self._freeze(self.cluster.sidecar)

    async def _kill(self, program: Program) -> None:
        program.kill()
        await self._wait()
        await program.start()

    async def _freeze(self, program: Program) -> None:
        program.freeze()
        try:
            await asyncio.sleep(self.rng.uniform(*SILENT_S))
        finally:
            program.thaw()

    async def _stop(self, stopping: Awaitable[int | None]) -> None:
        code = await stopping
        if code != 0:
            raise NotStopped(f"a replica that was told to stop ended with {code}")

    async def _wait(self) -> None:
        await asyncio.sleep(self.rng.uniform(*AWAY_S))

    def _pick(self) -> Running:
        return self.rng.choice(self.cluster.replicas)


class NotStopped(Exception):
    """A replica did not end as a service manager expects of it."""
