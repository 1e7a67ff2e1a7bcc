"""The runner: nothing ends it, nothing runs twice at a time, and it says how things stand."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError, OperationalError

from domain.errors import LeaseLost, StorageUnavailable
from jobs.job import Job
from jobs.runner import AT_ONCE, Runner
from jobs.schedule import Schedule, read_standings, request_run
from storage.transactions import Transactions
from tests.jobs.conftest import Open, until

OFTEN = Job("often", "is done again and again", every_s=0.01)
SELDOM = Job("seldom", "is done once in a while", every_s=3600)
PATIENT = Job("patient", "takes its time", every_s=3600, limit_s=3600)
OWN = Job("own", "is done in every process", every_s=0.01, everywhere=True)


class Worker:
    """Work that does what it is told, and counts."""

    def __init__(self, *raised: BaseException) -> None:
        self.raised = list(raised)
        self.runs = self.at_once = self.most_at_once = 0
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self) -> bool:
        self.runs += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.may_end.wait()
            if self.raised:
                raise self.raised.pop(0)
        finally:
            self.at_once -= 1
        return False


def runner_of(transactions: Transactions, works: dict[Job, Worker], name: str = "first", lease_s: float = 30) -> Runner:
    return Runner(Schedule(transactions, name, lease_s), works)


ANYTHING = [
    OperationalError("SELECT secret", {"word": "secret"}, Exception("gone")),
    DBAPIError("SELECT secret", {"word": "secret"}, Exception("gone")),
    StorageUnavailable("the database cannot be reached"),
    LeaseLost("another process"),
    ValueError("secret"),
    asyncio.CancelledError(),
    SystemExit(3),
    MemoryError(),
]


@pytest.mark.parametrize("job", [OFTEN, OWN], ids=lambda job: job.name)
async def test_a_job_that_raises_anything_goes_on(open_transactions: Open, job: Job) -> None:
    transactions = await open_transactions()
    impatient = replace(job, every_s=0.001)
    works = {impatient: Worker(*ANYTHING), SELDOM: Worker()}
    runner = runner_of(transactions, works)
    async with runner.running():
        await until(lambda: works[impatient].runs >= len(ANYTHING) + 2 and works[SELDOM].runs == 1)
    standing = {**(await read_standings(transactions))[1], **runner.own}[job.name]
    assert (standing.failed_runs, standing.failures, standing.error) == (len(ANYTHING), 0, "")


async def test_what_failed_is_told_without_the_words_of_anybody(open_transactions: Open) -> None:
    transactions = await open_transactions()
    runner = runner_of(transactions, {SELDOM: Worker(*ANYTHING[:1]), OWN: Worker()})
    with pytest.raises(OperationalError):
        await runner.run("seldom")
    now, standings = await read_standings(transactions)
    failed = standings["seldom"]
    assert (failed.runs, failed.failed_runs, failed.failures, failed.owner) == (1, 1, 1, "")
    assert failed.error.startswith("OperationalError at test_runner.py:")
    assert failed.due_at - now <= 60


async def test_a_run_that_takes_too_long_is_a_failed_run(open_transactions: Open) -> None:
    endless = Worker()
    endless.may_end.clear()
    runner = runner_of(await open_transactions(), {Job("brief", "", every_s=3600, limit_s=0.05): endless})
    with pytest.raises(TimeoutError, match=r"more than 0\.05 s"):
        await runner.run("brief")
    assert endless.at_once == 0


async def test_of_two_processes_one_runs_a_job_at_a_time(open_transactions: Open) -> None:
    one, other = await open_transactions(), await open_transactions()
    worker = Worker()
    first, second = (runner_of(each, {OFTEN: worker}, name) for each, name in ((one, "first"), (other, "second")))
    async with first.running(), second.running():
        await until(lambda: worker.runs >= 20)
    assert worker.most_at_once == 1


async def test_every_process_runs_its_own_of_what_is_done_everywhere(open_transactions: Open) -> None:
    one, other = await open_transactions(), await open_transactions()
    workers = Worker(), Worker()
    async with runner_of(one, {OWN: workers[0]}).running(), runner_of(other, {OWN: workers[1]}, "second").running():
        await until(lambda: workers[0].runs > 2 and workers[1].runs > 2)


async def test_a_run_whose_lease_ran_out_is_taken_over_and_cannot_write_any_more(open_transactions: Open) -> None:
    one, other = await open_transactions(), await open_transactions()
    written: list[str] = []
    began, taken_over = asyncio.Event(), asyncio.Event()

    async def write_late() -> None:
        began.set()
        await taken_over.wait()
        await one.write(lambda _: written.append("the first"))

    async def write() -> None:
        await other.write(lambda _: written.append("the second"))

    late = asyncio.create_task(Runner(Schedule(one, "first", lease_s=-1), {PATIENT: write_late}).run("patient"))
    await began.wait()
    await Runner(Schedule(other, "second"), {PATIENT: write}).run("patient")
    taken_over.set()
    with pytest.raises(LeaseLost):
        await late
    assert written == ["the second"]
    standing = (await read_standings(one))[1]["patient"]
    assert (standing.runs, standing.failed_runs) == (1, 0)


async def test_a_stop_ends_runs_that_do_not_end_and_lets_others_have_them(open_transactions: Open) -> None:
    one, other = await open_transactions(), await open_transactions()
    stuck, free = Worker(), Worker()
    stuck.may_end.clear()
    async with runner_of(one, {PATIENT: stuck}).running():
        await until(lambda: stuck.runs == 1)
    assert stuck.at_once == 0
    assert (await read_standings(other))[1]["patient"].owner == ""
    async with runner_of(other, {PATIENT: free}, "second").running():
        await until(lambda: free.runs == 1)


async def test_at_most_so_many_shared_jobs_run_at_the_same_time(open_transactions: Open) -> None:
    worker, own = Worker(), Worker()
    worker.may_end.clear()
    works = {Job(f"job-{number}", "", every_s=3600): worker for number in range(7)} | {OWN: own}
    async with runner_of(await open_transactions(), works).running():
        await until(lambda: worker.at_once == AT_ONCE and own.runs > 3)
        worker.may_end.set()
        await until(lambda: worker.runs == 7)
    assert worker.most_at_once == AT_ONCE


async def test_what_is_asked_for_runs_before_it_is_due(open_transactions: Open) -> None:
    transactions, worker = await open_transactions(), Worker()
    async with runner_of(transactions, {SELDOM: worker}).running():
        await until(lambda: worker.runs == 1)
        async with asyncio.timeout(60):
            while worker.runs == 1:
                await request_run(transactions, "seldom")
                await asyncio.sleep(0.05)


@given(failures=st.integers(1, 10_000), every_s=st.floats(0.1, 1e6))
def test_tries_come_later_and_later_but_never_later_than_a_minute(failures: int, every_s: float) -> None:
    job = Job("any", "", every_s=every_s)
    assert 0 < job.retry_in(failures) <= 60
    assert job.retry_in(failures) <= max(5 * every_s, 1)


@pytest.mark.parametrize("steps", range(6))
async def test_a_run_that_ends_while_the_runner_stops_leaves_nothing_running(
    open_transactions: Open, steps: int
) -> None:
    worker = Worker()
    worker.may_end.clear()
    runner = runner_of(await open_transactions(), {OWN: worker})
    others = asyncio.all_tasks()
    async with runner.running():
        await until(lambda: worker.runs == 1)
        worker.may_end.set()
        for _ in range(steps):
            await asyncio.sleep(0)
    assert asyncio.all_tasks() <= others
