"""An identity provider for trying: gives anybody who asks a token of any role. Never for customers."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from jwt.algorithms import ECAlgorithm

from app.keys import create_private
from app.settings import AuthSettings
from domain.caller import Role
from domain.errors import Misconfigured

KEY = "trial_identity_key.pem"
KEY_ID = "trial"
LIFETIME = timedelta(hours=1)
Clock = Callable[[], datetime]


class TrialIdentity:
    """Signs tokens for the settings' issuer and audience, with a key of its own that is kept in a folder."""

    def __init__(self, folder: Path, settings: AuthSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._key = _load_key(folder / KEY)

    def token(self, role: Role, tenant: str, subject: str) -> str:
        """A token of that role for an hour."""
        now = self._clock()
        claims = {
            "iss": self._settings.issuer,
            "aud": self._settings.audience,
            "sub": subject,
            "role": role.value,
            "tenant": tenant,
            "iat": now,
            "exp": now + LIFETIME,
        }
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": KEY_ID})

    def key_set(self) -> dict[str, Any]:
        """The public key as a JSON Web Key Set."""
        public = ECAlgorithm.to_jwk(self._key.public_key())
        return {"keys": [{**json.loads(public), "kid": KEY_ID, "alg": "ES256", "use": "sig"}]}


def build_identity_app(identity: TrialIdentity, default_tenant: str) -> FastAPI:
    """The provider over HTTP: `/jwks.json`, and `/token?role=channel` for whoever asks."""
    app = FastAPI(title="Switchboard's identity provider for trying", docs_url=None, redoc_url=None)

    @app.get("/healthz")
    async def health() -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
        return {"status": "ok"}

    @app.get("/jwks.json")
    async def keys() -> dict[str, Any]:  # pyright: ignore[reportUnusedFunction]
        return identity.key_set()

    @app.get("/token", response_class=PlainTextResponse)
    async def token(  # pyright: ignore[reportUnusedFunction]
        role: Role, tenant: str = default_tenant, subject: str = ""
    ) -> str:
        return identity.token(role, tenant, subject or f"trial-{role.value}")

    return app


def _load_key(path: Path) -> EllipticCurvePrivateKey:
    create_private(
        path, generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise Misconfigured(f"{path} is not a key of this identity provider")
    return key
