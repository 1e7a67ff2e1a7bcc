"""Checkpoints: the heads of all chains, signed and kept outside the database, where whoever edits it cannot reach."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.digest import canonical, digest
from domain.errors import RecordBroken
from policy.chain import GENESIS
from policy.grants import load_private_key
from policy.stored_chains import Chains
from policy.tables import spell

Heads = dict[str, tuple[int, str]]
"""The last anchored entry of each conversation: its sequence and hash."""


class Checkpoints:
    """One file of signed lines, each naming the chains that grew since the line before and that line's digest.

    A chain that was replaced as a whole verifies by itself, but not against its checkpoint. The file belongs on another
    machine or on storage that cannot be rewritten; one process at a time may write it.
    """

    def __init__(self, chains: Chains, private_pem: bytes, file: Path, clock: Callable[[], datetime]) -> None:
        self._chains = chains
        self._key = load_private_key(private_pem)
        self._file = file
        self._clock = clock

    async def anchor(self) -> int:
        """Sign the chains that grew since the last checkpoint; returns how many.

        Raises:
            RecordBroken: the file itself does not verify, so that nothing may be built on it.
        """
        anchored, previous = await asyncio.to_thread(self._read)
        now = {head.conversation_id: (head.sequence, head.hash) for head in await self._chains.heads()}
        grown = {name: list(head) for name, head in now.items() if anchored.get(name) != head}
        if grown:
            body = {"at": spell(self._clock()), "heads": grown, "previous": previous}
            await asyncio.to_thread(self._append, body)
        return len(grown)

    async def verify(self) -> tuple[str, ...]:
        """Compare the record with what was anchored; says which conversation is not the one that was signed.

        Raises:
            RecordBroken: the file itself does not verify.
        """
        anchored, _ = await asyncio.to_thread(self._read)
        return tuple([problem async for problem in self._differences(anchored)])

    async def _differences(self, anchored: Heads) -> AsyncIterator[str]:
        for name, (sequence, expected) in anchored.items():
            found = await self._chains.hash_at(name, sequence)
            if found is None:
                yield f"{name}/{sequence}: was anchored and is missing"
            elif found != expected:
                yield f"{name}/{sequence}: is not the entry that was anchored"

    def _append(self, body: dict[str, Any]) -> None:
        signature = base64.b64encode(self._key.sign(canonical(body))).decode()
        with self._file.open("a", encoding="ascii") as file:
            file.write(json.dumps({**body, "signature": signature}, separators=(",", ":")) + "\n")

    def _read(self) -> tuple[Heads, str]:
        return read_checkpoints(self._file, self._key.public_key())


def read_checkpoints(file: Path, key: Ed25519PublicKey) -> tuple[Heads, str]:
    """Read every anchored head, and the digest of the last checkpoint; an absent file anchors nothing.

    Raises:
        RecordBroken: a line is not signed by the key, or does not follow the line before.
    """
    heads: Heads = {}
    previous = GENESIS
    for number, body in _bodies(file, key):
        if body["previous"] != previous:
            raise RecordBroken(f"checkpoint {number} does not follow the one before it")
        heads |= {name: (sequence, hash_) for name, (sequence, hash_) in body["heads"].items()}
        previous = digest(body)
    return heads, previous


def _bodies(file: Path, key: Ed25519PublicKey) -> Iterator[tuple[int, dict[str, Any]]]:
    lines = file.read_text(encoding="ascii").splitlines() if file.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            body = json.loads(line)
            key.verify(base64.b64decode(body.pop("signature"), validate=True), canonical(body))
        except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordBroken(f"checkpoint {number} is not signed by this key") from error
        yield number, body
