"""The stored chains as an auditor checks them: by their hashes alone, without the key to read them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from domain.digest import digest
from domain.ids import TenantId
from domain.record import Verification
from domain.vault import Tags
from policy.journal.chain import Link, check_chain
from policy.journal.stored_rows import add_rows
from storage.tables.control import journal_entries, journal_heads
from storage.transactions import Transactions


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last entry of a conversation's chain."""

    conversation_id: str
    tenant: str
    sequence: int
    hash: str


class Chains:
    """Reads every chain's entries and head."""

    def __init__(
        self,
        transactions: Transactions,
        blanked: Callable[[], Mapping[str, str]] = dict,
        tags: Tags | None = None,
    ) -> None:
        """`blanked` gives the entries that were blanked rightly, with the digest of what remains; see `Checkpoints`.

        `tags` are for whoever holds the record's keys: with them the rows that entries are about are verified too.
        """
        self._transactions = transactions
        self._blanked = blanked
        self._tags = tags

    async def verify(self, tenant: TenantId | None = None) -> Verification:
        """Recompute every hash chain, of one tenant or of all; with the keys, every tag and total too."""
        blanked, tags = self._blanked(), self._tags

        def work(connection: Connection) -> Verification:
            found = _verify(connection, tenant, blanked, tags)
            return found if tags is None else add_rows(connection, tags, tenant, found)

        return await self._transactions.snapshot(work)

    async def heads(self) -> list[ChainHead]:
        """The last entry of every conversation, to be anchored outside the database."""
        return await self._transactions.read(lambda connection: _heads(connection, None))

    async def hash_at(self, conversation_id: str, sequence: int) -> str | None:
        """The stored hash of one entry, None where there is no such entry."""
        columns = journal_entries.c
        query = select(columns.hash).where(columns.conversation_id == conversation_id, columns.sequence == sequence)
        return await self._transactions.read(lambda connection: connection.execute(query).scalar_one_or_none())


def hash_of(row: dict[str, Any]) -> str:
    """The digest of a stored entry: of every field but the hash itself and its tag, sealed ones as they are sealed."""
    return digest({name: value for name, value in row.items() if name not in ("hash", "mac")})


def tag_entry(tags: Tags, row: Mapping[str, Any]) -> str:
    """The tag of an entry, which is over its hash."""
    return tags.tag("entry", str(row["hash"]).encode())


def _heads(connection: Connection, tenant: TenantId | None) -> list[ChainHead]:
    query = select(journal_heads).order_by(journal_heads.c.conversation_id)
    if tenant is not None:
        query = query.where(journal_heads.c.tenant == tenant)
    return [ChainHead(row.conversation_id, row.tenant, row.sequence, row.hash) for row in connection.execute(query)]


def _verify(
    connection: Connection, tenant: TenantId | None, blanked: Mapping[str, str], tags: Tags | None
) -> Verification:
    query = select(journal_heads)
    if tenant is not None:
        query = query.where(journal_heads.c.tenant == tenant)
    keyed_from = {row.conversation_id: row.keyed_from for row in connection.execute(query)}
    heads = {head.conversation_id: (head.sequence, head.hash) for head in _heads(connection, tenant)}
    untagged: list[str] = []
    links = _links(connection, tenant, blanked, lambda row: _see_tag(tags, keyed_from, row, untagged))
    found = check_chain(links, heads)
    problems = (*found.problems, *untagged)
    return replace(found, ok=not problems, problems=problems)


def _see_tag(tags: Tags | None, keyed_from: Mapping[str, int], row: Mapping[Any, Any], problems: list[str]) -> None:
    """Note an entry that we did not write; those from before entries carried tags are in the chain that we tagged."""
    if tags is None or row["sequence"] <= keyed_from.get(row["conversation_id"], 0):
        return
    if not tags.knows("entry", str(row["hash"]).encode(), row["mac"]):
        problems.append(f"{row['conversation_id']}/{row['sequence']}: was not written by us, dated {row['at']}")


def _links(
    connection: Connection,
    tenant: TenantId | None,
    blanked: Mapping[str, str],
    look: Callable[[Mapping[Any, Any]], None],
) -> Iterator[Link]:
    """Stream the stored entries in chain order, with what each hash should be.

    An entry that was recorded before entries were sealed is blanked by an erasure, and what remains of it is signed.
    """
    query = select(journal_entries).order_by(journal_entries.c.conversation_id, journal_entries.c.sequence)
    if tenant is not None:
        query = query.where(journal_entries.c.tenant == tenant)
    for row in connection.execution_options(yield_per=500).execute(query).mappings():
        look(row)
        found = hash_of(dict(row))
        known = blanked.get(f"{row['conversation_id']}/{row['sequence']}") == found
        yield Link(
            row["conversation_id"], row["sequence"], row["hash"], row["hash"] if known else found, row["previous_hash"]
        )
