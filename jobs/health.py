"""How the jobs stand: what readiness, metrics and `switchboard jobs list` tell of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jobs.job import Job
from jobs.schedule import JobStatus


@dataclass(frozen=True, slots=True)
class JobHealth:
    """One job and how it stands. `lag_s`: how much later than due it is; `silent_s`: how long without a success."""

    job: Job
    standing: JobStatus
    lag_s: float
    silent_s: float

    @property
    def is_overdue(self) -> bool:
        """Whether it has not succeeded for several periods, so that something is wrong."""
        return self.silent_s > self.job.overdue_s

    @property
    def is_stuck(self) -> bool:
        """Whether it is not even tried, or fails in this process alone.

        A shared job that fails does so wherever it runs: taking every process out of service would help nobody. That is
        told by metrics, alerts and `switchboard jobs list`.
        """
        return self.is_overdue and (self.job.everywhere or self.lag_s > self.job.overdue_s)

    @property
    def sentence(self) -> str:
        """What is wrong with it, for operators."""
        error = f" ({self.standing.error})" if self.standing.error else ""
        return f"{self.job.name} has not succeeded for {self.silent_s:.0f} s{error}"

    def as_json(self) -> dict[str, Any]:
        """Plain data. Times are seconds since 1970, null for never."""
        standing = self.standing
        return {
            "name": self.job.name,
            "purpose": self.job.purpose,
            "every_seconds": self.job.every_s,
            "limit_seconds": self.job.limit_s,
            "everywhere": self.job.everywhere,
            "running_on": standing.owner or None,
            "due_at": standing.due_at,
            "last_success_at": standing.succeeded_at or None,
            "last_failure_at": standing.failed_at or None,
            "last_seconds": standing.seconds,
            "runs": standing.runs,
            "failed_runs": standing.failed_runs,
            "failures_in_a_row": standing.failures,
            "last_error": standing.error or None,
            "lag_seconds": self.lag_s,
        }


def assess(jobs: Iterable[Job], standings: Mapping[str, JobStatus], now: float, watched_s: float) -> list[JobHealth]:
    """Judge jobs at a moment by how they stand; nobody is blamed for the time before the last `watched_s` seconds."""
    return [_assess(job, standings[job.name], now, watched_s) for job in jobs if job.name in standings]


def _assess(job: Job, standing: JobStatus, now: float, watched_s: float) -> JobHealth:
    lag = 0.0 if standing.owner else max(0.0, now - standing.due_at)
    since_first_due = max(0.0, watched_s - job.first_after_s)
    silent = min(now - standing.succeeded_at, since_first_due) if standing.succeeded_at else since_first_due
    return JobHealth(job, standing, lag, max(0.0, silent))
