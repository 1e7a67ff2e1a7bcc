"""The schema of the settings' database: where it is, and bringing it to where this version needs it."""

from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from app.installation import require_database
from app.settings import Settings
from app.vault import open_vault
from domain.errors import Misconfigured, StorageUnavailable
from storage.database import newest_schema, open_database, open_storage, schema_of


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
        UnknownName: there is no database file in the data folder; a service makes one at its start.
    """
    require_database(settings)
    settings.data.mkdir(parents=True, exist_ok=True)
    found = await _look(settings)
    if found.before > found.now:
        raise Misconfigured(
            f"the schema is at {found.before}, newer than this version's {found.now}: update the program"
        )
    async with open_storage(settings.database_url, settings.data, open_vault(settings)):
        return found


async def read_schema(settings: Settings) -> SchemaStep:
    """Where the schema is, without touching anything.

    Raises:
        StorageUnavailable: the database cannot be reached.
        UnknownName: there is no database file in the data folder.
    """
    require_database(settings)
    return await _look(settings)


async def _look(settings: Settings) -> SchemaStep:
    engine = open_database(settings.database_url, settings.data)
    try:
        return SchemaStep(await schema_of(engine) or "", newest_schema())
    except (SQLAlchemyError, OSError) as error:
        raise StorageUnavailable(f"the database cannot be reached: {type(error).__name__}") from error
    finally:
        await engine.dispose()
