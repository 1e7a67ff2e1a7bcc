"""Development only: what the sandbox "sent", and the way in for the chat page on the same machine."""

import ipaddress
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from channels.http.scopes import Converser
from domain.errors import NotFound
from domain.ids import TenantId

Outbox = Callable[[TenantId, str], Awaitable[list[dict[str, Any]]]]
"""What was "sent" to a customer of a tenant, oldest first, with the fields of `SentMessage`."""

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class SandboxInterface:
    """What exists in development only: the outbox, the channel token that a browser on this machine may have, and the
    customers that the chat page offers, with the fields of `SandboxCustomer`.
    """

    outbox: Outbox
    channel_token: str
    tenant: TenantId
    customers: Sequence[Mapping[str, str]] = ()


class SentMessage(BaseModel):
    """A message that a real system would have sent; `code` is the verification code in it, if any."""

    at: datetime
    customer_id: str
    channel: str
    template: str
    text: str
    code: str | None


class OutboxBody(BaseModel):
    """A customer's messages, oldest first."""

    items: list[SentMessage]


class SandboxCustomer(BaseModel):
    """A customer of the sandbox and something to try as them."""

    id: str
    name: str
    locale: str
    situation: str
    say: str


class SessionBody(BaseModel):
    """What the chat page needs to start in development."""

    token: str
    tenant: str
    customers: list[SandboxCustomer]


class SandboxDoor:
    """The endpoints under `/v1/sandbox`."""

    def __init__(self, sandbox: SandboxInterface, customers: Sequence[SandboxCustomer]) -> None:
        self._sandbox = sandbox
        self._customers = list(customers)

    async def outbox(
        self, caller: Converser, customer_id: Annotated[str, Query(min_length=1, max_length=64, examples=["C-1001"])]
    ) -> dict[str, list[dict[str, Any]]]:
        """What the sandbox "sent" to a customer, verification codes too."""
        return {"items": await self._sandbox.outbox(caller.tenant, customer_id)}

    async def session(self, request: Request) -> SessionBody:
        """A channel token for the chat page, for a browser on this machine only.

        It is not found for other machines' addresses, and for requests that name another host or come from another
        site: a page elsewhere cannot fetch it through a visitor's browser.
        """
        if not _from_this_machine(request):
            raise NotFound("There is no such thing.")
        return SessionBody(token=self._sandbox.channel_token, tenant=self._sandbox.tenant, customers=self._customers)


def build_router(sandbox: SandboxInterface) -> APIRouter:
    """The sandbox's routes."""
    door = SandboxDoor(sandbox, [SandboxCustomer(**each) for each in sandbox.customers])
    router = APIRouter(prefix="/v1/sandbox", tags=["sandbox (development only)"])
    router.add_api_route("/outbox", door.outbox, methods=["GET"], response_model=OutboxBody)
    router.add_api_route("/session", door.session, methods=["GET"], response_model=SessionBody)
    return router


def _from_this_machine(request: Request) -> bool:
    host = request.headers.get("host", "").lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    near = request.client is not None and _is_loopback(request.client.host)
    return near and name in _LOOPBACK_NAMES and request.headers.get("sec-fetch-site", "none") in ("none", "same-origin")


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
