"""Who wrote STOP to a number of ours, and has not written START since."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from domain.ids import TenantId
from storage.tables.connectors import opt_outs
from storage.tagged_rows import see_vouched
from storage.transactions import Transactions

_COLUMNS = opt_outs.c


class OptOuts:
    """Keeps it by a digest of the receiver's address."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        self._transactions = transactions
        self._clock = clock

    async def is_out(self, connector: str, receiver: str) -> bool:
        """Whether nothing may be sent there."""
        query = select(opt_outs).where(*_this(connector, receiver))

        def read(connection: Connection) -> bool:
            row = connection.execute(query).mappings().first()
            if row is not None:
                see_vouched(self._transactions.vault.tags, "opt_outs", row)
            return row is not None

        return await self._transactions.read(read)

    async def add(self, tenant: TenantId, connector: str, receiver: str) -> None:
        """Send nothing there any more."""
        values = {"connector": connector, "receiver": _digest(connector, receiver), "tenant": tenant}

        def work(connection: Connection) -> None:
            if connection.execute(select(opt_outs).where(*_this(connector, receiver))).first() is None:
                connection.execute(insert(opt_outs).values(**values, at=self._clock()))

        await self._transactions.write(work)

    async def remove(self, connector: str, receiver: str) -> bool:
        """Send there again; False where nothing was stopped."""
        statement = delete(opt_outs).where(*_this(connector, receiver))
        return await self._transactions.write(lambda connection: connection.execute(statement).rowcount) > 0


def _this(connector: str, receiver: str) -> tuple[Any, ...]:
    return (_COLUMNS.connector == connector, _COLUMNS.receiver == _digest(connector, receiver))


def _digest(connector: str, receiver: str) -> str:
    return sha256(f"{connector}\0{receiver}".encode()).hexdigest()
