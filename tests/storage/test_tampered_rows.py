"""On either database a row that another writer changes or removes is found, whichever table it is in."""

from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from policy.journal.anchors import Anchored
from policy.journal.audit import RecordAudit
from storage.tagged_rows import TAGGED
from storage.transactions import Transactions
from tests.rows import another_value, fill
from tests.vaults import open_test_vault


async def nothing_anchored() -> Anchored:
    return Anchored()


async def test_a_changed_and_a_removed_row_of_every_table_is_found(database: AsyncEngine) -> None:
    transactions = Transactions(database, open_test_vault())
    await transactions.write(fill)
    audit = RecordAudit(transactions, nothing_anchored)
    assert (await audit.verify()).problems == ()
    unseen: list[str] = []
    for name, table in TAGGED.items():
        async with database.begin() as connection:
            row = dict((await connection.execute(select(table).limit(1))).mappings().one())
        column = next(c for c in table.c if not c.primary_key and c.name != "mac")
        for harm in (update(table).values({column.name: another_value(column, row[column.name])}), delete(table)):
            async with database.begin() as connection:
                await connection.execute(harm.where(*_is(table, row)))
            if (await audit.verify()).ok:
                unseen.append(f"{name}: {harm.__visit_name__}")
            async with database.begin() as connection:
                await connection.execute(delete(table).where(*_is(table, row)))
                await connection.execute(insert(table).values(row))
    assert unseen == []
    assert (await audit.verify()).problems == ()
    await transactions.close()


def _is(table: Table, row: dict[str, Any]) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key]
