"""What is durable is on disk when the write returns; what can be found out again need not be."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.transactions import Transactions

ASK = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}
SURE = {"sqlite": 2, "postgresql": "on"}


@pytest.mark.parametrize("durable", [True, False])
async def test_a_durable_write_waits_for_the_disk_and_no_other(database: AsyncEngine, durable: bool) -> None:
    transactions = Transactions(database)
    how = await transactions.write(
        lambda connection: connection.exec_driver_sql(ASK[transactions.dialect]).scalar_one(), durable=durable
    )
    assert (how == SURE[transactions.dialect]) is durable
    await transactions.close()
