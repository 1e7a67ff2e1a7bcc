"""One owner, many processes: what the unit of work promises, on both kinds of database."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.errors import Busy, LeaseLost, Misconfigured
from domain.ids import ConversationId
from storage.tables.conversations import feedback
from storage.tables.leases import leases
from storage.transactions import Transactions
from storage.unit_of_work import UnitOfWork, UnitsOfWork, open_unit
from tests.vaults import open_test_vault

HERE, THERE = ConversationId("CV-here"), ConversationId("CV-there")


@pytest.fixture
async def processes(database: AsyncEngine) -> AsyncIterator[tuple[UnitsOfWork, UnitsOfWork]]:
    """Two processes on one database."""
    opened = [Transactions(database, open_test_vault()) for _ in range(2)]
    yield UnitsOfWork(opened[0]), UnitsOfWork(opened[1])
    for each in opened:
        await each.close()


@pytest.fixture
def work(processes: tuple[UnitsOfWork, UnitsOfWork]) -> UnitsOfWork:
    return processes[0]


def rate(name: str):
    def write(connection: Connection) -> None:
        row = {"id": name, "conversation_id": HERE, "score": 5, "comment": "", "at": "2026-01-01 12:00:00"}
        statement = "INSERT INTO feedback (id, conversation_id, score, comment, at) VALUES "
        connection.execute(text(statement + "(:id, :conversation_id, :score, :comment, '2026-01-01 12:00:00')"), row)

    return write


async def rated(work: UnitsOfWork) -> list[str]:
    query = select(feedback.c.id).order_by(feedback.c.id)
    return list(await work.transactions.read(lambda connection: connection.execute(query).scalars().all()))


async def run_out(work: UnitsOfWork) -> None:
    """As if the holder had said nothing for as long as a lease lasts."""
    await work.transactions.write(lambda connection: connection.execute(update(leases).values(expires_at=1)))


async def test_what_was_appended_is_written_at_the_end_all_of_it(work: UnitsOfWork) -> None:
    async with work.open(HERE) as unit:
        unit.append(rate("1"))
        unit.append(rate("2"))
        assert await rated(work) == []
    assert await rated(work) == ["1", "2"]


async def test_an_act_that_fails_has_written_nothing_and_leaves_the_conversation_free(work: UnitsOfWork) -> None:
    with pytest.raises(LookupError):
        async with work.open(HERE) as unit:
            unit.append(rate("1"))
            raise LookupError
    async with work.open(HERE, patience_s=0):
        assert await rated(work) == []


async def test_one_write_that_fails_undoes_the_others_and_nothing_is_told(work: UnitsOfWork) -> None:
    told: list[str] = []
    with pytest.raises(LookupError):
        async with work.open(HERE) as unit:
            unit.append(rate("1"))
            unit.append(_fail)
            unit.publish(lambda: told.append("news"))
    assert (await rated(work), told) == ([], [])


def _fail(_connection: Connection) -> None:
    raise LookupError


async def test_news_is_told_once_it_is_written(work: UnitsOfWork) -> None:
    told: list[list[str]] = []
    async with work.open(HERE) as unit:
        unit.append(rate("1"))
        unit.publish(lambda: told.append(["told"]))
        assert told == []
        await unit.commit()
        assert (told, await rated(work)) == ([["told"]], ["1"])
    assert told == [["told"]]


async def test_two_acts_on_one_conversation_are_one_after_the_other(
    processes: tuple[UnitsOfWork, UnitsOfWork],
) -> None:
    one, other = processes
    inside: list[str] = []

    async def act(work: UnitsOfWork, name: str) -> None:
        async with work.open(HERE) as unit:
            inside.append(name)
            await asyncio.sleep(0)
            assert inside == [name]
            unit.append(rate(name))
            inside.remove(name)

    await asyncio.gather(
        *(act(work, f"{number}-{index}") for number in range(4) for index, work in enumerate((one, other)))
    )
    assert len(await rated(one)) == 8


async def test_who_cannot_have_the_conversation_in_time_is_told_so(processes: tuple[UnitsOfWork, UnitsOfWork]) -> None:
    one, other = processes
    async with one.open(HERE):
        for work in processes:
            with pytest.raises(Busy):
                async with work.open(HERE, patience_s=0):
                    pytest.fail("two at once")
        async with other.open(THERE, patience_s=0):
            pass


async def test_a_frozen_process_cannot_write_once_another_has_the_conversation(
    processes: tuple[UnitsOfWork, UnitsOfWork],
) -> None:
    frozen, other = processes
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def act() -> None:
        async with frozen.open(HERE) as unit:
            unit.append(rate("stale"))
            began.set()
            await goes_on.wait()
            with pytest.raises(LeaseLost):
                await unit.commit()
            with pytest.raises(LeaseLost):
                await frozen.transactions.write(rate("immediate"))
            unit.append(rate("at the end"))

    acting = asyncio.create_task(act())
    await began.wait()
    await run_out(other)
    async with other.open(HERE, patience_s=0) as unit:
        unit.append(rate("fresh"))
    goes_on.set()
    with pytest.raises(LeaseLost):
        await acting
    assert await rated(other) == ["fresh"]


async def test_a_lease_that_ran_out_and_was_taken_by_nobody_still_holds(work: UnitsOfWork) -> None:
    async with work.open(HERE) as unit:
        await work.transactions.write(work.leases.expire_all)
        unit.append(rate("1"))
    assert await rated(work) == ["1"]


async def test_a_renewed_lease_is_not_taken(processes: tuple[UnitsOfWork, UnitsOfWork]) -> None:
    one, other = processes
    async with one.open(HERE):
        await run_out(other)
        await one.transactions.write(one.leases.renew)
        with pytest.raises(Busy):
            async with other.open(HERE, patience_s=0):
                pytest.fail("two at once")


async def test_what_waited_sees_what_was_there_when_it_came(processes: tuple[UnitsOfWork, UnitsOfWork]) -> None:
    one, other = processes
    looks: list[tuple[bool, int]] = []
    looked = asyncio.Event()

    def look(connection: Connection, held: bool) -> int:
        looks.append((held, len(connection.execute(select(feedback.c.id)).all())))
        looked.set()
        return looks[-1][1]

    async def late(work: UnitsOfWork) -> int:
        async with work.begin(HERE, look) as unit:
            return unit.first

    for number, work in enumerate((one, other), start=1):
        looks.clear()
        looked.clear()
        async with one.open(HERE) as unit:
            waiting = asyncio.create_task(late(work))
            await looked.wait()
            unit.append(rate(str(number)))
        assert await waiting == number
        assert looks[0] == (False, number - 1)
        assert looks[-1] == (True, number)


async def test_a_conversation_that_was_joined_is_held_and_let_go_with_the_unit(
    processes: tuple[UnitsOfWork, UnitsOfWork],
) -> None:
    one, other = processes
    async with one.open(HERE) as unit:
        await unit.join(THERE)
        with pytest.raises(Busy):
            async with other.open(THERE, patience_s=0):
                pytest.fail("two at once")
        unit.append(rate("1"))
    async with other.open(THERE, patience_s=0), other.open(HERE, patience_s=0):
        assert await rated(other) == ["1"]


async def test_a_unit_that_lost_the_one_that_it_joined_cannot_write(processes: tuple[UnitsOfWork, UnitsOfWork]) -> None:
    one, other = processes
    with pytest.raises(LeaseLost):
        async with one.open(HERE) as unit:
            await unit.join(THERE)
            lost = update(leases).where(leases.c.conversation_id == THERE).values(expires_at=1)
            await other.transactions.write(lambda connection: connection.execute(lost))
            async with other.open(THERE, patience_s=0):
                pass
            unit.append(rate("1"))
    assert await rated(other) == []


async def test_outside_a_unit_nothing_can_be_appended(work: UnitsOfWork) -> None:
    with pytest.raises(Misconfigured):
        open_unit()
    async with work.open(HERE) as unit:
        assert isinstance(unit, UnitOfWork)
        assert open_unit() is unit
    with pytest.raises(Misconfigured):
        open_unit()


async def test_what_goes_on_after_its_unit_has_ended_is_not_held_to_its_lease(
    processes: tuple[UnitsOfWork, UnitsOfWork],
) -> None:
    one, other = processes
    go_on = asyncio.Event()

    async def afterwards() -> None:
        await go_on.wait()
        await one.transactions.write(rate("afterwards"))

    async with one.open(HERE):
        later = asyncio.create_task(afterwards())
    async with other.open(HERE, patience_s=0):
        go_on.set()
        await later
    assert await rated(one) == ["afterwards"]


async def test_an_earlier_processs_leases_can_be_ended_at_once(processes: tuple[UnitsOfWork, UnitsOfWork]) -> None:
    dead, fresh = processes
    await dead.transactions.write(lambda connection: dead.leases.acquire(connection, HERE))
    with pytest.raises(Busy):
        async with fresh.open(HERE, patience_s=0):
            pytest.fail("two at once")
    await fresh.transactions.write(fresh.leases.expire_all)
    async with fresh.open(HERE, patience_s=0):
        pass
