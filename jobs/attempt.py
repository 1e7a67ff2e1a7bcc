"""One run of a job: within its time limit, only as long as it is this process's, and never anybody's undoing."""

import asyncio
import traceback
from pathlib import Path
from time import monotonic
from typing import cast

import structlog

from domain.errors import LeaseLost, SwitchboardError
from jobs.job import Job, Work
from jobs.schedule import Claim, Schedule
from storage.transactions import FENCE

log = structlog.get_logger()
UNWIND_S = 1.0
"""A run that was cancelled may take so long to end; after that it is left alone, and cannot write any more."""


class Attempt:
    """What a run came to: `error` says in a few words what failed, and is empty where nothing did."""

    def __init__(self, job: Job, work: Work) -> None:
        self.job = job
        self._work = work
        self._failure: BaseException | None = None
        self.left_some = False
        self.error = ""
        self.seconds = 0.0

    def raise_failure(self) -> None:
        """Raise what the run raised, if it did."""
        if self._failure is not None:
            raise self._failure

    async def make(self) -> None:
        """Run it; whatever it raises is kept, but for the cancellation of whoever waits here."""
        await self._watch(asyncio.create_task(self._go(None)), None)

    async def make_as(self, claim: Claim, schedule: Schedule) -> None:
        """Run it for as long as the claim on it holds; what it writes is refused once another process took it over."""
        keeper = asyncio.create_task(_keep(claim, schedule))
        try:
            await self._watch(asyncio.create_task(self._go(claim)), keeper)
        finally:
            keeper.cancel()

    async def _go(self, claim: Claim | None) -> None:
        FENCE.set(claim)
        try:
            self.left_some = await self._work() is True
        except (SystemExit, KeyboardInterrupt) as error:
            self._note(error)  # raised in a task they would end the process

    async def _watch(self, run: asyncio.Task[None], keeper: "asyncio.Task[None] | None") -> None:
        began = monotonic()
        waited_for = {run} if keeper is None else {run, keeper}
        try:
            await asyncio.wait(waited_for, timeout=self.job.limit_s, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await _unwind(run)
            raise
        if run.done():
            if run.cancelled() or run.exception() is not None:
                self._note(asyncio.CancelledError() if run.cancelled() else run.exception())
        else:
            lost = keeper is not None and keeper.done()
            self._note(
                LeaseLost("another process took the run over")
                if lost
                else TimeoutError(f"took more than {self.job.limit_s:g} s")
            )
            await _unwind(run)
        self.seconds = monotonic() - began

    def _note(self, error: BaseException | None) -> None:
        if error is not None:
            self._failure, self.error = error, describe_error(error)


def describe_error(error: BaseException) -> str:
    """What happened and where, in the program's own words alone: what a library says may hold a customer's."""
    if isinstance(error, BaseExceptionGroup):
        found = cast(BaseExceptionGroup[BaseException], error)
        return "; ".join(describe_error(each) for each in found.exceptions)[:300]
    if isinstance(error, SwitchboardError | OSError):
        return f"{type(error).__name__}: {error}"[:300]
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


async def _keep(claim: Claim, schedule: Schedule) -> None:
    """Renew a claim; returns once another process has it. Where it cannot be asked for, it is asked for again."""
    while True:
        await asyncio.sleep(schedule.lease_s / 3)
        try:
            if not await schedule.renew(claim):
                return
        except Exception as error:  # noqa: BLE001 - the run goes on; if its lease runs out meanwhile, it cannot write
            log.warning("job_not_renewed", job=claim.name, error=describe_error(error))


async def _unwind(run: asyncio.Task[None]) -> None:
    run.cancel()
    await asyncio.wait([run], timeout=UNWIND_S)
    if run.done() and not run.cancelled():
        run.exception()  # mark it as seen
