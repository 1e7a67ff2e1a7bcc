"""The anchor by settings: where it lies, and the key that signs it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from app.clock import tell_time
from app.keys import create_private, load_or_create_grant_key
from app.settings import Settings
from policy.gate.grants import generate_private_key, public_key_of
from policy.journal.anchors import Anchored, load_public_key, name_key, read_anchor
from policy.journal.checkpoints import Checkpoints, differences
from policy.journal.stored_chains import Chains
from storage.transactions import Transactions

CHECKPOINTS = "checkpoints.jsonl"
CHECKPOINT_KEY = "checkpoint_key.pem"


def anchor_file(settings: Settings) -> Path:
    """Where the signed heads of all chains are kept: in the data folder, unless a setting names a better place."""
    return settings.journal.anchor or settings.data / CHECKPOINTS


def open_checkpoints(
    settings: Settings, transactions: Transactions, clock: Callable[[], datetime] = tell_time
) -> Checkpoints:
    """Checkpoints with a key of their own, made at the first start; its public half lies beside it, for auditors."""
    key = settings.journal.checkpoint_key or settings.data / CHECKPOINT_KEY
    create_private(key, generate_private_key())
    private = key.read_bytes()
    key.with_suffix(".pub.pem").write_bytes(public_key_of(private))
    oldest = load_public_key(public_key_of(load_or_create_grant_key(settings.data)))
    return Checkpoints(Chains(transactions), private, anchor_file(settings), clock, oldest=oldest)


def read_copy(anchor: Path, public_key: Path) -> Anchored:
    """What a copy of the anchor says, by a public key alone.

    Raises:
        RecordBroken: the anchor is not signed by that key.
        Misconfigured: the public key cannot be read.
    """
    key = load_public_key(public_key.read_bytes())
    return read_anchor(anchor, {name_key(key): key})


async def compare(transactions: Transactions, anchored: Anchored) -> dict[str, Any]:
    """Recompute every hash chain, hold them against what was anchored, and count what is not anchored yet."""
    chains = Chains(transactions, lambda: anchored.blanked)
    found = await chains.verify()
    replaced = await differences(chains, anchored.heads)
    heads = await chains.heads()
    since = sum(max(0, head.sequence - anchored.heads.get(head.conversation_id, (0, ""))[0]) for head in heads)
    problems = [*found.problems, *replaced.values()]
    return {
        "ok": not problems,
        "conversations": found.conversations,
        "entries": found.entries,
        "problems": problems,
        "anchored_until": anchored.at or None,
        "anchored_head": anchored.last,
        "entries_since": since,
        "retired": len(anchored.retired),
    }
