"""Who is calling: bearer tokens, checked before anything else looks at a request."""

import contextlib
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Protocol

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.http.origins import Origins, see_origin
from channels.http.problems import describe, respond
from domain.caller import NAMED_ROLES, Caller, Role
from domain.errors import Misconfigured, NotAuthenticated, SwitchboardError, Unavailable
from domain.ids import TenantId

GUARDED = ("/v1/", "/a2a")
"""Everything under these paths needs a token; pages, health and descriptions are public."""

OPEN = frozenset({"/v1/sandbox/session", "/v1/visitor-sessions"})
"""The exceptions: the one hands the development token to a browser on this machine, see `sandbox.py`, the other judges
the page that asks by its origin, see `customer_sessions.py`."""

AGAIN_S = 30.0
"""So old may the last look at a stream's token be."""
TOKEN_NAMES = ("channel", "representative", "supervisor", "auditor", "admin", "partner", "other_channel")
SECOND_NAMES = {
    "representative_2": Role.REPRESENTATIVE,
    "supervisor_2": Role.SUPERVISOR,
    "partner_2": Role.PARTNER,
}
"""A second person of each role that a rule needs two of: approving twice, taking over, asking for another's task."""


class Authenticator(Protocol):
    """Turns a bearer token into the caller that it proves."""

    async def authenticate(self, token: str) -> Caller:
        """The caller of a token.

        Raises:
            NotAuthenticated: nobody issued it, or it is no longer valid.
            Unavailable: it cannot be checked now.
        """
        ...


class TokenAuthenticator:
    """Development: a fixed set of tokens, known only by their hashes and compared in constant time."""

    def __init__(self, callers: Mapping[str, Caller]) -> None:
        self._callers = [(_hashed(token), caller) for token, caller in callers.items()]

    async def authenticate(self, token: str) -> Caller:
        """See `Authenticator`; every known token is compared, so that timing tells nothing."""
        shown = _hashed(token)
        matches = [caller for known, caller in self._callers if hmac.compare_digest(known, shown)]
        if not matches:
            raise NotAuthenticated("This token was not issued here.")
        return matches[0]


def load_or_create_tokens(path: Path) -> dict[str, str]:
    """The development tokens by name; made on the first start and kept in a file that only its owner can read.

    Raises:
        Misconfigured: the file exists and is not what was written.
    """
    if not path.exists():
        _write_tokens(path, {name: _new_token(name) for name in (*TOKEN_NAMES, *SECOND_NAMES)})
    path.chmod(0o600)
    try:
        tokens = {name: str(token) for name, token in json.loads(path.read_text("utf-8")).items()}
        found = {name: tokens[name] for name in TOKEN_NAMES}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path} does not hold the tokens {', '.join(TOKEN_NAMES)}; remove it and new ones are made."
        raise Misconfigured(message) from error
    return found | _second_tokens(path, tokens)


def _second_tokens(path: Path, tokens: dict[str, str]) -> dict[str, str]:
    """The second identities' tokens, added to a file from before there were any."""
    missing = {name: _new_token(name) for name in SECOND_NAMES if name not in tokens}
    if missing:
        tokens |= missing
        _replace_tokens(path, tokens)
    return {name: tokens[name] for name in SECOND_NAMES}


def _new_token(name: str) -> str:
    return f"sb_{name}_{secrets.token_urlsafe(24)}"


def development_callers(tokens: Mapping[str, str], tenant: TenantId, other_tenant: TenantId) -> dict[str, Caller]:
    """Which caller each development token proves: its name is its role, `other_channel` is another tenant's channel.

    `representative_2`, `supervisor_2` and `partner_2` are second people of those roles.
    """
    callers = {tokens[role.value]: Caller(role.value, role, tenant) for role in NAMED_ROLES}
    callers |= {tokens[name]: Caller(name, role, tenant) for name, role in SECOND_NAMES.items() if name in tokens}
    callers[tokens["other_channel"]] = Caller("other_channel", Role.CHANNEL, other_tenant)
    return callers


class Authentication:
    """The guard at the door: under the guarded paths only callers with a valid token come in.

    An answer that goes on for longer, an event stream, ends once the token is not valid any more: it is looked at again
    before what is sent `again_s` seconds later.
    """

    def __init__(self, app: ASGIApp, authenticator: Authenticator, origins: Origins, again_s: float = AGAIN_S) -> None:
        self._app = app
        self._authenticator = authenticator
        self._origins = origins
        self._again_s = again_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the caller as `request.state.caller`, or answer 401; 403 to a customer's token from elsewhere."""
        if scope["type"] == "http" and _guarded(scope):
            try:
                headers = Headers(scope=scope)
                token = _bearer(headers)
                caller = await self._authenticator.authenticate(token)
                see_origin(caller, headers, self._origins)
            except SwitchboardError as error:
                await respond(describe(error, scope["path"]))(scope, receive, send)
                return
            scope.setdefault("state", {})["caller"] = caller
            await self._answer(scope, receive, _Lease(send, self._authenticator, token, self._again_s))
            return
        await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, lease: "_Lease") -> None:
        try:
            await self._app(scope, receive, lease.send)
        except Exception:
            if not lease.ended:
                raise


class _Lease:
    """An answer's way out, for as long as the token that it was asked for with is valid."""

    def __init__(self, send: Send, authenticator: Authenticator, token: str, again_s: float) -> None:
        self._send = send
        self._authenticator = authenticator
        self._token = token
        self._again_s = again_s
        self._seen = monotonic()
        self.ended = False

    async def send(self, message: Message) -> None:
        """Send on; of a token that is not valid any more only the end, and the answer is broken off.

        Raises:
            ConnectionAbortedError: it was broken off.
        """
        if message["type"] == "http.response.body" and message.get("more_body") and not await self._is_valid():
            self.ended = True
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        if self.ended:
            raise ConnectionAbortedError("the token is not valid any more")
        await self._send(message)

    async def _is_valid(self) -> bool:
        """Whether it still is, looked at now and then; where that cannot be told, it counts as what it was."""
        if self.ended or monotonic() - self._seen < self._again_s:
            return not self.ended
        self._seen = monotonic()
        try:
            await self._authenticator.authenticate(self._token)
        except Unavailable:
            return True
        except SwitchboardError:
            return False
        return True


def _guarded(scope: Scope) -> bool:
    path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
    return path.startswith(GUARDED) and path not in OPEN


def _bearer(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated("Send a token as 'Authorization: Bearer …'.")
    return token.strip()


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _write_tokens(path: Path, tokens: Mapping[str, str]) -> None:
    """Write whole and private from the first byte; of two processes that start together the first one's file stays."""
    draft = _draft(path, tokens)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _replace_tokens(path: Path, tokens: Mapping[str, str]) -> None:
    _draft(path, tokens).replace(path)


def _draft(path: Path, tokens: Mapping[str, str]) -> Path:
    """A private file with these tokens beside where they belong."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(tokens, indent=2) + "\n")
    return draft
