"""Nothing happens twice and nothing is lost, whatever dies and whenever."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.autonomy import Turned
from domain.caller import Caller, Role
from domain.calls import CallResult
from domain.decision import Effect
from domain.errors import ToolUnavailable
from policy.tools.servers import ServerAddress, ToolServers
from policy.tools.tool_data import parse_tool_data
from storage.tables.control import evidence
from tests.policy.house import TOOLS, House, effect, make_control, open_house
from tests.policy.small_systems import partner_server


class Killed(BaseException):
    """What a killed process looks like from inside."""


async def confirmed(house: House, amount: int = 3999) -> None:
    asked = await house.refund(amount)
    assert asked.pending is not None
    await house.gate.confirm(house.context(), asked.pending.id)


def succeeded(result: CallResult) -> bool:
    return result.outcome is not None and result.outcome.succeeded


async def test_proposing_an_executed_call_again_returns_its_outcome(house: House):
    first = await house.confirmed_refund()
    again = await house.refund()
    assert again.outcome is not None
    assert again.outcome.replayed
    assert again.outcome.data == first.outcome.data
    assert again.decision == first.decision
    assert house.books.executions == 1
    assert (await house.kinds()).count("intent:allow") == 1


async def test_a_failed_calls_outcome_is_kept_too(house: House):
    first = await house.confirmed_refund(13)
    again = await house.refund(13)
    assert again.outcome.error == first.outcome.error
    assert len(house.books.keys_seen) == 0


@pytest.mark.parametrize("crash", ["crash", "crash_before"])
async def test_a_crash_between_intent_and_outcome_is_completed_by_the_next_try(either_house: House, crash: str):
    house = either_house
    await confirmed(house)
    setattr(house.books, crash, Killed())
    with pytest.raises(Killed):
        await house.refund()
    after = house.again()
    result = await after.refund()
    assert succeeded(result)
    assert house.books.executions == 1
    assert len(set(house.books.keys_seen)) == 1
    assert await after.kinds() == ["decision:confirm", "evidence", "intent:allow", "outcome:succeeded"]


async def test_an_open_amount_stays_taken_until_the_outcome_is_known(house: House):
    await confirmed(house)
    house.books.crash = Killed()
    with pytest.raises(Killed):
        await house.refund()
    after = house.again()
    await after.refund(call_id="turn-1/2")
    assert house.rules.asked[-1]["facts"]["goodwill_minor_30d"] == 3999


async def test_recovery_completes_what_nobody_proposes_again(house: House):
    await confirmed(house)
    house.books.crash = Killed()
    with pytest.raises(Killed):
        await house.refund()
    after = house.again()
    assert await after.control.recovery.complete_open_calls() == 0
    house.clock.forward(minutes=2)
    assert await after.control.recovery.complete_open_calls() == 1
    assert await after.control.recovery.complete_open_calls(timedelta(0)) == 0
    assert house.books.executions == 1
    assert (await after.kinds())[-1] == "outcome:succeeded"
    assert (await after.refund()).outcome.data["refund_id"] == "R-1"


@pytest.mark.parametrize("crash", ["crash", "crash_before"])
async def test_what_a_crash_left_open_is_not_sent_again_while_everything_is_stopped(house: House, crash: str):
    await confirmed(house)
    setattr(house.books, crash, Killed())
    with pytest.raises(Killed):
        await house.refund()
    before, after = house.books.executions, house.again()
    admin = Caller("ada", Role.ADMIN, house.context().principal.tenant)
    await after.control.dial.turn(admin, Turned("all", "", "stop", "a drill"))
    house.clock.forward(minutes=2)
    assert await after.control.recovery.complete_open_calls() == 0
    assert not succeeded(await after.refund())
    assert house.books.executions == before
    await after.control.dial.turn(admin, Turned("all", "", "resume", "over"))
    assert await after.control.recovery.complete_open_calls() == 1
    assert house.books.executions == 1
    assert succeeded(await after.refund())


async def test_a_silent_server_is_asked_again_with_the_same_key(house: House):
    await confirmed(house)
    house.books.crash = RuntimeError("died after executing")
    result = await house.refund()
    assert succeeded(result)
    assert house.books.executions == 1
    assert len(house.books.keys_seen) == 2


async def test_a_server_that_stays_silent_leaves_the_intent_open(house: House, monkeypatch: pytest.MonkeyPatch):
    await confirmed(house)

    async def silent(*arguments: object) -> object:
        raise ToolUnavailable("payments gave no usable answer")

    with monkeypatch.context() as patch:
        patch.setattr(house.servers, "call", _except_reads(house, silent))
        result = await house.refund()
    assert result.decision.effect is Effect.ALLOW
    assert result.outcome is not None
    assert result.outcome.error == "payments did not answer: it is not known yet whether this was done"
    assert succeeded(await house.refund())
    assert await house.kinds() == [
        "decision:confirm", "evidence", "intent:allow", "outcome:unknown", "outcome:succeeded",
    ]  # fmt: skip


def _except_reads(house: House, silent: object):
    real = house.servers.call

    async def call(tool, *arguments):
        return await (real if tool.name.partition(".")[2].startswith("get_") else silent)(tool, *arguments)

    return call


async def test_a_system_that_cannot_be_asked_for_facts_is_a_failed_outcome(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    async def silent(*arguments: object) -> object:
        raise ToolUnavailable("payments did not answer in time")

    monkeypatch.setattr(house.servers, "call", silent)
    result = await house.refund()
    assert result.decision.rules == ("gate/facts_unavailable",)
    assert result.outcome is not None
    assert result.outcome.error == "payments did not answer in time"
    assert house.rules.asked == []


async def test_an_interrupted_turn_runs_again_over_the_same_reads(house: House):
    house.rules.rules = lambda document: effect("allow")
    before = await house.call("payments.get_payment", "turn-1/1", payment_id="P-1")
    house.books.crash = Killed()
    with pytest.raises(Killed):
        await house.refund(call_id="turn-1/2")
    after = house.again()
    again = await after.call("payments.get_payment", "turn-1/1", payment_id="P-1")
    assert again.outcome.replayed
    assert again.outcome.data == before.outcome.data
    assert succeeded(await after.refund(call_id="turn-1/2"))
    assert house.books.executions == 1
    await after.end_turn()
    fresh = await after.call("payments.get_payment", "turn-1/1", payment_id="P-1")
    assert fresh.outcome.data["refunded_minor"] == 3999


async def test_a_cancelled_turn_is_completed_by_the_next(house: House, monkeypatch: pytest.MonkeyPatch):
    await confirmed(house)
    executing, real = asyncio.Event(), house.servers.call

    async def slow(tool, *arguments):
        outcome = await real(tool, *arguments)
        if tool.name == "payments.refund_payment":
            executing.set()
            await asyncio.Event().wait()
        return outcome

    monkeypatch.setattr(house.servers, "call", slow)
    turn = asyncio.create_task(house.refund())
    await executing.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    monkeypatch.undo()
    assert succeeded(await house.refund())
    assert house.books.executions == 1


async def partner_house(house: House, **data: object) -> tuple[House, list[str]]:
    calls: list[str] = []
    tools = {**TOOLS, "partner.send_gift": {"group": "gift", "kind": "write", **data}}
    probe = ToolServers([ServerAddress("partner", partner_server([]), first_party=False)], {})
    await probe.start()
    tools["partner.send_gift"]["digest"] = probe.tools()[0].digest
    await probe.stop()
    servers = ToolServers([ServerAddress("partner", partner_server(calls), first_party=False)], parse_tool_data(tools))
    await servers.start()
    del tools["crm.get_customer"]
    control = make_control(house.database, servers, house.rules, house.clock, house.key, tools)
    house.rules.rules = lambda document: effect("allow")
    return House(control, servers, house.books, house.rules, house.clock, house.database, house.key), calls


async def test_somebody_elses_write_is_never_tried_twice(house: House):
    partner, calls = await partner_house(house)
    result = await partner.call("partner.send_gift", name="lost")
    assert result.outcome is not None
    assert not result.outcome.succeeded
    again = await partner.call("partner.send_gift", name="lost")
    assert again.outcome is not None
    assert not again.outcome.succeeded
    assert calls == ["lost"]
    await partner.servers.stop()


async def test_somebody_elses_server_gets_no_grant(house: House):
    partner, calls = await partner_house(house)
    assert succeeded(await partner.call("partner.send_gift", name="flowers"))
    assert calls == ["flowers"]
    await partner.servers.stop()


async def test_splitting_a_refund_over_fifty_conversations_never_passes_the_window(either_house: House):
    house = either_house
    house.rules.rules = lambda document: effect(
        "allow",
        reserve={
            "bucket": "goodwill",
            "amount_minor": 1000,
            "limit_minor": 15000,
            "window_days": 30,
            "limit_count": None,
        },
    )

    async def one(number: int) -> CallResult:
        mine = house.again()
        mine.conversation_id = f"conv-{number}"
        return await mine.refund(1000)

    results = await asyncio.gather(*(one(number) for number in range(50)))
    assert sum(succeeded(result) for result in results) == 15
    assert {result.decision.rules for result in results if not succeeded(result)} == {("gate/overtaken",)}
    assert house.books.payments["P-1"]["refunded_minor"] == 15000


KILL_SCRIPT = Path(__file__).parent / "killed_refund.py"


@pytest.mark.parametrize("moment", ["before_intent", "after_intent", "after_effect", "before_outcome", "after_outcome"])
async def test_a_killed_process_leaves_one_effect_after_the_next_try(tmp_path: Path, moment: str):
    def run(step: str) -> int:
        command = [sys.executable, str(KILL_SCRIPT), str(tmp_path), step]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
        return subprocess.run(command, env=environment, timeout=60, check=False).returncode

    assert run(moment) == -signal.SIGKILL
    assert run("none") == 0
    with sqlite3.connect(tmp_path / "effects.db") as effects:
        assert effects.execute("SELECT count(*) FROM effects").fetchone() == (1,)
    with sqlite3.connect(tmp_path / "gate.db") as gate:
        kinds = [row[0] for row in gate.execute("SELECT kind FROM journal_entries ORDER BY sequence")]
        assert kinds == ["intent", "outcome"]
        assert gate.execute("SELECT status FROM calls").fetchall() == [("succeeded",)]
        assert gate.execute("SELECT status FROM ledger_rows").fetchall() == [("settled",)]


__all__ = ["open_house"]


async def test_a_yes_names_the_question_that_it_answers(either_house: House):
    asked = await either_house.refund()
    assert asked.pending is not None
    await either_house.gate.confirm(either_house.context(), asked.pending.id)
    async with either_house.database.connect() as connection:
        answered = (await connection.execute(select(evidence.c.pending_id))).scalars().all()
    assert answered == [asked.pending.id]
