"""Conversations by the ids that channels call them by.

An id may be an address, so the database holds a keyed digest of it; the id itself lies sealed with the conversation.
"""

from sqlalchemy import Connection, select, update

from domain.conversation import Status
from domain.digest import digest
from domain.ids import ConversationId, TenantId
from domain.vault import Vault
from router.memory.sealed_rows import SealedRows
from router.memory.stored import Stored
from storage.tables.conversations import conversations
from storage.transactions import Transactions

BATCH = 200


def external_key(vault: Vault, row: Stored) -> str | None:
    """What a conversation's external id is stored as; None where the channel gave none."""
    named = row.memory.origin.external_id
    return vault.keyed(_spell(row.tenant, named)) if named else None


def possible_keys(vault: Vault, tenant: TenantId, external_id: str) -> tuple[str, ...]:
    """What an external id may be stored as, while encryption keys are rotated."""
    return vault.keyed_by_each(_spell(tenant, external_id))


def find_open(connection: Connection, vault: Vault, row: Stored) -> ConversationId | None:
    """The open conversation of the same tenant, channel and external id as this one, if there is one."""
    named = row.memory.origin.external_id
    if not named:
        return None
    columns = conversations.c
    same = (columns.tenant == row.tenant, columns.channel == row.channel, columns.status != Status.CLOSED.value)
    keys = possible_keys(vault, row.tenant, named)
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


def _spell(tenant: TenantId, external_id: str) -> str:
    return digest(["external_id", tenant, external_id])
