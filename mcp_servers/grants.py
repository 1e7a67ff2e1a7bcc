"""Grants: a server acts only on the signed proof of a decision for exactly this call.

The gate mints them (`policy/gate/grants.py`) and alone holds the private key; servers hold the public key. Every server
that is built from a `Toolset` carries the guard of this module around all of its tools at once.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.extension import Extension
from mcp_types import CallToolRequestParams

from domain.digest import digest
from domain.errors import Misconfigured, NotCanonical
from domain.grant import AUDIENCE_PREFIX, META_KEY, GrantClaims
from mcp_servers.call_reports import log_to_caller, reporting
from mcp_servers.refusal import Refused, answer_refusal

HOW = (
    f'the gate mints one after its decision and sends it as `_meta["{META_KEY}"]`; by hand, in development: '
    "`switchboard mcp token SERVER.TOOL '{arguments}' --as CUSTOMER`"
)
LEEWAY_S = 2
"""Seconds by which the clocks of gate and server may differ."""

CLAIMS = tuple(field.name for field in fields(GrantClaims))

_granted: ContextVar[GrantClaims] = ContextVar("granted")


def read_public_key(pem: str | bytes) -> Ed25519PublicKey:
    """Read the gate's public key.

    Raises:
        Misconfigured: the text is not an Ed25519 public key in PEM form.
    """
    try:
        key = load_pem_public_key(pem.encode() if isinstance(pem, str) else pem)
    except ValueError as error:
        raise Misconfigured("the grant key is not a PEM public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Misconfigured("the grant key is not an Ed25519 public key")
    return key


def current_grant() -> GrantClaims:
    """The verified grant of the call being served.

    Raises:
        Refused: no grant was verified for this call.
    """
    try:
        return _granted.get()
    except LookupError:
        raise Refused("grant: this call has none") from None


@contextmanager
def granted(grant: GrantClaims) -> Generator[None]:
    """Within this, that grant is the one of the call being served."""
    reset = _granted.set(grant)
    try:
        yield
    finally:
        _granted.reset(reset)


class GrantVerifier:
    """Tells valid grants for one server from everything else, by the gate's key and an injected clock."""

    def __init__(self, server: str, public_key: Ed25519PublicKey, clock: Callable[[], datetime]) -> None:
        self.server = server
        self._audience = AUDIENCE_PREFIX + server
        self._key = public_key
        self._clock = clock

    def verify(self, token: object, tool: str, arguments: dict[str, Any]) -> GrantClaims:
        """Accept a token only if it grants exactly this tool with exactly these arguments, now.

        Raises:
            Refused: the message says what is wrong with the grant, and nothing about what would be right.
        """
        claims = self._read(token)
        alive = claims["exp"] + LEEWAY_S > self._clock().timestamp()  # false for NaN too
        if not alive:
            raise Refused("grant: it has expired")
        grant = GrantClaims(**{name: claims[name] for name in CLAIMS})
        if (grant.server, grant.tool) != (self.server, tool):
            raise Refused("grant: it is for another tool")
        if grant.arguments_digest != _digest(arguments):
            raise Refused("grant: it is for other arguments")
        return grant

    def customer_of(self, token: object) -> str:
        """Whose records a grant is about, whatever it grants.

        Raises:
            Refused: it is none of ours.
        """
        return str(self._read(token)["customer"])

    def _read(self, token: object) -> dict[str, Any]:
        if not isinstance(token, str) or not token:
            raise Refused(f"grant: this call has none; {HOW}")
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=["EdDSA"],
                audience=self._audience,
                options={"require": ["exp", "jti", "aud"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidAudienceError:
            raise Refused("grant: it is for another server") from None
        except jwt.InvalidTokenError:
            raise Refused("grant: it is not valid") from None
        if not _well_formed(claims):
            raise Refused("grant: it is incomplete")
        return claims


def _well_formed(claims: dict[str, Any]) -> bool:
    whole = all(isinstance(claims.get(name), str) for name in (*CLAIMS, "jti"))
    return whole and bool(claims["tenant"]) and type(claims["exp"]) in (int, float)


def _digest(arguments: dict[str, Any]) -> str:
    try:
        return digest(arguments)
    except NotCanonical as error:
        raise Refused(f"arguments: {error}") from error


class GrantGuard(Extension):
    """Stands around every tool of a server: without a valid grant nothing behind it runs."""

    identifier = META_KEY

    def __init__(self, verifier: GrantVerifier) -> None:
        self._verifier = verifier

    async def intercept_tool_call(
        self, params: CallToolRequestParams, ctx: ServerRequestContext[Any, Any], call_next: CallNext
    ) -> HandlerResult:
        """Verify the call's grant and serve the call under it, or refuse."""
        token, told = dict(params.meta or {}).get(META_KEY), {"tool": params.name}
        try:
            grant = self._verifier.verify(token, params.name, params.arguments or {})
        except Refused as refusal:
            await log_to_caller(ctx, "warning", self._verifier.server, {**told, "refused": str(refusal)})
            return answer_refusal(str(refusal))
        with granted(grant), reporting(ctx):
            answer = await call_next(ctx)
        ended = "refused" if getattr(answer, "is_error", False) else "served"
        level = "warning" if ended == "refused" else "info"
        await log_to_caller(ctx, level, self._verifier.server, {**told, "decision": grant.decision_id, "ended": ended})
        return answer
