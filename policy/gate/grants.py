"""Minting grants: the signed proof of a decision, seconds to live."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from domain.errors import Misconfigured
from domain.grant import AUDIENCE_PREFIX, GrantClaims

ALGORITHM = "EdDSA"
LIFETIME = timedelta(seconds=30)


class GrantMint:
    """Signs grants with the one private key; MCP servers hold the public one only."""

    def __init__(self, private_pem: bytes, clock: Callable[[], datetime], lifetime: timedelta = LIFETIME) -> None:
        self._key = load_private_key(private_pem)
        self._clock = clock
        self._lifetime = lifetime

    def mint(self, claims: GrantClaims) -> str:
        """Sign exactly these claims for `lifetime` from now."""
        now = self._clock()
        payload = {
            **asdict(claims),
            "aud": AUDIENCE_PREFIX + claims.server,
            "iat": int(now.timestamp()),
            "exp": int((now + self._lifetime).timestamp()),
            "jti": claims.decision_id,
        }
        return jwt.encode(payload, self._key, algorithm=ALGORITHM)


def generate_private_key() -> bytes:
    """Make a new Ed25519 key as unencrypted PEM, to be kept in a file that only the gate's process may read."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_key_of(private_pem: bytes) -> bytes:
    """The public half as PEM, for the MCP servers."""
    return load_private_key(private_pem).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def load_private_key(private_pem: bytes) -> Ed25519PrivateKey:
    """Read an Ed25519 private key.

    Raises:
        Misconfigured: it is not one.
    """
    try:
        key = load_pem_private_key(private_pem, password=None)
    except (ValueError, TypeError) as error:
        raise Misconfigured("the grant key is not an unencrypted PEM private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured("the grant key is not an Ed25519 key")
    return key
