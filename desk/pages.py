"""The desk's page and its files."""

import json
from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from pydantic import BaseModel

from domain.errors import NotFound

PAGE = Path(__file__).parent / "page"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json"}
_FILES = {path.name: path for path in PAGE.iterdir() if path.suffix in _TYPES}


def spoken_at_desk(locale: str) -> str:
    """The language of the page that somebody with this locale reads; English where there is none of theirs."""
    language = locale.partition("-")[0]
    return language if f"{language}.json" in _FILES else "en"


def page_terms(language: str) -> Mapping[str, str]:
    """What the page calls kinds of things in one of its languages, by the names that the service sends."""
    return json.loads((PAGE / f"{language}.json").read_text("utf-8"))["terms"]


class DeskSignIn(BaseModel):
    """The company's own sign-in: an OpenID provider where the desk is a public client. See `AuthSettings`."""

    issuer: str
    client_id: str
    scope: str
    parameters: dict[str, str]


class AboutBody(BaseModel):
    """How people sign in: the file that development tokens lie in (empty in production), or where they are known."""

    tokens_file: str
    sign_in: DeskSignIn | None


def build_router(tokens_file: str, sign_in: DeskSignIn | None, content_policy: str) -> APIRouter:
    """The page at `/desk` and its files, none of which need a token: the page asks for one.

    `content_policy` is the page's Content-Security-Policy: what it may reach beside us is the company's sign-in.
    """

    async def about() -> AboutBody:
        return AboutBody(tokens_file=tokens_file, sign_in=sign_in)

    async def page() -> FileResponse:
        answer = await _file("index.html")
        answer.headers["Content-Security-Policy"] = content_policy
        return answer

    router = APIRouter(include_in_schema=False)
    router.add_api_route("/desk", page, methods=["GET", "HEAD"])
    router.add_api_route("/desk/about.json", about, methods=["GET"])
    router.add_api_route("/desk/{name}", _file, methods=["GET", "HEAD"])
    return router


async def _file(name: str) -> FileResponse:
    path = _FILES.get(name)
    if path is None:
        raise NotFound("There is no such file.")
    return FileResponse(path, media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})
