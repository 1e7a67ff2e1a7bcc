"""A server that demands OAuth 2.1, signed in to by a person at a certified authorisation server."""

import asyncio
import os
import re
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from pydantic import AnyHttpUrl, SecretStr

from app.other_servers import address_of
from app.server_sign_in import sign_in, sign_out
from app.settings import LoginSettings, ServerSettings
from domain.errors import BadRequest
from policy.tools.servers import ToolServers
from policy.tools.sign_ins import SignIns
from policy.tools.tool_data import parse_tool_data
from storage.database import open_storage
from tests.opa_binary import free_port
from tests.policy.third_party.test_older_and_guarded_servers import build_server, serving
from tests.vaults import open_test_vault

PROVIDER = Path(__file__).with_name("authorization_server.mjs")
MODULES = Path(__file__).parents[3] / ".tools" / "identity-provider"
pytestmark = pytest.mark.skipif(
    not (MODULES / "node_modules").is_dir() and not os.environ.get("CI"),
    reason="`make node-modules` has put no authorisation server there",
)
LOGIN = "run `switchboard mcp login weather`"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the authorisation server is, and the MCP server that believes its tokens."""

    issuer: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    async def verify_token(self, token: str) -> AccessToken | None:
        try:
            key = await asyncio.to_thread(jwt.PyJWKClient(f"{self.issuer}/jwks").get_signing_key_from_jwt, token)
            read: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], audience=self.url, issuer=self.issuer)
        except jwt.PyJWTError:
            return None
        return AccessToken(token=token, client_id=read["client_id"], scopes=read["scope"].split(), resource=self.url)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        auth = AuthSettings(
            issuer_url=AnyHttpUrl(self.issuer),
            resource_server_url=AnyHttpUrl(self.url),
            required_scopes=["weather"],
            validate_token_resource=True,
        )
        with socket.create_server(("127.0.0.1", self.port)) as listener:
            server = build_server(auth=auth, token_verifier=self)
            async with serving(listener, server.streamable_http_app(stateless_http=True)):
                yield

    async def ask(self, kept: SignIns, url: str = "") -> str:
        """What a call says, with what is kept there."""
        stanza = ServerSettings.model_validate({"url": url or self.url, "login": {}})
        servers = ToolServers([address_of("weather", stanza, kept)], parse_tool_data({}))
        try:
            down = await servers.start()
            found = await servers.find("weather.get_forecast") if not down else None
            return down["weather"] if found is None else str((await servers.call(found, {"town": "Rome"}, "", 30)).data)
        finally:
            await servers.stop()


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    theirs, ours = free_port(), free_port()
    found = Place(f"http://127.0.0.1:{theirs}", ours)
    arguments = ["node", str(PROVIDER), str(theirs), found.url]
    with subprocess.Popen(arguments, cwd=MODULES, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as provider:
        assert provider.stdout is not None
        assert provider.stdout.readline() == b"listening\n"
        yield found
        provider.kill()


@asynccontextmanager
async def keeping(folder: Path, url: str = "") -> AsyncIterator[SignIns]:
    async with open_storage(url, folder, open_test_vault(), 2) as transactions:
        yield SignIns(transactions)


def read_all(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def browse(address: str) -> str:
    """Sign in and consent as a person would; returns where the browser is sent to at the end, and goes there."""
    with httpx.Client(follow_redirects=False, timeout=30) as browser:
        shown = browser.get(address)
        for _ in range(12):
            if shown.is_redirect:
                target = str(shown.next_request.url) if shown.next_request else ""
                if "/callback?" in target:
                    return target
                shown = browser.get(target)
                continue
            hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', shown.text))
            found = re.search(r'action="([^"]+)"', shown.text)
            assert found is not None, shown.text
            shown = browser.post(found[1], data={**hidden, "login": "pat", "password": "any"})
    raise AssertionError(shown.text)


async def log_in(place: Place, login: LoginSettings | None = None):
    """Sign in by a browser on this machine."""
    gone: list[asyncio.Task[Any]] = []

    async def visit(address: str) -> None:
        target = await asyncio.to_thread(browse, address)
        await asyncio.to_thread(httpx.get, target)

    return await sign_in(
        place.url, login or LoginSettings(), lambda address: gone.append(asyncio.create_task(visit(address)))
    )


async def test_a_person_signs_in_once_and_every_later_process_is_let_in(place: Place, tmp_path: Path) -> None:
    async with place.served():
        async with keeping(tmp_path) as kept:
            assert LOGIN in await place.ask(kept)
            made = await log_in(place)
            await kept.save("weather", made)
        async with keeping(tmp_path) as kept:
            assert await place.ask(kept) == "{'forecast': 'sunny in Rome'}"
            assert "another address" in await place.ask(kept, f"http://localhost:{place.port}/mcp")
            await kept.save("weather", replace(made, access_token="one that it gave to nobody"))
            assert await place.ask(kept) == "{'forecast': 'sunny in Rome'}", "what is refused is renewed"
    held = await asyncio.to_thread(read_all, tmp_path)
    assert not any(secret.encode() in held for secret in (made.access_token, made.refresh_token))
    assert made.access_token not in repr(made)


async def test_a_person_without_a_browser_here_pastes_where_they_were_sent(place: Place) -> None:
    shown: list[str] = []
    async with place.served():
        made = await sign_in(place.url, LoginSettings(), shown.append, lambda: browse(shown[0]))
        assert made.refresh_token
        with pytest.raises(BadRequest, match="holds no answer"):
            await sign_in(place.url, LoginSettings(), shown.append, lambda: "http://127.0.0.1/callback")
        with pytest.raises(BadRequest, match="access_denied"):
            await sign_in(place.url, LoginSettings(), shown.append, lambda: "/callback?error=access_denied&state=x")
        with pytest.raises(BadRequest, match="State parameter mismatch"):
            await sign_in(place.url, LoginSettings(), shown.append, lambda: "/callback?code=stolen&state=x")


async def test_a_client_that_was_made_known_beforehand_is_used_and_its_secret_goes_to_its_issuer_alone(
    place: Place,
) -> None:
    known = LoginSettings(client_id="known", client_secret=SecretStr("its-own-proof"), issuer=place.issuer)
    async with place.served():
        assert (await log_in(place, known)).client["client_id"] == "known"
        with pytest.raises(BadRequest, match=r"is not https://other\.example"):
            await log_in(place, known.model_copy(update={"issuer": "https://other.example"}))


async def test_two_replicas_renew_at_once_and_the_tokens_are_renewed_once(place: Place, postgres_url: str) -> None:
    async with place.served(), keeping(Path(), postgres_url) as one, keeping(Path(), postgres_url) as other:
        made = await log_in(place)
        for _ in range(2):
            known = await one.find("weather") or made
            await one.save("weather", replace(known, expires_at=1.0))
            answers = await asyncio.gather(place.ask(one), place.ask(other), place.ask(one), place.ask(other))
            assert answers == ["{'forecast': 'sunny in Rome'}"] * 4, "a spent token that is used again ends them all"


async def test_what_was_revoked_says_which_command_to_run(place: Place, tmp_path: Path) -> None:
    async with place.served(), keeping(tmp_path) as kept:
        made = await log_in(place)
        await kept.save("weather", made)
        assert await sign_out(kept, "weather")
        assert LOGIN in await place.ask(kept)
        await kept.save("weather", replace(made, expires_at=1.0))
        for _ in range(2):
            said = await place.ask(kept)
            assert "ended or was revoked (invalid_grant)" in said
            assert LOGIN in said
        assert not await sign_out(kept, "elsewhere")
