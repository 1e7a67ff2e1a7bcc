"""The web widget, the page to try it on, and the headers that keep a browser safe with every answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.web.script import build_script
from domain.errors import NotFound
from domain.ids import TenantId

WEB_CHAT = Path(__file__).parent.parent / "web_chat"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FILES = {path.name: path for path in WEB_CHAT.iterdir() if path.suffix in _TYPES}


def content_policy(*origins: str) -> str:
    """A page's Content-Security-Policy: what is ours, and calls to those origins."""
    reached = " ".join(["connect-src 'self'", *origins])
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; {reached}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


SAFETY = {
    "Content-Security-Policy": content_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cache-Control": "no-store",
}
"""Set on every answer that does not say otherwise."""

_WIDGET = build_script()
_FOR_ANY_PAGE = {
    "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Any page may load the widget; what it may reach is decided where it asks for a conversation."""
_WIDGET_HEADERS = {**_FOR_ANY_PAGE, "ETag": _WIDGET.tag, "Vary": "Accept-Encoding"}


@dataclass(frozen=True, slots=True)
class WidgetLook:
    """What a company's widget is called and its colour (`#0f6b62`); what is empty is as the widget comes."""

    title: str = ""
    accent: str = ""


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


def build_router(looks: Mapping[TenantId, WidgetLook]) -> APIRouter:
    """The widget, the page at `/` and its files, none of which need a token: the page asks for one."""

    async def look(company: str, response: Response) -> WidgetLook:
        found = looks.get(TenantId(company))
        if found is None:
            raise NotFound("There is no such company.")
        response.headers.update(_FOR_ANY_PAGE)
        return found

    router = APIRouter(include_in_schema=False)
    router.add_api_route("/", _page, methods=["GET", "HEAD"])
    router.add_api_route("/chat/{name}", _file, methods=["GET", "HEAD"])
    router.add_api_route("/widget.js", _widget, methods=["GET", "HEAD"])
    router.add_api_route("/widget/{company}.json", look, methods=["GET"])
    return router


async def _page() -> FileResponse:
    return await _file("index.html")


async def _file(name: str) -> FileResponse:
    path = _FILES.get(name)
    if path is None:
        raise NotFound("There is no such file.")
    return FileResponse(path, media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})


async def _widget(request: Request) -> Response:
    """The widget's script, compressed for whoever takes it so, and 304 for whoever has it."""
    if request.headers.get("if-none-match", "") == _WIDGET.tag:
        return Response(status_code=304, headers=_WIDGET_HEADERS)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = {**_WIDGET_HEADERS, "Content-Encoding": "gzip"}
        return Response(_WIDGET.compressed, media_type="text/javascript", headers=headers)
    return Response(_WIDGET.text, media_type="text/javascript", headers=_WIDGET_HEADERS)
