"""For those who run the service: alive, ready, measured, described."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.http.problems import Problem
from domain.errors import NotFound

Check = Callable[[], Awaitable[object]]
"""Raises, or answers False, when what it looks at is not ready."""

Note = Callable[[], str]
"""What operators should know although everything answers; empty where there is nothing."""

CHECK_SECONDS = 2.0
_log = logging.getLogger("switchboard.http")


@dataclass(frozen=True, slots=True)
class Checks:
    """What readiness looks at, and what it tells beside."""

    checks: Mapping[str, Check]
    notes: Mapping[str, Note]


class OperationsDoor:
    """`/healthz`, `/readyz`, `/metrics` and the published schemas; open to all, and saying little."""

    def __init__(self, version: str, checks: Checks, registry: CollectorRegistry, schemas: Mapping[str, Any]) -> None:
        self._version = version
        self._checks = checks.checks
        self._notes = checks.notes
        self._registry = registry
        self._schemas = schemas

    async def health(self) -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok", "version": self._version}

    async def readiness(self) -> Response:
        """Whether everything that a turn needs answers; 503 where something does not."""
        names = list(self._checks)
        results = await asyncio.gather(*(_passes(name, self._checks[name]) for name in names))
        ready = all(results)
        checks = {name: "ok" if passed else "failed" for name, passed in zip(names, results, strict=True)}
        notes = {name: text for name, tell in self._notes.items() if (text := tell())}
        body = {"status": "ready" if ready else "not_ready", "checks": checks, **({"notes": notes} if notes else {})}
        return JSONResponse(body, 200 if ready else 503)

    async def metrics(self) -> Response:
        """Measurements in the Prometheus text format."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

    async def schema(self, name: str) -> dict[str, Any]:
        """A published JSON Schema, such as the context packet's."""
        if name not in self._schemas:
            raise NotFound("There is no such schema.")
        return self._schemas[name]


class Measurements:
    """Counts requests and times how long answers take to begin, by route and never by customer."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        labels = ("method", "route")
        self._requests = Counter(
            "switchboard_http_requests", "HTTP requests answered", (*labels, "status"), registry=registry
        )
        self._seconds = Histogram(
            "switchboard_http_answer_seconds", "Seconds until an answer begins", labels, registry=registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve and measure."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, message["status"], perf_counter() - began)
            await send(message)

        await self._app(scope, receive, watched)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        self._requests.labels(scope["method"], route, status).inc()
        self._seconds.labels(scope["method"], route).observe(seconds)


def build_router(door: OperationsDoor) -> APIRouter:
    """The operators' routes."""
    router = APIRouter(tags=["operations"])
    router.add_api_route("/healthz", door.health, methods=["GET"])
    router.add_api_route("/readyz", door.readiness, methods=["GET"], responses={503: {"description": "Not ready"}})
    metrics: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
    router.add_api_route("/metrics", door.metrics, methods=["GET"], response_class=Response, responses=metrics)
    unknown: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "There is no such schema"}}
    router.add_api_route("/schemas/{name}.json", door.schema, methods=["GET"], responses=unknown)
    return router


async def _passes(name: str, check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check() is not False
    except Exception as error:  # noqa: BLE001 - whatever fails here means not ready
        _log.warning("not ready: %s: %s", name, error)
        return False
