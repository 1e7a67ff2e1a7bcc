"""Conversations at rest: what was said and done is appended, never changed; memory is one bounded row."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from domain.conversation import Action, Attachment, Event, Message, Status
from domain.ids import ConversationId, TenantId
from router.memory.attachments import find_by_message, open_content, send
from router.memory.browsing import Search, find_page
from router.memory.contact import Contact, known_as
from router.memory.external_ids import external_key, find_open
from router.memory.follow_up_book import add_follow_ups, call_off
from router.memory.outbox import enter_deliveries
from router.memory.sealed_rows import SealedRows
from router.memory.stored import Change, Stored, StoredHandoff, StoredTurn
from storage.leases import is_free
from storage.tables.conversations import conversations, events, feedback, handoffs, messages, turns
from storage.transactions import Transactions
from storage.unit_of_work import open_unit

# A turn's own statements are built once: building one costs as much as running it.
_CONVERSATION = select(conversations).where(conversations.c.id == bindparam("wanted"))
_FIND_TURN = select(turns).where(
    turns.c.conversation_id == bindparam("wanted"), turns.c.client_message_id == bindparam("message")
)
_UNFINISHED = (
    select(turns)
    .where(turns.c.conversation_id == bindparam("wanted"), turns.c.result.is_(None))
    .order_by(turns.c.at, turns.c.number)
)
_CREATE = insert(conversations)
_BEGIN_TURN = insert(turns)
_REPLACE = (
    update(conversations)
    .where(conversations.c.id == bindparam("wanted"))
    .values({column.name: bindparam(column.name) for column in conversations.c if not column.primary_key})
)
_FINISH_TURN = update(turns).where(turns.c.id == bindparam("wanted")).values(result=bindparam("result"))
_ADD_MESSAGES = insert(messages)
_ADD_EVENTS = insert(events)


class Store:
    """Reads and writes conversations in one SQL database, SQLite or PostgreSQL."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._vault = transactions.vault
        self._conversation = self._vault.beside(_CONVERSATION, conversations.c.id)

    async def load(self, conversation_id: ConversationId) -> Stored | None:
        """The conversation's row, None where there is none."""
        return await self._transactions.glance(lambda connection: self.find(connection, conversation_id))

    async def create(self, change: Change) -> ConversationId:
        """Add a new conversation, unless the channel has an open one of the same external id; says which it is."""

        def work(connection: Connection) -> ConversationId:
            found = find_open(connection, self._vault, change.row)
            if found is None:
                rows = self._own_rows(connection, change.row)
                connection.execute(_CREATE, {"id": change.row.id, **self._seal(rows, change.row)})
                _append(connection, rows, change)
                enter_deliveries(connection, self._vault.tags, change, opening=True)
            return found or change.row.id

        try:
            return await self._transactions.write(work)
        except IntegrityError:  # another process was faster
            found = await self._transactions.read(lambda connection: find_open(connection, self._vault, change.row))
            if found is None:
                raise
            return found

    def save(self, change: Change) -> None:
        """Add what happened and replace the bounded state, with the open unit of work."""
        open_unit().append(lambda connection: self._write(connection, change))

    def _write(self, connection: Connection, change: Change) -> None:
        rows = self._own_rows(connection, change.row)
        connection.execute(_REPLACE, {"wanted": change.row.id, **self._seal(rows, change.row)})
        _append(connection, rows, change)
        if change.events:
            enter_deliveries(connection, self._vault.tags, change)

    def _seal(self, rows: SealedRows, row: Stored) -> dict[str, Any]:
        key = None if rows.box.erased else external_key(self._vault, row)
        return {**rows.seal_conversation(row), "external_key": key}

    def begin_turn(self, connection: Connection, turn: StoredTurn, number: int) -> None:
        """Write down, within the caller's transaction, that a turn is to be run after so many messages."""
        connection.execute(_BEGIN_TURN, self._rows(connection, turn.conversation_id).seal_turn(turn, number))

    def find(self, connection: Connection, conversation_id: ConversationId) -> Stored | None:
        """The conversation's row within the caller's transaction, None where there is none."""
        row = connection.execute(self._conversation, {"wanted": conversation_id}).mappings().first()
        return (
            SealedRows(conversation_id, self._vault.from_row(row, conversation_id)).conversation(row) if row else None
        )

    def find_turn(
        self, connection: Connection, conversation_id: ConversationId, client_message_id: str
    ) -> StoredTurn | None:
        """The turn that this client message began, if it did, within the caller's transaction."""
        wanted = {"wanted": conversation_id, "message": client_message_id}
        row = connection.execute(_FIND_TURN, wanted).mappings().first()
        return self._rows(connection, conversation_id).turn(row) if row else None

    def unfinished(self, connection: Connection, conversation_id: ConversationId) -> tuple[StoredTurn, ...]:
        """The conversation's turns that were begun and have no result, oldest first, within the transaction."""
        found = connection.execute(_UNFINISHED, {"wanted": conversation_id}).mappings().all()
        return tuple(self._rows(connection, conversation_id).turn(row) for row in found)

    async def tell(self, work: Callable[[Connection], None]) -> None:
        """Have something told by the database to other processes that stores nothing."""
        await self._transactions.write(work, durable=False)

    async def browse(self, tenant: TenantId, search: Search) -> list[Stored]:
        """A page of the tenant's conversations, newest first, and one more than its limit where there are more."""
        return await self._transactions.read(lambda connection: find_page(connection, self._vault, tenant, search))

    async def interrupted(self, limit: int) -> list[ConversationId]:
        """Conversations with a turn that was begun, has no result, and that no process works on; oldest first."""

        def read(connection: Connection) -> list[ConversationId]:
            columns = turns.c
            where = (columns.result.is_(None), is_free(columns.conversation_id, connection))
            oldest = select(columns.conversation_id).where(*where).group_by(columns.conversation_id)
            found = connection.execute(oldest.order_by(func.min(columns.at)).limit(limit)).scalars()
            return [ConversationId(each) for each in found]

        return await self._transactions.read(read)

    async def contacts(self, row: Stored, since: datetime, limit: int) -> tuple[Contact, ...]:
        """The customer's other conversations that were about something, opened before this one; newest words first."""
        columns = conversations.c
        where = (
            columns.tenant == row.tenant,
            columns.customer_id == known_as(row.memory.customer),
            columns.created_at >= since,
            columns.created_at <= row.created_at,
            columns.id != row.id,
            columns.standing != "",
        )
        wanted = (columns.id, columns.channel, columns.last_at, columns.subject, columns.standing)
        query = select(*wanted).where(*where).order_by(columns.last_at.desc()).limit(limit)
        rows = await self._transactions.glance(lambda connection: connection.execute(query).all())
        return tuple(Contact(ConversationId(each[0]), *each[1:]) for each in rows)

    async def is_busy(self, conversation_id: ConversationId) -> bool:
        """Whether a turn of the conversation was begun and has no result: a crash came between, or it runs."""
        return bool(await self._transactions.glance(lambda connection: self.unfinished(connection, conversation_id)))

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

        def read(connection: Connection) -> tuple[Message, ...]:
            rows = self._rows(connection, conversation_id)
            found = connection.execute(query).mappings().all()
            files = find_by_message(connection, self._vault, conversation_id)
            return tuple(replace(rows.message(row), attachments=files.get(row["number"], ())) for row in found)

        return await self._transactions.read(read)

    async def waiting_files(self, conversation_id: ConversationId) -> dict[str, Attachment]:
        """The files that were uploaded and that no message names yet, by their ids."""
        found = await self._transactions.read(
            lambda connection: find_by_message(connection, self._vault, conversation_id)
        )
        return {each.id: each for each in found.get(0, ())}

    async def file(self, conversation_id: ConversationId, name: str) -> tuple[Attachment, bytes]:
        """A file of a conversation, with its content.

        Raises:
            NotFound: there is none, or it was erased.
        """
        return await self._transactions.read(
            lambda connection: open_content(connection, self._vault, conversation_id, name)
        )

    async def actions(self, conversation_id: ConversationId) -> tuple[Action, ...]:
        """Everything done, in order."""
        where = (turns.c.conversation_id == conversation_id, turns.c.result.is_not(None))
        query = select(turns.c.id, turns.c.result).where(*where).order_by(turns.c.number)

        def read(connection: Connection) -> tuple[Action, ...]:
            rows = self._rows(connection, conversation_id)
            results = connection.execute(query).all()
            return tuple(action for one in results for action in rows.result(one.id, one.result).actions)

        return await self._transactions.read(read)

    async def score(self, conversation_id: ConversationId) -> int | None:
        """What the customer said last of whether it helped, 1 to 5; None where they did not say."""
        columns = feedback.c
        query = select(columns.score).where(columns.conversation_id == conversation_id).order_by(columns.at.desc())
        return await self._transactions.glance(lambda connection: connection.execute(query.limit(1)).scalar())

    async def last_event_id(self, conversation_id: ConversationId) -> int:
        """The id of the newest stored event, 0 where there is none."""
        query = select(func.max(events.c.id)).where(events.c.conversation_id == conversation_id)
        return await self._transactions.read(lambda connection: connection.execute(query).scalar()) or 0

    async def events_after(self, conversation_id: ConversationId, after: int) -> list[Event]:
        """The events with a higher id, in order."""
        where = (events.c.conversation_id == conversation_id, events.c.id > after)
        query = select(events).where(*where).order_by(events.c.id)

        def read(connection: Connection) -> list[Event]:
            found = connection.execute(query).mappings().all()
            rows = self._rows(connection, conversation_id) if found else None
            return [rows.event(row) for row in found] if rows else []

        return await self._transactions.read(read)

    async def event(self, conversation_id: ConversationId, event_id: int) -> Event | None:
        """One event; None where it is gone."""
        query = select(events).where(events.c.conversation_id == conversation_id, events.c.id == event_id)

        def read(connection: Connection) -> Event | None:
            row = connection.execute(query).mappings().first()
            return self._rows(connection, conversation_id).event(row) if row else None

        return await self._transactions.read(read)

    async def handoff(self, conversation_id: ConversationId) -> StoredHandoff | None:
        """The conversation's latest handoff, if it was ever handed off."""
        return await self._transactions.glance(lambda connection: self.find_handoff(connection, conversation_id))

    def find_handoff(self, connection: Connection, conversation_id: ConversationId) -> StoredHandoff | None:
        """The conversation's latest handoff within the caller's transaction."""
        query = select(handoffs).where(handoffs.c.conversation_id == conversation_id)
        row = connection.execute(query).mappings().first()
        return self._rows(connection, conversation_id).handoff(row) if row else None

    async def queue(self, tenant: TenantId) -> list[StoredHandoff]:
        """The tenant's conversations that wait for a representative, longest waiting first."""
        return await self._handoffs(tenant, "queued", "")

    async def claimed(self, tenant: TenantId, claimed_by: str) -> list[StoredHandoff]:
        """The tenant's conversations that this representative has claimed, longest waiting first."""
        return await self._handoffs(tenant, "claimed", claimed_by)

    async def all_claimed(self, tenant: TenantId) -> list[StoredHandoff]:
        """The tenant's conversations that anybody has claimed, longest waiting first."""
        return await self._handoffs(tenant, "claimed", None)

    async def _handoffs(self, tenant: TenantId, state: str, claimed_by: str | None) -> list[StoredHandoff]:
        columns = handoffs.c
        where = [columns.tenant == tenant, columns.state == state]
        where += [] if claimed_by is None else [columns.claimed_by == claimed_by]
        alive = and_(conversations.c.id == columns.conversation_id, conversations.c.status != Status.CLOSED.value)
        query = select(handoffs).join(conversations, alive).where(*where).order_by(columns.waiting_since)

        def read(connection: Connection) -> list[StoredHandoff]:
            rows = connection.execute(query).mappings().all()
            boxes = self._vault.boxes(connection, (row["conversation_id"] for row in rows))
            return [SealedRows(key, boxes[key]).handoff(row) for row in rows if (key := row["conversation_id"])]

        return await self._transactions.read(read)

    def add_feedback(self, **row: Any) -> None:
        """Keep a customer's rating, with the open unit of work."""

        def work(connection: Connection) -> None:
            rows = self._rows(connection, row["conversation_id"])
            comment = rows.seal_comment(row["id"], row["comment"])
            connection.execute(insert(feedback).values(**{**row, "comment": comment}))

        open_unit().append(work)

    def _rows(self, connection: Connection, conversation_id: ConversationId) -> SealedRows:
        return SealedRows(conversation_id, self._vault.box(connection, conversation_id))

    def _own_rows(self, connection: Connection, row: Stored) -> SealedRows:
        """The rows of a conversation that is written: from the moment that a customer is known, it is theirs."""
        customer = row.memory.customer.id if row.memory.customer else ""
        return SealedRows(row.id, self._vault.own_box(connection, row.id, row.tenant, customer))


def _append(connection: Connection, rows: SealedRows, change: Change) -> None:
    key = change.row.id
    if change.messages:
        first = change.row.messages - len(change.messages) + 1
        added = [rows.seal_message(message, first + index) for index, message in enumerate(change.messages)]
        connection.execute(_ADD_MESSAGES, added)
        if change.sent:
            beside = next((at for at, each in enumerate(change.messages) if each.attachments), 0)
            send(connection, key, change.sent, first + beside)
    if change.events:
        connection.execute(_ADD_EVENTS, [rows.seal_event(event) for event in change.events])
    if change.turn is not None:
        result = rows.seal_result(change.turn)
        connection.execute(_FINISH_TURN, {"wanted": change.turn.turn_id, "result": result})
    if change.handoff is not None:
        connection.execute(delete(handoffs).where(handoffs.c.conversation_id == key))
        connection.execute(insert(handoffs).values(**rows.seal_handoff(change.handoff)))
    if change.called_off:
        call_off(connection, change.row.tenant, known_as(change.row.memory.customer), change.called_off)
    if change.follow_ups:
        add_follow_ups(connection, change.follow_ups, rows.box)
    if change.rating is not None:
        connection.execute(insert(feedback).values(conversation_id=key, **change.rating))
