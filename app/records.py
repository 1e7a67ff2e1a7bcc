"""Looking at the record and the tools from the command line, with or without a running service."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from app.anchoring import anchor_file, compare, open_checkpoints, read_copy
from app.bootstrap import open_switchboard
from app.settings import Settings
from app.vault import open_vault
from domain.vault import Vault
from policy.journal.checkpoints import Checkpoint
from storage.database import open_database, upgrade_database
from storage.transactions import Transactions


async def verify(settings: Settings, anchor: Path | None = None, public_key: Path | None = None) -> dict[str, Any]:
    """Recompute every hash chain of the settings' database, and hold them against the signed checkpoints.

    With a public key, a copy of the anchor is believed alone, and no key of this machine is used.

    Raises:
        RecordBroken: the anchor is not signed as it should be.
    """
    if public_key is not None:
        async with _opened(settings, None) as transactions:
            return await compare(transactions, read_copy(anchor or anchor_file(settings), public_key))
    async with _opened(settings, open_vault(settings)) as transactions:
        return await compare(transactions, await open_checkpoints(settings, transactions).read())


async def checkpoint(settings: Settings) -> Checkpoint:
    """Anchor the record now.

    Raises:
        RecordBroken: the anchor is not signed as it should be.
    """
    async with _opened(settings, open_vault(settings)) as transactions:
        return await open_checkpoints(settings, transactions).anchor()


@asynccontextmanager
async def _opened(settings: Settings, vault: Vault | None) -> AsyncGenerator[Transactions]:
    """The settings' database; brought up to date by those who hold its encryption key."""
    database = open_database(settings.database_url, settings.data)
    try:
        if vault is not None:
            await upgrade_database(database, vault)
        yield Transactions(database, vault)
    finally:
        await database.dispose()


async def list_tools(settings: Settings) -> list[dict[str, str]]:
    """Every tool that a configured server lists, with what policy data says of it."""
    async with open_switchboard(settings) as switchboard:
        known = switchboard.bundle.tools
        return [
            {
                "tool": tool.name,
                "kind": known.get(tool.name, {}).get("kind", ""),
                "group": known.get(tool.name, {}).get("group", ""),
                "status": tool.status.value,
                "digest": tool.digest,
            }
            for tool in switchboard.servers.tools()
        ]
