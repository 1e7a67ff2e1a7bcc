"""Checkpoints: the heads of all chains, signed and kept outside the database, where whoever edits it cannot reach."""

import asyncio
import base64
import fcntl
import json
import os
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.digest import canonical
from domain.errors import RecordBroken
from policy.journal.anchor_memory import AnchorMemory, Remembered
from policy.journal.anchors import Anchored, Keys, Place, cut_torn_line, is_torn, name_key, read_anchor
from policy.journal.stored_chains import Chains
from policy.keys import load_private_key
from storage.tables.control import spell

LOCK_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What one anchoring came to: how many chains were signed anew, and those that are not what was signed before."""

    signed: int
    head: str
    key: str
    problems: tuple[str, ...] = ()


class Checkpoints:
    """Signs the chains that grew since the last line of the anchor, with a key of its own.

    A chain that was replaced as a whole verifies by itself, but not against its checkpoint; nor is it ever signed. The
    file belongs on storage that cannot be rewritten; processes of one machine take turns in writing it.
    """

    def __init__(
        self,
        chains: Chains,
        private_pem: bytes,
        file: Path,
        clock: Callable[[], datetime],
        *,
        oldest: Ed25519PublicKey | None = None,
        memory: AnchorMemory | None = None,
    ) -> None:
        """`oldest` is the key of lines from before checkpoints had one of their own; `memory` the database's."""
        self._memory = memory
        self._chains = chains
        self._key = load_private_key(private_pem)
        self._name = name_key(self._key.public_key())
        self._keys: Keys = {self._name: self._key.public_key(), **({"": oldest} if oldest else {})}
        self._file = file
        self._clock = clock

    async def anchor(self) -> Checkpoint:
        """Sign the chains that grew since the last checkpoint and hold what was signed then.

        Raises:
            RecordBroken: the file itself does not verify, so that nothing may be built on it.
        """
        async with self._alone() as anchored:
            now = {head.conversation_id: (head.sequence, head.hash) for head in await self._chains.heads()}
            grown = {name: head for name, head in now.items() if anchored.heads.get(name) != head and head[0]}
            known = {name: anchored.heads[name] for name in grown if name in anchored.heads}
            problems = await differences(self._chains, known)
            sound = {name: head for name, head in grown.items() if name not in problems}
            if sound:
                await self._add(anchored, heads={name: list(head) for name, head in sound.items()})
            return Checkpoint(len(sound), anchored.last, self._name, tuple(problems.values()))

    async def retire(self, chains: Mapping[str, Place]) -> None:
        """Sign that these chains are deleted rightly: their time is over.

        Raises:
            RecordBroken: the file does not verify.
        """
        async with self._alone() as anchored:
            await self._add(anchored, retired={name: list(head) for name, head in chains.items()})

    async def blank(self, entries: Mapping[str, str]) -> None:
        """Sign what remains of entries whose words were erased, as digests by `conversation/sequence`.

        Raises:
            RecordBroken: the file does not verify.
        """
        async with self._alone() as anchored:
            await self._add(anchored, blanked=dict(entries))

    async def read(self) -> Anchored:
        """What is anchored.

        Raises:
            RecordBroken: the file does not verify, or is not the one that the database remembers.
        """
        known = await self._recall()
        anchored = await asyncio.to_thread(read_anchor, self._file, self._keys, known.lines)
        known.see(anchored)
        return anchored

    async def repair(self) -> str:
        """Take a torn last line away, and go on with what is there; says what was done, empty where nothing was.

        Raises:
            RecordBroken: a line is not signed, or does not follow the line before: that is never repaired.
        """
        async with self._locked():
            done = ""
            if is_torn(self._file):
                torn = await asyncio.to_thread(cut_torn_line, self._file)
                done = f"A torn last line of {len(torn)} characters was taken out of the anchor."
            known = await self._recall()
            anchored = await asyncio.to_thread(read_anchor, self._file, self._keys, known.lines)
            try:
                known.see(anchored)
            except RecordBroken as broken:
                done = f"{done} {str(broken).partition(': put it back')[0].capitalize()}.".strip()
                if self._memory is not None:
                    await self._memory.remember(anchored)
            return done

    async def _recall(self) -> Remembered:
        return await self._memory.recall() if self._memory is not None else Remembered()

    async def verify(self) -> tuple[str, ...]:
        """Compare the record with what was anchored; says which conversation is not the one that was signed.

        Raises:
            RecordBroken: the file does not verify.
        """
        return tuple((await differences(self._chains, (await self.read()).heads)).values())

    @asynccontextmanager
    async def _alone(self) -> AsyncGenerator[Anchored]:
        """What is anchored, while nobody else writes."""
        async with self._locked():
            yield await self.read()

    @asynccontextmanager
    async def _locked(self) -> AsyncGenerator[None]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.with_name(f"{self._file.name}.lock").open("a") as lock:
            await _lock(lock.fileno())
            yield

    async def _add(self, anchored: Anchored, **content: Any) -> None:
        keyed = (await self._recall()).keyed
        content |= {"keyed": keyed} if keyed else {}
        body = {"at": spell(self._clock()), "key": self._name, **content, "previous": anchored.last}
        signature = base64.b64encode(self._key.sign(canonical(body))).decode()
        line = json.dumps({**body, "signature": signature}, separators=(",", ":")) + "\n"
        await asyncio.to_thread(_append, self._file, line)
        anchored.follow(body)
        if self._memory is not None:
            await self._memory.remember(anchored)


async def differences(chains: Chains, anchored: Mapping[str, Place]) -> dict[str, str]:
    """What is not as it was anchored, by conversation."""
    found: dict[str, str] = {}
    for name, (sequence, expected) in anchored.items():
        stored = await chains.hash_at(name, sequence)
        if stored is None:
            found[name] = f"{name}/{sequence}: was anchored and is missing"
        elif stored != expected:
            found[name] = f"{name}/{sequence}: is not the entry that was anchored"
    return found


async def _lock(file: int) -> None:
    """Wait for a lock without a thread: a frozen process may hold it for ever, and every try would cost one."""
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(LOCK_PAUSE_S)


def _append(file: Path, line: str) -> None:
    with file.open("a", encoding="ascii") as out:
        out.write(line)
        out.flush()
        os.fsync(out.fileno())
