"""The one runner of all jobs: what fails is tried again, what a dead process left is taken over."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from random import random
from time import monotonic
from typing import Any

import structlog

from domain.errors import SwitchboardError, Unavailable
from jobs.attempt import Attempt, describe_error
from jobs.health import JobHealth, assess
from jobs.job import Job, Work, back_off
from jobs.schedule import Claim, JobStatus, Schedule

log = structlog.get_logger()
AT_ONCE = 5
"""So many shared jobs run at the same time in one process; those that run everywhere have few and short runs."""
LOOK_EVERY_S = 1.0
LOOK_LIMIT_S = 15.0
GRACE_S = 0.4
"""At a stop, runs may end by themselves for so long; then they are cancelled, and waited for as long again."""


class Runner:
    """Runs jobs in this process, the shared ones only while no other process does."""

    def __init__(self, schedule: Schedule, works: Mapping[Job, Work]) -> None:
        self._schedule = schedule
        self._works = works
        self._jobs = {job.name: job for job in works}
        self._shared = [job.name for job in works if not job.everywhere]
        self._own = {job.name: JobStatus(time.time() + job.first_after_s) for job in works if job.everywhere}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._ended = {True: asyncio.Event(), False: asyncio.Event()}
        self._entered = False
        self._began = monotonic()

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All that is run here."""
        return tuple(self._jobs.values())

    async def assess(self) -> list[JobHealth]:
        """How every job stands now, as far as this process can say.

        Raises:
            StorageUnavailable: how the shared ones stand is in a database that does not answer.
        """
        now, shared = await self._schedule.read_standings()
        watched = monotonic() - self._began
        own = assess([job for job in self.jobs if job.everywhere], self._own, time.time(), watched)
        return [*assess([job for job in self.jobs if not job.everywhere], shared, now, watched), *own]

    async def check(self) -> None:
        """See that every job is run.

        Raises:
            Unavailable: some are not, or do not succeed here for several periods; the message says which, and why.
        """
        stuck = [each.sentence for each in await self.assess() if each.is_stuck]
        if stuck:
            raise Unavailable("; ".join(stuck))

    @property
    def own(self) -> Mapping[str, JobStatus]:
        """How the jobs that run everywhere stand in this process."""
        return self._own

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Run everything that becomes due within the block. At its end all runs end within a second."""
        with suppress(SwitchboardError):
            await self._enter()
        looks = (self._begin_own, self._ended[True]), (self._begin_shared, self._ended[False])
        loops = [asyncio.create_task(self._keep(look, ended)) for look, ended in looks]
        try:
            yield
        finally:
            await self._stop(loops)

    async def run(self, name: str) -> None:
        """Run a job now, whether or not it is due, after the run that another one has of it.

        Raises:
            Exception: whatever the run raised; it is counted as a failed run.
        """
        job = self._jobs[name]
        while name in self._running:
            await asyncio.wait([self._running[name]])
        if job.everywhere:
            return (await self._run_own(job)).raise_failure()
        await self._enter()
        while (claim := await self._schedule.claim(name, at_once=True)) is None:  # noqa: ASYNC110 - another process has no event
            await asyncio.sleep(LOOK_EVERY_S / 10)
        (await self._run_claimed(job, claim)).raise_failure()

    async def _keep(self, look: Callable[[], Awaitable[float]], ended: asyncio.Event) -> None:
        """Begin what is due again and again, whatever happens; looked at anew when a run has ended."""
        failures = 0
        while True:
            try:
                async with asyncio.timeout(LOOK_LIMIT_S):
                    pause = await look()
                failures = 0
            except Exception as error:  # noqa: BLE001 - looked at again; nothing ends the runner but its stop
                failures += 1
                pause = back_off(failures, longest_s=5 * LOOK_EVERY_S)
                log.error(
                    "jobs_not_looked_at", error=describe_error(error), failures=failures, again_in_s=round(pause, 1)
                )
            await _wait(ended, pause)

    async def _begin_own(self) -> float:
        now = time.time()
        for name, standing in self._own.items():
            if standing.due_at <= now and name not in self._running:
                self._begin(name, self._run_own(self._jobs[name]))
        waiting = [standing.due_at - now for name, standing in self._own.items() if name not in self._running]
        return min((LOOK_EVERY_S, *(max(0.05, seconds) for seconds in waiting)))

    async def _begin_shared(self) -> float:
        await self._enter()
        due, next_in = await self._schedule.due(self._shared)
        busy = sum(name in self._running for name in self._shared)
        for name in [name for name in due if name not in self._running][: AT_ONCE - busy]:
            claim = await self._schedule.claim(name)
            if claim is not None:
                self._begin(name, self._run_claimed(self._jobs[name], claim))
        return min(LOOK_EVERY_S, next_in)

    async def _enter(self) -> None:
        if not self._entered:
            await self._schedule.enter(self._jobs[name] for name in self._shared)
            self._entered = True

    def _begin(self, name: str, run: Coroutine[Any, Any, Attempt]) -> None:
        async def begin() -> None:
            try:
                await run
            except Exception as error:  # noqa: BLE001 - it could not be written down; its lease runs out by itself
                log.error("job_not_settled", job=name, error=describe_error(error))
            finally:
                self._running.pop(name, None)
                self._ended[self._jobs[name].everywhere].set()

        self._running[name] = asyncio.create_task(begin(), name=f"job {name}")

    async def _run_own(self, job: Job) -> Attempt:
        before = self._own[job.name]
        began = time.time()
        attempt = Attempt(job, self._works[job])
        await attempt.make()
        self._own[job.name] = _settled(before, attempt, began, self._next_in(attempt, before.failures))
        return attempt

    async def _run_claimed(self, job: Job, claim: Claim) -> Attempt:
        attempt = Attempt(job, self._works[job])
        await attempt.make_as(claim, self._schedule)
        next_in = self._next_in(attempt, claim.failures)
        if attempt.error:
            held = await self._schedule.fail(claim, attempt.seconds, next_in, attempt.error)
        else:
            held = await self._schedule.succeed(claim, attempt.seconds, next_in)
        if not held:
            log.warning("job_taken_over", job=job.name, seconds=round(attempt.seconds, 1))
        return attempt

    def _next_in(self, attempt: Attempt, failures: int) -> float:
        """Seconds until the next run; those that fail are logged here, with when they are tried again."""
        job = attempt.job
        if not attempt.error:
            return job.again_s if attempt.left_some else job.every_s * (1 + random() / 10)
        pause = job.retry_in(failures + 1)
        log.error("job_failed", job=job.name, error=attempt.error, failures=failures + 1, again_in_s=round(pause, 1))
        return pause

    async def _stop(self, loops: "list[asyncio.Task[None]]") -> None:
        for each in loops:
            each.cancel()
        await asyncio.wait([*loops, *self._running.values()], timeout=GRACE_S)
        late = dict(self._running)
        for each in late.values():
            each.cancel()
        if late:
            await asyncio.wait(late.values(), timeout=GRACE_S)
            await self._give_up()

    async def _give_up(self) -> None:
        """Let others have what this process could not end; where that cannot be written its leases run out."""
        try:
            async with asyncio.timeout(GRACE_S):
                await self._schedule.give_up()
        except Exception as error:  # noqa: BLE001 - stopping goes on
            log.warning("jobs_not_given_up", error=describe_error(error))


async def _wait(ended: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        # Not `wait_for`: before Python 3.12 it forgets a cancellation that comes together with the event.
        async with asyncio.timeout(seconds):
            await ended.wait()
    ended.clear()


def _settled(before: JobStatus, attempt: Attempt, began: float, next_in: float) -> JobStatus:
    failed, now = bool(attempt.error), time.time()
    return JobStatus(
        due_at=now + next_in,
        started_at=began,
        succeeded_at=before.succeeded_at if failed else now,
        failed_at=now if failed else before.failed_at,
        seconds=attempt.seconds,
        runs=before.runs + 1,
        failed_runs=before.failed_runs + failed,
        failures=before.failures + 1 if failed else 0,
        error=attempt.error,
    )
