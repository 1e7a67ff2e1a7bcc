"""Somebody else's servers that demand OAuth, speak the older transport, or ask a person in the middle of a call."""

import asyncio
import base64
import socket
import time
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from mcp.server import MCPServer
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ElicitRequest, ElicitRequestFormParams, InputRequiredResult
from pydantic import AnyHttpUrl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from app.other_servers import address_of
from app.server_addition import make_stanza, spell_stanza
from app.settings import ServerSettings
from domain.calls import Outcome
from domain.errors import Misconfigured
from policy.tools.further_questions import CallUnderWay
from policy.tools.servers import ToolServers
from policy.tools.tool_data import parse_tool_data

CLIENT, SECRET, PROOF = "switchboard", "its-own-proof", "its-own-token"


def build_server(**given: Any) -> MCPServer[Any]:
    server: MCPServer[Any] = MCPServer("weather", **given)

    @server.tool()
    async def get_forecast(town: str) -> dict[str, str]:
        """The weather of a town."""
        return {"forecast": f"sunny in {town}"}

    @server.tool()
    async def guess(context: Context[Any]) -> str | InputRequiredResult:
        """The weather where the person is."""
        if context.input_responses is not None:
            told: Any = context.input_responses["town"]
            if told.action == "accept":
                return f"sunny in {told.content['town']}"
            raise ToolError("then nobody knows")
        schema = {"type": "object", "properties": {"town": {"type": "string"}}}
        asked = ElicitRequestFormParams(message="Which town are you in?", requested_schema=schema)
        return InputRequiredResult(input_requests={"town": ElicitRequest(params=asked)})

    return server


@asynccontextmanager
async def serving(listener: socket.socket, app: ASGIApp) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await running


async def ask(
    stanza: dict[str, Any], tool: str, *, asks: dict[str, Any] | None = None, **arguments: Any
) -> Outcome | str:
    """What a call comes to, or why the server cannot be used; `asks` is what policy data lets it be told."""
    data = parse_tool_data({f"weather.{tool}": {"group": "", "kind": "read", "asks": asks}} if asks else {})
    servers = ToolServers([address_of("weather", ServerSettings.model_validate(stanza))], data)
    try:
        down = await servers.start()
        if down:
            return down["weather"]
        found = await servers.find(f"weather.{tool}")
        assert found is not None
        return await servers.call(found, arguments, "", 30.0)
    finally:
        await servers.stop()


class Guard:
    """An authorisation server of one client, and what checks its tokens; `given` counts those that it gave."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.given = 0

    async def verify_token(self, token: str) -> AccessToken | None:
        known = AccessToken(token=token, client_id=CLIENT, scopes=[], expires_at=int(time.time()) + 60)
        return known if token == PROOF else None

    async def describe(self, request: Request) -> JSONResponse:
        named = {
            "issuer": f"{self.url}/",
            "token_endpoint": f"{self.url}/token",
            "authorization_endpoint": f"{self.url}/no",
        }
        return JSONResponse({**named, "response_types_supported": ["code"]})

    async def give(self, request: Request) -> JSONResponse:
        form = await request.form()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}" or form["grant_type"] != "client_credentials":
            return JSONResponse({"error": "invalid_client"}, 401)
        self.given += 1
        return JSONResponse({"access_token": PROOF, "token_type": "Bearer", "expires_in": 60})


@asynccontextmanager
async def guarded() -> AsyncIterator[Guard]:
    """A server that demands OAuth, with its authorisation server at the same address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        guard = Guard(f"http://127.0.0.1:{listener.getsockname()[1]}")
        auth = AuthSettings(
            issuer_url=AnyHttpUrl(guard.url),
            resource_server_url=AnyHttpUrl(f"{guard.url}/mcp"),
            validate_token_resource=False,
        )
        inner = build_server(auth=auth, token_verifier=guard).streamable_http_app(stateless_http=True)
        routes = [
            Route("/.well-known/oauth-authorization-server", guard.describe),
            Route("/token", guard.give, methods=["POST"]),
            Mount("/", inner),
        ]
        app = Starlette(routes=routes, lifespan=lambda _: inner.router.lifespan_context(inner))
        async with serving(listener, app):
            yield guard


async def test_a_server_that_demands_oauth_is_signed_in_to_by_its_stanza() -> None:
    async with guarded() as guard:
        oauth = {"client_id": CLIENT, "client_secret": SECRET, "issuer": f"{guard.url}/"}
        outcome = await ask({"url": f"{guard.url}/mcp", "oauth": oauth}, "get_forecast", town="Springfield")
        assert isinstance(outcome, Outcome), outcome
        assert outcome.data == {"forecast": "sunny in Springfield"}
        assert guard.given == 1, "a token serves until it ends"


@pytest.mark.parametrize(
    ("oauth", "said"),
    [
        (None, "refuses us (401): it takes OAuth"),
        ({"client_id": CLIENT, "client_secret": "wrong", "issuer": "{url}/"}, "cannot be signed in to"),
        ({"client_id": CLIENT, "client_secret": SECRET, "issuer": "https://other.example"}, "cannot be signed in to"),
    ],
)
async def test_who_cannot_sign_in_is_told_so_and_another_issuer_gets_no_secret(
    oauth: dict[str, str] | None, said: str
) -> None:
    async with guarded() as guard:
        stanza: dict[str, Any] = {"url": f"{guard.url}/mcp"}
        if oauth is not None:
            stanza["oauth"] = {name: value.replace("{url}", guard.url) for name, value in oauth.items()}
        trouble = await ask(stanza, "get_forecast", town="Springfield")
        assert isinstance(trouble, str), trouble
        assert said in trouble
        assert guard.given == 0


async def test_a_server_of_the_older_transport_is_used_and_one_without_the_word_is_told_of_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/sse"
        async with serving(listener, build_server().sse_app()):
            outcome = await ask({"url": url, "sse": True}, "get_forecast", town="Springfield")
            assert isinstance(outcome, Outcome), outcome
            assert outcome.data == {"forecast": "sunny in Springfield"}
            assert "sse = true" in str(await ask({"url": url}, "get_forecast", town="Springfield"))


TOWN = {"town": {"type": "string", "description": "Where the customer is"}}


@pytest.mark.parametrize(
    ("asks", "answers", "said"),
    [
        (None, None, "“Which town are you in? (town)”. Say it with the arguments"),
        (TOWN, None, "Ask the customer, and call again with `answers`"),
        (TOWN, {}, "Ask the customer, and call again with `answers`"),
        (TOWN, {"town": "Rome"}, "sunny in Rome"),
        ({"district": TOWN["town"]}, {"district": "Rome"}, "which was put to nobody"),
    ],
)
async def test_a_question_in_the_middle_of_a_call_is_answered_as_policy_allows_and_else_put_to_nobody(
    asks: dict[str, Any] | None, answers: dict[str, str] | None, said: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        async with serving(listener, build_server().streamable_http_app()):
            given = {} if answers is None else {"answers": answers}
            outcome = await ask({"url": url}, "guess", asks=asks, **given)
    assert isinstance(outcome, Outcome), outcome
    assert said in f"{outcome.error} {outcome.data}"
    assert outcome.succeeded == (said == "sunny in Rome")


@pytest.mark.parametrize(
    ("name", "schema", "why"),
    [
        ("card_number", {"type": "string"}, "never asked for"),
        ("code", {"type": "string", "description": "The PIN of the card"}, "never asked for"),
        ("login", {"type": "string", "format": "password"}, "never asked for"),
        ("address", {"type": "object"}, "its type is one of"),
    ],
)
def test_secrets_and_what_is_not_simple_are_refused_in_policy_data(name: str, schema: Any, why: str) -> None:
    with pytest.raises(Misconfigured, match=why):
        parse_tool_data({"shop.order": {"group": "read", "kind": "read", "asks": {name: schema}}})


def test_a_server_that_asks_for_a_secret_under_a_harmless_name_is_told_nothing() -> None:
    call = CallUnderWay(TOWN, {"town": "Rome"})
    schema = {"type": "object", "properties": {"town": {"type": "string", "title": "Your card number"}}}
    assert call.answer(ElicitRequestFormParams(message="Please", requested_schema=schema)) is None
    assert call.asked == ["Please (town)"]


def test_the_stanza_that_is_written_is_read_as_it_was_given() -> None:
    oauth = {"client_id": CLIENT, "client_secret": "${SECRET}", "issuer": "https://id.example"}
    known = {"client_id": CLIENT, "client_secret": "${SECRET}", "issuer": "https://id.example"}
    for ways in ({"oauth": oauth}, {"sse": True}, {"login": {}}, {"login": known}):
        server = make_stanza(["https://weather.example/mcp"], headers=(), env=(), cwd=None, ways=ways)
        written = tomllib.loads(spell_stanza("weather", server))["mcp_servers"]["weather"]
        assert ServerSettings.model_validate(written) == server
