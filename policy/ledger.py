"""The ledger: how much of each customer's window is taken, so that concurrent calls cannot add up past it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.decision import Reserve
from domain.digest import digest
from policy.tables import ledger_rows, ledger_windows
from policy.transactions import Transactions

GOODWILL = "goodwill"
REFUND_TOOL = "payments.refund_payment"
_DAY = timedelta(days=1)
_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Booking:
    """An amount for one call: `key` is the call's idempotency key, `subject` the payment or invoice."""

    key: str
    tenant: str
    customer_id: str
    tool: str
    subject: str
    reserve: Reserve


@dataclass(frozen=True, slots=True)
class PastBooking:
    """An amount that another system granted before or beside us. `reference` is that system's id of it."""

    tenant: str
    customer_id: str
    bucket: str
    tool: str
    subject: str
    reference: str
    amount_minor: int
    at: datetime


class Ledger:
    """Windows per tenant, customer and bucket; amounts in minor units."""

    def __init__(self, transactions: Transactions, clock: Callable[[], datetime]) -> None:
        self._transactions = transactions
        self._clock = clock

    async def reserve(self, connection: AsyncConnection, booking: Booking) -> bool:
        """Take the amount if it fits the window, else take nothing; concurrent takers of one window queue."""
        if booking.reserve.amount_minor <= 0:
            return False
        await _lock_window(connection, booking)
        if not await self._fits(connection, booking):
            return False
        await connection.execute(insert(ledger_rows).values(**_row(booking), at=self._clock()))
        return True

    async def settle(self, connection: AsyncConnection, key: str, reference: str | None = None) -> None:
        """Keep the amount for good; `reference` is what the owning system calls it."""
        await connection.execute(_mark(key).values(status="settled", reference=reference))

    async def release(self, connection: AsyncConnection, key: str) -> None:
        """Give the amount back."""
        await connection.execute(_mark(key).values(status="released"))

    async def facts(self, connection: AsyncConnection, tenant: str, customer_id: str, subject: str) -> dict[str, int]:
        """What the policy may know of the customer's past; amounts still reserved count."""
        now, columns = self._clock(), ledger_rows.c
        goodwill = and_(columns.bucket == GOODWILL, columns.at > now - _MONTH)
        refunds = and_(columns.tool == REFUND_TOOL, columns.at > now - _DAY)
        same_payment = and_(columns.tool == REFUND_TOOL, columns.subject == subject)
        query = select(
            _total(goodwill).label("goodwill_minor_30d"),
            _count(goodwill).label("goodwill_count_30d"),
            _count(same_payment).label("refunds_of_this_payment"),
            _total(refunds).label("refunded_minor_24h"),
        ).where(columns.tenant == tenant, columns.customer_id == customer_id, columns.status != "released")
        found = (await connection.execute(query)).mappings().one()
        return {name: int(value) for name, value in found.items()}

    async def import_history(self, bookings: Iterable[PastBooking]) -> int:
        """Take over what other systems granted, each reference once; returns how many were new."""
        async with self._transactions.write() as connection:
            return sum([await _take_over(connection, past) for past in bookings])

    async def _fits(self, connection: AsyncConnection, booking: Booking) -> bool:
        columns, reserve = ledger_rows.c, booking.reserve
        query = select(func.coalesce(func.sum(columns.amount_minor), 0), func.count()).where(
            columns.tenant == booking.tenant,
            columns.customer_id == booking.customer_id,
            columns.bucket == reserve.bucket,
            columns.status != "released",
            columns.at > self._clock() - timedelta(days=reserve.window_days),
        )
        taken, count = (await connection.execute(query)).one()
        within_count = reserve.limit_count is None or count < reserve.limit_count
        return within_count and taken + reserve.amount_minor <= reserve.limit_minor


def _row(booking: Booking) -> dict[str, Any]:
    return {
        "id": booking.key,
        "tenant": booking.tenant,
        "customer_id": booking.customer_id,
        "bucket": booking.reserve.bucket,
        "tool": booking.tool,
        "subject": booking.subject,
        "amount_minor": booking.reserve.amount_minor,
        "status": "reserved",
    }


async def _lock_window(connection: AsyncConnection, booking: Booking) -> None:
    """Hold the window's row until the transaction ends, making it if it is the customer's first."""
    dialect_insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    columns = ledger_windows.c
    window = {"tenant": booking.tenant, "customer_id": booking.customer_id, "bucket": booking.reserve.bucket}
    await connection.execute(
        dialect_insert(ledger_windows)
        .values(**window, reservations=1)
        .on_conflict_do_update(
            index_elements=[columns.tenant, columns.customer_id, columns.bucket],
            set_={"reservations": columns.reservations + 1},
        )
    )


async def _take_over(connection: AsyncConnection, past: PastBooking) -> int:
    columns = ledger_rows.c
    known = select(columns.id).where(columns.tenant == past.tenant, columns.reference == past.reference)
    if (await connection.execute(known)).first():
        return 0
    dialect_insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    name = digest({"tenant": past.tenant, "reference": past.reference})
    row = {**asdict(past), "id": f"history:{name}", "status": "settled"}
    return (await connection.execute(dialect_insert(ledger_rows).values(row).on_conflict_do_nothing())).rowcount


def _mark(key: str) -> Any:
    return update(ledger_rows).where(ledger_rows.c.id == key, ledger_rows.c.status == "reserved")


def _total(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, ledger_rows.c.amount_minor), else_=0)), 0)


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
