"""The unit of work: one act on a conversation, written as a whole by the one process that holds its lease."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

import structlog
from sqlalchemy import Connection

from domain.errors import Busy, Misconfigured, StorageUnavailable
from domain.ids import ConversationId
from storage.leases import Lease, Leases
from storage.notices import Notices
from storage.transactions import FENCE, Transactions

log = structlog.get_logger()
T = TypeVar("T")
Write = Callable[[Connection], None]
First = Callable[[Connection, bool], T]
LEASE_S = 10.0
"""How long a conversation stays with a process that says nothing any more; renewed thrice in that time."""
PATIENCE_S = 10.0
"""How long an act waits for the conversation before the caller is asked to come again."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 0.25
"""Between two looks at a lease that another process holds."""


class UnitOfWork(Generic[T]):
    """What one act writes and tells. Written all at once at each `commit`; told only after it.

    `first` is what the first look found, in the very transaction that took the lease.
    """

    def __init__(self, owner: "UnitsOfWork", first: T, lease: Lease) -> None:
        self.first = first
        self._owner = owner
        self._leases = [lease]
        self._writes: list[Write] = []
        self._tellings: list[Callable[[], None]] = []
        self._joined = AsyncExitStack()
        self._ended = False

    def append(self, write: Write) -> None:
        """Have something written with the next commit, after what was appended before."""
        self._writes.append(write)

    def announce(self, conversation_id: ConversationId) -> None:
        """Let everybody who listens know, in any process, that what was appended has new events of a conversation."""
        self.append(lambda connection: self._owner.notices.write(connection, (conversation_id,)))
        self.publish(lambda: self._owner.notices.notify(conversation_id))

    def publish(self, tell: Callable[[], None]) -> None:
        """Have something told once what was appended so far is committed."""
        self._tellings.append(tell)

    async def commit(self) -> None:
        """Write what was appended, all or nothing, and tell of it; the lease stays.

        Raises:
            LeaseLost: another process works on the conversation by now; nothing was written or told.
            StorageUnavailable: the database does not answer; nothing was told.
        """
        if self._writes:
            await self._write(())

    async def join(self, conversation_id: ConversationId) -> None:
        """Hold another conversation's lease too, until this unit ends.

        Raises:
            Busy: somebody else works on it.
        """
        held = self._owner.hold(conversation_id, _look_at_nothing)
        lease, _ = await self._joined.enter_async_context(held)
        self._leases.append(lease)

    def see_held(self, connection: Connection) -> None:
        """See within a transaction that no other process took a conversation of this unit over.

        What was begun within the unit and goes on after it is not held to its leases.

        Raises:
            LeaseLost: one did.
        """
        for lease in () if self._ended else self._leases:
            lease.see_held(connection)

    async def end(self) -> None:
        """Commit what is left and give the leases up, in one transaction."""
        await self._write(self._leases, durable=bool(self._writes))
        self._ended = True
        await self._joined.aclose()

    async def abandon(self) -> None:
        """Give the leases up without writing anything; where that cannot be done they run out by themselves."""
        self._ended = True
        self._writes.clear()
        self._tellings.clear()
        await self._joined.aclose()
        with suppress(StorageUnavailable), _fencing(self):
            await self._owner.transactions.write(partial(_release, self._leases), durable=False)

    async def _write(self, released: "tuple[()] | list[Lease]", *, durable: bool = True) -> None:
        writes, tellings = self._writes, self._tellings
        self._writes, self._tellings = [], []

        def work(connection: Connection) -> None:
            for write in writes:
                write(connection)
            _release(released, connection)

        with _fencing(self):
            await self._owner.transactions.write(work, durable=durable)
        for tell in tellings:
            tell()


class UnitsOfWork:
    """Opens units of work, one at a time per conversation, among the tasks of this process and among processes.

    A process that dies or freezes loses its leases after `seconds`; what it had not committed by then it cannot commit.
    """

    def __init__(self, transactions: Transactions, seconds: float = LEASE_S) -> None:
        self.transactions = transactions
        self.leases = Leases(seconds)
        self.notices = Notices(transactions.engine, self.leases.owner)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._held = 0

    @asynccontextmanager
    async def open(
        self, conversation_id: ConversationId, patience_s: float = PATIENCE_S
    ) -> AsyncGenerator[UnitOfWork[None]]:
        """Hold the conversation; commit what was appended at the end, drop it where an exception ends the unit.

        Raises:
            Busy: somebody else held it for longer than `patience_s`.
        """
        async with self.begin(conversation_id, _look_at_nothing, patience_s) as unit:
            yield unit

    @asynccontextmanager
    async def begin(
        self, conversation_id: ConversationId, first: "First[T]", patience_s: float = PATIENCE_S
    ) -> AsyncGenerator[UnitOfWork[T]]:
        """Hold the conversation as `open` does, with a first look at it in the transaction that takes its lease.

        `first(connection, held)` is run with the taking of the lease, in one transaction, and also, with `held` false,
        once while another one still holds it: what it sees then is what the caller saw who came too early.

        Raises:
            Busy: somebody else held it for longer than `patience_s`.
        """
        async with self.hold(conversation_id, first, patience_s) as (lease, found):
            unit = UnitOfWork(self, found, lease)
            with _fencing(unit):
                try:
                    yield unit
                    await unit.end()
                except BaseException:
                    await asyncio.shield(unit.abandon())
                    raise

    @asynccontextmanager
    async def hold(
        self, conversation_id: ConversationId, first: "First[T]", patience_s: float = PATIENCE_S
    ) -> AsyncGenerator[tuple[Lease, T]]:
        """Take the conversation in this process and among processes; giving the lease up is the unit's part."""
        until = time.monotonic() + patience_s
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        if lock.locked():
            await self.transactions.read(lambda connection: first(connection, False))
        await _wait_for(lock, until)
        try:
            taken = await self._take(conversation_id, first, until)
            self._held += 1
            try:
                yield taken
            finally:
                self._held -= 1
        finally:
            lock.release()

    async def _take(self, conversation_id: ConversationId, first: "First[T]", until: float) -> tuple[Lease, T]:
        """Take the lease, looking again and again while another process has it."""

        def work(connection: Connection) -> tuple[Lease | None, T]:
            lease = self.leases.acquire(connection, conversation_id)
            return lease, first(connection, lease is not None)

        pause = FIRST_PAUSE_S
        while True:
            with _fencing(None):
                lease, found = await self.transactions.write(work, durable=False)
            if lease is not None:
                return lease, found
            if time.monotonic() + pause > until:
                raise Busy(f"{conversation_id} is worked on by another process")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def keep_leases(self) -> None:
        """Renew the leases that are held, for as long as this runs; a database that is away is asked again."""
        while True:
            await asyncio.sleep(self.leases.seconds / 3)
            try:
                if self._held:
                    await self.transactions.write(self.leases.renew, durable=False)
            except StorageUnavailable as error:
                log.warning("leases_not_renewed", error=str(error))


def open_unit() -> UnitOfWork[Any]:
    """The unit of work that is open in this task.

    Raises:
        Misconfigured: none is, which is a mistake of the program.
    """
    unit = FENCE.get()
    if not isinstance(unit, UnitOfWork):
        raise Misconfigured("nothing is written outside a unit of work")
    return unit  # pyright: ignore[reportUnknownVariableType]


@contextmanager
def _fencing(unit: UnitOfWork[Any] | None) -> Generator[None]:
    token = FENCE.set(unit)
    try:
        yield
    finally:
        FENCE.reset(token)


async def _wait_for(lock: asyncio.Lock, until: float) -> None:
    try:
        async with asyncio.timeout(max(0.0, until - time.monotonic())):
            await lock.acquire()
    except TimeoutError as error:
        raise Busy("another message of this conversation is worked on") from error


def _look_at_nothing(_connection: Connection, _held: bool) -> None:
    return None


def _release(leases: "tuple[()] | list[Lease]", connection: Connection) -> None:
    for lease in leases:
        lease.release(connection)
