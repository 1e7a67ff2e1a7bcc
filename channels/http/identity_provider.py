"""Production sign-in: JSON Web Tokens of the company's own identity provider."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from domain.caller import Caller, Role
from domain.errors import NotAuthenticated, Unavailable
from domain.ids import TenantId

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
"""Only asymmetric ones: a public key must never serve as a shared secret."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The names of the claims that carry what we need."""

    role: str = "role"
    tenant: str = "tenant"
    subject: str = "sub"


class KeySource(Protocol):
    """Where the provider's public keys come from; may block."""

    def key(self, token: str) -> Any:
        """The key that a token says it was signed with."""
        ...


class PublicKey:
    """One key, given as PEM text."""

    def __init__(self, pem: str) -> None:
        self._pem = pem

    def key(self, token: str) -> Any:
        """The same key for every token."""
        return self._pem


class PublishedKeys:
    """The provider's key set (JWKS), fetched when needed and kept for five minutes."""

    def __init__(self, url: str, timeout_s: float = 3.0) -> None:
        self._client = jwt.PyJWKClient(url, cache_keys=True, lifespan=300, timeout=timeout_s)

    def key(self, token: str) -> Any:
        """The key named in the token's header."""
        return self._client.get_signing_key_from_jwt(token).key


class JwtAuthenticator:
    """Accepts tokens of one issuer for one audience that name a role of ours and a tenant."""

    def __init__(self, issuer: str, audience: str, keys: KeySource, claims: Claims | None = None) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._claims = claims or Claims()

    async def authenticate(self, token: str) -> Caller:
        """See `Authenticator`; fetching keys blocks, so it is done in a thread."""
        try:
            key = await asyncio.to_thread(self._keys.key, token)
            return self._caller(self._decoded(token, key))
        except jwt.PyJWKClientConnectionError as error:
            raise Unavailable("The identity provider's keys cannot be fetched.") from error
        except (jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
            raise NotAuthenticated("This token is not valid here.") from error

    def _decoded(self, token: str, key: Any) -> Mapping[str, Any]:
        required = ["exp", "iss", "aud", self._claims.subject]
        return jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=self._audience,
            issuer=self._issuer,
            leeway=30,
            options={"require": required},
        )

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        tenant, subject = claims[self._claims.tenant], claims[self._claims.subject]
        if not (isinstance(tenant, str) and tenant and isinstance(subject, str) and subject):
            raise ValueError("tenant and subject must be text")
        return Caller(subject, Role(claims[self._claims.role]), TenantId(tenant))
