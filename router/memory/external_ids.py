"""Conversations by the ids that channels call them by.

An id may be an address, so the database holds a keyed digest of it; the id itself lies sealed with the conversation.
"""

from sqlalchemy import Connection, select, update

from domain.conversation import Status
from domain.digest import digest
from domain.ids import ConversationId, TenantId
from domain.vault import Vault
from router.memory.sealed_rows import SealedRows
from router.memory.state import Origin
from router.memory.stored import Stored
from storage.tables.conversations import conversations
from storage.transactions import Transactions

BATCH = 200


def external_key(vault: Vault, row: Stored) -> str | None:
    """What a conversation is found again by; None where the channel gave no id, and it is in nobody's own session."""
    name = _spell(row.tenant, row.memory.origin)
    return vault.keyed(name) if name else None


def possible_keys(vault: Vault, tenant: TenantId, origin: Origin) -> tuple[str, ...]:
    """What it may be stored as while encryption keys are rotated; empty where there is nothing to find it by."""
    name = _spell(tenant, origin)
    return vault.keyed_by_each(name) if name else ()


def find_open(connection: Connection, vault: Vault, row: Stored) -> ConversationId | None:
    """The open conversation of the same tenant, channel and external id or session's owner, if there is one."""
    columns, keys = conversations.c, possible_keys(vault, row.tenant, row.memory.origin)
    if not keys:
        return None
    same = (columns.tenant == row.tenant, columns.channel == row.channel, columns.status != Status.CLOSED.value)
    found = connection.execute(select(columns.id).where(*same, columns.external_key.in_(keys))).scalar()
    return ConversationId(found) if found else None


async def rekey_external_ids(transactions: Transactions) -> int:
    """Make every external id's digest with the newest encryption key; returns how many were made anew."""
    changed, after = 0, ""
    while True:
        last, count = await transactions.write(
            lambda connection, after=after: _rekey(connection, transactions.vault, after)
        )
        changed += count
        if not last:
            return changed
        after = last


def _rekey(connection: Connection, vault: Vault, after: str) -> tuple[str, int]:
    columns, count = conversations.c, 0
    query = select(conversations).where(columns.external_key.is_not(None), columns.id > after)
    rows = connection.execute(query.order_by(columns.id).limit(BATCH)).mappings().all()
    for row in rows:
        known = ConversationId(row["id"])
        stored = SealedRows(known, vault.box(connection, known)).conversation(row)
        key = external_key(vault, stored)
        if key != row["external_key"]:
            connection.execute(update(conversations).where(columns.id == known).values(external_key=key))
            count += 1
    return (rows[-1]["id"] if len(rows) == BATCH else ""), count


def _spell(tenant: TenantId, origin: Origin) -> str:
    """An owner's conversation is no channel's, whatever id a channel makes up."""
    named = origin.external_id or origin.owner
    return digest(["external_id", tenant, origin.owner, origin.external_id]) if named else ""
