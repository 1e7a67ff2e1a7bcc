"""What is read when Prometheus asks: what waits in the database, how the jobs stand, how many connections are used."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime

import structlog
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from jobs.health import JobHealth
from storage.backlog import Backlog, WaitingCount, read_backlog
from storage.transactions import Transactions

log = structlog.get_logger()
Assess = Callable[[], Awaitable[list[JobHealth]]]
"""How the background jobs stand now."""
FRESH_SECONDS = 5.0
"""A reading serves every scrape for so long."""
SCRAPE_SECONDS = 0.5
"""A scrape waits for a new reading no longer than this, and shows the last one then, with its age."""


class DatabaseGauges(Collector):
    """The backlog as last read. A database that is slow or gone makes no scrape slow: the reading's age shows it."""

    def __init__(
        self, transactions: Transactions, engine: AsyncEngine, assess: Assess, clock: Callable[[], datetime]
    ) -> None:
        self._transactions = transactions
        self._assess = assess
        self._engine = engine
        self._clock = clock
        self._reading: Backlog | None = None
        self._jobs: list[JobHealth] = []
        self._read_at: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    async def refresh(self) -> None:
        """Read anew if the last reading is old; returns soon in any case."""
        if self._read_at is not None and self._age() < FRESH_SECONDS:
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._read())
        await asyncio.wait([self._task], timeout=SCRAPE_SECONDS)

    def describe(self) -> list[Metric]:
        """Nothing ahead of the first reading."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The last reading, and the pool as it is now."""
        yield from self._pool()
        if self._reading is None:
            return
        yield _gauge("backlog_age_seconds", "Age of what is said here of the database's backlog", self._age())
        yield from self._queues(self._reading)
        yield from self._deliveries(self._reading)
        yield from measure_jobs(self._jobs)
        for name, meaning, waiting in (
            ("approvals_waiting", "Approvals that wait for a supervisor", self._reading.approvals),
            ("turns_unfinished", "Turns that were begun and are not done", self._reading.unfinished_turns),
            ("calls_open", "Writes of which the outcome is not known", self._reading.open_calls),
            ("arrivals_waiting", "Messages that connectors took in and that have no turn yet", self._reading.unheard),
        ):
            yield _gauge(name, meaning, waiting.count)
            yield _gauge(f"{name}_oldest_seconds", f"{meaning}: seconds since the oldest began", self._since(waiting))

    def _deliveries(self, reading: Backlog) -> Iterator[Metric]:
        told = "by connector; all webhooks and all partners are one each"
        waiting = GaugeMetricFamily("switchboard_deliveries_waiting", f"What is to be sent, {told}", labels=["target"])
        oldest = GaugeMetricFamily(
            "switchboard_deliveries_waiting_oldest_seconds", f"Seconds that the oldest waits, {told}", labels=["target"]
        )
        dead = GaugeMetricFamily("switchboard_deliveries_dead", f"What was given up, {told}", labels=["target"])
        for target, one in reading.unsent.items():
            waiting.add_metric([target], one.count)
            oldest.add_metric([target], self._since(one))
        for target, count in reading.given_up.items():
            dead.add_metric([target], count)
        yield from (waiting, oldest, dead)
        yield _gauge("arrivals_failed", "Messages that came in and were given up", reading.failed_messages)

    async def _read(self) -> None:
        try:
            self._reading = await self._transactions.read(lambda connection: read_backlog(connection, self._clock()))
            self._jobs = await self._assess()
            self._read_at = self._clock()
        except Exception as error:  # noqa: BLE001 - whatever fails, the last reading stands and its age grows
            log.warning("backlog_not_read", error=type(error).__name__)

    def _queues(self, reading: Backlog) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("switchboard_desk_waiting", "Conversations that wait at the desk", labels=["queue"])
        oldest = GaugeMetricFamily(
            "switchboard_desk_oldest_seconds", "Seconds that the oldest one waits", labels=["queue"]
        )
        for queue, one in reading.queues.items():
            waiting.add_metric([queue], one.count)
            oldest.add_metric([queue], self._since(one))
        yield from (waiting, oldest)

    def _pool(self) -> Iterator[Metric]:
        pool = self._engine.pool
        if not isinstance(pool, QueuePool):
            return
        yield _gauge("database_connections_limit", "Connections that this process may open", pool.size())
        yield _gauge("database_connections_in_use", "Connections that somebody works with", pool.checkedout())
        yield _gauge("database_connections_idle", "Connections that are open and free", pool.checkedin())

    def _age(self) -> float:
        return (self._clock() - self._read_at).total_seconds() if self._read_at is not None else 0.0

    def _since(self, waiting: WaitingCount) -> float:
        return max(0.0, (self._clock() - waiting.since).total_seconds()) if waiting.since is not None else 0.0


def measure_jobs(jobs: Sequence[JobHealth]) -> Iterator[Metric]:
    """How the background jobs stand: those that are shared, in all processes together.

    The label is not called `job`, which Prometheus keeps for what it scrapes.
    """
    lag = GaugeMetricFamily("switchboard_job_lag_seconds", "How much later than due a job is", labels=["name"])
    overdue = GaugeMetricFamily(
        "switchboard_job_overdue", "1 where a job has not succeeded for several periods", labels=["name"]
    )
    runs = CounterMetricFamily("switchboard_job_runs", "Runs of a job", labels=["name"])
    failed = CounterMetricFamily("switchboard_job_failed_runs", "Runs of a job that failed", labels=["name"])
    for one in jobs:
        name = [one.job.name]
        lag.add_metric(name, one.lag_s)
        overdue.add_metric(name, one.is_overdue)
        runs.add_metric(name, one.standing.runs)
        failed.add_metric(name, one.standing.failed_runs)
    yield from (lag, overdue, runs, failed)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"switchboard_{name}", meaning, value=value)
