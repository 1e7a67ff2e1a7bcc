"""The autonomy dial: what operators hold back reaches every decision, on the record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.autonomy import Scope, Stage, Turned
from domain.caller import Caller, Role
from domain.errors import BadRequest, StorageUnavailable
from domain.ids import ConversationId, TenantId
from policy.control.dial import Dial, DialPosition, combine, hold_back
from policy.journal.journal import HashChainedJournal
from storage.transactions import Transactions
from tests.policy.house import TENANT, House
from tests.vaults import open_test_vault

ADMIN = Caller("admin", Role.ADMIN, TENANT)
HERE = DialPosition(TENANT, "billing.refund", "chat", frozenset({"locale:en", "flag:vulnerable"}), 42)
FREE = {"kill_switch": False, "autonomy_stage": "auto"}


class Ticks:
    """A stopwatch that tests turn."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def wish(act, scope: Scope = "all", name: str = "", **more) -> Turned:
    return Turned(scope, name, act, "a drill", **more)


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def dial(database, ticks) -> Dial:
    return another(database, ticks)


def another(database, ticks) -> Dial:
    """What another process has: a dial of its own on the same database."""
    from tests.policy.house import Clock

    transactions, clock = Transactions(database, open_test_vault()), Clock()
    return Dial(transactions, HashChainedJournal(transactions, clock), clock, ticks)


async def test_untouched_it_holds_nothing_back(dial: Dial) -> None:
    assert await dial.facts(HERE) == FREE


async def test_another_process_obeys_within_a_second(dial: Dial, database, ticks: Ticks) -> None:
    other = another(database, ticks)
    assert await other.facts(HERE) == FREE

    await dial.turn(ADMIN, wish("stop"))

    assert (await dial.facts(HERE))["kill_switch"] is True
    ticks.now += 1.0
    assert (await other.facts(HERE))["kill_switch"] is True
    await dial.turn(ADMIN, wish("resume"))
    ticks.now += 1.0
    assert await other.facts(HERE) == FREE


async def test_between_two_looks_the_database_is_left_alone(dial: Dial, database, ticks: Ticks) -> None:
    await dial.facts(HERE)
    await database.dispose()
    for _ in range(100):
        ticks.now += 0.009
        assert await dial.facts(HERE) == FREE


async def test_who_cannot_look_for_longer_than_five_seconds_acts_as_stopped(dial: Dial, ticks: Ticks, monkeypatch):
    await dial.facts(HERE)

    async def broken(work):
        raise StorageUnavailable("the database is away")

    monkeypatch.setattr(dial._transactions, "glance", broken)
    ticks.now += 5.0
    assert await dial.facts(HERE) == FREE
    ticks.now += 0.1
    assert await dial.facts(HERE) == {"kill_switch": True}
    assert await dial.is_stopped(TENANT)
    monkeypatch.undo()
    assert await dial.facts(HERE) == FREE
    assert not await dial.is_stopped(TENANT)


async def test_who_never_could_look_acts_as_stopped(sqlite, ticks: Ticks) -> None:
    dial = another(sqlite, ticks)
    async with sqlite.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE autonomy_overrides")
    assert await dial.facts(HERE) == {"kill_switch": True}


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        ("all", ""),
        ("procedure", "billing.refund"),
        ("channel", "chat"),
        ("cohort", "locale:en"),
        ("cohort", "flag:vulnerable"),
    ],
)
async def test_each_scope_meets_its_calls(dial: Dial, scope: Scope, name: str) -> None:
    await dial.turn(ADMIN, wish("set", scope, name, stage=Stage.OBSERVE))
    assert (await dial.facts(HERE))["autonomy_stage"] == "observe"
    elsewhere = DialPosition(TENANT, "billing.other", "voice", frozenset({"locale:de"}), 42)
    assert (await dial.facts(elsewhere))["autonomy_stage"] == ("observe" if scope == "all" else "auto")


async def test_another_tenant_is_not_meant_unless_every_tenant_is(dial: Dial) -> None:
    other = DialPosition("other-co", "billing.refund", "chat", frozenset(), 42)
    await dial.turn(ADMIN, wish("stop"))
    assert await dial.facts(other) == FREE
    await dial.turn(Caller("operator", Role.ADMIN, TenantId("*")), wish("stop"))
    assert (await dial.facts(other))["kill_switch"] is True


async def test_a_canary_is_its_share_of_customers_and_stopping_does_not_forget_it(dial: Dial) -> None:
    await dial.turn(ADMIN, wish("set", "procedure", "billing.refund", stage=Stage.AUTO, percent=42))
    inside = DialPosition(TENANT, "billing.refund", "chat", frozenset(), 41)
    assert (await dial.facts(inside))["autonomy_stage"] == "auto"
    assert (await dial.facts(HERE))["autonomy_stage"] == "approve"
    await dial.turn(ADMIN, wish("stop", "procedure", "billing.refund"))
    await dial.turn(ADMIN, wish("resume", "procedure", "billing.refund"))
    assert await dial.facts(HERE) == {"kill_switch": False, "autonomy_stage": "approve"}


async def test_each_turn_of_the_dial_is_in_the_journal_with_its_reason(dial: Dial, database) -> None:
    await dial.turn(ADMIN, Turned("procedure", "billing.refund", "set", "complaints", Stage.SUGGEST, 30, Stage.OFF))

    journal = dial._journal
    [entry] = await journal.entries(TENANT, ConversationId(f"autonomy:{TENANT}"))
    assert entry.rationale == (
        "Autonomy of procedure billing.refund was set to suggest for 30 % of customers, off for the rest by admin: "
        "complaints"
    )
    assert entry.payload["autonomy"]["percent"] == 30
    assert (await journal.verify(TENANT)).ok
    assert [turned.reason for turned in await dial.history(TENANT)] == ["complaints"]


@pytest.mark.parametrize(
    "bad",
    [
        Turned("all", "", "stop", "  "),
        Turned("all", "billing.refund", "stop", "why"),
        Turned("procedure", "", "stop", "why"),
        Turned("all", "", "set", "why", Stage.AUTO, 101),
    ],
)
async def test_what_means_nothing_is_refused_and_leaves_no_trace(dial: Dial, bad: Turned) -> None:
    with pytest.raises(BadRequest):
        await dial.turn(ADMIN, bad)
    assert await dial.history(TENANT) == []


async def test_the_gate_puts_the_dial_before_the_policy(either_house: House) -> None:
    house = either_house
    await house.refund()
    assert {name: house.rules.asked[-1]["facts"][name] for name in FREE} == FREE
    await house.control.dial.turn(ADMIN, wish("stop"))
    await house.refund()
    assert house.rules.asked[-1]["facts"]["kill_switch"] is True


async def test_reads_do_not_ask_for_the_dial(house: House) -> None:
    await house.call("payments.get_payment", payment_id="P-1")
    assert "kill_switch" not in house.rules.asked[-1]["facts"]


@given(
    turns=st.lists(
        st.tuples(
            st.sampled_from(["stop", "resume", "set"]),
            st.sampled_from([("all", ""), ("procedure", "billing.refund"), ("channel", "chat"), ("channel", "voice")]),
            st.sampled_from(list(Stage)),
            st.integers(0, 100),
        ),
        max_size=12,
    ),
    bucket=st.integers(0, 99),
)
def test_the_last_word_of_each_scope_holds_and_the_strictest_scope_wins(turns, bucket: int) -> None:
    from domain.autonomy import Override
    from tests.policy.house import Clock

    now = Clock()()
    recorded = [
        Override(number, TENANT, scope, name, act, stage, percent, Stage.APPROVE, "admin", "why", now)
        for number, (act, (scope, name), stage, percent) in enumerate(turns)
    ]
    place = DialPosition(TENANT, "billing.refund", "chat", frozenset(), bucket)
    found = hold_back(combine(recorded), place)

    mine = [("all", ""), ("procedure", "billing.refund"), ("channel", "chat")]
    stopped = [
        next((r.act == "stop" for r in reversed(recorded) if (r.scope, r.name) == key and r.act != "set"), False)
        for key in mine
    ]
    sets = [next((r for r in reversed(recorded) if (r.scope, r.name) == key and r.act == "set"), None) for key in mine]
    stages = [(r.stage if bucket < r.percent else r.rest) for r in sets if r]
    order = list(Stage)
    assert found["kill_switch"] is any(stopped)
    assert found["autonomy_stage"] == min(stages, key=order.index, default=Stage.AUTO).value
