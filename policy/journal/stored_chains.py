"""The stored chains as an auditor checks them: by their hashes alone, without the key to read them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from domain.digest import digest
from domain.ids import TenantId
from domain.record import Verification
from policy.journal.chain import Link, check_chain
from storage.tables.control import journal_entries, journal_heads
from storage.transactions import Transactions


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a conversation's chain."""

    conversation_id: str
    tenant: str
    sequence: int
    hash: str


class Chains:
    """Reads every chain's entries and head."""

    def __init__(self, transactions: Transactions, blanked: Callable[[], Mapping[str, str]] = dict) -> None:
        """`blanked` gives the entries that were blanked rightly, with the digest of what remains; see `Checkpoints`."""
        self._transactions = transactions
        self._blanked = blanked

    async def verify(self, tenant: TenantId | None = None) -> Verification:
        """Recompute every hash chain, of one tenant or of all."""
        blanked = self._blanked()
        return await self._transactions.snapshot(lambda connection: _verify(connection, tenant, blanked))

    async def heads(self) -> list[Head]:
        """The last entry of every conversation, to be anchored outside the database."""
        return await self._transactions.read(lambda connection: _heads(connection, None))

    async def hash_at(self, conversation_id: str, sequence: int) -> str | None:
        """The stored hash of one entry, None where there is no such entry."""
        columns = journal_entries.c
        query = select(columns.hash).where(columns.conversation_id == conversation_id, columns.sequence == sequence)
        return await self._transactions.read(lambda connection: connection.execute(query).scalar_one_or_none())


def hash_of(row: dict[str, Any]) -> str:
    """The digest of a stored entry: of every field but the hash itself, sealed ones as they are sealed."""
    return digest({name: value for name, value in row.items() if name != "hash"})


def _heads(connection: Connection, tenant: TenantId | None) -> list[Head]:
    query = select(journal_heads).order_by(journal_heads.c.conversation_id)
    if tenant is not None:
        query = query.where(journal_heads.c.tenant == tenant)
    return [Head(**row) for row in connection.execute(query).mappings()]


def _verify(connection: Connection, tenant: TenantId | None, blanked: Mapping[str, str]) -> Verification:
    heads = {head.conversation_id: (head.sequence, head.hash) for head in _heads(connection, tenant)}
    return check_chain(_links(connection, tenant, blanked), heads)


def _links(connection: Connection, tenant: TenantId | None, blanked: Mapping[str, str]) -> Iterator[Link]:
    """Stream the stored entries in chain order, with what each hash should be.

    An entry that was recorded before entries were sealed is blanked by an erasure, and what remains of it is signed.
    """
    query = select(journal_entries).order_by(journal_entries.c.conversation_id, journal_entries.c.sequence)
    if tenant is not None:
        query = query.where(journal_entries.c.tenant == tenant)
    for row in connection.execution_options(yield_per=500).execute(query).mappings():
        found = hash_of(dict(row))
        known = blanked.get(f"{row['conversation_id']}/{row['sequence']}") == found
        yield Link(
            row["conversation_id"], row["sequence"], row["hash"], row["hash"] if known else found, row["previous_hash"]
        )
