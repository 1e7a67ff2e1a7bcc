"""The anchor: a file of signed lines that tells what the chains were. A public key is enough to read it."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.digest import canonical, digest
from domain.errors import RecordBroken
from policy.journal.chain import GENESIS

Place = tuple[int, str]
"""An entry's sequence and hash."""


@dataclass(slots=True)
class Anchored:
    """What all lines of an anchor say together.

    `heads` are the last anchored entries, `retired` the chains that were deleted when their time was over, and
    `blanked` what remains of single entries whose words were erased, as digests. `last` is the last line's digest,
    `at` its time. `keyed` is since when the database's rows carried tags, as its first line of that kind says, and
    `remembered` the digest of the line that the database remembers as the last, empty where there is no such line.
    """

    heads: dict[str, Place] = field(default_factory=dict[str, Place])
    retired: dict[str, Place] = field(default_factory=dict[str, Place])
    blanked: dict[str, str] = field(default_factory=dict[str, str])
    last: str = GENESIS
    at: str = ""
    lines: int = 0
    keyed: str = ""
    remembered: str = ""

    def follow(self, body: Mapping[str, Any]) -> None:
        """Take the next line in."""
        for name, (sequence, found) in body.get("heads", {}).items():
            self.heads[name] = (sequence, found)
        for name, (sequence, found) in body.get("retired", {}).items():
            self.heads.pop(name, None)
            self.retired[name] = (sequence, found)
        self.blanked.update(body.get("blanked", {}))
        self.keyed = self.keyed or body.get("keyed", "")
        self.last, self.at, self.lines = digest(dict(body)), body["at"], self.lines + 1


Keys = Mapping[str, Ed25519PublicKey]
"""The keys whose lines are believed, by name. The one named empty is for lines that name none: the oldest ones."""


def name_key(key: Ed25519PublicKey) -> str:
    """What a key is called in the lines that it signed."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def read_anchor(file: Path, keys: Keys, remembered: int = 0) -> Anchored:
    """Read an anchor; an absent file anchors nothing. `remembered` is the number of the line to remember.

    Raises:
        RecordBroken: a line is not signed by any of the keys, or does not follow the line before.
    """
    anchored = Anchored()
    for number, body in _bodies(file, keys):
        if body["previous"] != anchored.last:
            raise RecordBroken(f"checkpoint {number} does not follow the one before it")
        anchored.follow(body)
        if number == remembered:
            anchored.remembered = anchored.last
    return anchored


def is_torn(file: Path) -> bool:
    """Whether the last line was not written to its end, as when a machine loses its power."""
    content = file.read_bytes() if file.exists() else b""
    return bool(content) and not content.endswith(b"\n")


def cut_torn_line(file: Path) -> str:
    """Take the torn last line away, into a file beside; returns what was there of it."""
    content = file.read_bytes()
    whole, _, torn = content.rpartition(b"\n")
    file.with_name(f"{file.name}.torn").write_bytes(torn)
    with file.open("r+b") as out:
        out.truncate(len(content) - len(torn))
    return torn.decode("ascii", "replace") if whole or torn else ""


def _bodies(file: Path, keys: Keys) -> Iterator[tuple[int, dict[str, Any]]]:
    if is_torn(file):
        raise RecordBroken(f"the last line of {file.name} is torn: `switchboard journal repair-anchor` takes it away")
    lines = file.read_text(encoding="ascii").splitlines() if file.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            body = json.loads(line)
            signature = base64.b64decode(body.pop("signature"), validate=True)
            keys[body.get("key", "")].verify(signature, canonical(body))
        except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError) as error:
            raise RecordBroken(f"checkpoint {number} is not signed by this key") from error
        yield number, body
