"""A new record key: everything that an older one tagged is tagged anew, a batch at a time, while others work."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, tuple_, update

from domain.errors import RecordBroken
from domain.vault import Tags
from storage.record_heads import heads_of
from storage.tables.control import journal_entries, journal_heads
from storage.tagged_rows import SCOPES, TAG, TAGGED, see_vouched, share_of, tag_row
from storage.transactions import Transactions
from storage.vouched_writes import OWN, tag_by_key, write_keyed

BATCH = 500
_TAG_ENTRY = (
    update(journal_entries)
    .where(journal_entries.c.conversation_id == bindparam("key_conversation_id"))
    .where(journal_entries.c.sequence == bindparam("key_sequence"))
    .values(mac=bindparam("tag"))
)
Key = tuple[Any, ...]


async def retag(transactions: Transactions) -> int:
    """Tag every row, head and entry by the newest key; returns how many an older one had tagged.

    Raises:
        RecordBroken: one of them was changed or forged: it is not taken over.
    """
    changed = 0
    for table in (*TAGGED.values(), journal_entries, journal_heads):
        after: Key | None = ()
        while after is not None:

            def work(connection: Connection, table: Table = table, after: Key = after) -> tuple[Key | None, int]:
                return _retag(connection, transactions.vault.tags, table, after)

            after, count = await transactions.write(work)
            changed += count
    return changed


def _retag(connection: Connection, tags: Tags, table: Table, after: Key) -> tuple[Key | None, int]:
    """One batch: the key of its last row, None after the end, and how many were tagged anew."""
    columns = list(table.primary_key)
    query = select(table).order_by(*columns).limit(BATCH).with_for_update()
    rows = connection.execute(query.where(tuple_(*columns) > tuple_(*after)) if after else query).mappings().all()
    old = [row for row in rows if row[TAG] and not tags.is_current(row[TAG])]
    if table is journal_heads:
        for row in old:
            heads = heads_of(connection, tags)
            head = heads.lock(connection, row["conversation_id"], row["tenant"])
            heads.advance(head, head.sequence, head.hash)
    elif old and table is journal_entries:
        connection.execute(_TAG_ENTRY, [_entry(tags, row) for row in old])
    elif old:
        connection.execute(
            tag_by_key(table), [_row(connection, tags, table, row) for row in old], execution_options=OWN
        )
    last = tuple(rows[-1][column.name] for column in columns) if len(rows) == BATCH else None
    return last, len(old)


def _entry(tags: Tags, row: Mapping[Any, Any]) -> dict[str, Any]:
    content = str(row["hash"]).encode()
    if not tags.knows("entry", content, row[TAG]):
        raise RecordBroken(f"entry {row['conversation_id']}/{row['sequence']} was not written by us")
    return write_keyed(journal_entries, {**row, TAG: tags.tag("entry", content)})


def _row(connection: Connection, tags: Tags, table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    see_vouched(tags, table.name, row)
    new, scope = {**row, TAG: tag_row(tags, table.name, row)}, SCOPES.get(table.name)
    if scope is not None:
        share = share_of(table.name, new) - share_of(table.name, row)
        heads_of(connection, tags).add(scope.name(row), scope.tenant(row), table.name, share)
    return write_keyed(table, new)
