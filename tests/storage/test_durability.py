"""What is durable is on disk when the write returns; what can be found out again need not be."""

from pathlib import Path

import pytest

from storage.database import open_database
from storage.transactions import Transactions

FULL = 2
"""What SQLite calls waiting for the disk at each commit."""


@pytest.mark.parametrize("durable", [True, False])
async def test_a_durable_write_waits_for_the_disk_and_no_other(tmp_path: Path, durable: bool) -> None:
    engine = open_database("", tmp_path)
    transactions = Transactions(engine)
    how = await transactions.write(
        lambda connection: connection.exec_driver_sql("PRAGMA synchronous").scalar_one(), durable=durable
    )
    assert (how == FULL) is durable
    await transactions.close()
    await engine.dispose()
