"""What the understanding has learnt, kept in a shared database, so that every replica reads by the same model."""

import base64
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.clock import tell_time
from app.installation import open_installation
from app.settings import Settings
from domain.autonomy import EVERY_TENANT
from domain.errors import Conflict
from domain.vault import Tags
from storage.completeness import look_complete, see_complete
from storage.tables.control import trained_models
from storage.tagged_rows import MODELS, see_vouched
from storage.transactions import Transactions
from understanding.intents.models import put_in_force, read_version, take_version, version_in_force

_ALL = trained_models.c.version.is_not(None)


class SharedModels:
    """The database's versions, and a folder that follows them."""

    def __init__(self, transactions: Transactions, folder: Path) -> None:
        self._transactions = transactions
        self._folder = folder

    async def follow(self) -> None:
        """Put the version in force that the database says is, fetching it first; nothing where none was ever shared.

        Raises:
            RecordBroken: it was changed, removed or forged: the version before stays in force here.
        """
        shared = await self._transactions.glance(_version_in_force)
        if shared is not None and shared != version_in_force(self._folder):
            await self._take(shared)

    async def _take(self, version: int) -> None:
        tags = self._transactions.vault.tags
        content = await self._transactions.snapshot(lambda connection: _content(connection, tags, version))
        if version:
            take_version(self._folder, version, base64.b64decode(content))
        put_in_force(self._folder, version)

    async def share(self) -> None:
        """Have every process take the version that is in force in the folder.

        Raises:
            Conflict: another model was accepted under the same number meanwhile; nothing was changed.
        """
        version = version_in_force(self._folder)
        content = base64.b64encode(read_version(self._folder, version)).decode() if version else ""
        tags = self._transactions.vault.tags
        await self._transactions.write(lambda connection: _share(connection, tags, version, content))


@asynccontextmanager
async def sharing(settings: Settings) -> AsyncGenerator[None]:
    """What the block does with the models of the data folder is done for every process that shares its database.

    Where the database is a file of the data folder nothing is shared, since the models lie beside it.
    """
    if not settings.database_url:
        yield
        return
    async with open_installation(settings) as opened:
        models = SharedModels(opened.transactions, settings.data / "cache")
        await models.follow()
        before = version_in_force(settings.data / "cache")
        yield
        if version_in_force(settings.data / "cache") != before:
            await models.share()


def _version_in_force(connection: Connection) -> int | None:
    rows = connection.execute(select(trained_models.c.version, trained_models.c.in_force)).all()
    return next((row.version for row in rows if row.in_force), 0) if rows else None


def _content(connection: Connection, tags: Tags, version: int) -> str:
    look_complete(connection, tags, MODELS, trained_models, _ALL)
    rows = connection.execute(select(trained_models)).mappings().all()
    for row in rows:
        see_vouched(tags, trained_models.name, row)
    return next((str(row["content"]) for row in rows if row["version"] == version), "")


def _share(connection: Connection, tags: Tags, version: int, content: str) -> None:
    see_complete(connection, tags, (MODELS, EVERY_TENANT), trained_models, _ALL)
    stored: Any = connection.execute(select(trained_models.c.content).where(trained_models.c.version == version))
    known = stored.scalar_one_or_none()
    if known not in (None, content):
        raise Conflict(f"another process learnt model version {version} meanwhile: train again")
    connection.execute(update(trained_models).where(trained_models.c.in_force).values(in_force=False))
    if known is None and version:
        values = {"version": version, "in_force": True, "content": content, "at": tell_time()}
        connection.execute(insert(trained_models).values(**values))
    elif version:
        connection.execute(update(trained_models).where(trained_models.c.version == version).values(in_force=True))
