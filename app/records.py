"""Looking at the record and the tools from the command line, with or without a running service."""

from pathlib import Path
from typing import Any

from app.anchoring import anchor_file, compare, open_checkpoints, read_copy
from app.installation import open_installation, open_unsealed
from app.pins import list_servers
from app.policy_bundle import read_bundle
from app.settings import Settings
from policy.journal.checkpoints import Checkpoint


async def verify(settings: Settings, anchor: Path | None = None, public_key: Path | None = None) -> dict[str, Any]:
    """Recompute every hash chain of the settings' database, and hold them against the signed checkpoints.

    With a public key, a copy of the anchor is believed alone, and no key of this machine is used.

    Raises:
        RecordBroken: the anchor is not signed as it should be.
        UnknownName: there is no installation.
    """
    if public_key is not None:
        async with open_unsealed(settings) as transactions:
            return await compare(transactions, read_copy(anchor or anchor_file(settings), public_key))
    async with open_installation(settings) as opened:
        checkpoints = open_checkpoints(settings, opened.transactions, make_keys=False)
        return await compare(opened.transactions, await checkpoints.read())


async def checkpoint(settings: Settings) -> Checkpoint:
    """Anchor the record now.

    Raises:
        RecordBroken: the anchor is not signed as it should be.
    """
    async with open_installation(settings) as opened:
        return await open_checkpoints(settings, opened.transactions).anchor()


async def list_tools(settings: Settings) -> list[dict[str, str]]:
    """Every tool that a configured server lists, with what policy data says of it."""
    known = read_bundle(settings).tools
    async with list_servers(settings) as found:
        return [
            {
                "tool": tool.name,
                "kind": known.get(tool.name, {}).get("kind", ""),
                "group": known.get(tool.name, {}).get("group", ""),
                "status": tool.status.value,
                "digest": tool.digest,
            }
            for tool in found.tools
        ]
