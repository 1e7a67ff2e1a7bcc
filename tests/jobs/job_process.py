"""A process that runs jobs, to be killed and frozen: `python -m tests.jobs.job_process URL FOLDER NAME`.

The job `pay` says in the folder that it began and waits there until it may go on; then it books one more payment in a
transaction. `breathe` shows that the process lives.
"""

import asyncio
import os
import sys
from pathlib import Path

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, select
from sqlalchemy.ext.asyncio import create_async_engine

from jobs.job import Job
from jobs.runner import Runner
from jobs.schedule import Schedule
from storage.transactions import Transactions

LEASE_S = 1.0
GO = "go"
metadata = MetaData()
payments = Table(
    "payments", metadata, Column("number", Integer, primary_key=True), Column("by", String(20), nullable=False)
)
PAY = Job("pay", "books one payment", every_s=3600, limit_s=600)
BREATHE = Job("breathe", "shows that this process lives", every_s=0.05, everywhere=True)


class Process:
    """What one process does."""

    def __init__(self, transactions: Transactions, folder: Path, name: str) -> None:
        self._transactions = transactions
        self._folder = folder
        self._name = name

    async def pay(self) -> None:
        """Say so, wait, and book one payment."""
        (self._folder / f"{self._name}.began").touch()
        while not (self._folder / GO).exists():  # noqa: ASYNC110 - the test is another process
            await asyncio.sleep(0.02)
        await self._transactions.write(self._book)

    async def breathe(self) -> None:
        """Leave a sign of life."""
        with (self._folder / f"{self._name}.breaths").open("a") as file:
            file.write(".")

    def _book(self, connection: Connection) -> None:
        number = len(connection.execute(select(payments.c.number)).all()) + 1
        connection.execute(insert(payments).values(number=number, by=self._name))
        self._die("booking")

    def _die(self, place: str) -> None:
        if (self._folder / f"die at {place}").exists():
            os.kill(os.getpid(), 9)


async def main(url: str, folder: Path, name: str) -> None:
    """Run until killed."""
    transactions = Transactions(create_async_engine(url))
    process = Process(transactions, folder, name)
    runner = Runner(Schedule(transactions, name, LEASE_S), {PAY: process.pay, BREATHE: process.breathe})
    async with runner.running():
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
