"""The schema of the settings' database: where it is, and bringing it to where this version needs it."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.settings import Settings
from app.vault import open_vault
from domain.errors import Misconfigured, StorageUnavailable
from storage.database import newest_schema, open_database, schema_of, upgrade_database


@dataclass(frozen=True, slots=True)
class SchemaStep:
    """The step that the schema was found at, empty where there was none, and the one that this version needs."""

    before: str
    now: str


async def upgrade_schema(settings: Settings) -> SchemaStep:
    """Bring the schema to this version's step.

    Raises:
        StorageUnavailable: the database cannot be reached.
        Misconfigured: the schema is of a newer version.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url, settings.data)
    try:
        found = SchemaStep(await _present(engine), newest_schema())
        await upgrade_database(engine, open_vault(settings))
    finally:
        await engine.dispose()
    return found


async def read_schema(settings: Settings) -> SchemaStep:
    """Where the schema is, without touching anything.

    Raises:
        StorageUnavailable: the database cannot be reached.
        Misconfigured: there is no database file in the data folder.
    """
    if not settings.database_url:
        _see_file(settings.data / "switchboard.db")
    engine = open_database(settings.database_url, settings.data)
    try:
        return SchemaStep(await _present(engine), newest_schema())
    finally:
        await engine.dispose()


async def _present(engine: AsyncEngine) -> str:
    try:
        return await schema_of(engine) or ""
    except (SQLAlchemyError, OSError) as error:
        raise StorageUnavailable(f"the database cannot be reached: {type(error).__name__}") from error


def _see_file(path: Path) -> None:
    if not path.exists():
        raise Misconfigured(f"there is no database at {path}; SWITCHBOARD_DATA or --data names its folder")
