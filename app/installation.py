"""The installation that a command is about: found, never made by asking for it."""

from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.engine import make_url

from app.places import DATABASE, no_installation
from app.settings import Settings
from app.vault import data_keys_place, keys_file, open_vault
from domain.errors import Misconfigured, UnknownName
from domain.names import require_known
from storage.database import newest_schema, open_database, schema_of
from storage.tables.control import data_keys, erasures, ledger_rows
from storage.transactions import Transactions
from storage.vault import EnvelopeVault

LOOKED_AT = 5_000
"""So many customers' numbers are compared with one that is not known."""


@dataclass(frozen=True, slots=True)
class Installation:
    """An installation's own database, opened; `name` says which it is, without a password."""

    name: str
    settings: Settings
    transactions: Transactions
    vault: EnvelopeVault


def name_of(settings: Settings) -> str:
    """Which installation the settings mean: where its database is, never with a password."""
    if settings.database_url:
        return make_url(settings.database_url).render_as_string(hide_password=True)
    return str(settings.data.absolute())


def require_tenant(settings: Settings, tenant: str, *more: str) -> None:
    """See that a tenant is configured.

    Raises:
        UnknownName: it is not; the message gives the nearest.
    """
    require_known("tenant", tenant, (*settings.currencies, *more))


@asynccontextmanager
async def open_installation(settings: Settings) -> AsyncGenerator[Installation]:
    """Open the installation of the settings, as it is.

    Raises:
        UnknownName: there is none at that place.
        Misconfigured: it is there, and its schema is another version's or its encryption keys are missing.
    """
    require_installation(settings)
    engine = open_database(settings.database_url, settings.data, pool=2)
    try:
        await _require_schema(settings, await schema_of(engine))
        vault = open_vault(settings)
        transactions = Transactions(engine, vault)
        try:
            yield Installation(name_of(settings), settings, transactions, vault)
        finally:
            await transactions.close()
            await vault.close()
    finally:
        await engine.dispose()


@asynccontextmanager
async def open_unsealed(settings: Settings) -> AsyncGenerator[Transactions]:
    """Open the installation's database without any key, for what can be read without words.

    Raises:
        UnknownName: there is none at that place.
    """
    require_installation(settings)
    engine = open_database(settings.database_url, settings.data, pool=2)
    transactions = Transactions(engine, None)
    try:
        if await schema_of(engine) is None:
            raise _no_installation(settings)
        yield transactions
    finally:
        await transactions.close()
        await engine.dispose()


def require_installation(settings: Settings) -> None:
    """See that there is an installation, before anything is opened that would make one.

    Raises:
        UnknownName: there is none.
        Misconfigured: its encryption keys are missing.
    """
    require_database(settings)
    file = keys_file(settings)
    if file is not None and settings.environment == "development" and not file.is_file():
        raise Misconfigured(
            f"{file.absolute()} is not there: without it nothing in {name_of(settings)} can be read. "
            "Put it back from the backup that the database is from, or name the data folder with --data"
        )
    place = data_keys_place(settings)
    if isinstance(place, Path) and not place.is_file():
        raise Misconfigured(
            f"{place.absolute()} is not there, where the conversations' keys lie: put it back, or name it with "
            "SWITCHBOARD_ENCRYPTION__DATA_KEYS"
        )


def require_database(settings: Settings) -> None:
    """See that there is a database of ours, where it is a file.

    Raises:
        UnknownName: there is none.
    """
    if not settings.database_url and not (settings.data / DATABASE).is_file():
        raise _no_installation(settings)


async def require_customer(installation: Installation, tenant: str, customer_id: str) -> None:
    """See that something of this customer is, or was, kept here; of any tenant's where none is named.

    Raises:
        UnknownName: nothing; the message gives the nearest customers.
    """
    known = await installation.transactions.read(lambda connection: _customers(connection, tenant, customer_id))
    require_known("customer", customer_id, known, of=f"{tenant or 'any tenant'} in {installation.name}")


def _customers(connection: Connection, tenant: str, customer_id: str) -> Collection[str]:
    """This customer, if anything names them; else those that could have been meant."""
    found: set[str] = set()
    for table in (data_keys, ledger_rows, erasures):
        query = select(table.c.customer_id).distinct()
        query = query.where(table.c.tenant == tenant) if tenant else query
        if connection.execute(query.where(table.c.customer_id == customer_id).limit(1)).first():
            return [customer_id]
        found |= set(connection.execute(query.limit(LOOKED_AT)).scalars())
    return {name for name in found if name and not name.startswith("erased-")}


async def _require_schema(settings: Settings, found: str | None) -> None:
    newest = newest_schema()
    if found is None:
        raise _no_installation(settings)
    if found < newest:
        raise Misconfigured(
            f"{name_of(settings)} is of schema {found}, this program's is {newest}: start `switchboard serve` "
            "on it once, which brings it up to date"
        )
    if found > newest:
        raise Misconfigured(f"{name_of(settings)} is of schema {found}, newer than this program's {newest}: update it")


def _no_installation(settings: Settings) -> UnknownName:
    if settings.database_url:
        return UnknownName(f"no Switchboard has run on {name_of(settings)} yet: look at SWITCHBOARD_DATABASE_URL")
    return no_installation(settings.data)
