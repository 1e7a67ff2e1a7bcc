"""What readiness makes of jobs that do not succeed."""

import pytest

from jobs.health import assess
from jobs.job import Job
from jobs.schedule import JobStatus

SHARED = Job("anchoring", "", every_s=10, limit_s=5)
OWN = Job("dial", "", every_s=10, limit_s=5, everywhere=True)
LONG = 10 * SHARED.overdue_s


@pytest.mark.parametrize(
    ("job", "due_at", "stuck"),
    [
        (OWN, 1000.0, True),
        (SHARED, 1000.0, False),
        (SHARED, 1000.0 - LONG, True),
    ],
    ids=["fails in this process", "fails wherever it is run", "is run nowhere"],
)
def test_a_job_that_fails_everywhere_takes_no_process_out_of_service(job: Job, due_at: float, stuck: bool) -> None:
    (health,) = assess([job], {job.name: JobStatus(due_at)}, now=1000.0, watched_s=LONG)
    assert (health.is_overdue, health.is_stuck) == (True, stuck)
