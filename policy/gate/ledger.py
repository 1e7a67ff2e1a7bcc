"""The ledger: how much of each customer's window is taken, so that concurrent calls cannot add up past it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.decision import Reserve
from domain.digest import digest
from storage.tables.control import ledger_rows, ledger_windows
from storage.transactions import Transactions

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

    def reserve(self, connection: Connection, booking: Booking) -> bool:
        """Take the amount if it fits the window, else take nothing; concurrent takers of one window queue."""
        if booking.reserve.amount_minor <= 0:
            return False
        _lock_window(connection, booking)
        if not self._fits(connection, booking):
            return False
        connection.execute(_INSERT, {**_row(booking), "at": self._clock()})
        return True

    def settle(self, connection: Connection, key: str, reference: str | None = None) -> None:
        """Keep the amount for good; `reference` is what the owning system calls it."""
        connection.execute(_MARK, {"wanted": key, "becomes": "settled", "known_as": reference})

    def release(self, connection: Connection, key: str) -> None:
        """Give the amount back."""
        connection.execute(_MARK, {"wanted": key, "becomes": "released", "known_as": None})

    def facts(self, connection: Connection, tenant: str, customer_id: str, subject: str) -> dict[str, int]:
        """What the policy may know of the past of a customer, and of a payment (`subject`); what is reserved counts."""
        now = self._clock()
        values = {"of_tenant": tenant, "of_customer": customer_id, "of_subject": subject}
        found = (
            connection.execute(_FACTS, {**values, "month_ago": now - _MONTH, "day_ago": now - _DAY}).mappings().one()
        )
        return {name: int(value) for name, value in found.items()}

    async def import_history(self, bookings: Iterable[PastBooking]) -> int:
        """Take over what other systems granted, each reference once; returns how many were new."""
        past = list(bookings)
        return await self._transactions.write(lambda connection: sum(_take_over(connection, one) for one in past))

    def _fits(self, connection: Connection, booking: Booking) -> bool:
        reserve = booking.reserve
        values = {"of_tenant": booking.tenant, "of_customer": booking.customer_id, "of_bucket": reserve.bucket}
        since = self._clock() - timedelta(days=reserve.window_days)
        row: Any = connection.execute(_TAKEN, {**values, "since": since}).one()
        taken, count = int(row[0]), int(row[1])
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


def _lock_window(connection: Connection, booking: Booking) -> None:
    """Hold the window's row until the transaction ends, making it if it is the customer's first."""
    window = {"tenant": booking.tenant, "customer_id": booking.customer_id, "bucket": booking.reserve.bucket}
    connection.execute(_LOCK_WINDOW[connection.dialect.name], {**window, "reservations": 1})


def _take_over(connection: Connection, past: PastBooking) -> int:
    columns = ledger_rows.c
    known = select(columns.id).where(columns.tenant == past.tenant, columns.reference == past.reference)
    if connection.execute(known).first():
        return 0
    dialect_insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    name = digest({"tenant": past.tenant, "reference": past.reference})
    row = {**asdict(past), "id": f"history:{name}", "status": "settled"}
    return connection.execute(dialect_insert(ledger_rows).values(row).on_conflict_do_nothing()).rowcount


def _total(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, ledger_rows.c.amount_minor), else_=0)), 0)


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _of_customer(*columns: ColumnElement[Any]) -> Select[Any]:
    """A query over the amounts of one customer that are taken."""
    rows = ledger_rows.c
    return select(*columns).where(
        rows.tenant == bindparam("of_tenant"),
        rows.customer_id == bindparam("of_customer"),
        rows.status != "released",
    )


def _facts_query() -> Select[Any]:
    rows = ledger_rows.c
    goodwill = and_(rows.bucket == GOODWILL, rows.at > bindparam("month_ago"))
    same_payment = and_(rows.tool == REFUND_TOOL, rows.subject == bindparam("of_subject"))
    return _of_customer(
        _total(goodwill).label("goodwill_minor_30d"),
        _count(goodwill).label("goodwill_count_30d"),
        _count(same_payment).label("refunds_of_this_payment"),
        _total(and_(same_payment, rows.at > bindparam("day_ago"))).label("refunded_minor_24h"),
    )


def _window_lock(dialect_insert: Callable[[Any], Any]) -> Any:
    rows = ledger_windows.c
    return dialect_insert(ledger_windows).on_conflict_do_update(
        index_elements=[rows.tenant, rows.customer_id, rows.bucket], set_={"reservations": rows.reservations + 1}
    )


_FACTS = _facts_query()
_TAKEN = _of_customer(func.coalesce(func.sum(ledger_rows.c.amount_minor), 0), func.count()).where(
    ledger_rows.c.bucket == bindparam("of_bucket"), ledger_rows.c.at > bindparam("since")
)
_INSERT = insert(ledger_rows)
_MARK = (
    update(ledger_rows)
    .where(ledger_rows.c.id == bindparam("wanted"), ledger_rows.c.status == "reserved")
    .values(status=bindparam("becomes"), reference=bindparam("known_as"))
)
_LOCK_WINDOW = {"sqlite": _window_lock(sqlite.insert), "postgresql": _window_lock(postgresql.insert)}
