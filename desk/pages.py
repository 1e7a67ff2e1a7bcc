"""The desk's page and its files."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from pydantic import BaseModel

from domain.errors import NotFound

PAGE = Path(__file__).parent / "page"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json"}
_FILES = {path.name: path for path in PAGE.iterdir() if path.suffix in _TYPES}


class AboutBody(BaseModel):
    """What the sign-in says: the file that development tokens lie in, empty in production."""

    tokens_file: str


def build_router(tokens_file: str) -> APIRouter:
    """The page at `/desk` and its files, none of which need a token: the page asks for one."""

    async def about() -> AboutBody:
        return AboutBody(tokens_file=tokens_file)

    router = APIRouter(include_in_schema=False)
    router.add_api_route("/desk", _page, methods=["GET", "HEAD"])
    router.add_api_route("/desk/about.json", about, methods=["GET"])
    router.add_api_route("/desk/{name}", _file, methods=["GET", "HEAD"])
    return router


async def _page() -> FileResponse:
    return await _file("index.html")


async def _file(name: str) -> FileResponse:
    path = _FILES.get(name)
    if path is None:
        raise NotFound("There is no such file.")
    return FileResponse(path, media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})
