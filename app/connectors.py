"""The connectors by settings: webhooks, and what sends for them."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from app.settings import Settings
from channels.connectors.addresses import AllowedAddresses
from channels.connectors.dispatcher import Dispatcher
from channels.connectors.outgoing import OutgoingCalls
from channels.connectors.queue import DeliveryQueue
from channels.connectors.registrations import Registrations
from channels.connectors.targets import OpenTargets
from channels.http.events import shape
from channels.http.webhooks import WebhookDoor
from jobs.job import Work
from router.memory.store import Store
from storage.transactions import Transactions


@dataclass(frozen=True, slots=True)
class OpenConnectors:
    """Connectors at work: the administrators' door, and the jobs that send."""

    door: WebhookDoor
    works: Mapping[str, Work]


@asynccontextmanager
async def open_connectors(
    settings: Settings, transactions: Transactions, clock: Callable[[], datetime]
) -> AsyncGenerator[OpenConnectors]:
    """Wire what sends; nothing is contacted yet."""
    allowed = AllowedAddresses(settings.outgoing.allowed_networks)
    calls, queue = OutgoingCalls(allowed), DeliveryQueue(transactions)
    registrations = Registrations(transactions, allowed, clock)
    targets = OpenTargets(registrations, calls, shape, clock)
    dispatcher = Dispatcher(queue, Store(transactions), targets, lambda: clock().timestamp())
    try:
        yield OpenConnectors(WebhookDoor(registrations, queue, targets), {"deliveries": dispatcher.run})
    finally:
        await calls.close()
