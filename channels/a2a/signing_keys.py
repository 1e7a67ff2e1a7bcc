"""The keys that other teams know us by: they sign the agent card and what partners are told (ES256)."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jwt
from a2a.types import AgentCard
from a2a.utils.signing import ProtectedHeader, create_agent_card_signer
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from jwt.algorithms import ECAlgorithm
from jwt.utils import base64url_encode

ALGORITHM = "ES256"
KEYS_PATH = "/.well-known/jwks.json"
VALID_S = 300
"""For so long the signature of a delivery counts."""


class SigningKeys:
    """Signs by the newest key, and publishes each of them at `address`.

    `load` gives the keys, the newest first; it is asked each time, since keys are rotated while others run.
    """

    def __init__(self, load: Callable[[], Sequence[EllipticCurvePrivateKey]], address: str) -> None:
        self._load = load
        self._address = address.rstrip("/")

    @property
    def url(self) -> str:
        """Where the public keys are."""
        return self._address + KEYS_PATH

    @property
    def newest(self) -> EllipticCurvePrivateKey:
        """The key that signs."""
        return self._load()[0]

    def published(self) -> dict[str, Any]:
        """The public keys as a JSON Web Key Set."""
        return {"keys": [_describe(each) for each in self._load()]}

    def sign_card(self, card: AgentCard) -> AgentCard:
        """The card, signed (JWS over its canonical form, section 8.4 of A2A 1.0)."""
        header = ProtectedHeader(kid=self._name(), alg=ALGORITHM, jku=self.url, typ="JOSE")
        return create_agent_card_signer(self.newest, header)(card)  # pyright: ignore[reportArgumentType] - PyJWT's own key

    def sign_delivery(self, audience: str, delivery_id: str, task_id: str, body: bytes) -> str:
        """A token that vouches for one delivery: who sends which one, to whom, about what, and its body's digest."""
        now = int(time.time())
        claims = {
            "iss": self._address,
            "aud": audience,
            "sub": task_id,
            "jti": delivery_id,
            "iat": now,
            "exp": now + VALID_S,
            "request_body_sha256": hashlib.sha256(body).hexdigest(),
        }
        return jwt.encode(claims, self.newest, ALGORITHM, {"kid": self._name(), "jku": self.url})

    def _name(self) -> str:
        return _describe(self.newest)["kid"]


def _describe(key: EllipticCurvePrivateKey) -> dict[str, str]:
    """The public half as a JSON Web Key, named by its thumbprint (RFC 7638)."""
    public: Mapping[str, Any] = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    named = {name: str(public[name]) for name in ("crv", "kty", "x", "y")}
    thumbprint = hashlib.sha256(json.dumps(named, sort_keys=True, separators=(",", ":")).encode()).digest()
    return {**named, "kid": base64url_encode(thumbprint).decode(), "use": "sig", "alg": ALGORITHM}
