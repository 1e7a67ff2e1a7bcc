"""Signing in to somebody else's MCP server by a person: their browser, or an address that they paste back."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
from mcp.client.auth.exceptions import OAuthFlowError
from mcp.client.auth.oauth2 import OAuthClientProvider, OAuthContext
from mcp.client.auth.utils import union_scopes
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from pydantic import AnyUrl

from app.places import DATABASE
from app.settings import LoginSettings, Settings, refer
from app.vault import open_vault
from domain.errors import BadRequest
from policy.tools.person_sign_in import post_form
from policy.tools.sign_ins import SignIn, SignIns
from storage.database import open_storage

WAIT_S = 300.0
"""How long somebody may take to sign in."""
MISMATCH = "metadata issuer mismatch"
LONGEST = 16 * 1024
PAGE = (
    b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\r\n"
    b"<!doctype html><title>Switchboard</title><p>%s"
)
OPENING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "switchboard", "version": "1"},
    },
}
LISTING = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
Show = Callable[[str], None]
Paste = Callable[[], str]


@asynccontextmanager
async def open_sign_ins(
    settings: Settings, *, needed: bool = True, make: bool = False
) -> AsyncGenerator[SignIns | None]:
    """The sign-ins of the settings' database; None where there is none, unless it is to be made, or none is needed."""
    there = make or settings.database_url or (settings.data / DATABASE).is_file()
    if not (needed and there):
        yield None
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    async with open_storage(settings.database_url, settings.data, open_vault(settings), 2) as transactions:
        yield SignIns(transactions)


@asynccontextmanager
async def sign_ins_for(settings: Settings) -> AsyncGenerator[SignIns | None]:
    """The sign-ins that the settings' servers need; nothing is opened where no person signs in to any of them."""
    needed = any(server.login is not None for server in settings.mcp_servers.values())
    async with open_sign_ins(settings, needed=needed) as kept:
        yield kept


async def sign_in(url: str, login: LoginSettings, show: Show, paste: Paste | None = None) -> SignIn:
    """Have a person sign us in at whatever authorisation server that URL names.

    `show` is told the address that they have to open. They are sent back to a port of this machine, or, where `paste`
    is given, say themselves to which address they were sent.

    Raises:
        BadRequest: it did not come to tokens; the message says why.
    """
    try:
        async with asyncio.timeout(WAIT_S), _returning(login.port, listen=paste is None) as landing:
            try:
                return await _ask(url, login, landing, show, paste)
            except OAuthFlowError as error:
                if MISMATCH not in str(error):
                    raise
                return await _ask(url, login, landing, show, paste, bare=True)
    except TimeoutError:
        raise BadRequest(f"nobody signed in within {WAIT_S / 60:g} minutes: nothing was kept") from None
    except OAuthFlowError as error:
        raise BadRequest(f"signing in did not succeed: {str(error)[:400]}") from None
    except httpx2.HTTPError as error:
        raise BadRequest(f"signing in did not succeed: {type(error).__name__} at {url}") from None
    except OSError as error:
        raise BadRequest(f"port {login.port} cannot be listened on: {error.strerror}") from None


async def sign_out(kept: SignIns, server: str) -> bool:
    """Forget what a person signed in to, and have it revoked there; returns whether there was anything.

    Raises:
        BadRequest: it is forgotten here, and not revoked there.
    """
    found = await kept.find(server)
    if found is None:
        return False
    await kept.forget(server)
    token = found.refresh_token or found.access_token
    if token and found.revocation_endpoint:
        try:
            answer = await post_form(found, found.revocation_endpoint, {"token": token})
        except OAuthFlowError as error:
            raise BadRequest(f"forgotten here, and not revoked there: {error}") from None
        if not answer.is_success:
            raise BadRequest(f"forgotten here, and {found.issuer} did not revoke it ({answer.status_code})")
    return True


class _Provider(OAuthClientProvider):
    """Signs in, with `more` scopes than the server asks for.

    `bare` reads an authorisation server's name without the slash that some resource servers put after it. Of a name
    without a path both are the same server, and each compares with its own spelling alone.
    """

    bare = False
    more = ""

    async def _perform_authorization(self) -> httpx2.Request:
        self.context.client_metadata.scope = union_scopes(self.context.client_metadata.scope, self.more or None)
        return await super()._perform_authorization()

    def _select_authorization_server(self, advertised: list[str]) -> str:
        first = super()._select_authorization_server(advertised)
        return first.rstrip("/") if self.bare and urlsplit(first).path == "/" else first


async def _ask(
    url: str, login: LoginSettings, landing: "_Landing", show: Show, paste: Paste | None, *, bare: bool = False
) -> SignIn:
    memory = _Memory(login, landing.address)
    provider = _provide(url, login, memory, landing, show, paste)
    provider.bare, provider.more = bare, login.scope
    async with httpx2.AsyncClient(auth=provider, timeout=httpx2.Timeout(10.0)) as http:
        answer = await http.post(url, json=OPENING, headers=HEADERS)
        if memory.tokens is None and answer.is_success:  # some let everybody in, and ask at the first use
            session = {name: value for name, value in answer.headers.items() if name == "mcp-session-id"}
            answer = await http.post(url, json=LISTING, headers={**HEADERS, **session})
    return _made(url, provider.context, memory, answer.status_code)


def _provide(
    url: str, login: LoginSettings, memory: "_Memory", landing: "_Landing", show: Show, paste: Paste | None
) -> _Provider:
    async def redirect(address: str) -> None:
        _see_safe(provider.context)
        show(address)

    async def returned() -> AuthorizationCodeResult:
        return _read_answer(await asyncio.to_thread(paste) if paste is not None else await landing.came)

    metadata = OAuthClientMetadata(
        client_name="Switchboard",
        redirect_uris=[AnyUrl(landing.address)],
    )
    provider = _Provider(url, metadata, memory, redirect, returned, login.client_metadata or None)
    return provider


def _see_safe(context: OAuthContext) -> None:
    """See that the codes and tokens cannot be had by others on the way.

    Raises:
        OAuthFlowError: they could.
    """
    found = context.oauth_metadata
    if found is None:
        return
    if "S256" not in (found.code_challenge_methods_supported or ()):
        raise OAuthFlowError(
            f"{found.issuer} does not say that it takes PKCE with S256, without which codes can be stolen"
        )
    for address in (found.authorization_endpoint, found.token_endpoint):
        if address.scheme != "https" and address.host not in ("127.0.0.1", "localhost", "[::1]"):
            raise OAuthFlowError(f"{address} is not https")


def _read_answer(address: str) -> AuthorizationCodeResult:
    """What an authorisation server's answer says, in the address that the person was sent to."""
    found = {name: values[0] for name, values in parse_qs(urlsplit(address.strip()).query).items()}
    if "error" in found:
        raise OAuthFlowError(f"{found['error']}: {found.get('error_description', '')}"[:300].rstrip(": "))
    if "code" not in found:
        raise OAuthFlowError("that address holds no answer: paste the whole address that the browser was sent to")
    return AuthorizationCodeResult(code=found["code"], state=found.get("state"), iss=found.get("iss"))


def _made(url: str, context: OAuthContext, memory: "_Memory", status: int) -> SignIn:
    given, client, found = memory.tokens, context.client_info, context.oauth_metadata
    if given is None or client is None:
        raise BadRequest(f"{url} asks for no sign-in (it answered with {status}): leave --login out")
    if status in (401, 403):
        raise BadRequest(f"{url} does not take the token that was given for it ({status}): nothing was kept")
    base = context.get_authorization_base_url(url)
    return SignIn(
        url=url,
        issuer=str(found.issuer) if found is not None else base,
        token_endpoint=str(found.token_endpoint) if found is not None else urljoin(base, "/token"),
        revocation_endpoint=str(found.revocation_endpoint or "") if found is not None else "",
        resource=context.get_resource_url(),
        client=client.model_dump(mode="json", exclude_none=True),
        access_token=given.access_token,
        refresh_token=given.refresh_token or "",
        scope=given.scope or "",
        expires_at=time.time() + given.expires_in if given.expires_in else 0.0,
    )


class _Memory:
    """What the SDK keeps while somebody signs in; a client that was made known beforehand is there from the start."""

    def __init__(self, login: LoginSettings, address: str) -> None:
        self.tokens: OAuthToken | None = None
        self._known: OAuthClientInformationFull | None = None
        if login.client_id:
            secret = refer(login.client_secret)
            self._known = OAuthClientInformationFull(
                client_id=login.client_id,
                client_secret=secret or None,
                redirect_uris=[AnyUrl(address)],
                token_endpoint_auth_method="client_secret_basic" if secret else "none",
                issuer=login.issuer or None,
            )

    async def get_tokens(self) -> OAuthToken | None:
        return None

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self._known

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        if self._known is not None:
            raise OAuthFlowError(f"its authorisation server is not {self._known.issuer}, which knows our client")
        del client_info


@dataclass(slots=True)
class _Landing:
    """Where the browser is sent back to, and the address that it came with."""

    address: str
    came: "asyncio.Future[str]" = field(repr=False)


@asynccontextmanager
async def _returning(port: int, *, listen: bool) -> AsyncGenerator[_Landing]:
    came: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.close()
            return
        target = head.split(b" ", 2)[1].decode("ascii", "replace")
        ours = target.partition("?")[0] == "/callback"
        if ours and not came.done():
            came.set_result(target)
        told = (b"200 OK", b"You can close this window.") if ours else (b"404 Not Found", b"There is nothing here.")
        writer.write(PAGE % told)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port, limit=LONGEST)
    port = server.sockets[0].getsockname()[1]
    try:
        if not listen:
            server.close()
        yield _Landing(f"http://127.0.0.1:{port}/callback", came)
    finally:
        server.close()
        came.cancel()
