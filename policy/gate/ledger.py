"""The ledger: how much of each customer's window is taken, so that concurrent calls cannot add up past it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.decision import Reserve
from domain.digest import digest
from storage.completeness import see_complete
from storage.tables.control import ledger_rows, ledger_windows
from storage.tagged_rows import ledger_scope, see_vouched
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
        """Take the amount if it fits the window, else take nothing; concurrent takers of one window queue.

        Raises:
            RecordBroken: an amount of the customer was changed, forged or removed.
        """
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
        """What the policy may know of the past of a customer, and of a payment (`subject`); what is reserved counts.

        Raises:
            RecordBroken: an amount was changed or forged.
        """
        now = self._clock()
        rows = self._taken(connection, tenant, customer_id)
        goodwill = [row["amount_minor"] for row in rows if row["bucket"] == GOODWILL and row["at"] > now - _MONTH]
        same = [row for row in rows if row["tool"] == REFUND_TOOL and row["subject"] == subject]
        return {
            "goodwill_minor_30d": sum(goodwill),
            "goodwill_count_30d": len(goodwill),
            "refunds_of_this_payment": len(same),
            "refunded_minor_24h": sum(row["amount_minor"] for row in same if row["at"] > now - _DAY),
        }

    async def import_history(self, bookings: Iterable[PastBooking]) -> int:
        """Take over what other systems granted, each reference once; returns how many were new."""
        past = list(bookings)
        return await self._transactions.write(lambda connection: sum(_take_over(connection, one) for one in past))

    def _fits(self, connection: Connection, booking: Booking) -> bool:
        reserve, columns = booking.reserve, ledger_rows.c
        scope = (ledger_scope(booking.tenant, booking.customer_id), booking.tenant)
        where = and_(columns.tenant == booking.tenant, columns.customer_id == booking.customer_id)
        see_complete(connection, self._transactions.vault.tags, scope, ledger_rows, where)
        since = self._clock() - timedelta(days=reserve.window_days)
        rows = self._taken(connection, booking.tenant, booking.customer_id)
        taken = [row["amount_minor"] for row in rows if row["bucket"] == reserve.bucket and row["at"] > since]
        within_count = reserve.limit_count is None or len(taken) < reserve.limit_count
        return within_count and sum(taken) + reserve.amount_minor <= reserve.limit_minor

    def _taken(self, connection: Connection, tenant: str, customer_id: str) -> list[RowMapping]:
        """The amounts of a customer that are taken, each of which is seen to be ours, the released ones too."""
        rows = connection.execute(_OF_CUSTOMER, {"of_tenant": tenant, "of_customer": customer_id}).mappings().all()
        for row in rows:
            see_vouched(self._transactions.vault.tags, "ledger_rows", row)
        return [row for row in rows if row["status"] != "released"]


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


def _window_lock(dialect_insert: Callable[[Any], Any]) -> Any:
    rows = ledger_windows.c
    return dialect_insert(ledger_windows).on_conflict_do_update(
        index_elements=[rows.tenant, rows.customer_id, rows.bucket], set_={"reservations": rows.reservations + 1}
    )


_OF_CUSTOMER = select(ledger_rows).where(
    ledger_rows.c.tenant == bindparam("of_tenant"), ledger_rows.c.customer_id == bindparam("of_customer")
)
_INSERT = insert(ledger_rows)
_MARK = (
    update(ledger_rows)
    .where(ledger_rows.c.id == bindparam("wanted"), ledger_rows.c.status == "reserved")
    .values(status=bindparam("becomes"), reference=bindparam("known_as"))
)
_LOCK_WINDOW = {"sqlite": _window_lock(sqlite.insert), "postgresql": _window_lock(postgresql.insert)}
