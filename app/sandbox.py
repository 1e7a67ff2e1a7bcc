"""The sandbox's business systems: seeded once, in this process, or each alone."""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event, Thread
from typing import Any

from mcp.server import MCPServer
from starlette.applications import Starlette

from app.backends import SYSTEMS, open_backends
from app.company.code import read_seed
from app.keys import read_public_grant_key
from app.opened_company import open_company
from app.production import is_local
from app.settings import Settings
from domain.errors import Misconfigured
from domain.ids import TenantId
from mcp_servers.backend import Backend, SystemBackend
from mcp_servers.catalogue import build_app, build_servers, find_toolset, own_database
from mcp_servers.grants import read_public_key
from mcp_servers.sandbox.files import Sandbox
from mcp_servers.sandbox.outbox import read_outbox
from mcp_servers.sandbox.seed import is_seeded, list_money_back, seed_sandbox
from mcp_servers.sandbox.shared_file import SHARED
from mcp_servers.sandbox.tenant_seed import TenantSeed
from mcp_servers.toolset import Toolset
from policy.gate.ledger import GOODWILL, PastBooking
from policy.keys import public_key_of
from policy.tools.servers import ServerAddress

TOOLS = {"refund": "payments.refund_payment", "credit": "erp.apply_credit", "waiver": "erp.waive_fee"}
"""The tool that grants each kind of money back."""

HEARD_EVERY_S = 0.25
"""How often a system that runs alone looks for what the others told."""
Clock = Callable[[], datetime]
Outbox = Callable[[TenantId, str], Awaitable[list[dict[str, Any]]]]


@dataclass(frozen=True, slots=True)
class Systems:
    """The business systems as the gate reaches them, and what they granted before the gate was there."""

    sandbox: Sandbox
    addresses: tuple[ServerAddress, ...]
    past_bookings: tuple[PastBooking, ...]
    backends: Mapping[str, SystemBackend]

    async def close(self) -> None:
        """Let go of the real systems, and close the sandbox."""
        for backend in self.backends.values():
            await backend.close()
        self.sandbox.close()


def open_systems(settings: Settings, grant_key: bytes, clock: Clock, report: Callable[[str], None]) -> Systems:
    """Open and, on the first start, seed the sandbox; servers with a stanza of their own are reached at its URL."""
    sandbox = Sandbox(settings.data)
    if sandbox.took_over:
        report(f"each sandbox system has a database of its own now; {settings.data / SHARED} stays as it was")
    if is_invented(settings) and not is_seeded(sandbox):
        report(f"seeding the sandbox with the invented customers of {settings.profile.name}")
    if is_invented(settings):
        seed_sandbox(sandbox, clock(), _signed(settings, read_seed(open_company(settings))))
    backends = open_backends(settings)
    addresses = address_servers(settings, sandbox, grant_key, clock, backends)
    return Systems(sandbox, addresses, _past_bookings(sandbox, clock()), backends)


def _signed(settings: Settings, seeds: Sequence[TenantSeed]) -> list[TenantSeed]:
    """The tenants with what their messages are signed with."""
    tenants = settings.profile.tenants
    return [
        replace(each, brand=tenants[each.tenant].brand, contact_point=tenants[each.tenant].contact_point)
        if each.tenant in tenants
        else each
        for each in seeds
    ]


def address_servers(
    settings: Settings, sandbox: Sandbox, grant_key: bytes, clock: Clock, backends: Mapping[str, SystemBackend]
) -> tuple[ServerAddress, ...]:
    """Where each business system is reached: in this process on its backend, or at the URL of its stanza."""
    remote = {name: server for name, server in settings.mcp_servers.items() if server.first_party}
    servers = build_servers(sandbox, public_key_of(grant_key), clock, open_company(settings), backends)
    addresses = [
        ServerAddress(name, server) for name, server in servers.items() if is_local(settings, name) or name in backends
    ]
    return (*addresses, *(ServerAddress(name, server.url) for name, server in remote.items()))


def is_invented(settings: Settings) -> bool:
    """Whether this installation has invented customers: in development, and where production is a trial."""
    return settings.environment == "development" or settings.sandbox


def outbox_of(sandbox: Sandbox) -> Outbox:
    """Reads what the sandbox "sent" to a customer."""

    async def read(tenant: TenantId, customer_id: str) -> list[dict[str, Any]]:
        return read_outbox(sandbox, tenant, customer_id)

    return read


@dataclass(frozen=True, slots=True)
class LoneServer:
    """One server that runs alone: its tools, what they act on, whose grants it believes, and how to close it."""

    tools: Toolset
    backend: Backend
    public_key: bytes
    close: Callable[[], None]

    def as_app(self, host: str, clock: Clock) -> Starlette:
        """It as a web application that listens at `host`."""
        return build_app(self.tools, self.backend, self.public_key, clock, host=host)

    def as_program(self, clock: Clock) -> MCPServer[Any]:
        """It as a server that speaks over its own input and output."""
        return self.tools.build(self.backend, read_public_key(self.public_key), clock)


def open_alone(settings: Settings, name: str, clock: Clock) -> LoneServer:
    """One server that runs alone, on its own database, seeded, or the system of the settings.

    Raises:
        Misconfigured: there is no such server.
    """
    public_key, company = read_public_grant_key(settings), open_company(settings)
    tools = find_toolset(name, company)
    real = open_backends(settings, name).get(name)
    if real is not None:
        return LoneServer(tools, real, public_key, lambda: None)
    if not is_invented(settings) and name in SYSTEMS:
        raise Misconfigured(f"in production {name} is a system of yours; with --sandbox it runs on invented customers")
    sandbox = Sandbox(settings.data, name)
    try:
        if is_invented(settings) and name in sandbox:
            seed_sandbox(sandbox, clock(), _signed(settings, read_seed(company)))
        return LoneServer(tools, own_database(tools, sandbox, company), public_key, _keep_hearing(sandbox, clock))
    except BaseException:
        sandbox.close()
        raise


def _keep_hearing(sandbox: Sandbox, clock: Clock) -> Callable[[], None]:
    """Let a system that runs alone hear the others' news without being called; returns how to stop, and close it."""
    ended = Event()

    def hear() -> None:
        while not ended.wait(HEARD_EVERY_S):
            with suppress(sqlite3.Error):  # it looks again
                sandbox.exchange.spread_here(clock())

    listener = Thread(target=hear, name="sandbox-listener", daemon=True)
    listener.start()

    def close() -> None:
        ended.set()
        listener.join()
        sandbox.close()

    return close


def _past_bookings(sandbox: Sandbox, now: datetime) -> tuple[PastBooking, ...]:
    """Money that was given back in the last 30 days, whoever gave it."""
    return tuple(
        PastBooking(
            tenant=past.tenant,
            customer_id=past.customer_id,
            bucket=GOODWILL,
            tool=TOOLS[past.kind],
            subject="",
            reference=past.reference,
            amount_minor=past.amount_minor,
            at=past.at,
        )
        for past in list_money_back(sandbox, now)
    )
