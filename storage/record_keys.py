"""The record keys: what we wrote carries a tag (HMAC-SHA256) that a writer of the database cannot make."""

import hmac
from collections.abc import Callable, Sequence
from hashlib import sha256

from domain.errors import Misconfigured

TAG_CHARS = 32
"""Hexadecimal digits of a tag: 128 bits."""


class RecordKeys:
    """Tags content by the newest key, and knows the tags of each of them by the name in front.

    `load` gives the secrets, the newest first; it is asked again where a tag names an unknown key, since keys are
    rotated while others run. None of them is in the database.
    """

    def __init__(self, load: Callable[[], Sequence[bytes]]) -> None:
        self._load = load
        self._keys: dict[str, bytes] = {}
        self._newest = ""
        self.reload()

    def reload(self) -> None:
        """Read the secrets.

        Raises:
            Misconfigured: there is none.
        """
        derived = [hmac.digest(secret, b"switchboard record key", sha256) for secret in self._load()]
        if not derived:
            raise Misconfigured("the record cannot be kept without a key")
        self._keys = {_name(key): key for key in derived}
        self._newest = _name(derived[0])

    def tag(self, kind: str, content: bytes) -> str:
        """The tag of some content; `kind` keeps apart what happens to be spelled alike."""
        return _tag(self._newest, self._keys[self._newest], kind, content)

    def knows(self, kind: str, content: bytes, tag: str) -> bool:
        """Whether we made this tag for exactly this content."""
        name = tag.partition(":")[0]
        key = self._keys[name] if self.holds(tag) else None
        return key is not None and hmac.compare_digest(tag.encode(), _tag(name, key, kind, content).encode())

    def holds(self, tag: str) -> bool:
        """Whether the key that the tag names is at hand, whether or not it made it."""
        name = tag.partition(":")[0]
        if name not in self._keys:
            self.reload()
        return name in self._keys

    def is_current(self, tag: str) -> bool:
        """Whether the newest key made it."""
        return tag.partition(":")[0] == self._newest


def number_of(tag: str) -> int:
    """A tag as the number that it adds to a total."""
    return int(tag.rpartition(":")[2] or "0", 16)


def _tag(name: str, key: bytes, kind: str, content: bytes) -> str:
    return f"{name}:{hmac.digest(key, kind.encode() + bytes(1) + content, sha256).hex()[:TAG_CHARS]}"


def _name(key: bytes) -> str:
    return sha256(b"switchboard record key name" + key).hexdigest()[:8]
