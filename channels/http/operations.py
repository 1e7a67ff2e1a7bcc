"""For those who run the service: alive, ready, measured, described."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.http.problems import Problem
from channels.http.readiness import Check, Readiness
from domain.errors import NotFound

Note = Callable[[], str]
"""What operators should know although everything answers; empty where there is nothing."""


async def _read_nothing() -> None:
    """No measurement has to be read first."""


@dataclass(frozen=True, slots=True)
class Health:
    """What readiness looks at and tells beside, and what is read before the measurements are shown."""

    checks: Mapping[str, Check]
    notes: Mapping[str, Note]
    registry: CollectorRegistry
    clock: Callable[[], datetime]
    read_measurements: Callable[[], Awaitable[None]] = _read_nothing


class OperationsDoor:
    """`/healthz`, `/readyz`, `/metrics` and the published schemas; open to all, and saying little."""

    def __init__(self, version: str, health: Health, schemas: Mapping[str, Any]) -> None:
        self._version = version
        self._health = health
        self._readiness = Readiness(health.checks, health.clock)
        parts = Gauge(
            "switchboard_part_failing", "1 where readiness last found it failing", ("part",), registry=health.registry
        )
        for name in health.checks:
            parts.labels(name).set_function(partial(self._fails, name))
        self._schemas = schemas

    def _fails(self, part: str) -> float:
        return float(self._readiness.failing[part])

    async def health(self) -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok", "version": self._version}

    async def readiness(self) -> Response:
        """Whether everything that a turn needs answers; 503 where something does not."""
        found = await self._readiness.look()
        since = {name: moment.isoformat() for name, moment in found.items() if moment is not None}
        notes = {name: text for name, tell in self._health.notes.items() if (text := tell())}
        body: dict[str, Any] = {
            "status": "not_ready" if since else "ready",
            "checks": {name: "failed" if name in since else "ok" for name in found},
        }
        more = {"failing_since": since, "notes": notes}
        return JSONResponse({**body, **{name: told for name, told in more.items() if told}}, 503 if since else 200)

    async def metrics(self) -> Response:
        """Measurements in the Prometheus text format."""
        await self._health.read_measurements()
        return Response(generate_latest(self._health.registry), media_type=CONTENT_TYPE_LATEST)

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
