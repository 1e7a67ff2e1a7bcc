"""Whether all rows are there that should be: a total of their tags stands in the head that they belong to."""

from typing import Any

from sqlalchemy import Connection, Table, select

from domain.errors import RecordBroken
from domain.vault import Tags
from storage.record_heads import MODULUS, Head, heads_of, is_head_vouched
from storage.tables.control import journal_heads
from storage.tagged_rows import SCOPES, TAG, share_of

REMOVED = "rows of {} were removed, added or put back to an earlier state in {}: run `switchboard journal verify`"


def see_complete(connection: Connection, tags: Tags, scope: tuple[str, str], table: Table, where: Any) -> None:
    """See, in a transaction that writes, that a scope (its name and tenant) has all its rows of a table and no others.

    Raises:
        RecordBroken: rows were removed, added or put back, or the head was changed.
    """
    head = heads_of(connection, tags).lock(connection, *scope)
    _compare(connection, head, table, where)


def look_complete(connection: Connection, tags: Tags, scope: str, table: Table, where: Any) -> None:
    """See the same in a snapshot, locking nothing.

    Raises:
        RecordBroken: see `see_complete`.
    """
    query = select(journal_heads).where(journal_heads.c.conversation_id == scope)
    row = connection.execute(query).mappings().first()
    if row is not None and not is_head_vouched(tags, row):
        raise RecordBroken(f"the head of {scope} was changed or forged: run `switchboard journal verify`")
    _compare(connection, Head(scope, "") if row is None else Head.read(row), table, where)


def _compare(connection: Connection, head: Head, table: Table, where: Any) -> None:
    columns = [table.c[name] for name in (*SCOPES[table.name].columns, TAG)]
    found = sum(share_of(table.name, row) for row in connection.execute(select(*columns).where(where)).mappings())
    if found % MODULUS != head.totals.get(table.name, 0):
        raise RecordBroken(REMOVED.format(table.name, head.conversation_id))
