"""Telling those at the desk what changes in their lists, as it changes: one subscription for a whole process."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Literal

import structlog
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import TypeAdapter
from sqlalchemy import Connection, func, select

from desk.cases import WATCHERS, CaseList, CaseSummary
from domain.caller import Caller
from domain.errors import SwitchboardError
from domain.ids import ConversationId, TenantId
from router.memory.waiting import RANKS
from storage.notices import Notices
from storage.tables.control import pending_actions
from storage.transactions import Transactions

log = structlog.get_logger()
TOGETHER_S = 0.05
"""Changes within so long are told together."""
LOOK_S = 2.0
"""How long a change of another process may go unseen while notices are not heard; one look a process."""
LOOK_ANYWAY_S = 15.0
"""The same while they are: for what is lost all the same."""
HEARTBEAT_S = 15.0
RETRY_MS = 2000
MOST_WAITING = 500
"""Events that wait for a page that does not take them; beyond that it is told to read its lists again."""
DESK = ConversationId("desk")
"""What words about the desk itself are said of."""
Kind = Literal["refresh", "case", "typing", "progress", "approvals", "presence", "note", "targets"]
_SUMMARY = TypeAdapter(CaseSummary)


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """Something that a page has to show otherwise now. `refresh` asks it to read its lists again."""

    kind: Kind
    data: dict[str, Any]


REFRESH = DeskEvent("refresh", {})


class DeskListener:
    """One open page. It is told what its person may see."""

    def __init__(self, feed: "DeskFeed", caller: Caller) -> None:
        self.caller = caller
        self._feed = feed
        self._waiting: deque[DeskEvent] = deque()
        self._waker = asyncio.Event()

    def hear(self, event: DeskEvent) -> None:
        """Take an event; a page that takes none is not waited for."""
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.clear()
            event = REFRESH
        self._waiting.append(event)
        self._waker.set()

    async def next(self, timeout_s: float) -> list[DeskEvent]:
        """What has happened since; nothing when the time is up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._waker.wait()
        self._waker.clear()
        found = list(self._waiting)
        self._waiting.clear()
        return found

    def close(self) -> None:
        """Stop listening."""
        self._feed.leave(self)


class DeskFeed:
    """Sees by notices which conversations changed, looks at those alone, and tells each page what it shows of them."""

    def __init__(self, cases: CaseList, transactions: Transactions, notices: Notices) -> None:
        self._cases = cases
        self._transactions = transactions
        self._notices = notices
        self._listeners: set[DeskListener] = set()
        self._known: dict[ConversationId, tuple[Any, ...]] = {}
        self._approvals: dict[TenantId, int] = {}
        self._tenants: set[TenantId] = set()
        self._dirty: set[ConversationId] = set()
        self._all = False
        self._waker = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        notices.follow(self._wake)
        notices.follow_words(self._hear_word)

    def subscribe(self, caller: Caller) -> DeskListener:
        """Listen for what that person may see, until closed. `refresh` comes first, once nothing is missed any more."""
        listener = DeskListener(self, caller)
        self._listeners.add(listener)
        if caller.tenant in self._tenants:
            listener.hear(REFRESH)
        self._wake(None)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return listener

    def leave(self, listener: DeskListener) -> None:
        """Have one listener less; without any nothing is looked at."""
        self._listeners.discard(listener)
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None
            self._known.clear()
            self._tenants.clear()
            self._approvals.clear()

    async def touch(self, conversation_id: ConversationId) -> None:
        """Let every process look at a conversation again of which something changed that is no event of its own."""
        await self._transactions.write(
            lambda connection: self._notices.write(connection, (conversation_id,)), durable=False
        )
        self._notices.notify(conversation_id)

    async def say(self, tenant: TenantId, kind: Kind) -> None:
        """Let everybody at a tenant's desk know, in every process, that something of the desk itself changed."""
        word = json.dumps({"kind": kind, "tenant": tenant})
        await self._transactions.write(lambda connection: self._notices.write_word(connection, DESK, word))
        self._notices.tell_word(DESK, word)

    async def tell_note(self, caller: Caller, conversation_id: ConversationId) -> None:
        """Let whoever has a conversation, and supervisors, know that there is a new note about it."""
        word = json.dumps({"kind": "note", "tenant": caller.tenant, "about": conversation_id, "by": caller.subject})
        await self._transactions.write(lambda connection: self._notices.write_word(connection, DESK, word))
        self._notices.tell_word(DESK, word)

    def _wake(self, conversation_id: ConversationId | None) -> None:
        if not self._listeners:
            return
        if conversation_id is None:
            self._all = True
        else:
            self._dirty.add(conversation_id)
        self._waker.set()

    def _hear_word(self, conversation_id: ConversationId, word: str) -> None:
        told: dict[str, Any] = json.loads(word) if self._listeners else {}
        if conversation_id == DESK and told.get("kind") == "note":
            about = ConversationId(str(told["about"]))
            for listener in self._concerned(about):
                if listener.caller.subject != told["by"]:
                    listener.hear(DeskEvent("note", {"conversation_id": about, "by": told["by"]}))
        elif conversation_id == DESK:
            for listener in self._of(TenantId(str(told.get("tenant", "")))):
                listener.hear(DeskEvent(told["kind"], {}))
        elif told.get("kind") == "typing" and told["data"].get("role") == "customer":
            for listener in self._concerned(conversation_id):
                listener.hear(DeskEvent("typing", {"conversation_id": conversation_id}))
        elif told.get("kind") == "progress":
            for listener in self._concerned(conversation_id):
                listener.hear(DeskEvent("progress", {"conversation_id": conversation_id, **told["data"]}))

    def _concerned(self, conversation_id: ConversationId) -> list[DeskListener]:
        """The pages of whoever has a conversation, and of supervisors."""
        known = self._known.get(conversation_id)
        if known is None:
            return []
        who = (each for each in self._of(TenantId(known[1])))
        return [each for each in who if each.caller.subject == known[5] or each.caller.role in WATCHERS]

    def _of(self, tenant: TenantId) -> list[DeskListener]:
        return [each for each in self._listeners if each.caller.tenant == tenant]

    async def _run(self) -> None:
        while True:
            await self._wait()
            await asyncio.sleep(TOGETHER_S)
            try:
                await self._look()
            except SwitchboardError as error:
                log.warning("desk_not_read", error=str(error))
                self._all = True
                await asyncio.sleep(LOOK_S)
                self._waker.set()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(LOOK_ANYWAY_S if self._notices.is_connected else LOOK_S):
                await self._waker.wait()
        except TimeoutError:
            self._all = True
        self._waker.clear()

    async def _look(self) -> None:
        """Find what is otherwise than it was known, and tell it."""
        whole, dirty = self._all, self._dirty
        self._all, self._dirty = False, set()
        tenants = {each.caller.tenant for each in self._listeners}
        now = await self._cases.marks(tenants, None if whole else dirty)
        names = set(self._known) | set(now) if whole else dirty
        before = {name: self._known.get(name) for name in names}
        changed = [name for name in names if before[name] != now.get(name)]
        fresh = [name for name in changed if name in now and now[name][1] not in self._tenants]
        told = set(changed).difference(fresh)
        found = await self._cases.find(told) if told else {}
        for name in changed:
            self._known.pop(name, None)
        self._known |= {name: now[name] for name in changed if name in now}
        self._tell(told, before, found)
        for tenant in tenants - self._tenants:
            self._refresh(tenant)
        self._tenants = set(tenants)
        await self._count_approvals(tenants)

    def _tell(
        self,
        told: Iterable[ConversationId],
        before: dict[ConversationId, tuple[Any, ...] | None],
        found: dict[ConversationId, CaseSummary],
    ) -> None:
        for name in told:
            known, summary = before[name], found.get(name)
            tenant = summary.tenant if summary else TenantId(known[1]) if known else TenantId("")
            raised = summary is not None and known is not None and _rank(summary.priority) < _rank(known[4])
            for listener in self._of(tenant):
                listener.hear(DeskEvent("case", show(summary, name, listener.caller, raised=raised)))

    def _refresh(self, tenant: TenantId) -> None:
        for listener in self._of(tenant):
            listener.hear(REFRESH)

    async def _count_approvals(self, tenants: set[TenantId]) -> None:
        """Tell supervisors how many calls wait for them, when that changed."""
        supervised = {each.caller.tenant for each in self._listeners if each.caller.role in WATCHERS} & tenants
        if not supervised:
            return
        columns = pending_actions.c
        where = (columns.tenant.in_(supervised), columns.kind == "approve", columns.status == "pending")
        query = select(columns.tenant, func.count()).where(*where).group_by(columns.tenant)

        def read(connection: Connection) -> dict[TenantId, int]:
            return {TenantId(tenant): count for tenant, count in connection.execute(query)}

        counted = await self._transactions.read(read)
        for tenant in supervised:
            if self._approvals.get(tenant) != counted.get(tenant, 0):
                self._approvals[tenant] = counted.get(tenant, 0)
                for listener in self._of(tenant):
                    if listener.caller.role in WATCHERS:
                        listener.hear(DeskEvent("approvals", {"pending": self._approvals[tenant]}))


def show(summary: CaseSummary | None, name: ConversationId, caller: Caller, *, raised: bool = False) -> dict[str, Any]:
    """A summary as that person sees it; of what they do not see only that it is gone from their lists."""
    view = summary.view_for(caller) if summary else None
    if summary is None or view is None:
        return {"conversation_id": name, "view": "gone"}
    return {**as_json(summary), "view": view, "raised": raised}


def as_json(summary: CaseSummary) -> dict[str, Any]:
    """A summary on the wire."""
    shown: dict[str, Any] = _SUMMARY.dump_python(summary, mode="json")
    return {name: value for name, value in shown.items() if name != "tenant"}


async def stream(listener: DeskListener) -> AsyncGenerator[bytes]:
    """The events as server-sent events, without end; a sign of life where there are none."""
    try:
        yield format_sse_event(comment="listening", retry=RETRY_MS)
        while True:
            heard = await listener.next(HEARTBEAT_S)
            yield b"".join(_encode(each) for each in heard) if heard else KEEPALIVE_COMMENT
    finally:
        listener.close()


def _encode(event: DeskEvent) -> bytes:
    told = asdict(event)
    return format_sse_event(data_str=json.dumps(told["data"], ensure_ascii=False), event=event.kind)


def _rank(priority: str) -> int:
    return RANKS.get(priority, len(RANKS))
