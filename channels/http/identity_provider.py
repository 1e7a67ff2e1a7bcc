"""Production sign-in: JSON Web Tokens of the company's own identity provider."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import jwt

from domain.caller import NAMED_ROLES, Caller, Role
from domain.errors import NotAuthenticated, NotPermitted, Unavailable
from domain.ids import TenantId

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
"""Only asymmetric ones: a public key must never serve as a shared secret."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The names of the claims that carry what we need; `roles` translates the provider's names of roles into ours.

    A list of roles is taken only where `lists` says so.
    """

    role: str = "role"
    tenant: str = "tenant"
    subject: str = "sub"
    roles: Mapping[str, str] = field(default_factory=dict[str, str])
    lists: bool = False


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
    """Accepts tokens of one issuer for one audience that name a role of ours and a tenant.

    With `tenants`, any other is refused: nobody works for a company that is not served here.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys: KeySource,
        claims: Claims | None = None,
        tenants: Collection[str] | None = None,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._claims = claims or Claims()
        self._tenants = tenants

    async def authenticate(self, token: str) -> Caller:
        """See `Authenticator`; fetching keys blocks, so it is done in a thread."""
        try:
            key = await asyncio.to_thread(self._keys.key, token)
            return self._caller(self._decoded(token, key))
        except jwt.PyJWKClientConnectionError as error:
            raise Unavailable("The identity provider's keys cannot be fetched.") from error
        except (jwt.PyJWTError, ValueError, KeyError, TypeError, StopIteration) as error:
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
        if self._tenants is not None and tenant not in self._tenants:
            raise NotPermitted("This token is of a tenant that is not served here.")
        return Caller(subject, self._role(claims[self._claims.role]), TenantId(tenant))

    def _role(self, given: object) -> Role:
        """The role of a claim: the first of a list that is one of ours, once translated."""
        names = cast("list[object]", given) if self._claims.lists and isinstance(given, list) else [given]
        known = {role.value for role in NAMED_ROLES}
        ours = (self._claims.roles.get(str(name), str(name)) for name in names)
        return Role(next(name for name in ours if name in known))


class IssuersAuthenticator:
    """Accepts tokens of several issuers, each judged by its own keys alone."""

    def __init__(self, issuers: Mapping[str, JwtAuthenticator]) -> None:
        self._issuers = issuers

    async def authenticate(self, token: str) -> Caller:
        """See `Authenticator`; whose token it is, it says itself, and only that issuer's keys can prove it."""
        try:
            issuer = str(jwt.decode(token, options={"verify_signature": False}).get("iss", ""))
        except jwt.PyJWTError as error:
            raise NotAuthenticated("This token is not valid here.") from error
        if issuer not in self._issuers:
            raise NotAuthenticated("This token is not valid here.")
        return await self._issuers[issuer].authenticate(token)
