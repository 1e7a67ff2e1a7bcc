"""The database's own clock, so that machines need not agree on the time."""

import time
from typing import Any

from sqlalchemy import Connection, func, literal


def database_seconds(connection: Connection) -> Any:
    """Seconds since 1970 as an SQL expression; an SQLite file is on the machine that reads it."""
    if connection.dialect.name == "postgresql":
        return func.extract("epoch", func.clock_timestamp())
    return literal(time.time())
