"""Tasks: what partner agents ask for, each a run of turns in one conversation."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import uuid4
from weakref import WeakValueDictionary

from a2a.types import Task, TaskState, TaskStatusUpdateEvent
from a2a.utils.errors import InvalidParamsError, TaskNotCancelableError, TaskNotFoundError, UnsupportedOperationError

from channels.a2a.asking import CUSTOMER_KEY, PartnerMessage
from channels.a2a.picture import FINISHED, TaskView, advanced, draw, draw_progress, redraw
from channels.a2a.push_store import PushConfig, PushStore
from channels.a2a.task_store import Context, Owner, Page, StoredTask, TaskStore
from domain.caller import Caller
from domain.conversation import Conversation, Status, Turn
from domain.errors import Conflict
from domain.ids import CustomerId, TenantId
from domain.principal import AuthLevel, Customer
from router.conversations import Conversations
from router.events import Listener
from router.opening import Opening
from router.turn import Incoming, Turns

CHANNEL = "a2a"
TRIES = 3
HEARTBEAT_S = 15.0
_log = logging.getLogger("switchboard.a2a")


class Tasks:
    """Takes partners' messages and tells how their tasks stand.

    A context is one conversation, and it has at most one task that is not finished. Work that was begun goes on even if
    nobody waits for it.
    """

    def __init__(
        self,
        turns: Turns,
        conversations: Conversations,
        tasks: TaskStore,
        pushes: PushStore,
        clock: Callable[[], datetime],
        currencies: Mapping[TenantId, str],
    ) -> None:
        self._turns = turns
        self._conversations = conversations
        self._store = tasks
        self._pushes = pushes
        self._clock = clock
        self._currencies = currencies
        self._lines: WeakValueDictionary[tuple[Owner, str], asyncio.Lock] = WeakValueDictionary()
        self._answering: set[str] = set()
        self._jobs: set[asyncio.Task[Task]] = set()

    async def handle(
        self, caller: Caller, asked: PartnerMessage, push: PushConfig | None = None
    ) -> tuple[Task, "asyncio.Task[Task]"]:
        """Take a message: the task as it is now, and the work that answers it, of which `push` is told.

        Raises:
            TaskNotFoundError: the message names a task that is not the caller's.
            UnsupportedOperationError: it names a finished task.
            InvalidParamsError: it contradicts its task, its context or an earlier message of the same id.
        """
        owner = Owner.of(caller)
        named = await self.find(caller, asked.task_id) if asked.task_id else None
        if named is not None and asked.context_id not in ("", named.context_id):
            raise InvalidParamsError(f"message.context_id: the task {named.id} is of another context")
        context_id = named.context_id if named else asked.context_id
        asked = replace(asked, context_id=context_id or asked.new_context_id(owner.tenant, owner.partner))
        line = self._lock(owner, asked.context_id)
        await line.acquire()
        try:
            task = await self._accept(caller, asked)
            if asked.output_modes not in ("", task.output_modes):
                await self._store.accept_modes(task.id, asked.output_modes)
            if push is not None:
                await self._pushes.save(task, push.named(task.id))
        except BaseException:
            line.release()
            raise
        self._answering.add(task.id)
        job = asyncio.create_task(self._answer(caller, task, asked, line))
        self._jobs.add(job)
        job.add_done_callback(self._ended)
        return await self._see(caller, task.id), job

    async def get(self, caller: Caller, task_id: str) -> Task:
        """The caller's task as it is now.

        Raises:
            TaskNotFoundError: no such task of this caller.
        """
        return await self._see(caller, task_id)

    async def look(self, caller: Caller, task_id: str) -> Task:
        """The caller's task as its conversation is now, also while a message is being answered; without its history.

        Raises:
            TaskNotFoundError: no such task of this caller.
        """
        task = await self._see(caller, task_id, calmly=False)
        task.ClearField("history")
        return task

    async def page(self, caller: Caller, page: Page) -> tuple[list[Task], StoredTask | None, int]:
        """The caller's tasks, last changed first; with the last one of the page where more follow, and the total."""
        owner = Owner.of(caller)
        for task_id, events in await self._store.stale(owner):
            await self._see(caller, task_id)
            await self._store.note_seen(owner, task_id, events)
        rows, total = await self._store.page(owner, page)
        shown = rows[: page.size]
        more = shown[-1] if len(rows) > page.size else None
        return [await self._see(caller, row.id) for row in shown], more, total

    async def cancel(self, caller: Caller, task_id: str) -> Task:
        """Give a task up: its conversation is closed, and what was pending can no more be confirmed or approved.

        Raises:
            TaskNotFoundError: no such task of this caller.
            TaskNotCancelableError: it is finished.
        """
        task = await self.find(caller, task_id)
        async with self._lock(Owner.of(caller), task.context_id):
            seen = await self._see(caller, task_id)
            if seen.status.state in FINISHED:
                raise TaskNotCancelableError(f"The task is finished: {TaskState.Name(seen.status.state)}.")
            await self._store.settle(replace(await self.find(caller, task_id), cancelled=True))
            with suppress(Conflict):  # closed before, by the desk
                await self._conversations.close(caller, task.conversation_id)
            return await self._see(caller, task_id)

    async def follow(
        self, caller: Caller, task: Task, until: Collection[TaskState]
    ) -> AsyncGenerator[Task | TaskStatusUpdateEvent]:
        """The task each time that it changes after `task`, until it is in one of those states; and how calls get on.

        Raises:
            TaskNotFoundError: no such task of this caller.
        """
        shown = task.status
        listener = await self._listen(caller, task.id)
        try:
            while True:
                now = await self._see(caller, task.id, calmly=False)
                if now.status != shown:
                    yield now
                    shown = now.status
                    if shown.state in until:
                        return
                while (event := await listener.next(None)) is None or not event.id:
                    if event is not None and event.kind == "progress":
                        yield draw_progress(task, event.data, self._clock())
        finally:
            listener.close()

    async def follow_answer(
        self, caller: Caller, task: Task, answer: "asyncio.Task[Task]"
    ) -> AsyncGenerator[TaskStatusUpdateEvent]:
        """How calls get on while a message is being answered; ends with the answer."""
        listener = await self._listen(caller, task.id)
        answer.add_done_callback(lambda _: listener.nudge())
        try:
            while not answer.done():
                event = await listener.next(HEARTBEAT_S)
                if event is not None and event.kind == "progress" and not answer.done():
                    yield draw_progress(task, event.data, self._clock())
        finally:
            listener.close()

    async def _listen(self, caller: Caller, task_id: str) -> Listener:
        conversation_id = (await self.find(caller, task_id)).conversation_id
        after = await self._conversations.last_event_id(caller, conversation_id)
        return await self._conversations.subscribe(caller, conversation_id, after, early=True)

    def _lock(self, owner: Owner, context_id: str) -> asyncio.Lock:
        """The messages of one context are taken one after the other."""
        lock = self._lines.get((owner, context_id)) or asyncio.Lock()
        self._lines[owner, context_id] = lock
        return lock

    async def _accept(self, caller: Caller, asked: PartnerMessage) -> StoredTask:
        """The task of a message, with the message written down; tried again where another replica was faster."""
        for _ in range(TRIES):
            with suppress(Conflict):
                return await self._place(caller, asked)
        return await self._place(caller, asked)

    async def _place(self, caller: Caller, asked: PartnerMessage) -> StoredTask:
        """The task that came of it before, else the one it names or its context's unfinished one, else a new one."""
        owner = Owner.of(caller)
        known = await self._store.find_by_message(owner, asked.context_id, asked.message_id)
        context = await self._store.find_context(owner, asked.context_id)
        if context is not None and asked.customer_id and context.customer_id not in ("", asked.customer_id):
            raise InvalidParamsError(f"message.metadata.{CUSTOMER_KEY}: this context is about another customer")
        if known is not None and asked.task_id in ("", known.id):
            return known
        if context is not None and asked.customer_id not in ("", context.customer_id):
            context = await self._name_customer(caller, context, asked.customer_id)
        live = asked.task_id or (context.live_task if context else "")
        if live and (await self._see(caller, live)).status.state not in FINISHED:
            task = await self.find(caller, live)
            await self._store.add_message(task, asked.message_id)
            return task
        if asked.task_id:
            raise UnsupportedOperationError(f"The task {live} is finished; leave task_id out to begin another.")
        return await self._begin(caller, replace(context, live_task="") if context else None, asked)

    async def _name_customer(self, caller: Caller, context: Context, customer_id: str) -> Context:
        """Take the customer of a context that was begun for nobody."""
        customer = Customer(CustomerId(customer_id), AuthLevel.AUTHENTICATED)
        await self._conversations.name_customer(caller, context.conversation_id, customer)
        named = replace(context, customer_id=customer_id)
        await self._store.name_customer(Owner.of(caller), named)
        return named

    async def _begin(self, caller: Caller, context: Context | None, asked: PartnerMessage) -> StoredTask:
        """Begin a task in the context's conversation; in a new one where there is none or it was closed."""
        conversation = None
        if context is not None:
            conversation = await self._conversations.conversation(caller, context.conversation_id)
        opened = conversation is None or conversation.status is Status.CLOSED
        customer_id = asked.customer_id or (context.customer_id if context else "")
        if conversation is None or opened:
            conversation = await self._open(caller, customer_id, conversation.formats if conversation else asked.locale)
        old = context or Context(asked.context_id, conversation.id, customer_id)
        task = self._new_task(caller, asked.context_id, conversation, opened)
        try:
            await self._store.begin(replace(old, conversation_id=conversation.id), task, asked.message_id)
        except Conflict:
            if opened:
                await self._conversations.close(caller, conversation.id)
            raise
        return task

    async def _open(self, caller: Caller, customer_id: str, locale: str) -> Conversation:
        """Open a conversation; the partner vouches for its customer, but only a code makes anybody `strong`."""
        customer = Customer(CustomerId(customer_id), AuthLevel.AUTHENTICATED) if customer_id else None
        return (await self._conversations.open(caller, Opening(CHANNEL, customer, locale))).conversation

    def _new_task(self, caller: Caller, context_id: str, conversation: Conversation, opened: bool) -> StoredTask:
        now = self._clock()
        return StoredTask(
            id=f"TK-{uuid4().hex[:20]}",
            tenant=caller.tenant,
            partner=caller.subject,
            context_id=context_id,
            conversation_id=conversation.id,
            messages_before=0 if opened else len(conversation.messages),
            actions_before=0 if opened else len(conversation.actions),
            begun_at=now,
            changed_at=now,
            state=TaskState.Name(TaskState.TASK_STATE_WORKING),
        )

    async def _answer(self, caller: Caller, task: StoredTask, asked: PartnerMessage, line: asyncio.Lock) -> Task:
        """Run the message's turn, then say how the task stands."""
        try:
            incoming = Incoming(asked.message_id, asked.text)
            turn = await self._turns.handle(caller, task.conversation_id, incoming)
            await self._note_said(caller, task, asked, turn)
            self._answering.discard(task.id)
            return await self._see(caller, task.id)
        finally:
            self._answering.discard(task.id)
            line.release()

    async def _note_said(self, caller: Caller, task: StoredTask, asked: PartnerMessage, turn: Turn) -> None:
        """Note which of the conversation's messages is the partner's: the one before the turn's first reply."""
        conversation = await self._conversations.conversation(caller, task.conversation_id)
        ids = [message.id for message in conversation.messages]
        if turn.messages and turn.messages[0].id in ids[1:]:
            said_as = ids[ids.index(turn.messages[0].id) - 1]
            await self._store.note_said(task, asked.message_id, said_as)

    async def find(self, caller: Caller, task_id: str) -> StoredTask:
        """The caller's task as it is kept.

        Raises:
            TaskNotFoundError: no such task of this caller.
        """
        task = await self._store.find(Owner.of(caller), task_id)
        if task is None:
            raise TaskNotFoundError(f"There is no task {task_id}.")
        return task

    async def _see(self, caller: Caller, task_id: str, *, calmly: bool = True) -> Task:
        """How a task stands; what has changed is kept, and the end for good.

        While a message is being answered nothing is kept, and, `calmly`, the task is at work until the answer is whole.
        """
        task = await self.find(caller, task_id)
        if task.result is not None:
            return redraw(task)
        answering = task_id in self._answering
        conversation = await self._conversations.conversation(caller, task.conversation_id)
        ids, currency = await self._store.said(task), self._currencies[TenantId(task.tenant)]
        scene = TaskView(task, conversation, ids, currency, at_work=answering and calmly)
        now = advanced(scene)
        if now != task and not answering:
            now = await self._store.settle(now)
            return redraw(now) if now.result is not None else draw(scene)
        return draw(scene)

    def _ended(self, job: "asyncio.Task[Task]") -> None:
        self._jobs.discard(job)
        if not job.cancelled() and job.exception() is not None:
            _log.info("a partner's message was not answered: %s", job.exception())
