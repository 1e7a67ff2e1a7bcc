"""The automatic step back: by the numbers, on the record, and never forward."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.ids import ConversationId, TenantId
from jobs.step_back import Tolerance
from policy.engines.bundle import BUNDLE
from router.memory.case_record import CaseHistory, WorkedCase
from tests.conftest import OpenHouse
from tests.house_guest import Guest

TENANT = TenantId("northwind-fibre")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BALANCE = "billing.check_balance"
LIMITS = Tolerance(window_hours=72, minimum_cases=10, failure_percent=20, complaint_percent=10, complaint_days=3)


def cases(count: int, failed: int = 0, procedure: str = BALANCE) -> list[WorkedCase]:
    return [
        WorkedCase(procedure, ConversationId(f"CV-{number}"), f"C-{number}", NOW, number < failed)
        for number in range(count)
    ]


def complaints(*customers: str, after: timedelta = timedelta(hours=1)) -> list[WorkedCase]:
    return [
        WorkedCase("retention.make_complaint", ConversationId(f"CV-{who}"), who, NOW + after, False)
        for who in customers
    ]


@pytest.mark.parametrize(
    ("count", "failed", "fault"),
    [
        (9, 9, ""),
        (10, 2, ""),
        (10, 3, "3 of 10 cases failed, the limit is 20 %"),
        (100, 20, ""),
        (100, 21, "21 of 100 cases failed, the limit is 20 %"),
    ],
)
def test_the_limit_is_passed_only_by_more_than_its_share_of_enough_cases(count: int, failed: int, fault: str) -> None:
    assert LIMITS.find_fault(cases(count, failed), []) == fault


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        (complaints("C-1"), ""),
        (complaints("C-1", "C-1", "C-77"), ""),
        (complaints("C-1", "C-2"), "2 of 10 cases were complained about, the limit is 10 %"),
        (complaints("C-1", "C-2", after=timedelta(days=4)), ""),
        (complaints("C-1", "C-2", after=-timedelta(hours=1)), ""),
    ],
)
def test_a_complaint_counts_against_what_the_same_customer_had_done_before(told, fault: str) -> None:
    assert LIMITS.find_fault(cases(10), told) == fault


async def disappoint(house: Guest, customers: tuple[str, ...]) -> None:
    """Each asks for their balance and rates the answer 1."""
    for customer in customers:
        talk = await house.customer(customer)
        await talk.says("what is my balance?")
        assert f"{talk.turn['specialist']}.{talk.turn['procedure']}" == BALANCE
        rating = {"score": 1, "comment": ""}
        assert (await house.call("channel", "POST", f"/v1/conversations/{talk.id}/feedback", rating)).is_success


async def test_it_goes_back_step_by_step_and_says_why(open_house: OpenHouse, tmp_path: Path) -> None:
    bundle = Path(shutil.copytree(BUNDLE, tmp_path / "bundle"))
    data = json.loads((bundle / "data/autonomy.json").read_text("utf-8"))
    data["autonomy"]["default"]["step_back"] |= {"minimum_cases": 2, "failure_percent": 40}
    (bundle / "data/autonomy.json").write_text(json.dumps(data), "utf-8")
    house = await open_house(policy={"bundle": bundle})
    step_back = house.house.step_back

    await disappoint(house, ("C-1001",))
    assert await step_back.look_at([TENANT]) == 0
    await disappoint(house, ("C-1002",))
    assert await step_back.look_at([TENANT]) == 1
    assert await step_back.look_at([TENANT]) == 0
    [held] = (await house.fetch("admin", "/v1/autonomy"))["items"]
    assert (held["scope"], held["name"], held["stage"]) == ("procedure", BALANCE, "approve")
    last = (await house.fetch("admin", "/v1/autonomy"))["history"][0]
    assert (last["by"], last["reason"]) == ("switchboard", "2 of 2 cases failed, the limit is 40 %")
    journal = await house.house.control.journal.entries(TENANT, ConversationId(f"autonomy:{TENANT}"))
    assert "set to approve by switchboard: 2 of 2 cases failed" in journal[-1].rationale
    metrics = (await house.http.get("/metrics")).text
    assert f'steps_back_total{{procedure="{BALANCE}",stage="approve",tenant="northwind-fibre"}} 1.0' in metrics

    await disappoint(house, ("C-1003", "C-1004"))
    assert await step_back.look_at([TENANT]) == 1
    await disappoint(house, ("C-1005", "C-1006"))
    assert await step_back.look_at([TENANT]) == 0
    assert (await house.fetch("admin", "/v1/autonomy"))["items"][0]["stage"] == "suggest"


async def test_each_turn_is_read_once_and_what_came_since_is_seen(house: Guest) -> None:
    def history() -> CaseHistory:
        return CaseHistory(house.house.control.transactions)

    known, tenant, moment = history(), TenantId("northwind-fibre"), datetime.now(UTC) - timedelta(hours=1)
    amira = await house.customer("C-1001")
    await amira.says("how much do I owe?")
    first = await known.since(tenant, moment)
    await amira.says("when is my next visit?")
    assert len(await known.since(tenant, moment)) == len(first) + 1
    assert await known.since(tenant, moment) == await history().since(tenant, moment)
    assert await known.since(tenant, moment + timedelta(hours=2)) == []
