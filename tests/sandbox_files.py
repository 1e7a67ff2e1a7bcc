"""The files of the sandbox's systems, looked into and changed together, as somebody else would."""

import sqlite3
from pathlib import Path

SYSTEMS = ("crm", "erp", "payments", "network")
FILES = tuple(f"{name}.db" for name in SYSTEMS)
KEYS = " UNION ALL ".join(f"SELECT * FROM {name}.idempotency_keys" for name in SYSTEMS)


def open_systems(folder: Path) -> sqlite3.Connection:
    """A connection that finds a table in the system that keeps it; what it changes the systems tell each other."""
    connection = sqlite3.connect(":memory:", isolation_level=None, timeout=20)
    for name in SYSTEMS:
        connection.execute(f"ATTACH '{folder / name}.db' AS {name}")
        connection.execute(f"PRAGMA {name}.synchronous = OFF")
    connection.execute(f"CREATE TEMP VIEW idempotency_keys AS {KEYS}")
    return connection
