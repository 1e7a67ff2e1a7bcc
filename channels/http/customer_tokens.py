"""Customers' own tokens: issued here for a few minutes, or signed by the company with a key that it registered."""

import asyncio
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

import jwt

from channels.http.authentication import Authenticator
from channels.http.identity_provider import ALGORITHMS, KeySource
from domain.caller import Caller, CustomerSession, Role
from domain.errors import NotAuthenticated, Unavailable
from domain.ids import CustomerId, TenantId
from domain.principal import AuthLevel, Customer

TYPE = "switchboard-customer+jwt"
ISSUER = "switchboard"
AUDIENCE = "switchboard"
LONGEST = timedelta(hours=1)
"""So long a company's own token may be valid: it cannot be taken back."""
LEEWAY = timedelta(seconds=30)
_CUSTOMER = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_INVALID = "This customer's token is not valid here."


class Keys(Protocol):
    """The installation's keys for customers' tokens, the same in every replica."""

    def newest(self) -> tuple[str, bytes]:
        """The key that signs, and its name."""
        ...

    def find(self, name: str) -> bytes | None:
        """The key of that name, None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class RegisteredIssuer:
    """Who signs tokens for a tenant's customers, and the public keys that prove it."""

    tenant: TenantId
    keys: KeySource


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A customer's token, and until when it is valid."""

    token: str
    expires_at: datetime


def make_secret() -> str:
    """What finds a visitor's conversation again: whoever holds it is that visitor."""
    return secrets.token_urlsafe(32)


def visitor_of(tenant: TenantId, secret: str) -> str:
    """What a visitor is known by, from which the secret cannot be told."""
    return sha256(f"switchboard visitor\n{tenant}\n{secret}".encode()).hexdigest()[:32]


class CustomerTokens:
    """Issues tokens of one customer session each, and reads them again in any replica."""

    def __init__(self, keys: Keys, clock: Callable[[], datetime], lifetime: timedelta) -> None:
        self._keys = keys
        self._clock = clock
        self._lifetime = lifetime

    def issue(self, tenant: TenantId, session: CustomerSession) -> IssuedToken:
        """A token for this session, from now on."""
        now = self._clock().replace(microsecond=0)
        expires_at, (name, key) = now + self._lifetime, self._keys.newest()
        customer = session.customer
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": customer.id if customer else "",
            "auth_level": customer.auth_level.value if customer else AuthLevel.ANONYMOUS.value,
            "tenant": tenant,
            "visitor": session.visitor,
            "origin": session.origin,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        token = jwt.encode(claims, key, algorithm="HS256", headers={"kid": name, "typ": TYPE})
        return IssuedToken(token, expires_at)

    def read(self, token: str) -> Caller:
        """The customer whom one of our own tokens proves.

        Raises:
            NotAuthenticated: it was not issued here, or its time is over.
        """
        try:
            key = self._keys.find(str(jwt.get_unverified_header(token).get("kid", "")))
            if key is None:
                raise NotAuthenticated(_INVALID)
            claims = _decode(token, key, ["HS256"], ISSUER)
            tenant, visitor = TenantId(claims["tenant"]), str(claims["visitor"])
            return _caller(tenant, claims, self._clock(), visitor)
        except (jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
            raise NotAuthenticated(_INVALID) from error

    async def read_registered(self, token: str, issuer: str, registered: RegisteredIssuer) -> Caller:
        """The customer whom a company's own token proves; its tenant is the one that registered the issuer.

        Raises:
            NotAuthenticated: the company did not sign it, or it is valid for longer than `LONGEST`, or no more.
            Unavailable: the company's keys cannot be fetched.
        """
        try:
            key = await asyncio.to_thread(registered.keys.key, token)
            claims = _decode(token, key, list(ALGORITHMS), issuer)
            if claims["exp"] - claims["iat"] > LONGEST.total_seconds():
                raise ValueError("it is valid for too long")
            level = str(claims.get("auth_level", AuthLevel.AUTHENTICATED.value))
            if level == AuthLevel.ANONYMOUS.value:
                raise ValueError("who is not sure is a visitor, and has a session of ours")
            return _caller(registered.tenant, {"auth_level": level, **claims}, self._clock())
        except jwt.PyJWKClientConnectionError as error:
            raise Unavailable("The company's keys cannot be fetched.") from error
        except (jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
            raise NotAuthenticated(_INVALID) from error


class CustomersAuthenticator:
    """Reads customers' tokens, our own and the companies'; every other token is the inner authenticator's to judge."""

    def __init__(self, inner: Authenticator, tokens: CustomerTokens, issuers: Mapping[str, RegisteredIssuer]) -> None:
        self._inner = inner
        self._tokens = tokens
        self._issuers = issuers

    async def authenticate(self, token: str) -> Caller:
        """See `Authenticator`; whose token it is, it says itself, and only that issuer's keys can prove it."""
        try:
            kind = jwt.get_unverified_header(token).get("typ")
            issuer = str(jwt.decode(token, options={"verify_signature": False}).get("iss", ""))
        except jwt.PyJWTError:
            return await self._inner.authenticate(token)
        if kind == TYPE:
            return self._tokens.read(token)
        registered = self._issuers.get(issuer)
        if registered is not None:
            return await self._tokens.read_registered(token, issuer, registered)
        return await self._inner.authenticate(token)


def _decode(token: str, key: Any, algorithms: list[str], issuer: str) -> dict[str, Any]:
    """The claims of a token that this key signed; its times are judged by the caller's clock."""
    return jwt.decode(
        token,
        key,
        algorithms=algorithms,
        audience=AUDIENCE,
        issuer=issuer,
        options={
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
            "require": ["exp", "iat", "iss", "aud", "sub"],
        },
    )


def _caller(tenant: TenantId, claims: Mapping[str, Any], now: datetime, visitor: str = "") -> Caller:
    issued, ends = (datetime.fromtimestamp(int(claims[name]), UTC) for name in ("iat", "exp"))
    if not issued - LEEWAY <= now < ends:
        raise ValueError("its time is not now")
    number, level, origin = claims["sub"], AuthLevel(claims["auth_level"]), claims.get("origin", "")
    if not isinstance(number, str) or not isinstance(origin, str) or (number and not _CUSTOMER.fullmatch(number)):
        raise ValueError("customer and origin must be text")
    strong_since = issued if level is AuthLevel.STRONG else None
    session = CustomerSession(Customer(CustomerId(number), level, strong_since) if number else None, visitor, origin)
    if not session.is_sure and not visitor:
        raise ValueError("nobody is named")
    return Caller(session.owner, Role.CUSTOMER, tenant, session)
