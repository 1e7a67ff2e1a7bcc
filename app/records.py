"""Looking at the record and the tools from the command line, with or without a running service."""

from functools import partial
from pathlib import Path
from typing import Any

from app.anchoring import anchor_file, open_audit, open_checkpoints, read_copy, show
from app.clock import tell_time
from app.granted_groups import lack_of
from app.installation import open_installation, open_unsealed
from app.pins import list_servers
from app.policy_bundle import read_bundle
from app.settings import Settings
from domain.autonomy import EVERY_TENANT
from domain.ids import ConversationId, TenantId, TurnId
from domain.record import Note
from policy.journal.anchors import Anchored
from policy.journal.audit import RecordAudit
from policy.journal.checkpoints import Checkpoint
from policy.journal.journal import HashChainedJournal

ANCHOR_CHAIN = "anchor:repairs"
"""The journal's chain of what was done to the anchor, as a conversation of its own."""


async def verify(settings: Settings, anchor: Path | None = None, public_key: Path | None = None) -> dict[str, Any]:
    """Recompute every hash chain of the settings' database, and hold them against the signed checkpoints.

    With a public key, a copy of the anchor is believed alone, and no key of this machine is used.

    Raises:
        RecordBroken: the anchor is not signed as it should be.
        UnknownName: there is no installation.
    """
    if public_key is not None:
        async with open_unsealed(settings) as transactions:
            copy = read_copy(anchor or anchor_file(settings), public_key)
            return show(await RecordAudit(transactions, partial(_given, copy), keyed=False).verify())
    async with open_installation(settings) as opened:
        return show(await open_audit(settings, opened.transactions).verify())


async def _given(copy: Anchored) -> Anchored:
    return copy


async def repair_anchor(settings: Settings) -> str:
    """Take a torn last line out of the anchor, or go on with an anchor that was lost, on record; says what was done.

    Empty where there was nothing to repair.

    Raises:
        RecordBroken: a whole line is not signed as it should be: such an anchor is evidence, and stays as it is.
    """
    async with open_installation(settings) as opened:
        done = await open_checkpoints(settings, opened.transactions).repair()
        if done:
            chain, nobody = ConversationId(ANCHOR_CHAIN), TurnId("")
            note = Note(chain, nobody, TenantId(EVERY_TENANT), "note", done, impersonal=True)
            await HashChainedJournal(opened.transactions, tell_time).note(note)
        return done


async def checkpoint(settings: Settings) -> Checkpoint:
    """Anchor the record now.

    Raises:
        RecordBroken: the anchor is not signed as it should be.
    """
    async with open_installation(settings) as opened:
        return await open_checkpoints(settings, opened.transactions).anchor()


async def list_tools(settings: Settings) -> tuple[list[dict[str, str]], dict[str, str]]:
    """Every tool that a configured server lists, with what policy data says of it; and which servers are down, why."""
    bundle = read_bundle(settings)
    known = bundle.tools
    async with list_servers(settings) as found:
        rows = [
            {
                "tool": tool.name,
                "kind": known.get(tool.name, {}).get("kind", ""),
                "group": known.get(tool.name, {}).get("group", ""),
                "status": tool.status.value,
                "lacks": lack_of(known.get(tool.name, {}).get("group", ""), bundle.data["roles"]),
                "digest": tool.digest,
            }
            for tool in found.tools
        ]
        return rows, dict(found.down)
