"""Servers of every revision of the protocol before ours are used, over their pipes and over HTTP."""

import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.other_servers import address_of
from app.settings import ServerSettings
from policy.tools.servers import ToolServers
from tests.policy.third_party.old_server import SINCE, answer
from tests.policy.third_party.test_older_and_guarded_servers import serving

PROGRAM = str(Path(__file__).parent / "old_server.py")
REVISIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")


async def use(revision: str, stanza: dict[str, Any]) -> None:
    """List both pages of the tools, and call one."""
    servers = ToolServers([address_of("old", ServerSettings.model_validate(stanza))], {})
    try:
        assert await servers.start() == {}
        assert [tool.name for tool in servers.tools()] == ["old.tell", "old.tell_again"]
        assert all(tool.digest and tool.check.usable for tool in servers.tools())
        outcome = await servers.call(servers.tools()[0], {"to": "us"}, "", 30)
        assert outcome.succeeded
        told = {"to": "us"} if revision >= SINCE["structured"] else {"text": f"{revision} to us"}
        assert outcome.data.items() >= told.items()
        assert ("attachments" in outcome.data) == (revision >= SINCE["audio"])
    finally:
        await servers.stop()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_program_of_an_old_revision_is_used(revision: str) -> None:
    await use(revision, {"command": sys.executable, "args": [PROGRAM, revision]})


@pytest.mark.parametrize("revision", REVISIONS[1:])
async def test_a_server_over_http_of_an_old_revision_is_used_in_its_session(revision: str) -> None:
    heard: list[tuple[str, str]] = []

    async def post(request: Request) -> Response:
        asked = json.loads(await request.body())
        method, session = asked.get("method", ""), request.headers.get("mcp-session-id", "")
        heard.append((method, request.headers.get("mcp-protocol-version", "")))
        if method in ("initialize", "server/discover"):
            headers = {"mcp-session-id": "s-1"} if method == "initialize" else {}
            return JSONResponse(answer(revision, asked), headers=headers)
        if session != "s-1":
            return JSONResponse({"error": "no session"}, 400)
        told = answer(revision, asked)
        if told is None:
            return Response(status_code=202)
        return Response(f"event: message\ndata: {json.dumps(told)}\n\n", media_type="text/event-stream")

    async def no_stream(request: Request) -> Response:
        return Response(status_code=405)

    routes = [Route("/mcp", post, methods=["POST"]), Route("/mcp", no_stream, methods=["GET", "DELETE"])]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with serving(listener, Starlette(routes=routes)):
            await use(revision, {"url": f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"})
    assert ("tools/call", revision) in heard, "the revision that was agreed on is named with every request"
