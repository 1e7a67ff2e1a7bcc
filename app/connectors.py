"""The connectors by settings: what sends and what takes in, each by its name, and the administrators' door."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from app.company.connectors import read_connectors
from app.settings import Settings
from channels.connectors.addresses import AllowedAddresses
from channels.connectors.arrivals import Arrivals
from channels.connectors.connector import Connector
from channels.connectors.dispatcher import Dispatcher
from channels.connectors.email import EmailConnector
from channels.connectors.intake import Door, Intake
from channels.connectors.mail_threads import MailThreads
from channels.connectors.mailbox import MailboxReader, keep_reading
from channels.connectors.outgoing import OutgoingCalls
from channels.connectors.profiles import AnyProfile, EmailProfile
from channels.connectors.queue import DeliveryQueue
from channels.connectors.registrations import Registrations
from channels.connectors.targets import OpenTargets
from channels.http.events import shape
from channels.http.webhooks import WebhookDoor
from domain.errors import Misconfigured
from domain.ids import TenantId
from jobs.job import Work
from router.conversations import Conversations
from router.memory.store import Store
from router.turn import Turns
from storage.transactions import Transactions


@dataclass(slots=True)
class OpenConnectors:
    """Connectors at work: the administrators' door, what each is, and the jobs that send and take in.

    `serve` has to be called before anything is taken in.
    """

    door: WebhookDoor
    mailboxes: Mapping[str, EmailConnector]
    arrivals: Arrivals
    dispatcher: Dispatcher
    clock: Callable[[], datetime]
    doors: Mapping[str, Door]
    queue: DeliveryQueue
    readers: list[MailboxReader] = field(default_factory=list[MailboxReader])
    _intake: Intake | None = None

    def serve(self, transactions: Transactions, conversations: Conversations, turns: Turns) -> Intake:
        """Have what comes in begin turns."""
        self._intake = Intake(self.arrivals, Store(transactions), conversations, turns, self.clock)
        return self._intake

    @property
    def intake(self) -> Intake:
        """What takes messages in.

        Raises:
            Misconfigured: it is not served, which is a mistake of the program.
        """
        if self._intake is None:
            raise Misconfigured("messages are taken in before there is anything to take them to")
        return self._intake

    @property
    def works(self) -> Mapping[str, Work]:
        """By the name of the job; without connectors nothing has to be taken in."""
        works: dict[str, Work] = {"deliveries": self.dispatcher.run}
        if self.doors:
            works["arrivals"] = self._handle_waiting
        if self.mailboxes:
            works["mailboxes"] = self._read_mailboxes
        return works

    async def _handle_waiting(self) -> bool:
        return await self.intake.handle_waiting(self.doors.get)

    async def _read_mailboxes(self) -> None:
        self.readers = self.readers or [
            MailboxReader(each, lambda: self.intake, self.clock) for each in self.mailboxes.values()
        ]
        await keep_reading(self.readers)


@asynccontextmanager
async def open_connectors(
    settings: Settings, transactions: Transactions, clock: Callable[[], datetime]
) -> AsyncGenerator[OpenConnectors]:
    """Wire what sends and takes in; nothing is contacted yet.

    Raises:
        Misconfigured: a connector of the company cannot be.
    """
    profiles = read_connectors(settings.company_folder, settings.profile, settings.connectors)
    allowed = AllowedAddresses(settings.outgoing.allowed_networks)
    calls, queue, arrivals = OutgoingCalls(allowed), DeliveryQueue(transactions), Arrivals(transactions)
    registrations = Registrations(transactions, allowed, clock)
    doors = {name: _door(settings, name, profile) for name, profile in profiles.items()}
    mailboxes = {
        name: open_mailbox(profile, doors[name], transactions, clock)
        for name, profile in profiles.items()
        if isinstance(profile, EmailProfile)
    }
    connectors: dict[str, Connector] = {**mailboxes}
    targets = OpenTargets(registrations, calls, shape, clock, connectors)
    dispatcher = Dispatcher(queue, Store(transactions), targets, lambda: clock().timestamp())
    opened = OpenConnectors(
        WebhookDoor(registrations, queue, targets), mailboxes, arrivals, dispatcher, clock, doors, queue
    )
    try:
        yield opened
    finally:
        await calls.close()


def open_mailbox(
    profile: EmailProfile, door: Door, transactions: Transactions, clock: Callable[[], datetime]
) -> EmailConnector:
    """One mailbox; nothing is contacted."""
    threads = MailThreads(transactions.vault.tags, profile.address)
    return EmailConnector(profile, door, threads, Arrivals(transactions), clock)


def _door(settings: Settings, name: str, profile: AnyProfile) -> Door:
    locale = settings.profile.tenants[profile.tenant].locales[0]
    return Door(name, TenantId(profile.tenant), profile.channel, locale, profile.messages_per_hour)
