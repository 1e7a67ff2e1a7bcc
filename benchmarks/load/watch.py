"""What a process occupies over time: memory, open descriptors, connections to the database."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, mean

PERIOD_S = 1.0
PAGE_MB = 4096 / 2**20


@dataclass(slots=True)
class Occupied:
    """One sample a second: seconds since the beginning, with what all watched processes occupy together."""

    at: list[float] = field(default_factory=list[float])
    memory_mb: list[float] = field(default_factory=list[float])
    descriptors: list[int] = field(default_factory=list[int])
    connections: list[int] = field(default_factory=list[int])

    @property
    def growth_mb_a_minute(self) -> float:
        """How memory grows in the second half: the slope of a line through it."""
        half = len(self.at) // 2
        if len(self.at) - half < 2:
            return 0.0
        return linear_regression(self.at[half:], self.memory_mb[half:]).slope * 60

    @property
    def last_mb(self) -> float:
        """Memory in the last tenth of the time."""
        return mean(self.memory_mb[-max(1, len(self.memory_mb) // 10) :])


def processor_s(pids: list[int]) -> float:
    """Processor time that the processes have used so far, in seconds."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def watching(pids: list[int], connections: Callable[[], Awaitable[int]] | None) -> AsyncGenerator[Occupied]:
    """Take samples within the block."""
    occupied = Occupied()
    task = asyncio.create_task(_sample(pids, connections, occupied))
    try:
        yield occupied
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _sample(pids: list[int], connections: Callable[[], Awaitable[int]] | None, occupied: Occupied) -> None:
    started = time.perf_counter()
    while True:
        occupied.at.append(time.perf_counter() - started)
        occupied.memory_mb.append(sum(_memory_mb(pid) for pid in pids))
        occupied.descriptors.append(sum(_descriptors(pid) for pid in pids))
        if connections is not None:
            occupied.connections.append(await connections())
        await asyncio.sleep(PERIOD_S)


def _descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _memory_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE_MB
