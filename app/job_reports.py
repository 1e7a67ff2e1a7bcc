"""What `switchboard jobs` prints and asks for: the settings' database is read; the service that runs does the work."""

import asyncio
from collections.abc import Sequence
from typing import Any

from app.installation import open_unsealed
from app.settings import Settings
from domain.errors import BadRequest, Unavailable
from domain.names import require_known
from jobs.catalogue import JobIntervals, list_jobs
from jobs.health import JobHealth, assess
from jobs.job import Job
from jobs.schedule import JobStatus, read_standings, request_run
from storage.transactions import Transactions

LOOK_EVERY_S = 0.2
NOT_TAKEN = (
    "no process began {name} within {wait:g} s; it stays due, and the next `switchboard serve` on this database does it"
)


def periods_of(settings: Settings) -> JobIntervals:
    """What the settings say about how often something is done."""
    return JobIntervals(settings.conversation.follow_up_seconds, settings.journal.checkpoint_seconds)


async def report_jobs(settings: Settings) -> list[dict[str, Any]]:
    """Every job and how it stands, as plain data.

    Raises:
        UnknownName: there is no installation at the settings' place.
        StorageUnavailable: the database does not answer.
    """
    known = list_jobs(periods_of(settings))
    async with open_unsealed(settings) as transactions:
        now, standings = await read_standings(transactions)
    found = {each.job.name: each for each in assess(known, standings, now, watched_s=now)}
    return [_reported(job, found.get(job.name)) for job in known]


async def run_job(settings: Settings, name: str, wait_s: float) -> dict[str, Any]:
    """Have a running service do a job now, and wait for what comes of it.

    Raises:
        UnknownName: there is no such job, or no installation.
        BadRequest: each process runs it for itself.
        Unavailable: no service took it in time, or the database does not answer.
    """
    job = _find(list_jobs(periods_of(settings)), name)
    async with open_unsealed(settings) as transactions:
        asked_at, standings = await read_standings(transactions)
        if job.name not in standings:
            raise Unavailable(f"no service on this database knows {job.name} yet: start `switchboard serve`")
        try:
            async with asyncio.timeout(wait_s):
                standing = await _wait(transactions, job.name, asked_at)
        except TimeoutError as error:
            raise Unavailable(NOT_TAKEN.format(name=job.name, wait=wait_s)) from error
    failed = standing.failed_at > standing.succeeded_at
    return {
        "name": job.name,
        "succeeded": not failed,
        "seconds": standing.seconds,
        "error": standing.error or None,
    }


async def _wait(transactions: Transactions, name: str, asked_at: float) -> JobStatus:
    """Ask until a run has begun after `asked_at`: one that was under way then may have looked too early."""
    while True:
        _, standings = await read_standings(transactions)
        standing = standings[name]
        if not standing.owner and standing.started_at >= asked_at:
            return standing
        if not standing.owner and standing.due_at > 0:
            await request_run(transactions, name)
        await asyncio.sleep(LOOK_EVERY_S)


def _find(known: Sequence[Job], name: str) -> Job:
    jobs = {job.name: job for job in known}
    require_known("job", name, jobs)
    found = jobs[name]
    if found.everywhere:
        raise BadRequest(f"{name} is done by every process for itself, every {found.every_s:g} s")
    return found


def _reported(job: Job, health: JobHealth | None) -> dict[str, Any]:
    shown = health or JobHealth(job, JobStatus(0.0), 0.0, 0.0)
    return {**shown.as_json(), "due_at": shown.standing.due_at if health else None, "known": health is not None}
