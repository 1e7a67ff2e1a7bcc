"""Minting grants: the signed proof of a decision, seconds to live."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

import jwt

from domain.grant import AUDIENCE_PREFIX, GrantClaims
from policy.keys import load_private_key

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
