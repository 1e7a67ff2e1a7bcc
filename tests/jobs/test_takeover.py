"""Processes that die or freeze, and a database that goes away: every job goes on, and nothing is done twice."""

import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine

from jobs.job import Job
from jobs.runner import Runner
from jobs.schedule import Schedule, read_standings
from storage.tables.jobs import metadata as job_tables
from storage.transactions import Transactions
from tests.jobs.conftest import until
from tests.jobs.job_process import GO, PAY, metadata, payments
from tests.postgres_server import SETTINGS, as_server_user, find_binaries, free_port, start_server

Start = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture
async def transactions(postgres_url: str) -> AsyncIterator[Transactions]:
    engine = create_async_engine(postgres_url)
    async with engine.begin() as connection:
        await connection.run_sync(job_tables.create_all)
        await connection.run_sync(metadata.create_all)
    yield Transactions(engine)
    await engine.dispose()


@pytest.fixture
def start(postgres_url: str, tmp_path: Path, transactions: Transactions) -> Iterator[Start]:
    """Starts a process of that name on the same database."""
    started: list[subprocess.Popen[bytes]] = []

    def start_it(name: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.jobs.job_process", postgres_url, str(tmp_path), name]
        started.append(subprocess.Popen(command))
        return started[-1]

    yield start_it
    for process in started:
        process.kill()
        process.wait()


async def booked(transactions: Transactions) -> list[str]:
    query = select(payments.c.by).order_by(payments.c.number)
    return list(await transactions.read(lambda connection: connection.execute(query).scalars().all()))


def breaths(folder: Path, name: str) -> int:
    file = folder / f"{name}.breaths"
    return file.stat().st_size if file.exists() else 0


async def two_processes(start: Start, folder: Path) -> tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]:
    """Two that live, the first of which runs the job that both know."""
    first = start("first")
    await until((folder / "first.began").exists)
    second = start("second")
    await until(lambda: breaths(folder, "second") > 3)
    assert not (folder / "second.began").exists()
    return first, second


async def settled(transactions: Transactions) -> None:
    async with asyncio.timeout(60):
        while not (await read_standings(transactions))[1][PAY.name].succeeded_at:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_the_job_of_a_killed_process_is_done_by_another(
    transactions: Transactions, start: Start, tmp_path: Path
) -> None:
    first, _ = await two_processes(start, tmp_path)
    first.kill()
    await until((tmp_path / "second.began").exists)
    (tmp_path / GO).touch()
    await settled(transactions)
    assert await booked(transactions) == ["second"]


async def test_a_process_that_dies_while_it_writes_has_written_nothing(
    transactions: Transactions, start: Start, tmp_path: Path
) -> None:
    first, _ = await two_processes(start, tmp_path)
    (tmp_path / "die at booking").touch()
    (tmp_path / GO).touch()
    await asyncio.to_thread(first.wait, 60)
    (tmp_path / "die at booking").unlink()
    await settled(transactions)
    assert await booked(transactions) == ["second"]


async def test_the_job_of_a_frozen_process_is_done_by_another_and_not_again_by_itself(
    transactions: Transactions, start: Start, tmp_path: Path
) -> None:
    first, _ = await two_processes(start, tmp_path)
    first.send_signal(signal.SIGSTOP)
    await until((tmp_path / "second.began").exists)
    (tmp_path / GO).touch()
    await settled(transactions)
    alive = breaths(tmp_path, "first")
    first.send_signal(signal.SIGCONT)
    await until(lambda: breaths(tmp_path, "first") > alive + 3)
    assert await booked(transactions) == ["second"]
    standing = (await read_standings(transactions))[1][PAY.name]
    assert (standing.runs, standing.failed_runs) == (1, 0)


class Server:
    """A PostgreSQL of this test's own, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._binaries = find_binaries()
        if self._binaries is None:
            pytest.skip("PostgreSQL IS NOT INSTALLED: nothing was tested against it (apt install postgresql)")
        self._folder, self._port = folder, free_port()
        self.url = f"postgresql+asyncpg://switchboard@127.0.0.1:{self._port}/postgres"
        self.watchman = start_server(self._binaries, folder, self._port)

    def stop(self) -> None:
        as_server_user([*self._control, "-m", "immediate", "stop"])

    def start(self) -> None:
        as_server_user([*self._control, "-o", f"-p {self._port} -h 127.0.0.1 -k {self._folder} {SETTINGS}", "start"])

    @property
    def _control(self) -> list[str]:
        assert self._binaries is not None
        return [str(self._binaries / "pg_ctl"), "-D", str(self._folder / "data"), "-w", "-l", str(self._folder / "log")]


@pytest.fixture
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="switchboard-jobs-"))
    shutil.chown(folder, "postgres")
    server = Server(folder)
    yield server
    server.watchman.communicate()


async def test_after_the_database_was_away_every_job_goes_on(server: Server) -> None:
    engine = create_async_engine(server.url)
    async with engine.begin() as connection:
        await connection.run_sync(job_tables.create_all)
    transactions = Transactions(engine)
    shared = [Job(f"shared-{number}", "", every_s=0.1) for number in range(3)]
    own = Job("own", "", every_s=0.1, everywhere=True)
    done = dict.fromkeys([*shared, own], 0)

    async def work(job: Job) -> None:
        await transactions.read(lambda connection: connection.execute(text("SELECT 1")))
        done[job] += 1

    runner = Runner(Schedule(transactions, "only", lease_s=1), {job: lambda job=job: work(job) for job in done})
    async with runner.running():
        await until(lambda: min(done.values()) > 2)
        await asyncio.to_thread(server.stop)
        await until(lambda: runner.own["own"].failures > 1)
        before = dict(done)
        await asyncio.to_thread(server.start)
        await until(lambda: all(done[job] > before[job] + 2 for job in done))
        assert not [each.sentence for each in await runner.assess() if each.is_overdue]
    await engine.dispose()
