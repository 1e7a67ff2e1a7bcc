"""The schedule that all processes share: what is due, who runs it, how it went. Time is the database's."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Double, and_, cast, extract, func, insert, literal, select, update

from domain.errors import LeaseLost
from jobs.job import Job
from storage.tables.jobs import jobs
from storage.transactions import Transactions

T = TypeVar("T")
LEASE_S = 10.0
"""A run whose process was not heard of for so long is another process's."""
_COLUMNS = jobs.c
_NEVER = {"owner": "", "token": 0, "expires_at": 0, "started_at": 0, "succeeded_at": 0, "failed_at": 0, "seconds": 0}
_COUNTS = {"runs": 0, "failed_runs": 0, "failures": 0, "error": ""}


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a job now; `failures` is how often in a row it failed before."""

    name: str
    owner: str
    token: int
    failures: int = 0

    def see_held(self, connection: Connection) -> None:
        """See within a transaction that no other process took the job over; none can until the transaction has ended.

        Raises:
            LeaseLost: one did.
        """
        if connection.execute(select(_COLUMNS.token).where(self.row).with_for_update()).first() is None:
            raise LeaseLost(f"the job {self.name} is run by another process")

    @property
    def row(self) -> Any:
        """An SQL condition: this very run's row."""
        return and_(_COLUMNS.name == self.name, _COLUMNS.owner == self.owner, _COLUMNS.token == self.token)


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a job stands; times in seconds since 1970, 0 for never. `failures` counts those since the last success."""

    due_at: float
    owner: str = ""
    started_at: float = 0.0
    succeeded_at: float = 0.0
    failed_at: float = 0.0
    seconds: float = 0.0
    runs: int = 0
    failed_runs: int = 0
    failures: int = 0
    error: str = ""


class Schedule:
    """Enters, claims and settles runs for one process, named `owner`."""

    def __init__(self, transactions: Transactions, owner: str, lease_s: float = LEASE_S) -> None:
        self._transactions = transactions
        self._owner = owner
        self.lease_s = lease_s

    async def enter(self, known: Iterable[Job]) -> None:
        """Make rows for jobs that have none yet; on SQLite, whose one process this is, end all runs of earlier ones."""
        await self._write(lambda connection: _enter(connection, list(known)))

    async def due(self, names: Sequence[str]) -> tuple[list[str], float]:
        """Which of these are due and nobody's, the longest due first; and in how many seconds the next one is."""

        def read(connection: Connection) -> tuple[list[str], float]:
            now = _read_clock(connection)
            query = select(_COLUMNS.name, _COLUMNS.due_at, _COLUMNS.expires_at).where(_COLUMNS.name.in_(names))
            found = [(max(row.due_at, row.expires_at), row.name) for row in connection.execute(query)]
            due = [name for begins, name in sorted(found) if begins <= now]
            return due, min((begins - now for begins, _ in found if begins > now), default=float("inf"))

        return await self._transactions.read(read)

    async def claim(self, name: str, *, at_once: bool = False) -> Claim | None:
        """Take a run, if it is due (or `at_once`) and no process has it."""

        def take(connection: Connection) -> Claim | None:
            now = _now(connection)
            free = [_COLUMNS.name == name, _COLUMNS.expires_at <= now, *([] if at_once else [_COLUMNS.due_at <= now])]
            values = {"owner": self._owner, "token": _COLUMNS.token + 1, "started_at": now}
            statement = update(jobs).where(*free).values(**values, expires_at=now + self.lease_s)
            row = connection.execute(statement.returning(_COLUMNS.token, _COLUMNS.failures)).first()
            return None if row is None else Claim(name, self._owner, row.token, row.failures)

        return await self._write(take)

    async def renew(self, claim: Claim) -> bool:
        """Put off the end of a run's lease; False where another process has taken it over."""
        return await self._write(lambda connection: self._renew(connection, claim))

    async def succeed(self, claim: Claim, seconds: float, next_in_s: float) -> bool:
        """Write down that a run went well; False where it was taken over meanwhile."""
        return await self._write(
            lambda connection: _settle(connection, claim, next_in_s, _success(connection, seconds))
        )

    async def fail(self, claim: Claim, seconds: float, next_in_s: float, error: str) -> bool:
        """Write down that a run failed; False where it was taken over meanwhile."""
        return await self._write(
            lambda connection: _settle(connection, claim, next_in_s, _failure(connection, seconds, error))
        )

    async def give_up(self) -> None:
        """Let go of every run of this process: others may begin them at once."""
        free = {"owner": "", "expires_at": 0}
        statement = update(jobs).where(_COLUMNS.owner == self._owner).values(**free)
        await self._write(lambda connection: connection.execute(statement))

    async def read_standings(self) -> tuple[float, dict[str, JobStatus]]:
        """The database's time, and how every job that it knows stands."""
        return await read_standings(self._transactions)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        """What a power cut may take of the schedule is done once more: nothing here has to wait for the disk."""
        return await self._transactions.write(work, durable=False)

    def _renew(self, connection: Connection, claim: Claim) -> bool:
        values = {"expires_at": _now(connection) + self.lease_s}
        return connection.execute(update(jobs).where(claim.row).values(**values)).rowcount == 1


async def read_standings(transactions: Transactions) -> tuple[float, dict[str, JobStatus]]:
    """The database's time, and how every job that it knows stands."""

    def read(connection: Connection) -> tuple[float, dict[str, JobStatus]]:
        columns = [_COLUMNS[name] for name in JobStatus.__slots__]
        rows = connection.execute(select(_COLUMNS.name, *columns)).mappings()
        found = {row["name"]: JobStatus(**{key: row[key] for key in JobStatus.__slots__}) for row in rows}
        return _read_clock(connection), found

    return await transactions.read(read)


async def request_run(transactions: Transactions, name: str) -> None:
    """Make a job due at once, whichever process runs it."""
    statement = update(jobs).where(_COLUMNS.name == name).values(due_at=0)
    await transactions.write(lambda connection: connection.execute(statement))


def _enter(connection: Connection, known: list[Job]) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE jobs IN SHARE ROW EXCLUSIVE MODE")
    there = set(connection.execute(select(_COLUMNS.name)).scalars())
    now = _read_clock(connection)
    rows = [
        {"name": job.name, "due_at": now + job.first_after_s, **_NEVER, **_COUNTS}
        for job in known
        if job.name not in there
    ]
    if rows:
        connection.execute(insert(jobs), rows)
    if connection.dialect.name == "sqlite":
        connection.execute(update(jobs).values(owner="", expires_at=0))


def _settle(connection: Connection, claim: Claim, next_in_s: float, values: dict[str, Any]) -> bool:
    now = _now(connection)
    values = {"owner": "", "expires_at": 0, "due_at": now + next_in_s, **values}
    return connection.execute(update(jobs).where(claim.row).values(**values)).rowcount == 1


def _success(connection: Connection, seconds: float) -> dict[str, Any]:
    now = _now(connection)
    return {"succeeded_at": now, "seconds": seconds, "runs": _COLUMNS.runs + 1, "failures": 0, "error": ""}


def _failure(connection: Connection, seconds: float, error: str) -> dict[str, Any]:
    counted = {"runs": _COLUMNS.runs + 1, "failed_runs": _COLUMNS.failed_runs + 1, "failures": _COLUMNS.failures + 1}
    return {"failed_at": _now(connection), "seconds": seconds, "error": error, **counted}


def _now(connection: Connection) -> Any:
    if connection.dialect.name == "postgresql":
        return cast(extract("epoch", func.clock_timestamp()), Double)
    return literal(time.time())


def _read_clock(connection: Connection) -> float:
    return float(connection.execute(select(_now(connection))).scalar_one())
