"""The keys that customers' tokens are signed with, derived from the encryption keys: every replica has them."""

import hmac
from collections.abc import Callable, Sequence
from hashlib import sha256

from domain.errors import Misconfigured


class SessionKeys:
    """Signs by the newest key, knows each of them by name.

    `load` gives the secrets, the newest first; it is asked again for an unknown name, since keys are rotated while
    others run. A key that leaves with a rotation ends the tokens that it signed.
    """

    def __init__(self, load: Callable[[], Sequence[bytes]]) -> None:
        self._load = load
        self._keys: dict[str, bytes] = {}
        self._reload()

    def newest(self) -> tuple[str, bytes]:
        """The key that signs, and its name; looked up each time, so that a rotation is heeded at once."""
        self._reload()
        return next(iter(self._keys.items()))

    def find(self, name: str) -> bytes | None:
        """The key of that name, None where there is none."""
        if name not in self._keys:
            self._reload()
        return self._keys.get(name)

    def _reload(self) -> None:
        derived = [hmac.digest(secret, b"switchboard customer sessions", sha256) for secret in self._load()]
        if not derived:
            raise Misconfigured("customer sessions cannot be signed without an encryption key")
        self._keys = {sha256(b"switchboard session key name" + key).hexdigest()[:8]: key for key in derived}
