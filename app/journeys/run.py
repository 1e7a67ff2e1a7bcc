"""Running trials: houses on fresh copies of seeded data, in as many processes as there are processors."""

import asyncio
import multiprocessing
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from app.journeys.application import open_application, seed
from app.journeys.customer import Trial
from app.journeys.rewording import RewordedTrial, StrangersWords
from app.journeys.scenario import Variant
from app.journeys.trial import Result, play
from app.logs import set_up_logs
from app.settings import Settings

Report = Callable[[str], None]
Progress = Callable[[int], None]
T = TypeVar("T")
R = TypeVar("R")
SHIFTS_OF_A_PROCESS = 10
"""Then all make room for others, so that what houses leave behind in memory does not add up. (Python's own
`max_tasks_per_child` stops for good once every process has had its share.)"""
LOGGED = "error"
SHIFT = 24
"""Trials of one application; verifying its record, which only grows, takes longer with each."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Trials that one application plays after one another, each finding it as it was seeded."""

    trials: tuple[Trial, ...]
    settings: Settings
    seeded: Path
    folder: Path


def plan(
    variants: Sequence[Variant], trials: int, seed_number: int, words: StrangersWords | None = None
) -> list[tuple[Trial, ...]]:
    """All trials, in shifts; with strangers' words where they are given."""
    every = [
        RewordedTrial(variant, number, seed_number, words) if words else Trial(variant, number, seed_number)
        for variant in variants
        for number in range(trials)
    ]
    return [tuple(every[start : start + SHIFT]) for start in range(0, len(every), SHIFT)]


async def run_shift(shift: Shift) -> list[Result]:
    """Play a shift in an application of its own."""
    async with open_application(shift.settings, shift.seeded, shift.folder) as application:
        results = [await play(application, trial) for trial in shift.trials]
    shutil.rmtree(shift.folder, ignore_errors=True)
    return results


def run(
    shifts: Sequence[tuple[Trial, ...]],
    settings: Settings,
    *,
    workers: int,
    report: Report,
    progress: Progress,
    backends: Mapping[str, str] | None = None,
) -> list[Result]:
    """Play all shifts, on real systems where `backends` names them; `progress` is told how many trials were played."""
    with tempfile.TemporaryDirectory(prefix="switchboard-journeys-") as place:
        folder = Path(place)
        seeded = folder / "seeded"
        alone = asyncio.run(seed(settings, seeded, report, backends))
        planned = [Shift(trials, alone, seeded, folder / f"{turn}") for turn, trials in enumerate(shifts)]
        report(f"playing {sum(map(len, shifts))} trials")
        results: list[Result] = []
        for found in _play_all(planned, workers):
            results += found
            progress(len(found))
    return sorted(results, key=lambda each: (each.variant, each.number))


def share_out(work: Callable[[T], R], tasks: Sequence[T], workers: int) -> Iterator[R]:
    """Do every task in one of that many processes; the results as they come."""
    watch = workers * SHIFTS_OF_A_PROCESS
    for start in range(0, len(tasks), watch):
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
            for future in as_completed([pool.submit(work, task) for task in tasks[start : start + watch]]):
                yield future.result()


def _play_all(shifts: Sequence[Shift], workers: int) -> Iterator[list[Result]]:
    if workers <= 1 or len(shifts) <= 1:
        return (asyncio.run(run_shift(shift)) for shift in shifts)
    return share_out(run_shift_alone, shifts, workers)


def run_shift_alone(shift: Shift) -> list[Result]:
    """Play a shift in a process of its own, which logs errors alone."""
    set_up_logs(LOGGED)
    return asyncio.run(run_shift(shift))
