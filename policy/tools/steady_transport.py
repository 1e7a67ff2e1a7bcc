"""An HTTP transport under MCP's client that answers for a server that does not.

MCP's streamable HTTP client lets a transport error escape into the task that holds it, which ends the client for
everybody who shares it. Here such an error becomes an answer: a 503 with a JSON-RPC error, for this request alone. What
was wrong is kept in a sentence, so that whoever reads the error knows what to do.
"""

import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from mcp.client.auth.utils import extract_field_from_www_auth
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CONNECTION_CLOSED

from policy.tools.contents import LONGEST_ANSWER
from policy.tools.signing_in import NotSignedIn, SignedIn

MAX_PLACE = 200
logging.getLogger("mcp.client.streamable_http").setLevel(logging.CRITICAL)  # it prints what strangers answer
POOL = httpx2.Limits(max_connections=100, max_keepalive_connections=50, keepalive_expiry=4.0)
"""Idle connections are dropped before servers drop them (uvicorn: 5 s), so that a call does not meet a closing one."""

TIMEOUT = httpx2.Timeout(2.0, read=60.0)
"""Connecting fails fast; how long an answer may take is each call's own time-out."""

UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, NotSignedIn)
"""Errors before the first byte of a request went out."""

NOT_SENT = {"sent": False}
"""The `data` of an error that says that the request did not go out."""


@dataclass(slots=True)
class Trouble:
    """What was wrong with a server's last answer, after its name; empty where it was right. `refused`: at the door."""

    sentence: str = ""
    refused: bool = False

    def note(self, sentence: str, *, refused: bool = False) -> None:
        """Remember what is wrong now."""
        self.sentence, self.refused = sentence, refused


class SteadyTransport(httpx2.AsyncBaseTransport):
    """Passes requests on, turns transport errors into answers, and notes what was wrong."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, trouble: Trouble | None = None) -> None:
        self._inner = inner
        self._trouble = trouble or Trouble()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer in any case."""
        try:
            response = await self._inner.handle_async_request(request)
        except httpx2.TransportError as error:
            self._trouble.note(_explain_error(error, request))
            return _no_answer(error)
        if request.method == "POST":
            _note_answer(self._trouble, response)
        if isinstance(response.stream, httpx2.AsyncByteStream):
            kind = response.headers.get("content-type", "").partition(";")[0]
            response.stream = _SteadyStream(response.stream, self._trouble, lines=kind == "text/event-stream")
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class _SteadyStream(httpx2.AsyncByteStream):
    """A body that ends early where it would break or is too long: the client then reports one that is cut short.

    Of a stream of events each line is an answer, and may be as long as one.
    """

    def __init__(self, inner: httpx2.AsyncByteStream, trouble: Trouble, *, lines: bool) -> None:
        self._inner = inner
        self._trouble = trouble
        self._lines = lines

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        try:
            async for chunk in self._inner:
                ended = chunk.rfind(b"\n") if self._lines else -1
                size = len(chunk) - 1 - ended if ended >= 0 else size + len(chunk)
                if size > LONGEST_ANSWER:
                    self._trouble.note(f"answers with more than {LONGEST_ANSWER} bytes")
                    return
                yield chunk
        except httpx2.TransportError:
            return

    async def aclose(self) -> None:
        await self._inner.aclose()


def make_http_client(
    bearer_token: str = "",
    headers: Mapping[str, str] | None = None,
    trouble: Trouble | None = None,
    sign_in: httpx2.Auth | None = None,
) -> httpx2.AsyncClient:
    """Make the pooled HTTP client that outlives MCP clients; its set-up is most of the cost of connecting."""
    bearer = {"Authorization": f"Bearer {bearer_token}"} if bearer_token else {}
    pool: httpx2.AsyncBaseTransport = httpx2.AsyncHTTPTransport(limits=POOL)
    transport = SteadyTransport(SignedIn(pool, sign_in, TIMEOUT) if sign_in is not None else pool, trouble)
    return httpx2.AsyncClient(transport=transport, headers={**bearer, **(headers or {})}, timeout=TIMEOUT)


def steady_streams(url: str, http_client: httpx2.AsyncClient):
    """Open MCP's streams to a URL over our client."""
    return streamable_http_client(url, http_client=http_client)


def _explain_error(error: httpx2.TransportError, request: httpx2.Request) -> str:
    if isinstance(error, NotSignedIn):
        return f"cannot be signed in to: {str(error)[:200]}"
    if isinstance(error, httpx2.ConnectError):
        return f"is down: nothing answers at {_place(request)}"
    if isinstance(error, httpx2.TimeoutException):
        return f"is slow: no answer in time from {_place(request)}"
    return f"broke off its answer ({type(error).__name__})"


def _note_answer(trouble: Trouble, response: httpx2.Response) -> None:
    status, kind = response.status_code, response.headers.get("content-type", "").partition(";")[0]
    if status in (401, 403):
        trouble.note(f"refuses us ({status}): {_what_to_give(response)}", refused=True)
    elif status in (404, 405, 406, 410) and kind != "application/json":
        hint = "" if status == 406 else "; an older server may be one of `sse = true`"
        trouble.note(f"does not speak MCP over streamable HTTP at its address ({status} {kind or 'no body'}){hint}")
    elif 300 <= status < 400:
        place = response.headers.get("location", "")[:MAX_PLACE].partition("?")[0]
        trouble.note(f"sends us elsewhere ({status} {place}): use that address, if it is the one that you mean")
    elif status >= 500:
        trouble.note(f"is in trouble itself ({status})")
    elif status < 300 and kind not in ("application/json", "text/event-stream", ""):
        trouble.note(f"does not speak MCP at its address: it answers with {kind}")
    else:
        trouble.note("")


def _what_to_give(response: httpx2.Response) -> str:
    """What a server that refuses us would have."""
    if response.status_code == 403:
        scope = extract_field_from_www_auth(response, "scope")
        return "what it was given does not suffice" + (
            f"; it wants the scope {scope[:100]} (with `login`: `scope` there, and `switchboard mcp login`)"
            if scope
            else ""
        )
    if extract_field_from_www_auth(response, "resource_metadata"):
        return "it takes OAuth: `oauth` in its stanza, or `login` and a person (`switchboard mcp login`)"
    return "set `token`, `headers`, `oauth` or `login` in its stanza"


def _place(request: httpx2.Request) -> str:
    """Where the request went, without what may be secret in its query."""
    return str(request.url.copy_with(query=None, userinfo=b""))


def _no_answer(error: httpx2.TransportError) -> httpx2.Response:
    told: dict[str, Any] = {"code": CONNECTION_CLOSED, "message": f"no answer: {type(error).__name__}"}
    if isinstance(error, UNSENT):
        told["data"] = NOT_SENT
    body = {"jsonrpc": "2.0", "id": None, "error": told}
    return httpx2.Response(503, headers={"content-type": "application/json"}, content=json.dumps(body))
