"""The web chat's files and the headers that keep a browser safe with every answer."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import NotFound

WEB_CHAT = Path(__file__).parent.parent / "web_chat"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FILES = {path.name: path for path in WEB_CHAT.iterdir() if path.suffix in _TYPES}

SAFETY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cache-Control": "no-store",
}
"""Set on every answer that does not say otherwise."""


class SafetyHeaders:
    """Adds the headers of `SAFETY` to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; an endpoint's own header wins."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFETY.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, dressed)


def build_router() -> APIRouter:
    """The page at `/` and its files, none of which need a token: the page asks for one."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/", _page, methods=["GET", "HEAD"])
    router.add_api_route("/chat/{name}", _file, methods=["GET", "HEAD"])
    return router


async def _page() -> FileResponse:
    return await _file("index.html")


async def _file(name: str) -> FileResponse:
    path = _FILES.get(name)
    if path is None:
        raise NotFound("There is no such file.")
    return FileResponse(path, media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})
