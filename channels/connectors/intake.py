"""What comes in by connectors: each message begins one turn, however often it is seen, whichever process dies."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import structlog

from channels.connectors.arrivals import Arrival, Arrivals
from domain.caller import Caller, Role
from domain.conversation import Status
from domain.errors import Conflict, SwitchboardError
from domain.ids import ConversationId, TenantId
from router.attachments import Attachments, File
from router.conversations import Conversations, Opening
from router.left_out import as_json, from_json
from router.memory.state import ContactPoint, Origin
from router.memory.store import Store, Stored
from router.turn import Incoming, Turns
from understanding.screening.secrets import screen

log = structlog.get_logger()
LONGEST_TEXT = 16_000
PATIENCE_S = 10.0
"""After so long another process looks after what came in and was not handled."""
ATTEMPTS = 10
HOUR_S, DAY_S = 3600.0, 86400.0


@dataclass(frozen=True, slots=True)
class Door:
    """The connector that a message comes in by."""

    name: str
    tenant: TenantId
    channel: str
    locale: str
    messages_per_hour: int

    @property
    def caller(self) -> Caller:
        """In whose name conversations are opened."""
        return Caller(self.name, Role.CHANNEL, self.tenant)


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message as the other side sent it.

    `key` is its own id. `sender` is the address that it comes from. `candidates` are conversations that it names and
    proves to know; `thread` is the other side's id of the thread, the sender in it. `reference` is what is needed to
    answer. The `contact` identifies the customer, where that may be believed. `files` came beside the words; `fetch`
    gets those that lie elsewhere, once it is known that the message is new and that its sender may write.
    """

    key: str
    sender: str
    text: str
    thread: str
    candidates: tuple[ConversationId, ...] = ()
    contact: ContactPoint | None = None
    subject: str = ""
    reference: dict[str, Any] = field(default_factory=dict[str, Any])
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    files: tuple[File, ...] = ()
    fetch: Callable[[], Awaitable[tuple[File, ...]]] | None = None


class Intake:
    """Takes messages in."""

    def __init__(
        self,
        arrivals: Arrivals,
        store: Store,
        conversations: Conversations,
        turns: Turns,
        attachments: Attachments,
        clock: Callable[[], datetime],
    ) -> None:
        self._arrivals = arrivals
        self._store = store
        self._conversations = conversations
        self._turns = turns
        self._attachments = attachments
        self._clock = clock
        self._running: set[asyncio.Task[None]] = set()

    async def enter(self, door: Door, inbound: Inbound) -> Arrival | None:
        """Write a message down with the conversation that it belongs to; None where its sender has written too often.

        From here on it is handled, by whichever process.
        """
        key = sha256(f"{door.name}\0{inbound.key}".encode("utf-8", "surrogatepass")).hexdigest()
        known = await self._arrivals.find(key)
        if known is not None:
            return known
        sender, now = self._arrivals.name_sender(inbound.sender), self._clock().timestamp()
        if await self._arrivals.count(door.name, sender, now - HOUR_S) >= door.messages_per_hour:
            log.warning("sender_writes_too_often", connector=door.name, sender=sender[-12:])
            return None
        conversation_id = await self._belongs_to(door, inbound)
        content: dict[str, Any] = {"text": screen(inbound.text[:LONGEST_TEXT]).text, "reference": inbound.reference}
        files = inbound.files if inbound.fetch is None else await inbound.fetch()
        if files:
            kept = await self._attachments.keep_all(conversation_id, key, files)
            content |= {"attachments": kept.ids, "left_out": as_json(kept.left_out)}
        arrival = Arrival(key, door.tenant, door.name, sender, conversation_id, "waiting", 0, now, content)
        return await self._arrivals.add(arrival)

    async def take_in(self, door: Door, inbound: Inbound) -> Arrival | None:
        """Enter a message, and have its turn run; None where its sender has written too often.

        Raises:
            Unavailable: it is written down, and is handled later.
        """
        arrival = await self.enter(door, inbound)
        if arrival is not None and arrival.state == "waiting":
            await self.handle(arrival, inbound.text[:LONGEST_TEXT], door)
        return arrival

    def begin(self, arrival: Arrival, text: str, door: Door) -> None:
        """Have the turn of a message that was entered run while nobody waits for it."""
        task = asyncio.create_task(self._quietly(arrival, text[:LONGEST_TEXT], door))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _quietly(self, arrival: Arrival, text: str, door: Door) -> None:
        try:
            await self.handle(arrival, text, door)
        except Exception as error:  # noqa: BLE001 - it is written down: the job tries it again
            log.warning("arrival_not_handled", connector=door.name, error=type(error).__name__)

    async def handle(self, arrival: Arrival, text: str, door: Door) -> None:
        """Run the turn of a message; one that was closed out meanwhile opens a conversation of its own.

        Raises:
            Unavailable: it could not be run now.
        """
        try:
            await self._turns.handle(door.caller, arrival.conversation_id, _incoming(arrival, text))
        except Conflict:
            closed = await self._store.load(arrival.conversation_id)
            if closed is not None and closed.status is Status.CLOSED:
                arrival = await self._move(arrival, await self._open_again(door, closed))
                await self._turns.handle(door.caller, arrival.conversation_id, _incoming(arrival, text))
        await self._arrivals.settle(arrival, "handled")

    async def _move(self, arrival: Arrival, to: ConversationId) -> Arrival:
        """Have a message belong to another conversation, with its files."""
        files = arrival.content.get("attachments", ())
        if files:
            kept = await self._attachments.carry_over(arrival.conversation_id, to, arrival.key, files)
            arrival = replace(arrival, content={**arrival.content, "attachments": kept})
        return await self._arrivals.move(arrival, to)

    async def handle_waiting(self, doors: Callable[[str], Door | None], names: Collection[str] | None = None) -> bool:
        """Handle what a process wrote down and did not get to, of these connectors; True where more may be left."""
        waiting = await self._arrivals.waiting(self._clock().timestamp() - PATIENCE_S, names)
        for each in waiting:
            door = doors(each.connector)
            try:
                if door is not None:
                    await self.handle(each, each.content.get("text", ""), door)
            except SwitchboardError as error:
                log.warning("arrival_not_handled", connector=each.connector, error=type(error).__name__)
                await self._arrivals.settle(each, "failed" if each.attempts + 1 >= ATTEMPTS else "waiting")
        await self._arrivals.forget_senders(self._clock().timestamp() - DAY_S)
        return len(waiting) >= self._arrivals.BATCH

    async def drain(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _belongs_to(self, door: Door, inbound: Inbound) -> ConversationId:
        for each in inbound.candidates:
            row = await self._store.load(each)
            if row is not None and _is_theirs(row, door, inbound):
                return row.id
        return await self._open(door, inbound)

    async def _open(self, door: Door, inbound: Inbound) -> ConversationId:
        thread = sha256(f"{inbound.sender}\0{inbound.thread}".encode("utf-8", "surrogatepass")).hexdigest()[:40]
        origin = Origin(f"{door.name}:{thread}", inbound.metadata, inbound.contact, connector=door.name)
        opening = Opening(door.channel, None, door.locale, inbound.subject, origin)
        return (await self._conversations.open(door.caller, opening)).conversation.id

    async def _open_again(self, door: Door, closed: Stored) -> ConversationId:
        """A conversation like one that was closed before a message of it was got to."""
        memory = closed.memory
        origin = replace(memory.origin, looked_up=False)
        opening = Opening(closed.channel, None, memory.locale, memory.subject, origin)
        return (await self._conversations.open(door.caller, opening)).conversation.id


def _incoming(arrival: Arrival, text: str) -> Incoming:
    content = arrival.content
    return Incoming(arrival.key, text, tuple(content.get("attachments", ())), from_json(content.get("left_out", ())))


def _is_theirs(row: Stored, door: Door, inbound: Inbound) -> bool:
    """Whether it came by this connector, from this very sender, and is open or still asks whether it helped."""
    origin = row.memory.origin
    heard = row.status is not Status.CLOSED or row.memory.parting.asked
    same = row.tenant == door.tenant and origin.connector == door.name and heard
    return same and origin.contact is not None and origin.contact == inbound.contact
