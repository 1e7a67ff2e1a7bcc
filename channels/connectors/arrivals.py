"""What came in by connectors, as rows: found again by the other side's own id, counted by sender."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from sqlalchemy import Connection, RowMapping, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.errors import Conflict
from domain.ids import ConversationId, TenantId
from domain.vault import place_of
from storage.tables.connectors import arrivals
from storage.transactions import Transactions

_COLUMNS = arrivals.c


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that came in: `state` is waiting, handled or failed; `content` its words and how to answer it."""

    key: str
    tenant: TenantId
    connector: str
    sender: str
    conversation_id: ConversationId
    state: str
    attempts: int
    at: float
    content: dict[str, Any]


class Arrivals:
    """Keeps what came in."""

    BATCH: ClassVar[int] = 50

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def name_sender(self, address: str) -> str:
        """What a sender is counted by: nobody without our key can tell who it is."""
        return self._transactions.vault.keyed(f"sender {address}")[:80]

    async def find(self, key: str) -> Arrival | None:
        """A message that came in before."""
        return await self._one(select(arrivals).where(_COLUMNS.key == key))

    async def latest(self, conversation_id: ConversationId) -> Arrival | None:
        """What came in last in a conversation."""
        query = select(arrivals).where(_COLUMNS.conversation_id == conversation_id)
        return await self._one(query.order_by(_COLUMNS.at.desc()).limit(1))

    async def count(self, connector: str, sender: str, since: float) -> int:
        """How many messages came from a sender since then."""
        mine = (_COLUMNS.connector == connector, _COLUMNS.sender == sender, _COLUMNS.at > since)
        query = select(func.count()).select_from(arrivals).where(*mine)
        return await self._transactions.read(lambda connection: connection.execute(query).scalar_one())

    async def add(self, arrival: Arrival) -> Arrival:
        """Write a message down; of processes that see it at the same moment, one's stands and is returned."""

        def work(connection: Connection) -> Arrival:
            dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
            statement = dialect.insert(arrivals).values(**self._sealed(connection, arrival)).on_conflict_do_nothing()
            connection.execute(statement)
            row = connection.execute(select(arrivals).where(_COLUMNS.key == arrival.key)).mappings().one()
            return self._read(connection, row)

        return await self._transactions.write(work)

    async def move(self, arrival: Arrival, conversation_id: ConversationId) -> Arrival:
        """Have a message belong to another conversation."""
        moved = replace(arrival, conversation_id=conversation_id)

        def work(connection: Connection) -> None:
            values = self._sealed(connection, moved)
            connection.execute(update(arrivals).where(_COLUMNS.key == arrival.key).values(**values))

        await self._transactions.write(work)
        return moved

    async def settle(self, arrival: Arrival, state: str) -> None:
        """Keep what became of a message; the words of one that was handled are with its turn."""
        content = {"reference": arrival.content.get("reference", {})} if state == "handled" else arrival.content
        settled = replace(arrival, state=state, attempts=arrival.attempts + 1, content=content)

        def work(connection: Connection) -> None:
            values = self._sealed(connection, settled)
            connection.execute(update(arrivals).where(_COLUMNS.key == arrival.key).values(**values))

        await self._transactions.write(work)

    async def waiting(self, before: float, connectors: Collection[str] | None = None) -> list[Arrival]:
        """What came in before then, by these connectors or any, and was not handled, the oldest first."""
        query = select(arrivals).where(_COLUMNS.state == "waiting", _COLUMNS.at < before)
        query = query if connectors is None else query.where(_COLUMNS.connector.in_(connectors))
        return await self._many(query)

    async def waiting_of(self, conversation_id: ConversationId, connector: str) -> list[Arrival]:
        """What came in for a conversation by a connector and was not handled, the oldest first."""
        mine = (_COLUMNS.conversation_id == conversation_id, _COLUMNS.connector == connector)
        return await self._many(select(arrivals).where(_COLUMNS.state == "waiting", *mine))

    async def _many(self, query: Any) -> list[Arrival]:

        def read(connection: Connection) -> list[Arrival]:
            rows = connection.execute(query.order_by(_COLUMNS.at).limit(self.BATCH)).mappings().all()
            return [self._read(connection, row) for row in rows]

        return await self._transactions.read(read)

    def settle_with(self, connection: Connection, arrival: Arrival) -> None:
        """Keep within the caller's transaction that a message was handled; its words go.

        Raises:
            Conflict: it was handled before.
        """
        still = (_COLUMNS.key == arrival.key, _COLUMNS.state == "waiting")
        handled = self._sealed(connection, replace(arrival, state="handled", attempts=arrival.attempts + 1, content={}))
        if not connection.execute(update(arrivals).where(*still).values(**handled)).rowcount:
            raise Conflict("it was handled before")

    async def forget_senders(self, before: float) -> None:
        """Forget who wrote what came in before then."""
        old = update(arrivals).where(_COLUMNS.sender != "", _COLUMNS.at < before).values(sender="")
        await self._transactions.write(lambda connection: connection.execute(old))

    async def _one(self, query: Any) -> Arrival | None:
        def read(connection: Connection) -> Arrival | None:
            row = connection.execute(query).mappings().first()
            return self._read(connection, row) if row else None

        return await self._transactions.read(read)

    def _sealed(self, connection: Connection, arrival: Arrival) -> dict[str, Any]:
        box = self._transactions.vault.own_box(connection, arrival.conversation_id, arrival.tenant)
        values = {name: getattr(arrival, name) for name in Arrival.__slots__}
        return {**values, "content": box.seal_json(_place(arrival.key), arrival.content)}

    def _read(self, connection: Connection, row: RowMapping) -> Arrival:
        box = self._transactions.vault.box(connection, ConversationId(row["conversation_id"]))
        values: dict[str, Any] = {name: row[name] for name in Arrival.__slots__}
        values["content"] = box.unseal_json(_place(row["key"]), row["content"], {})
        return Arrival(**values)


def _place(key: str) -> str:
    return place_of("arrivals.content", key)
