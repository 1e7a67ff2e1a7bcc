"""Leases: a process works on a conversation only while it holds its lease, which every write proves."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, and_, bindparam, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.errors import LeaseLost
from domain.ids import ConversationId
from storage.clock import database_seconds
from storage.tables.leases import leases

_COLUMNS = leases.c
_THIS = and_(
    _COLUMNS.conversation_id == bindparam("wanted"),
    _COLUMNS.token == bindparam("held"),
    _COLUMNS.owner == bindparam("holder"),
)
_HOLDS = select(_COLUMNS.token).where(_THIS).with_for_update()
_RELEASE = update(leases).where(_THIS).values(owner="", expires_at=0)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one process to work on a conversation; `token` grows with every holder (a fencing token)."""

    conversation_id: ConversationId
    owner: str
    token: int

    def see_held(self, connection: Connection) -> None:
        """See within a transaction that nobody took the lease over; nobody can until the transaction has ended.

        Raises:
            LeaseLost: somebody did.
        """
        if connection.execute(_HOLDS, self._named).first() is None:
            raise LeaseLost(f"{self.conversation_id} is worked on by another process")

    def release(self, connection: Connection) -> None:
        """Give the lease up within a transaction; one that was lost is left to its new holder."""
        connection.execute(_RELEASE, self._named)

    @property
    def _named(self) -> dict[str, Any]:
        return {"wanted": self.conversation_id, "held": self.token, "holder": self.owner}


class Leases:
    """Takes and renews this process's leases. Time is the database's, so that machines need not agree on it."""

    def __init__(self, seconds: float) -> None:
        self.owner = f"{uuid4()}"
        self.seconds = seconds

    def acquire(self, connection: Connection, conversation_id: ConversationId) -> Lease | None:
        """Take a conversation's lease within a transaction; None while another process holds it."""
        now = database_seconds(connection)
        dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
        row = {"owner": self.owner, "expires_at": now + self.seconds}
        statement = dialect.insert(leases).values(conversation_id=conversation_id, token=1, **row)
        statement = statement.on_conflict_do_update(
            index_elements=[_COLUMNS.conversation_id],
            set_={**row, "token": _COLUMNS.token + 1},
            where=_COLUMNS.expires_at <= now,
        ).returning(_COLUMNS.token)
        token = connection.execute(statement).scalar_one_or_none()
        return None if token is None else Lease(conversation_id, self.owner, token)

    def renew(self, connection: Connection) -> None:
        """Put off the end of every lease that this process holds."""
        mine = and_(_COLUMNS.owner == self.owner, _COLUMNS.expires_at > 0)
        connection.execute(update(leases).where(mine).values(expires_at=database_seconds(connection) + self.seconds))

    def expire_all(self, connection: Connection) -> None:
        """End every lease, whoever holds it: for a start on a database that no other process works on."""
        connection.execute(update(leases).where(_COLUMNS.expires_at > 0).values(expires_at=0))


def is_free(conversation_id: Any, connection: Connection) -> Any:
    """An SQL condition: nobody holds the lease of the conversation in this column."""
    held = select(literal(1)).where(
        _COLUMNS.conversation_id == conversation_id, _COLUMNS.expires_at > database_seconds(connection)
    )
    return ~held.exists()
