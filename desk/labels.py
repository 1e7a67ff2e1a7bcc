"""What people at the desk file a conversation under: labels that the company lists."""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from desk.cases import WATCHERS
from desk.feed import DeskFeed
from desk.queue import Desk, DeskDependencies
from domain.caller import Caller
from domain.errors import Conflict
from domain.ids import ConversationId, TenantId
from domain.names import require_known
from router.memory.outbox import enter_labels
from router.memory.waiting import ELSEWHERE
from storage.tables.desk import desk_labels
from storage.transactions import Transactions
from storage.unit_of_work import open_unit


class Labels:
    """Labels conversations; `known` are each company's, in its order."""

    def __init__(
        self,
        desk: Desk,
        dependencies: DeskDependencies,
        feed: DeskFeed,
        transactions: Transactions,
        known: Mapping[TenantId, Sequence[str]],
    ) -> None:
        self._transactions = transactions
        self._desk = desk
        self._dependencies = dependencies
        self._feed = feed
        self._known = known

    async def put(self, caller: Caller, conversation_id: ConversationId, labels: Collection[str]) -> list[str]:
        """Give a conversation these labels and no others, and return them in the company's order.

        It is the caller's, or waits; a supervisor's may be anybody's.

        Raises:
            UnknownName: the company lists no such label; the message gives the nearest.
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: somebody else has it.
        """
        chosen = self.see_known(caller.tenant, labels)
        now = self._dependencies.services.clock()

        def write(connection: Connection) -> None:
            connection.execute(delete(desk_labels).where(desk_labels.c.conversation_id == conversation_id))
            shared = {"conversation_id": conversation_id, "tenant": caller.tenant, "at": now}
            if chosen:
                connection.execute(insert(desk_labels), [{**shared, "label": label} for label in chosen])

        told = f"labelled it {', '.join(chosen)}" if chosen else "took its labels off"
        await self._write(caller, conversation_id, write, told)
        return chosen

    async def add(self, caller: Caller, conversation_id: ConversationId, label: str) -> None:
        """Give a conversation one label more; see `put`."""
        self.see_known(caller.tenant, (label,))
        row = {"conversation_id": conversation_id, "label": label, "tenant": caller.tenant}
        now = self._dependencies.services.clock()

        def write(connection: Connection) -> None:
            columns = desk_labels.c
            same = (columns.conversation_id == conversation_id, columns.label == label)
            if connection.execute(select(columns.label).where(*same)).first() is None:
                connection.execute(insert(desk_labels).values(**row, at=now))

        await self._write(caller, conversation_id, write, f"labelled it {label}")

    async def of(self, conversation_id: ConversationId) -> tuple[str, ...]:
        """The labels of a conversation."""
        query = select(desk_labels.c.label).where(desk_labels.c.conversation_id == conversation_id)
        query = query.order_by(desk_labels.c.label)
        return tuple(await self._transactions.read(lambda connection: connection.execute(query).scalars().all()))

    def known(self, tenant: TenantId) -> Sequence[str]:
        """The labels that a company lists."""
        return self._known.get(tenant, ())

    def see_known(self, tenant: TenantId, labels: Collection[str]) -> list[str]:
        """See that a company lists these labels, and return them in its order.

        Raises:
            UnknownName: it does not; the message gives the nearest.
        """
        known = self.known(tenant)
        for label in labels:
            require_known("label", label, known)
        return [label for label in known if label in labels]

    async def _write(
        self, caller: Caller, conversation_id: ConversationId, write: Callable[[Connection], None], told: str
    ) -> None:
        async with self._dependencies.work.open(conversation_id):
            change, handoff = await self._desk.find(caller, conversation_id)
            free = handoff.state == "queued" or handoff.claimed_by == caller.subject
            if not free and caller.role not in WATCHERS:
                raise Conflict(f"{conversation_id} was claimed by somebody else")
            open_unit().append(write)
            if not caller.subject.startswith(ELSEWHERE):
                open_unit().append(lambda connection: enter_labels(connection, change.row))
            self._desk.keep(caller, change, told)
        await self._feed.touch(conversation_id)
