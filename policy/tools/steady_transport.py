"""An HTTP transport under MCP's client that answers for a server that does not.

MCP's streamable HTTP client lets a transport error escape into the task that holds it, which ends the client for
everybody who shares it. Here such an error becomes an answer: a 503 with a JSON-RPC error, for this request alone.
"""

import json
from collections.abc import AsyncIterator

import httpx2
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CONNECTION_CLOSED

POOL = httpx2.Limits(max_connections=100, max_keepalive_connections=50, keepalive_expiry=4.0)
"""Idle connections are dropped before servers drop them (uvicorn: 5 s), so that a call does not meet a closing one."""

TIMEOUT = httpx2.Timeout(2.0, read=60.0)
"""Connecting fails fast; how long an answer may take is each call's own time-out."""


class SteadyTransport(httpx2.AsyncBaseTransport):
    """Passes requests on, and turns transport errors into answers."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer in any case."""
        try:
            response = await self._inner.handle_async_request(request)
        except httpx2.TransportError as error:
            return _no_answer(error)
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _SteadyStream(response.stream)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class _SteadyStream(httpx2.AsyncByteStream):
    """A body that ends early where it would break: the client then reports an answer that is cut short."""

    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._inner:
                yield chunk
        except httpx2.TransportError:
            return

    async def aclose(self) -> None:
        await self._inner.aclose()


def make_http_client(bearer_token: str = "") -> httpx2.AsyncClient:
    """Make the pooled HTTP client that outlives MCP clients; its set-up is most of the cost of connecting."""
    headers = {"Authorization": f"Bearer {bearer_token}"} if bearer_token else {}
    transport = SteadyTransport(httpx2.AsyncHTTPTransport(limits=POOL))
    return httpx2.AsyncClient(transport=transport, headers=headers, timeout=TIMEOUT)


def steady_streams(url: str, http_client: httpx2.AsyncClient):
    """Open MCP's streams to a URL over our client."""
    return streamable_http_client(url, http_client=http_client)


def _no_answer(error: httpx2.TransportError) -> httpx2.Response:
    body = {
        "jsonrpc": "2.0",
        "id": None,
        "error": {"code": CONNECTION_CLOSED, "message": f"no answer: {type(error).__name__}"},
    }
    return httpx2.Response(503, headers={"content-type": "application/json"}, content=json.dumps(body))
