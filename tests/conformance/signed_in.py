"""A way in for kits that cannot show a token: passes requests on with a partner's, answers as they come."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

METHODS = ["GET", "POST", "DELETE", "PUT"]
DROPPED = {"host", "content-length", "transfer-encoding", "connection", "content-encoding"}


@contextmanager
def signed_in(listener: socket.socket, target: str, token: str) -> Iterator[None]:
    """Serve on that socket until the block ends."""
    http = httpx.AsyncClient(base_url=target, timeout=60, trust_env=False)

    async def pass_on(request: Request) -> Response:
        headers = {name: value for name, value in request.headers.items() if name not in DROPPED}
        headers["authorization"] = f"Bearer {token}"
        url = httpx.URL(path=request.url.path, query=request.url.query.encode())
        sent = http.build_request(request.method, url, headers=headers, content=await request.body())
        answer = await http.send(sent, stream=True)

        async def body() -> AsyncIterator[bytes]:
            async for chunk in answer.aiter_bytes():
                yield chunk
            await answer.aclose()

        kept = {name: value for name, value in answer.headers.items() if name not in DROPPED}
        return StreamingResponse(body(), answer.status_code, kept)

    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=[Route("/{path:path}", pass_on, methods=METHODS)]), log_level="critical")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
