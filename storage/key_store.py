"""Where conversations' keys lie apart from what they seal, so that a backup of the one is not a backup of the other.

Copies of the database keep no key; copies of this store are kept for days. A destroyed key leaves its name behind, so
that an older database that is put back can tell what was erased from what was lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    create_engine,
    delete,
    event,
    inspect,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateTable

APART = "apart"
"""What stands in the database in place of a wrapped key that lies in such a store."""

LOCK = 722002
"""PostgreSQL's advisory lock for creating the tables; 722001 is the schema's of our own database."""

metadata = MetaData()
keys = Table(
    "conversation_keys",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("wrapped", Text, nullable=False),
)
destroyed_keys = Table(
    "destroyed_keys",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("erasure", String(64), nullable=False),
)
_FIND = select(keys.c.wrapped).where(keys.c.conversation_id == bindparam("wanted"))
_TOMB = select(destroyed_keys.c.erasure).where(destroyed_keys.c.conversation_id == bindparam("wanted"))
_REPLACE = (
    update(keys)
    .where(keys.c.conversation_id == bindparam("wanted"), keys.c.wrapped == bindparam("old"))
    .values(wrapped=bindparam("new"))
)


class KeyStore:
    """Wrapped keys in a file or a database of their own; each call is a transaction of its own, on disk at its end.

    `place` says where it is, without a password.
    """

    def __init__(self, engine: Engine | AsyncEngine, place: str) -> None:
        self._owner = engine
        self._engine = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
        self._made = False
        self.place = place

    def find(self, owner: str) -> str | None:
        """A conversation's wrapped key, if it is here."""
        with self._begin() as connection:
            return connection.execute(_FIND, {"wanted": owner}).scalar_one_or_none()

    def erasure_of(self, owner: str) -> str | None:
        """The erasure that destroyed a conversation's key, if one did."""
        with self._begin() as connection:
            return connection.execute(_TOMB, {"wanted": owner}).scalar_one_or_none()

    def add(self, owner: str, wrapped: str) -> str:
        """Keep a key unless there is one; returns the one that stands."""
        with self._begin() as connection:
            connection.execute(self._plant(keys), {"conversation_id": owner, "wrapped": wrapped})
            return connection.execute(_FIND, {"wanted": owner}).scalar_one()

    def replace(self, changes: Sequence[Mapping[str, str]]) -> None:
        """Put `new` where `old` stands, for each conversation `wanted`."""
        with self._begin() as connection:
            connection.execute(_REPLACE, list(changes))

    def batch(self, after: str, limit: int) -> list[tuple[str, str]]:
        """Conversations with their wrapped keys, in order, after the one named."""
        query = select(keys).where(keys.c.conversation_id > after).order_by(keys.c.conversation_id).limit(limit)
        with self._begin() as connection:
            return [(row.conversation_id, row.wrapped) for row in connection.execute(query)]

    def destroy(self, owners: Iterable[str], erasure: str) -> None:
        """Destroy keys for good, and remember by which erasure."""
        with self._begin() as connection:
            for owner in owners:
                connection.execute(delete(keys).where(keys.c.conversation_id == owner))
                connection.execute(self._plant(destroyed_keys), {"conversation_id": owner, "erasure": erasure})

    def drop(self, owners: Iterable[str]) -> None:
        """Delete keys whose conversations are gone as a whole."""
        with self._begin() as connection:
            connection.execute(delete(keys).where(keys.c.conversation_id.in_(list(owners))))

    def list_destroyed(self) -> dict[str, str]:
        """Every conversation whose key was destroyed, with the erasure that did."""
        with self._begin() as connection:
            return {row.conversation_id: row.erasure for row in connection.execute(select(destroyed_keys))}

    def is_empty(self) -> bool:
        """Whether nothing was ever kept here."""
        with self._begin() as connection:
            found = (connection.execute(select(table).limit(1)).first() for table in (keys, destroyed_keys))
            return not any(found)

    async def close(self) -> None:
        """Let go of the connections."""
        if isinstance(self._owner, AsyncEngine):
            await self._owner.dispose()
        else:
            self._owner.dispose()

    def _begin(self) -> Any:
        if not self._made:
            with self._engine.begin() as connection:
                self._make_tables(connection)
            self._made = True
        return self._engine.begin()

    def _make_tables(self, connection: Connection) -> None:
        """Those that are not there; whoever comes at the same moment, in any process, finds them or waits.

        Where they are all there nothing is created: who keeps keys need not be allowed to.
        """
        there = inspect(connection).get_table_names()
        missing = [table for table in metadata.sorted_tables if table.name not in there]
        if missing and connection.dialect.name == "postgresql":  # of two that create the same at once one fails there
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        for table in missing:
            connection.execute(CreateTable(table, if_not_exists=True))

    def _plant(self, table: Table) -> Any:
        dialect: Any = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        return dialect.insert(table).on_conflict_do_nothing()


def open_key_file(path: Path) -> KeyStore:
    """A store in a file of its own: what is deleted is overwritten, and no log of changes is kept beside it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    connect_args = {"timeout": 10, "check_same_thread": False}
    engine = create_engine(f"sqlite:///{path}", connect_args=connect_args, hide_parameters=True)
    event.listen(engine, "connect", _set_pragmas)
    path.touch(mode=0o600)
    return KeyStore(engine, str(path.absolute()))


def open_key_database(url: str) -> KeyStore:
    """A store in a PostgreSQL database of its own, for many replicas."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+asyncpg://" + url.removeprefix(prefix)
    engine = create_async_engine(url, pool_size=5, max_overflow=0, hide_parameters=True)
    return KeyStore(engine, engine.url.render_as_string(hide_password=True))


def _set_pragmas(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
