"""The sidecar engine: an exact and prompt answer, or none; never a second try."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from domain.errors import Misconfigured, PolicyUnavailable
from policy.engines.bundle import Bundle
from policy.engines.embedded import EmbeddedEngine
from policy.engines.opa import OpaEngine
from tests.opa_binary import free_port
from tests.policy_bundle.documents import Document, sound

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
CLOSING = web.AppKey("closing", asyncio.Event)
GOOD: Document = {
    "effect": "allow",
    "reasons": [{"rule": "reading/public", "message": "This is public information."}],
    "obligations": [],
    "reserve": None,
    "policy_revision": "sha256:live",
}


class Sidecar:
    """A server in the sidecar's place that answers as told, and counts."""

    def __init__(self, answer: Handler) -> None:
        self._answer = answer
        self.asked = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        return await self._answer(request)


@asynccontextmanager
async def sidecar(answer: Handler) -> AsyncIterator[Sidecar]:
    server = Sidecar(answer)
    app = web.Application()
    app[CLOSING] = asyncio.Event()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    server.url = f"http://127.0.0.1:{port}"
    try:
        yield server
    finally:
        app[CLOSING].set()
        await runner.cleanup()


@asynccontextmanager
async def engine_for(url: str, timeout_s: float = 10.0) -> AsyncIterator[OpaEngine]:
    """An engine that is patient, since most tests are not about time."""
    engine = OpaEngine(url, "sha256:live", timeout_s=timeout_s)
    try:
        yield engine
    finally:
        await engine.close()


def says(body: Any, status: int = 200) -> Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return answer


def sends(text: str, content_type: str, status: int = 200) -> Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, content_type=content_type, status=status)

    return answer


async def hangs(request: web.Request) -> web.StreamResponse:
    await request.app[CLOSING].wait()
    return web.Response()


async def drips(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b'{"result": ')
    await request.app[CLOSING].wait()
    return response


async def breaks_off(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


BAD: dict[str, Handler] = {
    "breaking off": breaks_off,
    "503": says({"code": "busy"}, 503),
    "503 with a good answer": says({"result": GOOD}, 503),
    "500": says({"code": "internal_error"}, 500),
    "404": says({}, 404),
    "HTML": sends("<html>200 OK</html>", "text/html"),
    "good answer as HTML": sends(json.dumps({"result": GOOD}), "text/html"),
    "no JSON": sends("{", "application/json"),
    "nothing": sends("", "application/json"),
    "undefined": says({}),
    "null": says(None),
    "a list": says([GOOD]),
    "the string false": says({"result": "false"}),
    "the string allow": says({"result": "allow"}),
    "true": says({"result": True}),
    "no wrapper": says(GOOD),
    "another revision": says({"result": {**GOOD, "policy_revision": "sha256:older"}}),
    "no revision": says({"result": {name: value for name, value in GOOD.items() if name != "policy_revision"}}),
    "a revision that is a list": says({"result": {**GOOD, "policy_revision": ["sha256:live"]}}),
    "an unknown effect": says({"result": {**GOOD, "effect": "ALLOW"}}),
    "an effect that is a list": says({"result": {**GOOD, "effect": ["allow"]}}),
    "no reasons": says({"result": {**GOOD, "reasons": []}}),
    "an extra field": says({"result": {**GOOD, "override": True}}),
    "an unknown obligation": says({"result": {**GOOD, "obligations": [{"type": "forget"}]}}),
    "a mask of nothing": says({"result": {**GOOD, "obligations": [{"type": "mask"}]}}),
    "a reserve of text": says({"result": {**GOOD, "reserve": "all"}}),
    "a negative reserve": says(
        {
            "result": {
                **GOOD,
                "reserve": {
                    "bucket": "goodwill",
                    "amount_minor": -1,
                    "limit_minor": 15000,
                    "limit_count": 3,
                    "window_days": 30,
                },
            }
        }
    ),
}


@pytest.fixture
def document(bundle: Bundle) -> Document:
    return sound("erp.list_plans", dict(bundle.tools))


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD)
async def test_anything_but_an_exact_decision_is_no_answer(answer: Handler, document: Document) -> None:
    async with sidecar(answer) as server, engine_for(server.url) as engine:
        with pytest.raises(PolicyUnavailable):
            await engine.decide(document)
        assert server.asked == 1


@pytest.mark.parametrize("answer", [hangs, drips])
async def test_a_late_answer_is_no_answer(answer: Handler, document: Document) -> None:
    async with sidecar(answer) as server:
        engine = OpaEngine(server.url, "sha256:live")
        with pytest.raises(PolicyUnavailable):
            await engine.decide(document)
        assert server.asked <= 1
        await engine.close()


async def test_an_exact_decision_is_passed_on(document: Document) -> None:
    async with sidecar(says({"result": GOOD})) as server, engine_for(server.url) as engine:
        assert await engine.decide(document) == GOOD


async def test_a_refused_connection_is_no_answer(document: Document) -> None:
    async with engine_for(f"http://127.0.0.1:{free_port()}") as engine:
        with pytest.raises(PolicyUnavailable):
            await engine.decide(document)


async def test_a_sidecar_that_accepts_and_says_nothing_is_no_answer(document: Document) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        async with engine_for(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout_s=0.1) as engine:
            with pytest.raises(PolicyUnavailable):
                await engine.decide(document)


async def test_what_this_process_was_late_is_not_held_against_the_sidecar(document: Document) -> None:
    async def holds_everything_up(request: web.Request) -> web.StreamResponse:
        time.sleep(1)  # noqa: ASYNC251 - the loop of the asking process stands still, as on a slow machine
        return await says({"result": GOOD})(request)

    async with sidecar(holds_everything_up) as server, engine_for(server.url, timeout_s=0.5) as engine:
        assert await engine.decide(document) == GOOD


async def test_one_silence_does_not_shorten_the_patience_with_the_next_answer(document: Document) -> None:
    async with sidecar(hangs) as server, engine_for(server.url, timeout_s=0.05) as engine:
        for silences, share in ((1, 1), (2, 1), (3, 0.25)):
            with pytest.raises(PolicyUnavailable):
                await engine.decide(document)
            assert engine._patience() == 0.05 * share, silences  # pyright: ignore[reportPrivateUsage]


async def test_the_sidecar_is_asked_again_once_it_is_back(document: Document) -> None:
    broken = True

    async def answer(request: web.Request) -> web.StreamResponse:
        return await (breaks_off if broken else says({"result": GOOD}))(request)

    async with sidecar(answer) as server, engine_for(server.url) as engine:
        with pytest.raises(PolicyUnavailable):
            await engine.decide(document)
        broken = False
        assert (await engine.decide(document))["effect"] == "allow"


async def test_one_connection_is_kept(document: Document) -> None:
    peers: set[Any] = set()

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        return await says({"result": GOOD})(request)

    async with sidecar(answer) as server, engine_for(server.url) as engine:
        for _ in range(10):
            await engine.decide(document)
        assert len(peers) == 1


async def test_what_is_not_json_is_never_sent(document: Document) -> None:
    async with sidecar(says({"result": GOOD})) as server, engine_for(server.url) as engine:
        with pytest.raises(PolicyUnavailable):
            await engine.decide({**document, "now": float("nan")})
        assert server.asked == 0


async def test_a_real_sidecar_answers_like_the_embedded_engine(
    opa_sidecar: str, bundle: Bundle, embedded: EmbeddedEngine
) -> None:
    engine = OpaEngine(opa_sidecar, bundle.revision, timeout_s=10)
    try:
        for tool in bundle.tools:
            document = sound(tool, dict(bundle.tools))
            assert await engine.decide(document) == await embedded.decide(document)
        assert (await engine.escalate({"wants_person": True}))["handoff"]["reason"] == "asked_for_person"
    finally:
        await engine.close()


async def test_a_real_sidecar_of_another_revision_is_no_answer(opa_sidecar: str, document: Document) -> None:
    async with engine_for(opa_sidecar) as engine:
        with pytest.raises(PolicyUnavailable, match="revision"):
            await engine.decide(document)
        with pytest.raises(PolicyUnavailable, match="revision"):
            await engine.escalate({})


@pytest.mark.parametrize(
    "url", ["", "localhost:8181", "ftp://opa:8181", "http://", "http://opa:99999", "http://opa:8181/v1", "http://[::1"]
)
def test_a_malformed_address_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured):
        OpaEngine(url, "sha256:live")
