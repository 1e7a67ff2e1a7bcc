"""Conversations at rest: what was said and done is appended, never changed; memory is one bounded row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from domain.calls import Pending
from domain.conversation import Action, Event, Message, Status, Turn
from domain.ids import ConversationId, MessageId, TenantId, TurnId
from router.contacts.contact import describe, known_as
from router.follow_ups.book import add_follow_ups, call_off
from router.follow_ups.follow_up import FollowUp
from router.state import Memory
from router.tables import conversations, events, feedback, handoffs, messages, turns

T = TypeVar("T")
_MEMORY = TypeAdapter(Memory)
_TURN = TypeAdapter(Turn)
_PENDING = TypeAdapter(Pending | None)

# A turn's own statements are built once: building one costs as much as running it.
_FIND = select(conversations).where(conversations.c.id == bindparam("wanted"))
_FIND_TURN = select(turns).where(
    turns.c.conversation_id == bindparam("wanted"), turns.c.client_message_id == bindparam("message")
)
_BEGIN_TURN = insert(turns)
_REPLACE = (
    update(conversations)
    .where(conversations.c.id == bindparam("wanted"))
    .values({column.name: bindparam(column.name) for column in conversations.c if not column.primary_key})
)
_FINISH_TURN = update(turns).where(turns.c.id == bindparam("wanted")).values(result=bindparam("result"))
_ADD_MESSAGES = insert(messages)
_ADD_EVENTS = insert(events)


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation's row: its bounded state, how many events and messages it has, and when words were said last."""

    id: ConversationId
    tenant: TenantId
    channel: str
    status: Status
    created_at: datetime
    memory: Memory
    pending: Pending | None = None
    events: int = 0
    messages: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn as requested, with its result once it is done. `text` is screened."""

    id: TurnId
    conversation_id: ConversationId
    client_message_id: str
    text: str
    kind: str
    at: datetime
    request: dict[str, Any] = field(default_factory=dict[str, Any])
    result: Turn | None = None


@dataclass(frozen=True, slots=True)
class StoredHandoff:
    """A conversation with people: `state` is queued, claimed, released or resolved."""

    conversation_id: ConversationId
    tenant: TenantId
    queue: str
    priority: str
    reason: str
    waiting_since: datetime
    packet: dict[str, Any]
    state: str
    claimed_by: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What one act adds to a conversation; saved in one transaction. `row` carries the new counts."""

    row: Stored
    messages: tuple[Message, ...] = ()
    events: tuple[Event, ...] = ()
    turn: Turn | None = None
    handoff: StoredHandoff | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    called_off: tuple[str, ...] = ()
    rating: dict[str, Any] | None = None

    def tell(self, kind: Any, data: dict[str, Any]) -> "Change":
        """The same change with one more event, numbered after the last."""
        number = self.row.events + 1
        return replace(self, row=replace(self.row, events=number), events=(*self.events, Event(number, kind, data)))

    def utter(self, role: Any, text: str, at: datetime, told: bool = True) -> "Change":
        """The same change with one more message, and its event unless it is the customer's own."""
        number = self.row.messages + 1
        subject = "" if role == "customer" else self.row.memory.subject
        message = Message(MessageId(f"{self.row.id}-{number}"), role, text, at, subject)
        row = replace(self.row, messages=number, last_at=at)
        change = replace(self, row=row, messages=(*self.messages, message))
        data = {"id": message.id, "role": role, "text": text, "at": at.isoformat()} | (
            {"subject": subject} if subject else {}
        )
        return change.tell("message", data) if told else change


class Transactions(Protocol):
    """Units of work on the database, each a plain function of a connection, whole or not at all."""

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do some reading."""
        ...

    async def write(self, work: Callable[[Connection], T], *, relaxed: bool = False) -> T:
        """Do some writing, durable when this returns; `relaxed`, with the next durable write at the latest."""
        ...


class Store:
    """Reads and writes conversations in one SQL database, SQLite or PostgreSQL."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def load(self, conversation_id: ConversationId) -> Stored | None:
        """The conversation's row, None where there is none."""
        return await self._transactions.read(lambda connection: _find(connection, conversation_id))

    async def create(self, change: Change) -> None:
        """Add a new conversation."""

        def work(connection: Connection) -> None:
            connection.execute(insert(conversations).values(id=change.row.id, **_columns(change.row)))
            _append(connection, change)

        await self._transactions.write(work)

    async def save(self, change: Change) -> None:
        """Add what happened and replace the bounded state, all or nothing."""
        await self._transactions.write(lambda connection: self.write(connection, change))

    def write(self, connection: Connection, change: Change) -> None:
        """The same as `save`, within the caller's transaction."""
        connection.execute(_REPLACE, {"wanted": change.row.id, **_columns(change.row)})
        _append(connection, change)

    async def begin_turn(self, turn: StoredTurn, number: int) -> StoredTurn:
        """Write down that a turn is to be run; the one on record where it was begun before.

        It is on disk before anything that the turn intends: a power cut that takes it takes a turn without effects.
        """
        values = {"number": number, **{key: value for key, value in _plain(turn).items() if key != "result"}}
        try:
            await self._transactions.write(lambda connection: connection.execute(_BEGIN_TURN, values), relaxed=True)
        except IntegrityError:
            return await self._turn(turn.conversation_id, turn.client_message_id)
        return turn

    async def recall(
        self, conversation_id: ConversationId, client_message_id: str
    ) -> tuple[Stored | None, StoredTurn | None]:
        """The conversation's row, and the turn that this client message began, as far as there are any."""
        return await self._transactions.read(
            lambda connection: (
                _find(connection, conversation_id),
                _find_turn(connection, conversation_id, client_message_id),
            )
        )

    async def find_turn(self, conversation_id: ConversationId, client_message_id: str) -> StoredTurn | None:
        """The turn that this client message began, if it did."""
        return await self._transactions.read(
            lambda connection: _find_turn(connection, conversation_id, client_message_id)
        )

    async def _turn(self, conversation_id: ConversationId, client_message_id: str) -> StoredTurn:
        turn = await self.find_turn(conversation_id, client_message_id)
        if turn is None:
            raise LookupError(client_message_id)
        return turn

    async def unfinished(self) -> list[StoredTurn]:
        """Turns that were begun and have no result: a crash came between."""
        query = select(turns).where(turns.c.result.is_(None)).order_by(turns.c.at)
        return await self._transactions.read(
            lambda connection: [_stored_turn(row) for row in connection.execute(query).mappings()]
        )

    async def is_busy(self, conversation_id: ConversationId) -> bool:
        """Whether a turn of the conversation was begun and has no result: a crash came between, or it runs."""
        where = (turns.c.conversation_id == conversation_id, turns.c.result.is_(None))
        query = select(turns.c.id).where(*where).limit(1)
        return await self._transactions.read(lambda connection: connection.execute(query).first() is not None)

    async def idle(self, settled: datetime, unfinished: datetime, limit: int) -> list[ConversationId]:
        """Conversations without words since then, longest idle first; `unfinished` counts where something is open."""
        columns = conversations.c
        waiting = [status.value for status in (Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_APPROVAL)]
        over = and_(columns.standing.not_in(["open", "approval"]), columns.last_at < settled)
        where = (columns.status.in_(waiting), columns.last_at < settled, or_(over, columns.last_at < unfinished))
        query = select(columns.id).where(*where).order_by(columns.last_at).limit(limit)
        found: Sequence[str] = await self._transactions.read(
            lambda connection: connection.execute(query).scalars().all()
        )
        return [ConversationId(each) for each in found]

    async def words(self, conversation_id: ConversationId) -> tuple[Message, ...]:
        """Everything said, in order."""
        query = select(messages).where(messages.c.conversation_id == conversation_id).order_by(messages.c.number)
        rows = await self._transactions.read(lambda connection: connection.execute(query).mappings().all())
        return tuple(Message(MessageId(row["id"]), row["role"], row["text"], row["at"]) for row in rows)

    async def actions(self, conversation_id: ConversationId) -> tuple[Action, ...]:
        """Everything done, in order."""
        where = (turns.c.conversation_id == conversation_id, turns.c.result.is_not(None))
        query = select(turns.c.result).where(*where).order_by(turns.c.number)
        results: Sequence[str] = await self._transactions.read(
            lambda connection: connection.execute(query).scalars().all()
        )
        return tuple(action for result in results for action in _TURN.validate_json(result).actions)

    async def events_after(self, conversation_id: ConversationId, after: int) -> list[Event]:
        """The events with a higher id, in order."""
        where = (events.c.conversation_id == conversation_id, events.c.id > after)
        query = select(events).where(*where).order_by(events.c.id)
        rows = await self._transactions.read(lambda connection: connection.execute(query).mappings().all())
        return [Event(row["id"], row["kind"], row["data"]) for row in rows]

    async def handoff(self, conversation_id: ConversationId) -> StoredHandoff | None:
        """The conversation's latest handoff, if it was ever handed off."""
        query = select(handoffs).where(handoffs.c.conversation_id == conversation_id)
        row = await self._transactions.read(lambda connection: connection.execute(query).mappings().first())
        return StoredHandoff(**row) if row else None

    async def queue(self, tenant: TenantId) -> list[StoredHandoff]:
        """The tenant's conversations that wait for a representative, longest waiting first."""
        where = (handoffs.c.tenant == tenant, handoffs.c.state == "queued")
        query = select(handoffs).where(*where).order_by(handoffs.c.waiting_since)
        rows = await self._transactions.read(lambda connection: connection.execute(query).mappings().all())
        return [StoredHandoff(**row) for row in rows]

    async def add_feedback(self, **row: Any) -> None:
        """Keep a customer's rating."""
        await self._transactions.write(lambda connection: connection.execute(insert(feedback).values(**row)))


def _find(connection: Connection, conversation_id: ConversationId) -> Stored | None:
    row = connection.execute(_FIND, {"wanted": conversation_id}).mappings().first()
    return _stored(row) if row else None


def _find_turn(connection: Connection, conversation_id: ConversationId, client_message_id: str) -> StoredTurn | None:
    wanted = {"wanted": conversation_id, "message": client_message_id}
    row = connection.execute(_FIND_TURN, wanted).mappings().first()
    return _stored_turn(row) if row else None


def _append(connection: Connection, change: Change) -> None:
    key = change.row.id
    if change.messages:
        first = change.row.messages - len(change.messages) + 1
        rows = [
            {"conversation_id": key, "number": first + index, **_without_subject(message)}
            for index, message in enumerate(change.messages)
        ]
        connection.execute(_ADD_MESSAGES, rows)
    if change.events:
        rows = [{"conversation_id": key, "id": e.id, "kind": e.kind, "data": e.data} for e in change.events]
        connection.execute(_ADD_EVENTS, rows)
    if change.turn is not None:
        result = _TURN.dump_json(change.turn).decode()
        connection.execute(_FINISH_TURN, {"wanted": change.turn.turn_id, "result": result})
    if change.handoff is not None:
        connection.execute(delete(handoffs).where(handoffs.c.conversation_id == key))
        connection.execute(insert(handoffs).values(**_plain(change.handoff)))
    if change.called_off:
        call_off(connection, change.row.tenant, known_as(change.row.memory.customer), change.called_off)
    if change.follow_ups:
        add_follow_ups(connection, change.follow_ups)
    if change.rating is not None:
        connection.execute(insert(feedback).values(conversation_id=key, **change.rating))


def _without_subject(message: Message) -> dict[str, Any]:
    """A message's columns; its subject is the conversation's, and kept with that alone."""
    return {key: value for key, value in _plain(message).items() if key != "subject"}


def _columns(row: Stored) -> dict[str, Any]:
    subject, standing = describe(row.memory, row.status)
    return {
        "tenant": row.tenant,
        "channel": row.channel,
        "status": row.status.value,
        "created_at": row.created_at,
        "memory": _MEMORY.dump_json(row.memory).decode(),
        "pending": _PENDING.dump_json(row.pending).decode(),
        "events": row.events,
        "messages": row.messages,
        "customer_id": known_as(row.memory.customer),
        "last_at": row.last_at or row.created_at,
        "subject": subject,
        "standing": standing,
    }


def _stored(row: RowMapping) -> Stored:
    values: dict[str, Any] = {name: row[name] for name in Stored.__slots__}
    values["memory"] = _MEMORY.validate_json(values["memory"])
    values["pending"] = _PENDING.validate_json(values["pending"])
    values["status"] = Status(values["status"])
    return Stored(**values)


def _stored_turn(row: RowMapping) -> StoredTurn:
    values: dict[str, Any] = {key: value for key, value in row.items() if key != "number"}
    values["result"] = _TURN.validate_json(values["result"]) if values["result"] else None
    return StoredTurn(**values)


def _plain(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}
