"""Concurrent amounts never add up past their window."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.decision import Reserve
from policy.gate.ledger import Booking, Ledger, PastBooking
from storage.tables.control import ledger_rows, metadata
from storage.transactions import Transactions
from tests.policy.conftest import open_sqlite
from tests.policy.house import Clock
from tests.vaults import open_test_vault

REFUND = "payments.refund_payment"


def booking(
    key: str, amount: int = 1000, *, customer: str = "C-1", limit: int = 15000, count: int | None = None, **more: str
):
    reserve = Reserve(more.get("bucket", "goodwill"), amount, limit, 30, count)
    return Booking(key, more.get("tenant", "t"), customer, REFUND, more.get("subject", "P-1"), reserve)


class Till:
    """A ledger with each step in its own transaction."""

    def __init__(self, database: AsyncEngine, clock: Clock) -> None:
        self.transactions = Transactions(database, open_test_vault())
        self.ledger = Ledger(self.transactions, clock)
        self.clock = clock

    async def reserve(self, wanted: Booking) -> bool:
        return await self.transactions.write(lambda connection: self.ledger.reserve(connection, wanted))

    async def settle(self, key: str, reference: str | None = None) -> None:
        await self.transactions.write(lambda connection: self.ledger.settle(connection, key, reference))

    async def release(self, key: str) -> None:
        await self.transactions.write(lambda connection: self.ledger.release(connection, key))

    async def facts(self, customer: str = "C-1", subject: str = "P-1", tenant: str = "t") -> tuple[int, int, int, int]:
        facts = await self.transactions.read(
            lambda connection: self.ledger.facts(connection, tenant, customer, subject)
        )
        names = ("goodwill_minor_30d", "goodwill_count_30d", "refunds_of_this_payment", "refunded_minor_24h")
        return tuple(facts[name] for name in names)


@pytest.fixture
def till(database: AsyncEngine) -> Till:
    return Till(database, Clock())


async def test_fifty_concurrent_amounts_never_pass_the_sum(database: AsyncEngine):
    tills = [Till(database, Clock()) for _ in range(5)]
    results = await asyncio.gather(*(tills[n % 5].reserve(booking(f"k{n}")) for n in range(50)))
    assert sum(results) == 15
    assert (await tills[0].facts())[:2] == (15000, 15)


async def test_fifty_concurrent_amounts_never_pass_the_count(database: AsyncEngine):
    tills = [Till(database, Clock()) for _ in range(5)]
    results = await asyncio.gather(*(tills[n % 5].reserve(booking(f"k{n}", 1, count=3)) for n in range(50)))
    assert sum(results) == 3


async def test_windows_are_each_customers_tenants_and_buckets_own(till: Till):
    assert await till.reserve(booking("k1", 15000))
    assert not await till.reserve(booking("k2", 1))
    assert await till.reserve(booking("k3", 15000, customer="C-2"))
    assert await till.reserve(booking("k4", 15000, tenant="other"))
    assert await till.reserve(booking("k5", 15000, bucket="payments"))


async def test_a_window_moves_on_with_time(till: Till):
    assert await till.reserve(booking("k1", 15000))
    till.clock.forward(days=30, seconds=-1)
    assert not await till.reserve(booking("k2", 1))
    till.clock.forward(seconds=1)
    assert await till.reserve(booking("k3", 15000))


async def test_a_released_amount_is_free_again_and_a_settled_one_is_not(till: Till):
    assert await till.reserve(booking("k1", 10000))
    await till.release("k1")
    assert await till.reserve(booking("k2", 10000))
    await till.settle("k2", "R-1")
    await till.release("k2")
    assert not await till.reserve(booking("k3", 10000))


@pytest.mark.parametrize("amount", [0, -1, -15000])
async def test_nothing_and_less_than_nothing_cannot_be_taken(till: Till, amount: int):
    assert not await till.reserve(booking("k1", amount))


async def test_facts_count_what_is_reserved_and_settled_within_their_times(till: Till):
    await till.reserve(booking("k1", 1000, subject="P-1"))
    till.clock.forward(hours=25)
    await till.reserve(booking("k2", 2000, subject="P-2"))
    await till.settle("k2")
    await till.reserve(booking("k3", 4000, subject="P-1"))
    await till.release("k3")
    assert await till.facts(subject="P-1") == (3000, 2, 1, 0)
    assert await till.facts(subject="P-2") == (3000, 2, 1, 2000)
    assert await till.facts(customer="C-2") == (0, 0, 0, 0)
    till.clock.forward(days=29)
    assert await till.facts(subject="P-1") == (2000, 1, 1, 0)


def past(reference: str, amount: int = 1000, days: int = 1) -> PastBooking:
    at = datetime(2026, 11, 20, 12, tzinfo=UTC) - timedelta(days=days)
    return PastBooking("t", "C-1", "goodwill", "erp.apply_credit", "", reference, amount, at)


async def test_history_is_taken_over_once(till: Till):
    rows = [past("CR-1"), past("CR-2"), past("CR-3", days=31)]
    assert await till.ledger.import_history(rows) == 3
    assert await till.ledger.import_history([*rows, past("CR-4")]) == 1
    assert (await till.facts())[:2] == (3000, 3)


async def test_history_does_not_repeat_what_went_through_the_gate(till: Till):
    await till.reserve(booking("k1", 1000))
    await till.settle("k1", "CR-1")
    assert await till.ledger.import_history([past("CR-1")]) == 0
    assert (await till.facts())[:2] == (1000, 1)


async def test_history_fills_the_window(till: Till):
    await till.ledger.import_history([past("CR-1", 14500)])
    assert not await till.reserve(booking("k1", 501))
    assert await till.reserve(booking("k2", 500))


STEPS = st.lists(
    st.tuples(st.sampled_from(["reserve", "settle", "release", "wait"]), st.integers(0, 5), st.integers(-10, 9000)),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_sequence_of_steps_passes_the_window(tmp_path: Path, steps: list[tuple[str, int, int]]):
    asyncio.run(_play(tmp_path, steps))


async def _play(folder: Path, steps: list[tuple[str, int, int]]) -> None:
    path = folder / "ledger.db"
    path.unlink(missing_ok=True)
    engine, clock = open_sqlite(path), Clock()
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    till = Till(engine, clock)
    for number, (step, which, amount) in enumerate(steps):
        if step == "reserve":
            await till.reserve(booking(f"k{which}-{number}", amount, count=4))
        elif step == "wait":
            clock.forward(days=which)
        else:
            keys = await _keys(engine)
            if keys:
                await getattr(till, step)(keys[which % len(keys)])
        total, count, _, _ = await till.facts()
        assert 0 <= total <= 15000
        assert count <= 4
    await engine.dispose()


async def _keys(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return list((await connection.execute(select(ledger_rows.c.id))).scalars())
