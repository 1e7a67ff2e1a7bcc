"""What a request body may be: small, on time, and JSON that means one thing."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.http.problems import make, respond
from router.attachments import LARGEST_BYTES

BODY_BYTES = 64 * 1024
"""Longer bodies are refused with 413."""

TEXT_CHARACTERS = 16_000
"""A longer message text in a body that is small enough is refused with 422: the field is named."""

DRAINED_BYTES = 8 * 1024 * 1024
"""So much of a body that is too long is still read and thrown away, so that its sender gets to read the answer."""

BODY_SECONDS = 15.0

ATTACHMENT_SECONDS = 120.0
_ATTACHMENTS = re.compile(r"/v1/conversations/[^/]+/attachments")


class BodyRefused(Exception):
    """A body that is not served, with the status that says why."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class BodyLimits:
    """Reads each body whole before anything else does, and lets only good ones in.

    The size limit holds everywhere; that the body is strict JSON is asked for under `/v1/` alone, since A2A reports
    bad JSON in its own form.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve with the body in hand, or answer 400, 408, 413 or 415."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            headers, is_file = Headers(scope=scope), _ATTACHMENTS.fullmatch(scope["path"])
            body = await _read(headers, receive, FILE if is_file else JSON)
            if is_file and scope["method"] == "POST":
                _check_type(headers, "multipart/form-data")
            elif scope["path"].startswith("/v1/") and body:
                _check(headers, body)
        except BodyRefused as refusal:
            problem = make(refusal.status, refusal.detail, scope["path"])
            await respond(problem)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


def parse_json(body: bytes) -> Any:
    """The one meaning of a JSON body.

    Raises:
        ValueError: not UTF-8, not JSON, a key twice, NaN or infinity, nested too deeply, or text that is not Unicode.
    """
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({error.msg} at character {error.pos})") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    for text in _texts(value):
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise ValueError("its text has characters that are not text (NUL or half a surrogate pair)")
    return value


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a body may be, how much of a longer one is read and thrown away, and how many seconds it may take."""

    most: int
    drained: int
    seconds: float


JSON = Bounds(BODY_BYTES, DRAINED_BYTES, BODY_SECONDS)
FILE = Bounds(LARGEST_BYTES + 4096, LARGEST_BYTES + DRAINED_BYTES, ATTACHMENT_SECONDS)


async def _read(headers: Headers, receive: Receive, bounds: Bounds) -> bytes:
    try:
        async with asyncio.timeout(bounds.seconds):
            return await _collect(int(headers.get("content-length", "0")), receive, bounds)
    except TimeoutError as error:
        raise BodyRefused(
            HTTPStatus.REQUEST_TIMEOUT, f"The body did not arrive within {bounds.seconds:.0f} s."
        ) from error


async def _collect(announced: int, receive: Receive, bounds: Bounds) -> bytes:
    body, length, more = bytearray(), 0, announced <= bounds.drained
    while more and length <= bounds.drained:
        message = await receive()
        chunk = message.get("body", b"")
        length += len(chunk)
        if length <= bounds.most:
            body += chunk
        more = message["type"] == "http.request" and message.get("more_body", False)
    if max(announced, length) > bounds.most:
        raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A body may have at most {bounds.most} bytes.")
    return bytes(body)


def _check(headers: Headers, body: bytes) -> None:
    _check_type(headers, "application/json")
    try:
        parse_json(body)
    except ValueError as error:
        raise BodyRefused(HTTPStatus.BAD_REQUEST, f"The body cannot be read: {error}.") from error


def _check_type(headers: Headers, wanted: str) -> None:
    if headers.get("content-type", "").partition(";")[0].strip().lower() != wanted:
        raise BodyRefused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send the body as 'Content-Type: {wanted}'.")


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hand out the body that was read, then whatever comes after it (the client going away)."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands in it twice")
    return result


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _texts(value: Any) -> Iterator[str]:
    stack: list[Any] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            stack.extend(item.keys())  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
            stack.extend(item.values())  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
        elif isinstance(item, list):
            stack.extend(item)  # pyright: ignore[reportUnknownArgumentType]
