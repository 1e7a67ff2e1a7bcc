"""The anchor by settings: where it lies, and the key that signs it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from app.clock import tell_time
from app.keys import CHECKPOINT_KEY, GRANT_KEY, create_private, read_grant_key
from app.settings import Settings
from domain.errors import Misconfigured
from domain.record import Verification
from policy.journal.anchor_memory import AnchorMemory
from policy.journal.anchors import Anchored, name_key, read_anchor
from policy.journal.audit import RecordAudit
from policy.journal.checkpoints import Checkpoints
from policy.journal.stored_chains import Chains
from policy.keys import generate_private_key, load_public_key, public_key_of
from storage.transactions import Transactions

CHECKPOINTS = "checkpoints.jsonl"


def anchor_file(settings: Settings) -> Path:
    """Where the signed heads of all chains are kept: in the data folder, unless a setting names a better place."""
    return settings.journal.anchor or settings.data / CHECKPOINTS


def open_checkpoints(
    settings: Settings,
    transactions: Transactions,
    clock: Callable[[], datetime] = tell_time,
    *,
    make_keys: bool = True,
) -> Checkpoints:
    """Checkpoints with a key of their own, made at the first start; its public half lies beside it, for auditors.

    Without `make_keys` nothing is made: who only reads.

    Raises:
        Misconfigured: there is an anchor, and not the key that signed it.
    """
    key = settings.journal.checkpoint_key or settings.data / CHECKPOINT_KEY
    if not make_keys:
        private, grant_key = _keys_to_read_with(settings, key)
    else:
        create_private(key, generate_private_key())
        private, grant_key = key.read_bytes(), read_grant_key(settings)
        _show_public_half(key, private)
    oldest = load_public_key(public_key_of(grant_key))
    memory = AnchorMemory(transactions)
    return Checkpoints(Chains(transactions), private, anchor_file(settings), clock, oldest=oldest, memory=memory)


def _keys_to_read_with(settings: Settings, key: Path) -> tuple[bytes, bytes]:
    """The keys as they are; where there is no anchor either, ones that were never used for anything."""
    anchored, grant_key = anchor_file(settings).exists(), settings.grants.key or settings.data / GRANT_KEY
    if anchored and not key.exists():
        raise Misconfigured(f"{key} is not there, which signed {anchor_file(settings)}: give a --public-key to believe")
    private = key.read_bytes() if key.exists() else generate_private_key()
    return private, grant_key.read_bytes() if grant_key.exists() else generate_private_key()


def _show_public_half(key: Path, private: bytes) -> None:
    """Lay the public half beside a key, unless it is there: a key that was given lies where nothing can be written."""
    public = key.with_suffix(".pub.pem")
    if not public.exists():
        public.write_bytes(public_key_of(private))


def read_copy(anchor: Path, public_key: Path) -> Anchored:
    """What a copy of the anchor says, by a public key alone.

    Raises:
        RecordBroken: the anchor is not signed by that key.
        Misconfigured: the public key cannot be read.
    """
    key = load_public_key(public_key.read_bytes())
    return read_anchor(anchor, {name_key(key): key})


def open_audit(settings: Settings, transactions: Transactions) -> RecordAudit:
    """The audit of a database by the keys of these settings; nothing is made for it."""

    async def read() -> Anchored:
        return await open_checkpoints(settings, transactions, make_keys=False).read()

    return RecordAudit(transactions, read)


def show(found: Verification) -> dict[str, Any]:
    """What an audit came to, as it is printed."""
    return {**asdict(found), "problems": list(found.problems), "anchored_until": found.anchored_until or None}
