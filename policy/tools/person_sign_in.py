"""Sending requests with the tokens that a person got for us, and renewing them in time."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextvars import Context
from dataclasses import dataclass, replace

import httpx2
from mcp.client.auth.exceptions import OAuthFlowError, OAuthTokenError
from mcp.client.auth.oauth2 import OAuthContext
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from pydantic import AnyUrl, ValidationError

from domain.errors import SwitchboardError
from policy.tools.sign_ins import SignIn, SignIns

EARLY_S = 20.0
"""Tokens are renewed so long before they end."""
PAUSE_S = 0.2
TIMEOUT = httpx2.Timeout(5.0, read=15.0)
ENDED = frozenset({"invalid_grant", "invalid_client", "unauthorized_client"})
logging.getLogger("mcp.client.auth").setLevel(logging.CRITICAL)  # it prints whole tracebacks of what is told in a line


@dataclass(frozen=True, slots=True)
class PersonSignIn:
    """A server that a person signs us in to; `kept` is None where there is no database to keep anything in."""

    server: str
    kept: SignIns | None

    def sign_in(self, url: str) -> httpx2.Auth:
        """Signs requests to that server."""
        return _Signing(self.server, url, self.kept)


class _Signing(httpx2.Auth):
    def __init__(self, server: str, url: str, kept: SignIns | None, seconds: Callable[[], float] = time.time) -> None:
        self._server = server
        self._url = url
        self._kept = kept
        self._seconds = seconds
        self._renewal: asyncio.Task[SignIn] | None = None

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """Send it with what is known, and once more with what is newer where the server takes it no longer."""
        try:
            held = await self._read()
        except SwitchboardError as error:
            raise OAuthFlowError(f"its tokens cannot be read: {error}") from error
        if held.expires_at and held.expires_at - EARLY_S <= self._seconds():
            held = await self._renewed(held)
        request.headers["Authorization"] = f"Bearer {held.access_token}"
        answer = yield request
        if answer.status_code != 401:
            return
        held = await self._renewed(held)
        request.headers["Authorization"] = f"Bearer {held.access_token}"
        answer = yield request
        if answer.status_code == 401:
            raise OAuthFlowError(f"it refuses the token that it was just given: {self._what_to_do()}")

    async def _read(self) -> SignIn:
        """What is kept, read anew each time: another process may have renewed it, a person signed in anew.

        Raises:
            OAuthFlowError: nothing that serves; the message says what to do.
        """
        if self._kept is None:
            raise OAuthFlowError(f"a person has to sign in: {self._what_to_do()}")
        found = await self._kept.find(self._server)
        if found is None:
            raise OAuthFlowError(f"nobody has signed in yet: {self._what_to_do()}")
        if found.url != self._url:
            raise OAuthFlowError(f"the sign-in is for another address, {found.url}: {self._what_to_do()}")
        if found.ended:
            raise OAuthFlowError(f"{found.ended}: {self._what_to_do()}")
        return found

    async def _renewed(self, held: SignIn) -> SignIn:
        """Newer tokens than those; had in a task of its own, for what was given must be kept whoever still waits."""
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew(held), context=Context())
        try:
            return await asyncio.shield(self._renewal)
        except SwitchboardError as error:
            raise OAuthFlowError(f"its tokens cannot be renewed: {error}") from error

    async def _renew(self, held: SignIn) -> SignIn:
        assert self._kept is not None
        while True:
            async with self._kept.renewing(self._server) as mine:
                found = await self._read()
                if found.access_token != held.access_token:
                    return found
                if mine:
                    return await self._ask(self._kept, found)
            await asyncio.sleep(PAUSE_S)

    async def _ask(self, kept: SignIns, held: SignIn) -> SignIn:
        """Renew the tokens at the authorisation server, and keep them.

        Raises:
            OAuthFlowError: it gives none; where it never will, that is kept too.
        """
        if not held.refresh_token:
            return await self._end(kept, held, "the sign-in has ended")
        form = {"grant_type": "refresh_token", "refresh_token": held.refresh_token}
        answer = await post_form(held, held.token_endpoint, form)
        if answer.status_code == 200:
            renewed = _take(held, answer.content, self._seconds())
            await kept.save(self._server, renewed)
            return renewed
        if _reason(answer) in ENDED:
            return await self._end(kept, held, f"the sign-in has ended or was revoked ({_reason(answer)})")
        raise OAuthFlowError(
            f"{held.issuer} renews no token now ({answer.status_code}): the sign-in is kept, try again"
        )

    async def _end(self, kept: SignIns, held: SignIn, why: str) -> SignIn:
        await kept.save(self._server, replace(held, access_token="", refresh_token="", ended=why))
        raise OAuthFlowError(f"{why}: {self._what_to_do()}")

    def _what_to_do(self) -> str:
        return f"run `switchboard mcp login {self._server}`"


async def post_form(held: SignIn, address: str, form: dict[str, str]) -> httpx2.Response:
    """Ask the authorisation server for something, as the client that it knows.

    Raises:
        OAuthFlowError: it does not answer.
    """
    client = OAuthClientInformationFull.model_validate(held.client)
    data = {**form, "client_id": client.client_id, **({"resource": held.resource} if held.resource else {})}
    try:
        data, headers = _context(held.url, client).prepare_token_auth(data, {})
        async with httpx2.AsyncClient(timeout=TIMEOUT) as http:
            return await http.post(address, data=data, headers=headers)
    except (httpx2.HTTPError, OAuthTokenError) as error:
        raise OAuthFlowError(f"{held.issuer} does not answer ({type(error).__name__}): the sign-in is kept") from error


def _context(url: str, client: OAuthClientInformationFull) -> OAuthContext:
    """What knows how a client proves itself."""
    metadata = OAuthClientMetadata(redirect_uris=[AnyUrl("http://127.0.0.1/")])
    return OAuthContext(url, metadata, None, None, None, client_info=client)  # pyright: ignore[reportArgumentType]


def _take(held: SignIn, content: bytes, now: float) -> SignIn:
    try:
        given = OAuthToken.model_validate_json(content)
    except ValidationError as error:
        raise OAuthFlowError(f"{held.issuer} answered something else than a token") from error
    return replace(
        held,
        access_token=given.access_token,
        refresh_token=given.refresh_token or held.refresh_token,
        scope=given.scope or held.scope,
        expires_at=now + given.expires_in if given.expires_in else 0.0,
    )


def _reason(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["error"])[:60]
    except (ValueError, LookupError, TypeError):
        return ""
