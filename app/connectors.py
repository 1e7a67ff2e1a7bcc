"""The connectors by settings: what sends and what takes in, each by its name, and the administrators' door."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from app.company.connectors import read_connectors
from app.settings import Settings
from channels.connectors.addresses import AllowedAddresses
from channels.connectors.arrivals import Arrivals
from channels.connectors.dispatcher import Dispatcher
from channels.connectors.email import EmailConnector
from channels.connectors.intake import Door, Intake
from channels.connectors.mail_threads import MailThreads
from channels.connectors.mailbox import MailboxReader, keep_reading
from channels.connectors.opt_outs import OptOuts
from channels.connectors.outgoing import OutgoingCalls
from channels.connectors.profiles import DESKS, AnyProfile, ChatwootProfile, EmailProfile
from channels.connectors.queue import DeliveryQueue
from channels.connectors.registrations import Registrations
from channels.connectors.targets import OpenTargets
from channels.connectors.twilio import TwilioConnector, TwilioParts
from channels.connectors.twilio_hooks import Signature, TwilioHooks
from channels.desks.chatwoot import Chatwoot
from channels.desks.chatwoot_hooks import ChatwootDoor, ChatwootHooks
from channels.desks.connector import DeskConnector
from channels.desks.intake import DeskIntake, DeskNewsParts
from channels.desks.packet_note import NoteWords
from channels.http.events import shape
from channels.http.webhooks import WebhookDoor
from desk.pages import page_terms, spoken_at_desk
from domain.errors import Misconfigured
from domain.ids import TenantId
from jobs.job import Work
from router.attachments import Attachments
from router.conversations import Conversations
from router.memory.store import Store
from router.other_desks import DeskPlace, OtherDesks
from router.turn import Turns
from storage.transactions import Transactions

AnyCarrier = EmailConnector | TwilioConnector
"""What brings customers' messages and carries ours."""
AnyConnector = AnyCarrier | DeskConnector


@dataclass(frozen=True, slots=True)
class ConnectorContext:
    """What connectors are made of: the database, the clock, our own address, calls to Twilio and elsewhere."""

    transactions: Transactions
    clock: Callable[[], datetime]
    address: str
    http: httpx.AsyncClient | None
    calls: OutgoingCalls

    def open(self, name: str, profile: AnyProfile, door: Door) -> AnyConnector:
        """One connector; nothing is contacted."""
        arrivals = Arrivals(self.transactions)
        if isinstance(profile, EmailProfile):
            threads = MailThreads(self.transactions.vault.tags, profile.address)
            return EmailConnector(profile, door, threads, arrivals, self.clock)
        assert self.http is not None, "there is a client where there is a number or a desk"
        opt_outs, queue = OptOuts(self.transactions, self.clock), DeliveryQueue(self.transactions)
        if isinstance(profile, ChatwootProfile):
            language = spoken_at_desk(profile.language or door.locale)
            place = DeskPlace(name, TenantId(profile.tenant), profile.disposition, language)
            words, store = NoteWords(language, page_terms(language)), Store(self.transactions)
            return DeskConnector(place, Chatwoot(profile, self.http, self.calls), queue, store, words)
        parts = TwilioParts(self.http, arrivals, queue, opt_outs, self.calls, self.clock)
        return TwilioConnector(profile, door, f"{self.address}/hooks/twilio/{name}", parts)


@dataclass(slots=True)
class OpenConnectors:
    """Connectors at work: the administrators' door, what each is, and the jobs that send and take in.

    `serve` has to be called before anything is taken in.
    """

    door: WebhookDoor
    connectors: Mapping[str, AnyConnector]
    arrivals: Arrivals
    dispatcher: Dispatcher
    clock: Callable[[], datetime]
    queue: DeliveryQueue
    signatures: Mapping[str, Signature]
    readers: list[MailboxReader] = field(default_factory=list[MailboxReader])
    _intake: Intake | None = None
    _desk_intake: DeskIntake | None = None

    def serve_desks(self, transactions: Transactions, acts: OtherDesks, attachments: Attachments) -> ChatwootHooks:
        """Have what other desks tell be done here; returns where Chatwoot calls."""
        news = DeskNewsParts(self.arrivals, self.queue, Store(transactions), attachments, acts)
        intake = DeskIntake(self.desks, news, self.clock)
        for each in self.desks.values():
            each.packets, each.labels = acts.packet, acts.filed_under
        self._desk_intake = intake
        doors = {
            name: ChatwootDoor(each.desk.profile, each)
            for name, each in self.desks.items()
            if isinstance(each.desk, Chatwoot)
        }
        return ChatwootHooks(doors, lambda: intake, self.clock)

    def serve(
        self, transactions: Transactions, conversations: Conversations, turns: Turns, attachments: Attachments
    ) -> TwilioHooks:
        """Have what comes in begin turns; returns where Twilio calls."""
        self._intake = Intake(self.arrivals, Store(transactions), conversations, turns, attachments, self.clock)
        numbers = {name: each for name, each in self.connectors.items() if isinstance(each, TwilioConnector)}
        return TwilioHooks(numbers, lambda: self.intake, self.queue, self.signatures, self.clock)

    @property
    def mailboxes(self) -> dict[str, EmailConnector]:
        """Those that read mail."""
        return {name: each for name, each in self.connectors.items() if isinstance(each, EmailConnector)}

    @property
    def desks(self) -> dict[str, DeskConnector]:
        """Those that are other companies' desks."""
        return {name: each for name, each in self.connectors.items() if isinstance(each, DeskConnector)}

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
    def desk_intake(self) -> DeskIntake:
        """What takes in what other desks tell.

        Raises:
            Misconfigured: it is not served, which is a mistake of the program.
        """
        if self._desk_intake is None:
            raise Misconfigured("other desks are heard before there is anything to do on their word")
        return self._desk_intake

    @property
    def works(self) -> Mapping[str, Work]:
        """By the name of the job; without connectors nothing has to be taken in."""
        works: dict[str, Work] = {"deliveries": self.dispatcher.run}
        if self.connectors:
            works["arrivals"] = self._handle_waiting
        if self.mailboxes:
            works["mailboxes"] = self._read_mailboxes
        return works

    @property
    def carriers(self) -> dict[str, AnyCarrier]:
        """Those that customers write by."""
        return {name: each for name, each in self.connectors.items() if not isinstance(each, DeskConnector)}

    def find_door(self, name: str) -> Door | None:
        """The door of a connector; None where it is not configured any more."""
        found = self.carriers.get(name)
        return found.door if found is not None else None

    async def drain(self) -> None:
        """Wait for what is under way."""
        if self._intake is not None:
            await self._intake.drain()
        if self._desk_intake is not None:
            await self._desk_intake.drain()

    async def _handle_waiting(self) -> bool:
        """What customers wrote first; then what other desks told."""
        more = await self.intake.handle_waiting(self.find_door, list(self.carriers))
        more_of_desks = await self.desk_intake.handle_waiting()
        return more or more_of_desks

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
    allowed = AllowedAddresses(settings.outgoing.allowed_networks)
    calls, queue = OutgoingCalls(allowed), DeliveryQueue(transactions)
    registrations = Registrations(transactions, allowed, clock)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(calls.close)
        connectors = await stack.enter_async_context(open_each(settings, transactions, clock))
        targets = OpenTargets(registrations, calls, shape, clock, connectors)
        dispatcher = Dispatcher(queue, Store(transactions), targets, lambda: clock().timestamp())
        door, arrivals = WebhookDoor(registrations, queue, targets), Arrivals(transactions)
        opened = OpenConnectors(door, connectors, arrivals, dispatcher, clock, queue, _signatures(settings))
        yield opened
        await opened.drain()


@asynccontextmanager
async def open_each(
    settings: Settings, transactions: Transactions, clock: Callable[[], datetime]
) -> AsyncGenerator[dict[str, AnyConnector]]:
    """Each connector by its name; nothing is contacted yet.

    Raises:
        Misconfigured: one cannot be.
    """
    profiles = read_connectors(settings.company_folder, settings.profile, settings.connectors)
    async with AsyncExitStack() as stack:
        http = None
        if any(not isinstance(each, EmailProfile) for each in profiles.values()):
            http = await stack.enter_async_context(httpx.AsyncClient(follow_redirects=False, trust_env=False))
        calls = OutgoingCalls(AllowedAddresses(settings.outgoing.allowed_networks))
        stack.push_async_callback(calls.close)
        opened = ConnectorContext(transactions, clock, settings.address, http, calls)
        yield {name: opened.open(name, profile, _door(settings, name, profile)) for name, profile in profiles.items()}


def desks_of(settings: Settings) -> dict[TenantId, str]:
    """The connector of each tenant whose representatives work at another desk.

    Raises:
        Misconfigured: a connector cannot be, or a tenant has two.
    """
    found: dict[TenantId, str] = {}
    for name, profile in read_connectors(settings.company_folder, settings.profile, settings.connectors).items():
        tenant = TenantId(profile.tenant)
        if isinstance(profile, DESKS):
            if tenant in found:
                raise Misconfigured(f"[connectors.{name}] kind: {tenant} has its desk at {found[tenant]} already")
            found[tenant] = name
    return found


def _signatures(settings: Settings) -> dict[str, Signature]:
    tenants = settings.profile.tenants.items()
    return {name: Signature(each.brand or settings.profile.name, each.contact_point) for name, each in tenants}


def _door(settings: Settings, name: str, profile: AnyProfile) -> Door:
    locale = settings.profile.tenants[profile.tenant].locales[0]
    return Door(name, TenantId(profile.tenant), profile.channel, locale, profile.messages_per_hour)
