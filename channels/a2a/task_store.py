"""Tasks at rest: their owners, their conversations, and what they came to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from domain.caller import Caller
from domain.errors import Conflict
from domain.ids import ConversationId, TenantId
from domain.vault import place_of
from storage.tables.conversations import conversations
from storage.tables.partner_tasks import contexts, messages, tasks
from storage.tagged_rows import see_vouched
from storage.transactions import Transactions


@dataclass(frozen=True, slots=True)
class Owner:
    """The partner agent that a task belongs to; nobody else gets to see it."""

    tenant: TenantId
    partner: str

    @staticmethod
    def of(caller: Caller) -> "Owner":
        """The owner that this caller is."""
        return Owner(caller.tenant, caller.subject)


@dataclass(frozen=True, slots=True)
class Context:
    """A partner's context: the conversation behind it, and the task in it that is not finished, if any."""

    id: str
    conversation_id: ConversationId
    customer_id: str
    live_task: str = ""


@dataclass(frozen=True, slots=True)
class StoredTask:
    """A task's row.

    It is about the conversation's messages and actions after the counts at its beginning. `result` is the whole task
    as JSON once it is finished: from then on it does not change. `cancelled` says that its owner gave it up.
    `output_modes` are the kinds of parts that its owner takes, apart by spaces; none where it named none.
    """

    id: str
    tenant: TenantId
    partner: str
    context_id: str
    conversation_id: ConversationId
    messages_before: int
    actions_before: int
    begun_at: datetime
    changed_at: datetime
    state: str
    cancelled: bool = False
    result: str | None = None
    output_modes: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Which tasks to list: newest change first, beginning after `after`."""

    size: int
    context_id: str = ""
    state: str = ""
    changed_since: datetime | None = None
    after: tuple[datetime, str] | None = None


class TaskStore:
    """Reads and writes tasks in one SQL database; every query is scoped by owner."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._vault = transactions.vault
        self._tasks = self._vault.beside(select(tasks), tasks.c.conversation_id)

    async def begin(self, context: Context, task: StoredTask, message_id: str) -> None:
        """Write down a new task of a context, begun by that message.

        Raises:
            Conflict: the message, or another one of the same context, began a task meanwhile.
        """
        owner = Owner(task.tenant, task.partner)

        def work(connection: Connection) -> None:
            connection.execute(insert(messages).values(**_message(task, message_id)))
            _point(connection, owner, context, task.id)
            connection.execute(insert(tasks).values(**_columns(task)))  # begun, so that nothing is to be sealed

        await self._write(work)

    async def add_message(self, task: StoredTask, message_id: str) -> None:
        """Write down that a message belongs to a task.

        Raises:
            Conflict: the message was written down meanwhile.
        """
        row = _message(task, message_id)
        await self._write(lambda connection: connection.execute(insert(messages).values(**row)))

    async def note_said(self, task: StoredTask, message_id: str, said_as: str) -> None:
        """Note which of the conversation's messages this one of a task is."""
        this = and_(messages.c.task_id == task.id, messages.c.id == message_id)
        await self._write(lambda connection: connection.execute(update(messages).where(this).values(said_as=said_as)))

    async def accept_modes(self, task_id: str, output_modes: str) -> None:
        """Show a task in such parts from now on."""
        this = update(tasks).where(tasks.c.id == task_id).values(output_modes=output_modes)
        await self._write(lambda connection: connection.execute(this))

    async def settle(self, task: StoredTask) -> StoredTask:
        """Keep how far a task has come; a finished one leaves its context free for the next. The first end stays."""
        mine = and_(tasks.c.id == task.id, tasks.c.result.is_(None))
        values = {name: getattr(task, name) for name in ("changed_at", "state", "cancelled", "result")}

        def work(connection: Connection) -> None:
            if task.result is not None:
                box = self._vault.box(connection, task.conversation_id)
                values["result"] = box.seal(_place(task.id), task.result)
            connection.execute(update(tasks).where(mine).values(**values))
            if task.result is not None:
                free = contexts.c.live_task == task.id
                connection.execute(update(contexts).where(free).values(live_task=""))

        await self._write(work)
        return await self.find(Owner(task.tenant, task.partner), task.id) or task

    async def find(self, owner: Owner, task_id: str) -> StoredTask | None:
        """The owner's task of that id."""
        query = self._tasks.where(_owned(tasks, owner), tasks.c.id == task_id)
        row = await self._first(query)
        return self._stored(row) if row else None

    async def find_by_message(self, owner: Owner, context_id: str, message_id: str) -> StoredTask | None:
        """The owner's task that this message of a context belongs to."""
        this = and_(_owned(messages, owner), messages.c.context_id == context_id, messages.c.id == message_id)
        row = await self._first(select(messages.c.task_id).where(this))
        return await self.find(owner, row["task_id"]) if row else None

    async def find_context(self, owner: Owner, context_id: str) -> Context | None:
        """The owner's context of that id."""
        row = await self._first(select(contexts).where(_owned(contexts, owner), contexts.c.id == context_id))
        if row is None:
            return None
        see_vouched(self._vault.tags, "a2a_contexts", row)
        return Context(**{name: row[name] for name in Context.__slots__})

    async def said(self, task: StoredTask) -> dict[str, str]:
        """The partner's own ids of a task's messages, by the conversation's."""
        query = select(messages.c.said_as, messages.c.id).where(messages.c.task_id == task.id)
        return {row["said_as"]: row["id"] for row in await self._all(query) if row["said_as"]}

    async def name_customer(self, owner: Owner, context: Context) -> None:
        """Keep the customer of a context that was begun for nobody."""
        this = and_(_owned(contexts, owner), contexts.c.id == context.id, contexts.c.customer_id == "")
        values = {"customer_id": context.customer_id}
        await self._write(lambda connection: connection.execute(update(contexts).where(this).values(**values)))

    async def stale(self, owner: Owner) -> list[tuple[str, int]]:
        """The owner's unfinished tasks whose conversation went on since they were listed, with how far it is now."""
        goes_on = and_(conversations.c.id == tasks.c.conversation_id, conversations.c.events != tasks.c.seen)
        open_ones = and_(_owned(tasks, owner), tasks.c.result.is_(None))
        query = select(tasks.c.id, conversations.c.events).join(conversations, goes_on).where(open_ones)
        return [(row["id"], row["events"]) for row in await self._all(query)]

    async def note_seen(self, owner: Owner, task_id: str, events: int) -> None:
        """Note how far a task's conversation was when it was looked at, so that it need not be again."""
        this = and_(_owned(tasks, owner), tasks.c.id == task_id)
        await self._write(lambda connection: connection.execute(update(tasks).where(this).values(seen=events)))

    async def page(self, owner: Owner, page: Page) -> tuple[list[StoredTask], int]:
        """One task more than the page holds, if there are so many, and how many there are on all pages."""
        chosen = and_(*_filters(owner, page))
        query = self._tasks.where(chosen).order_by(tasks.c.changed_at.desc(), tasks.c.id.desc())
        if page.after is not None:
            at, last = page.after
            query = query.where(or_(tasks.c.changed_at < at, and_(tasks.c.changed_at == at, tasks.c.id < last)))
        count = select(func.count()).select_from(tasks).where(chosen)
        total, rows = await self._transactions.snapshot(
            lambda connection: (
                connection.execute(count).scalar_one(),
                connection.execute(query.limit(page.size + 1)).mappings().all(),
            )
        )
        return [self._stored(row) for row in rows], total

    def _stored(self, row: RowMapping) -> StoredTask:
        """A task as it is kept, its result unsealed."""
        see_vouched(self._vault.tags, "a2a_tasks", row)
        values: dict[str, Any] = {name: row[name] for name in StoredTask.__slots__}
        box = self._vault.from_row(row, ConversationId(row["conversation_id"]))
        result = None if row["result"] is None else box.unseal(_place(row["id"]), row["result"])
        values["result"] = result
        return StoredTask(**values)

    async def _first(self, query: Any) -> RowMapping | None:
        return await self._transactions.read(lambda connection: connection.execute(query).mappings().first())

    async def _all(self, query: Any) -> Sequence[RowMapping]:
        return await self._transactions.read(lambda connection: connection.execute(query).mappings().all())

    async def _write(self, work: Callable[[Connection], Any]) -> None:
        try:
            await self._transactions.write(work)
        except IntegrityError as error:
            raise Conflict("the same was asked for meanwhile") from error


def _point(connection: Connection, owner: Owner, context: Context, task_id: str) -> None:
    """Let the context be about its new task, if nobody else did so since it was read."""
    values = {**_columns(context), "live_task": task_id}
    known = and_(_owned(contexts, owner), contexts.c.id == context.id, contexts.c.live_task == context.live_task)
    if not connection.execute(update(contexts).where(known).values(**values)).rowcount:
        connection.execute(insert(contexts).values(tenant=owner.tenant, partner=owner.partner, **values))


def _filters(owner: Owner, page: Page) -> list[ColumnElement[bool]]:
    filters = [_owned(tasks, owner)]
    if page.context_id:
        filters.append(tasks.c.context_id == page.context_id)
    if page.state:
        filters.append(tasks.c.state == page.state)
    if page.changed_since is not None:
        filters.append(tasks.c.changed_at >= page.changed_since)
    return filters


def _owned(table: Any, owner: Owner) -> ColumnElement[bool]:
    return and_(table.c.tenant == owner.tenant, table.c.partner == owner.partner)


def _message(task: StoredTask, message_id: str) -> dict[str, Any]:
    owner = {"tenant": task.tenant, "partner": task.partner, "context_id": task.context_id}
    return {**owner, "id": message_id, "task_id": task.id, "said_as": ""}


def _columns(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


def _place(task_id: str) -> str:
    return place_of("a2a_tasks.result", task_id)
