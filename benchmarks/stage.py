"""Where benchmarks run: folders of their own, a number of rounds, and a progress bar that they move."""

import os
import shutil
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Side = Callable[[], Awaitable[float]]
"""One of the things compared: does its work once and returns the milliseconds of what is to be timed."""


@dataclass(frozen=True, slots=True)
class Stage:
    """`template` is a data folder after a first start; every house that runs gets a copy of it below `folder`."""

    folder: Path
    template: Path
    rounds: int
    progress: Callable[[float], None]

    def data(self, name: str) -> Path:
        """A fresh data folder."""
        return Path(shutil.copytree(self.template, self.folder / name, symlinks=True))

    async def alternate(self, sides: Mapping[str, Side], times: int) -> dict[str, list[list[float]]]:
        """The milliseconds of each side by round. Sides take turns call by call, so that all see the same machine."""
        taken: dict[str, list[list[float]]] = {name: [] for name in sides}
        for side in sides.values():
            for _ in range(WARM_UP):
                await side()
        for number in range(self.rounds):
            for of_side in taken.values():
                of_side.append([])
            for turn in range(times):
                for name, side in sides.items():
                    taken[name][-1].append(await side())
                self.progress((number + (turn + 1) / times) / self.rounds)
        return taken


WARM_UP = 3
"""Calls of each side before anything is timed."""


async def timed(work: Awaitable[object]) -> float:
    """The milliseconds that this takes."""
    started = time.perf_counter()
    await work
    return (time.perf_counter() - started) * 1000


def time_sync(folder: Path, count: int = 40) -> float:
    """Milliseconds until 4 KiB are safely on the disk below this folder: what every durable step pays."""
    taken: list[float] = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(count):
            started = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - started) * 1000)
    return median(taken)
