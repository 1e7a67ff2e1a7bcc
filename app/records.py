"""Looking at the record and the tools from the command line, with or without a running service."""

from dataclasses import asdict
from typing import Any

from app.bootstrap import open_switchboard
from app.clock import tell_time
from app.database import open_database, upgrade_database
from app.keys import load_or_create_grant_key
from app.settings import Settings
from app.upkeep import checkpoints_file
from app.vault import open_vault
from policy.checkpoints import Checkpoints
from policy.stored_chains import Chains
from policy.transactions import Transactions


async def verify(settings: Settings) -> dict[str, Any]:
    """Recompute every hash chain of the settings' database, and hold them against the signed checkpoints."""
    database = open_database(settings.database_url, settings.data)
    try:
        await upgrade_database(database, open_vault(settings))
        chains = Chains(Transactions(database))
        found = await chains.verify()
        key, file = load_or_create_grant_key(settings.data), checkpoints_file(settings.data)
        replaced = await Checkpoints(chains, key, file, tell_time).verify()
    finally:
        await database.dispose()
    problems = [*found.problems, *replaced]
    return {**asdict(found), "ok": not problems, "problems": problems}


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
