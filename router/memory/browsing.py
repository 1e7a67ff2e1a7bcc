"""Looking through a tenant's conversations, newest first, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, false, or_, select

from domain.caller import CustomerSession
from domain.ids import ConversationId, TenantId
from domain.vault import Vault
from router.memory.contact import known_as
from router.memory.external_ids import possible_keys
from router.memory.sealed_rows import SealedRows
from router.memory.state import Origin
from router.memory.stored import Stored
from storage.tables.control import data_keys
from storage.tables.conversations import conversations


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ends: the next one begins with what was opened before."""

    opened_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; what is empty excludes nothing. `session` limits it to what is that customer's own.

    `customer_id` is of whoever the words belong to, `known_as` of a customer whom we are sure of.
    """

    customer_id: str = ""
    known_as: str = ""
    external_id: str = ""
    status: str = ""
    channel: str = ""
    before: Cursor | None = None
    limit: int = 20
    session: CustomerSession | None = None


def find_page(connection: Connection, vault: Vault, tenant: TenantId, search: Search) -> list[Stored]:
    """The conversations that fit, newest first, and one more than the limit where there are more."""
    columns = conversations.c
    query = vault.beside(select(conversations).where(columns.tenant == tenant), columns.id)
    query = _matching(query, vault, tenant, search)
    if search.before is not None:
        opened_at, last = search.before.opened_at, search.before.id
        query = query.where(
            or_(columns.created_at < opened_at, and_(columns.created_at == opened_at, columns.id < last))
        )
    rows = connection.execute(
        query.order_by(columns.created_at.desc(), columns.id.desc()).limit(search.limit + 1)
    ).mappings()
    return [
        SealedRows(known, vault.from_row(row, known)).conversation(row)
        for row in rows.all()
        for known in (ConversationId(row["id"]),)
    ]


def _matching(query: Select[Any], vault: Vault, tenant: TenantId, search: Search) -> Select[Any]:
    columns = conversations.c
    if search.customer_id:
        query = query.where(data_keys.c.customer_id == search.customer_id)
    if search.known_as:
        query = query.where(columns.customer_id == search.known_as)
    if search.external_id:
        keys = possible_keys(vault, tenant, Origin(external_id=search.external_id))
        query = query.where(columns.external_key.in_(keys))
    if search.status:
        query = query.where(columns.status == search.status)
    if search.channel:
        query = query.where(columns.channel == search.channel)
    if search.session is not None:
        number = known_as(search.session.customer)
        opened = columns.external_key.in_(possible_keys(vault, tenant, Origin(owner=search.session.owner)))
        query = query.where(or_(opened, columns.customer_id == number if number else false()))
    return query
