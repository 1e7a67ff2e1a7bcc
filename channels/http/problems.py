"""Errors on the wire: the domain's tree, mapped once to RFC 9457 problem details."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import (
    BadRequest,
    Conflict,
    Misconfigured,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    RecordBroken,
    SwitchboardError,
    Unavailable,
    UnknownName,
)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:switchboard:problem:"
_log = logging.getLogger("switchboard.http")


class ProblemError(BaseModel):
    """One field that cannot be served, and why."""

    field: str
    message: str


class Problem(BaseModel):
    """What went wrong, for a program (`type`, `status`, `errors`) and for a person (`title`, `detail`)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:switchboard:problem:not-found",
                    "title": "Not found",
                    "status": 404,
                    "detail": "There is no such conversation.",
                    "instance": "/v1/conversations/c-unknown",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    errors: list[ProblemError] = Field(default_factory=list[ProblemError])
    reference: str | None = Field(default=None, description="Names the log entry of an internal error.")


@dataclass(frozen=True, slots=True)
class Mapped:
    """The wire form of one kind of error; `shown` says whether the error's own words may be shown to callers."""

    status: HTTPStatus
    name: str
    title: str
    shown: bool = True
    headers: Mapping[str, str] | None = None


_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="switchboard"'}

PROBLEMS: tuple[tuple[type[SwitchboardError], Mapped], ...] = (
    (UnknownName, Mapped(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown-name", "Unknown name")),
    (BadRequest, Mapped(HTTPStatus.BAD_REQUEST, "bad-request", "Bad request")),
    (NotAuthenticated, Mapped(HTTPStatus.UNAUTHORIZED, "not-authenticated", "Not authenticated", headers=_CHALLENGE)),
    (NotPermitted, Mapped(HTTPStatus.FORBIDDEN, "not-permitted", "Not permitted")),
    (NotFound, Mapped(HTTPStatus.NOT_FOUND, "not-found", "Not found")),
    (Conflict, Mapped(HTTPStatus.CONFLICT, "conflict", "Conflict")),
    (
        Unavailable,
        Mapped(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "Unavailable", False, {"Retry-After": "2"}),
    ),
    (RecordBroken, Mapped(HTTPStatus.INTERNAL_SERVER_ERROR, "record-broken", "The record does not verify", False)),
    (Misconfigured, Mapped(HTTPStatus.INTERNAL_SERVER_ERROR, "misconfigured", "Misconfigured", False)),
)
"""The one table; the first class that matches holds."""

_UNAVAILABLE_DETAIL = "A system that is needed does not answer. Nothing is lost; send the same request again."


def describe(error: Exception, instance: str) -> Problem:
    """Say what went wrong without showing internals; what is not shown is logged under a reference."""
    if isinstance(error, SwitchboardError):
        for kind, mapped in PROBLEMS:
            if isinstance(error, kind):
                return _of_domain(error, mapped, instance)
    return _internal(error, instance)


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Put a problem into an HTTP answer, with the headers that its status calls for."""
    named = next((m.headers for _, m in PROBLEMS if m.status == problem.status and m.headers), None)
    content = problem.model_dump(mode="json", exclude_defaults=True)
    return JSONResponse(content, problem.status, {**(named or {}), **(headers or {})}, media_type=MEDIA_TYPE)


def make(status: HTTPStatus, detail: str, instance: str, errors: Sequence[ProblemError] = ()) -> Problem:
    """A problem of the protocol itself, named after its HTTP status."""
    name = status.phrase.lower().replace(" ", "-").replace("'", "")
    return Problem(
        type=TYPE_PREFIX + name,
        title=status.phrase,
        status=status,
        detail=detail,
        instance=instance,
        errors=list(errors),
    )


def install(app: FastAPI) -> None:
    """Make every error that an endpoint can end in a problem document."""
    app.add_exception_handler(SwitchboardError, _on_domain_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_error)


class Faults:
    """The last net: an error that nobody foresaw becomes a 500 problem, its details stay in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; answer a failure unless an answer has already begun."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            _log.debug("the client of %s went away", scope.get("path", ""))
        except Exception as error:
            problem = describe(error, str(scope.get("path", "")))
            if started or scope["type"] != "http":
                raise
            await respond(problem)(scope, receive, send)


def _of_domain(error: SwitchboardError, mapped: Mapped, instance: str) -> Problem:
    if not mapped.shown and not isinstance(error, Unavailable):
        return _internal(error, instance)
    if not mapped.shown:
        _log.warning("unavailable while serving %s: %s", instance, error)
    return Problem(
        type=TYPE_PREFIX + mapped.name,
        title=mapped.title,
        status=mapped.status,
        detail=str(error) if mapped.shown else _UNAVAILABLE_DETAIL,
        instance=instance,
    )


def _internal(error: Exception, instance: str) -> Problem:
    reference = secrets.token_hex(6)
    _log.error("internal error %s while serving %s", reference, instance, exc_info=error)
    problem = make(HTTPStatus.INTERNAL_SERVER_ERROR, f"Something broke on our side. Reference {reference}.", instance)
    return problem.model_copy(update={"reference": reference})


async def _on_domain_error(request: Request, error: Exception) -> JSONResponse:
    return respond(describe(error, request.url.path))


async def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    detail = error.detail if error.detail != status.phrase else ""
    return respond(make(status, detail, request.url.path), error.headers)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [_field_error(each) for each in error.errors()]
    detail = "; ".join(f"{each.field}: {each.message}" for each in errors)
    return respond(make(HTTPStatus.UNPROCESSABLE_ENTITY, detail, request.url.path, errors))


def _field_error(error: Mapping[str, Any]) -> ProblemError:
    location = [str(part) for part in jsonable_encoder(error["loc"])]
    field = ".".join(location[1:]) or location[0]
    return ProblemError(field=field, message=str(error["msg"]).removeprefix("Value error, "))
