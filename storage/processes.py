"""The processes that run on this database: each says once in a while that it lives, and what it has obeyed."""

import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, case, delete, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.autonomy import RunningProcess
from storage.clock import database_seconds
from storage.tables.processes import processes

GONE_AFTER_S = 15.0
"""A process that was not heard for so long is not counted as running any more."""
FORGOTTEN_AFTER_S = 3600.0
_COLUMNS = processes.c


class ProcessPresence:
    """This process's own row; `id` is what its leases are owned by, too."""

    def __init__(self, name: str) -> None:
        self.id = name
        self.host = socket.gethostname()[:255]

    def report(self, connection: Connection, dial_turn: int) -> None:
        """Say that this process lives, and that it obeys the dial up to this turn; rows of the long dead go."""
        now = database_seconds(connection)
        dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
        row = {"id": self.id, "host": self.host, "started_at": now, "heard_at": now}
        statement = dialect.insert(processes).values(**row, dial_turn=dial_turn, dial_turn_at=now)
        unchanged = _COLUMNS.dial_turn == literal(dial_turn)
        changed = {
            "heard_at": now,
            "dial_turn": dial_turn,
            "dial_turn_at": case((unchanged, _COLUMNS.dial_turn_at), else_=now),
        }
        connection.execute(statement.on_conflict_do_update(index_elements=[_COLUMNS.id], set_=changed))
        connection.execute(delete(processes).where(_COLUMNS.heard_at < now - FORGOTTEN_AFTER_S))

    def end(self, connection: Connection) -> None:
        """Say that this process ends."""
        connection.execute(delete(processes).where(_COLUMNS.id == self.id))


def list_running(connection: Connection) -> Sequence[RunningProcess]:
    """The processes that were heard in the last seconds, the oldest first."""
    lately = _COLUMNS.heard_at > database_seconds(connection) - GONE_AFTER_S
    rows = connection.execute(select(processes).where(lately).order_by(_COLUMNS.started_at, _COLUMNS.id))
    return [
        RunningProcess(
            id=row.id,
            host=row.host,
            started_at=_moment(row.started_at),
            heard_at=_moment(row.heard_at),
            obeyed=row.dial_turn,
            obeyed_at=_moment(row.dial_turn_at),
        )
        for row in rows
    ]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
