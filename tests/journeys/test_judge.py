"""The judge fails what must fail: held against what really happened in a house, changed in one thing at a time."""

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.journeys.application import open_application
from app.journeys.customer import Trial
from app.journeys.judge import TrialEvidence, footprints, judge
from app.journeys.scenario import Scenario, Variant, load_scenarios
from app.journeys.systems import RowChange, WatchedSystems
from app.journeys.trial import PlayedConversation, gather_evidence
from app.settings import load_settings
from policy.engines.bundle import load_bundle
from tests.reference import COMPANY

SHIPPED = load_scenarios(company=COMPANY)
REFUND = "payments.refund_payment"


def find(scenario: str, language: str = "en", manner: str = "plain") -> Variant:
    return next(each for each in SHIPPED if each.id.endswith(f"{scenario}/{language}/{manner}"))


async def play(seeded: Path, tmp_path: Path, variant: Variant) -> TrialEvidence:
    async with open_application(load_settings(), seeded, tmp_path / "house") as house:
        conversation = PlayedConversation(house, Trial(variant, 0, 1))
        await conversation.play()
        return await gather_evidence(house, conversation, "")


@pytest.fixture(scope="module")
def served(seeded_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> TrialEvidence:
    """A duplicate charge that was refunded as it should be."""
    return asyncio.run(play(seeded_folder, tmp_path_factory.mktemp("judge"), find("last_bill_taken_twice")))


def expecting(**fields: Any) -> Variant:
    variant = find("last_bill_taken_twice")
    expects = {**variant.scenario.expects.model_dump(), **fields}
    scenario = Scenario.model_validate({**variant.scenario.model_dump(), "expects": expects})
    return replace(variant, scenario=scenario)


def test_what_was_served_passes(served: TrialEvidence) -> None:
    assert judge(find("last_bill_taken_twice"), served) == ()


def test_a_wrong_amount_fails(served: TrialEvidence) -> None:
    wanted = [{"tool": REFUND, "payment_id": "P-5002", "amount_minor": 4000}]
    missed = judge(expecting(writes=wanted), served)
    assert any("was not done" in each and "4000" in each for each in missed)
    assert any("not wanted" in each and "3999" in each for each in missed)


def test_an_extra_write_fails(served: TrialEvidence) -> None:
    assert any("not wanted" in each for each in judge(expecting(writes=[]), served))


def test_a_write_that_was_made_twice_fails(served: TrialEvidence) -> None:
    actions = served.conversation["actions"]
    twice = replace(served, conversation={**served.conversation, "actions": [*actions, *actions]})
    missed = judge(find("last_bill_taken_twice"), twice)
    assert any("not wanted" in each for each in missed)
    assert any("do not name the same writes" in each for each in missed)


def test_a_missing_handoff_and_one_that_nobody_expected_fail(served: TrialEvidence) -> None:
    assert any("not handed" in each for each in judge(expecting(handoff={"queue": "billing"}), served))
    handed = {"queue": "general", "reason": "anger", "priority": "high", "packet_id": ""}
    angry = replace(served, conversation={**served.conversation, "handoff": handed})
    assert any("went to a person" in each for each in judge(find("last_bill_taken_twice"), angry))
    wrong_queue = judge(expecting(handoff={"queue": "billing"}), angry)
    assert any("queue general, not billing" in each for each in wrong_queue)


def test_a_row_that_no_write_accounts_for_fails(served: TrialEvidence) -> None:
    moved = RowChange("customers", {"customer_id": "C-1001"}, {"customer_id": "C-1001", "address": "elsewhere"})
    missed = judge(find("last_bill_taken_twice"), replace(served, changes=[*served.changes, moved]))
    assert missed == ("changed without a write on record: customers",)


def test_another_customers_row_fails(served: TrialEvidence) -> None:
    other = RowChange("refunds", {}, {"customer_id": "C-1018", "payment_id": "P-5182"})
    missed = judge(find("last_bill_taken_twice"), replace(served, changes=[*served.changes, other]))
    assert missed == ("changed another customer's refunds: C-1018",)


def test_a_write_that_left_no_row_fails(served: TrialEvidence) -> None:
    missed = judge(find("last_bill_taken_twice"), replace(served, changes=[]))
    assert any("left no row in refunds" in each for each in missed)


def test_a_broken_journal_fails(served: TrialEvidence) -> None:
    broken = replace(served, verification={"ok": False, "problems": ["entry 4: hash"]})
    assert judge(find("last_bill_taken_twice"), broken) == ("the journal does not verify: ['entry 4: hash']",)


def test_a_write_without_an_allowing_decision_before_it_fails(served: TrialEvidence) -> None:
    without = [each for each in served.journal if each["kind"] != "intent"]
    missed = judge(find("last_bill_taken_twice"), replace(served, journal=without))
    assert any("without an allowing decision" in each for each in missed)


def test_a_forbidden_tool_and_one_that_was_not_called_fail(served: TrialEvidence) -> None:
    variant = expecting(forbids=["payments.list_payments"], calls=["network.run_line_test"])
    missed = judge(variant, served)
    assert "must not be proposed: payments.list_payments" in missed
    assert "was not called: network.run_line_test" in missed


def test_a_figure_that_was_not_told_and_the_wrong_language_fail(served: TrialEvidence) -> None:
    assert judge(expecting(tells=["39.9"]), served) == ("did not tell 39.9",)
    german = replace(served, conversation={**served.conversation, "locale": "de"})
    assert "answered in de, not in en" in judge(find("last_bill_taken_twice"), german)


def test_a_house_that_gives_no_answer_fails(served: TrialEvidence) -> None:
    assert judge(find("last_bill_taken_twice"), replace(served, stuck="500")) == ("500",)


def test_every_write_that_policy_knows_has_a_footprint() -> None:
    writes = {tool for tool, known in load_bundle().tools.items() if known["kind"] == "write"}
    assert writes <= set(footprints())


async def test_a_house_is_as_before_after_a_trial(seeded_folder: Path, tmp_path: Path) -> None:
    variant = find("last_bill_taken_twice")
    async with open_application(load_settings(), seeded_folder, tmp_path / "house") as house:
        for _ in range(2):
            conversation = PlayedConversation(house, Trial(variant, 0, 1))
            await conversation.play()
            evidence = await gather_evidence(house, conversation, "")
            assert judge(variant, evidence) == ()
        assert house.restore() == []


def test_systems_say_what_changed_and_put_it_back(tmp_path: Path) -> None:
    file = tmp_path / "some.db"
    with sqlite3.connect(file) as database:
        database.executescript("CREATE TABLE t (a TEXT, b INTEGER); INSERT INTO t VALUES ('x', 1), ('y', 2), ('z', 3)")
        told = "BEGIN INSERT INTO events VALUES ('t'); END"
        database.executescript(f"CREATE TABLE events (a TEXT); CREATE TRIGGER g AFTER DELETE ON t {told}")
        database.commit()
        with WatchedSystems(file) as systems:
            database.executescript(
                "UPDATE t SET b = 9 WHERE a = 'x'; DELETE FROM t WHERE a = 'y'; INSERT INTO t VALUES ('w', 4)"
            )
            database.commit()
            changes = systems.restore()
            assert RowChange("t", {"a": "x", "b": 1}, {"a": "x", "b": 9}) in changes
            assert RowChange("t", {"a": "y", "b": 2}, {}) in changes
            assert RowChange("t", {}, {"a": "w", "b": 4}) in changes
            assert systems.restore() == []
        assert sorted(database.execute("SELECT * FROM t").fetchall()) == [("x", 1), ("y", 2), ("z", 3)]
