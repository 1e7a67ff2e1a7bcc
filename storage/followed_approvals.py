"""Which approvals their conversations have not gone on from: decided just before a crash, or by nobody in time."""

from datetime import datetime

from sqlalchemy import Connection, and_, exists, or_, select

from domain.ids import PendingId
from storage.tables.control import pending_actions
from storage.tables.conversations import conversations, turns

BATCH = 50
CLOSED = "closed"


def read_unfollowed(connection: Connection, now: datetime, since: datetime) -> list[PendingId]:
    """Approvals asked for after `since`, oldest first, that are decided or past their time without a turn of theirs."""
    columns = pending_actions.c
    over = or_(
        columns.status.in_(["approved", "rejected"]),
        and_(columns.status == "pending", columns.expires_at <= now),
    )
    followed = exists().where(
        turns.c.conversation_id == columns.conversation_id, turns.c.client_message_id == "approval:" + columns.id
    )
    alive = exists().where(conversations.c.id == columns.conversation_id, conversations.c.status != CLOSED)
    query = select(columns.id).where(columns.kind == "approve", columns.requested_at >= since, over, alive, ~followed)
    query = query.order_by(columns.requested_at, columns.id).limit(BATCH)
    return [PendingId(name) for name in connection.execute(query).scalars()]
