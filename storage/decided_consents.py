"""Which partners' conversations wait while their customer has decided, in another one, what partners may do."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, select

from domain.ids import ConversationId, TenantId
from storage.tables.control import calls
from storage.tables.conversations import conversations, turns
from storage.tables.partner_tasks import contexts

BATCH = 50
WAITING = "waiting_approval"
DECIDES = ("crm.give_partner_consent", "crm.withdraw_partner_consent", "crm.set_consent")


@dataclass(frozen=True, slots=True)
class DecidedConsent:
    """A conversation that may go on; `key` is that of the call by which the customer decided."""

    tenant: TenantId
    conversation_id: ConversationId
    key: str


def read_decided(connection: Connection, since: datetime) -> list[DecidedConsent]:
    """What was decided after `since`, oldest first, and the conversations that have had no turn for it yet."""
    same = and_(contexts.c.tenant == calls.c.tenant, contexts.c.customer_id == calls.c.customer_id)
    waits = and_(conversations.c.id == contexts.c.conversation_id, conversations.c.status == WAITING)
    followed = exists().where(
        turns.c.conversation_id == conversations.c.id, turns.c.client_message_id == "consent:" + calls.c.key
    )
    query = (
        select(calls.c.tenant, conversations.c.id, calls.c.key)
        .join_from(calls, contexts, same)
        .join(conversations, waits)
        .where(calls.c.status == "succeeded", calls.c.at >= since, calls.c.tool.in_(DECIDES), ~followed)
        .order_by(calls.c.at, conversations.c.id)
        .limit(BATCH)
    )
    return [DecidedConsent(TenantId(row.tenant), ConversationId(row.id), row.key) for row in connection.execute(query)]


def read_waiting(connection: Connection, after: str) -> list[tuple[TenantId, ConversationId]]:
    """Partners' conversations that wait for somebody's permission, by their ids, the batch after that one."""
    columns = conversations.c
    waits = and_(columns.status == WAITING, columns.id > after, columns.id == contexts.c.conversation_id)
    query = select(columns.tenant, columns.id).join_from(conversations, contexts, waits).distinct()
    rows = connection.execute(query.order_by(columns.id).limit(BATCH)).all()
    return [(TenantId(row.tenant), ConversationId(row.id)) for row in rows]
