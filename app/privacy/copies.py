"""What an erasure does not reach: copies of keys from before it, and what the operator has to do about them."""

from sqlalchemy.ext.asyncio import AsyncEngine

from storage.vault import EnvelopeVault


def tell_copies(vault: EnvelopeVault, dialect: str) -> tuple[str, ...]:
    """Which backups can still be read, until when, and what to do, a sentence each."""
    if vault.store is not None:
        where = vault.store.place
        told = (
            f"copies of {where} that were made before now: with the encryption key and a backup of the database they "
            "read the words. Keep such copies for days only, apart from the database's; delete the older ones now",
        )
        if dialect == "postgresql":
            told += (f"the write-ahead log of {where}, until PostgreSQL recycles it, and wherever it is archived",)
        return told
    return (
        "backups of the database from before now: keys lie in them, and with the encryption key they read the words. "
        "Delete them; or run `switchboard privacy rotate-key` and destroy the old encryption key, which ends them all",
        "the same in PostgreSQL's write-ahead log until it is recycled, and wherever it is archived. Set "
        "SWITCHBOARD_ENCRYPTION__DATA_KEYS to a database of its own, and no later backup holds keys",
    )


async def scrub(engine: AsyncEngine) -> None:
    """Take what was deleted or replaced out of the files as far as the database can: log of changes, dead rows."""
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if sqlite else "VACUUM data_keys")
