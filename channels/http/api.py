"""The HTTP API of Switchboard, version 1: what is behind the door is passed in, the door itself is here."""

from collections.abc import AsyncGenerator, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig

from channels.http import (
    attachments,
    browsing,
    conversations,
    customer_sessions,
    journal,
    operations,
    pages,
    sandbox,
    signs,
)
from channels.http.authentication import Authentication, Authenticator
from channels.http.customer_sessions import CustomerDoor
from channels.http.description import DESCRIPTION, ERRORS, TAGS, describe_api, name_operation
from channels.http.journal import Verify
from channels.http.limits import BodyLimits
from channels.http.operations import Health, Measurements, OperationsDoor
from channels.http.origins import CrossOrigin
from channels.http.pages import SafetyHeaders, WidgetLook
from channels.http.problems import Faults, install
from channels.http.rates import Allowance, RateLimits
from channels.http.reference import attach_reference
from channels.http.sandbox import SandboxInterface
from domain.ids import TenantId
from domain.record import Journal
from router.attachments import Attachments
from router.conversations import Conversations
from router.presence import PresenceEvents
from router.turn import Turns


@dataclass(frozen=True, slots=True)
class ApiDependencies:
    """What the API works with.

    `routers` are further routes (the desk's), served with the same token check and error answers; they read
    `request.state.caller`. `attachments` add what is no router (A2A) to the application. `sandbox` is None in
    production: its paths do not exist then. `schemas` are published as `/schemas/<name>.json`.
    """

    turns: Turns
    conversations: Conversations
    presence: PresenceEvents
    attachments_kept: Attachments
    journal: Journal
    verify_record: Verify
    authenticator: Authenticator
    customers: CustomerDoor
    version: str
    health: Health
    routers: tuple[APIRouter, ...] = ()
    attachments: tuple[Callable[[FastAPI], None], ...] = ()
    sandbox: SandboxInterface | None = None
    schemas: Mapping[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    allowance: Allowance = field(default_factory=Allowance)
    looks: Mapping[TenantId, WidgetLook] = field(default_factory=dict[TenantId, WidgetLook])


def _is_unwatched(scope: MutableMapping[str, Any]) -> bool:
    """Whether a request is one of those that operators' tools send all day."""
    return scope.get("path") in ("/healthz", "/readyz", "/metrics")


TRACED: TelemetryConfig = {
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
    "exclude": _is_unwatched,
}
"""One span a request and nothing else: measurements are ours, and no exception's words leave the process."""


def build_api(given: ApiDependencies) -> FastAPI:
    """The application that serves the API; at shutdown it waits for the turns under way."""
    app = FastAPI(
        title="Switchboard",
        version=given.version,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(given.turns),
        telemetry=TRACED,
        generate_unique_id_function=name_operation,
    )
    install(app)
    _add_routes(app, given)
    _add_guards(app, given)
    describe_api(app)
    attach_reference(app)
    return app


def _lifespan(turns: Turns) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        yield
        await turns.drain()

    return lifespan


def _add_routes(app: FastAPI, given: ApiDependencies) -> None:
    guarded = [
        conversations.build_router(given.turns, given.conversations),
        browsing.build_router(given.conversations),
        signs.build_router(given.presence, given.conversations),
        attachments.build_router(given.attachments_kept),
        journal.build_router(given.journal, given.conversations, given.verify_record),
        *given.routers,
    ]
    guarded.append(customer_sessions.build_router(given.customers))
    if given.sandbox is not None:
        guarded.append(sandbox.build_router(given.sandbox))
    for router in guarded:
        app.include_router(router, responses={**ERRORS})
    door = OperationsDoor(given.version, given.health, given.schemas)
    app.include_router(operations.build_router(door))
    app.include_router(pages.build_router(given.looks))
    for attach in given.attachments:
        attach(app)


def _add_guards(app: FastAPI, given: ApiDependencies) -> None:
    """The last one added is the first that a request meets."""
    app.add_middleware(BodyLimits)
    app.add_middleware(RateLimits, allowance=given.allowance)
    origins = given.customers.origins
    app.add_middleware(Authentication, authenticator=given.authenticator, origins=origins)
    app.add_middleware(Faults)
    if any(origins.values()):
        app.add_middleware(CrossOrigin, origins=origins)
    app.add_middleware(Measurements, registry=given.health.registry)
    app.add_middleware(SafetyHeaders)
