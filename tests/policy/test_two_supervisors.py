"""The two-person rule: above a limit two different supervisors approve exactly one call, and it happens once."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from desk.approvals import ApprovalDesk
from domain.approval import Approval
from domain.caller import Caller, Role
from domain.calls import CallResult
from domain.decision import Effect
from domain.errors import Conflict, SwitchboardError
from policy.engines.bundle import BUNDLE
from tests.conftest import OpenHouse
from tests.policy.house import TENANT, House, money_rules

AMOUNT = 18000


def supervisor(name: str) -> Caller:
    return Caller(name, Role.SUPERVISOR, TENANT)


def two_person_rules(document: dict[str, Any]) -> dict[str, Any]:
    """Money rules where two people have to approve what one would."""
    approval = document["evidence"]["approval"]
    if approval is not None and len(approval["approvers"]) < 2:
        document = {**document, "evidence": {**document["evidence"], "approval": None}}
    answer = money_rules(document)
    if answer["effect"] == "approve":
        answer["obligations"] = [{"type": "approvals", "count": 2}]
    return answer


@pytest.fixture
async def waiting(either_house: House) -> tuple[House, CallResult]:
    """A confirmed refund that waits for two supervisors."""
    either_house.rules.rules = two_person_rules
    result = await either_house.confirmed_refund(AMOUNT)
    assert result.decision.effect is Effect.APPROVE
    return either_house, result


async def decide(house: House, result: CallResult, name: str, approve: bool = True) -> Approval:
    assert result.pending is not None
    caller = supervisor(name)
    return await house.control.approvals.decide(caller, result.pending.id, approve=approve, reason="checked")


async def test_the_first_approval_leaves_it_pending_and_executes_nothing(waiting) -> None:
    house, result = waiting
    first = await decide(house, result, "sue")
    assert (first.status, first.approvals_needed, first.approved_by, first.decided_by) == ("pending", 2, ("sue",), "")
    assert (await house.refund(AMOUNT)).decision.effect is Effect.APPROVE
    assert house.books.payments["P-1"]["refunded_minor"] == 0
    [listed] = await house.control.approvals.list(TENANT, "pending")
    assert listed.approved_by == ("sue",)


async def test_the_second_must_be_somebody_else(waiting) -> None:
    house, result = waiting
    await decide(house, result, "sue")
    with pytest.raises(Conflict, match="another supervisor"):
        await decide(house, result, "sue")
    second = await decide(house, result, "tom")
    assert (second.status, second.approved_by, second.decided_by) == ("approved", ("sue", "tom"), "tom")
    done = await house.refund(AMOUNT)
    assert done.outcome is not None
    assert done.outcome.succeeded
    assert house.books.payments["P-1"]["refunded_minor"] == AMOUNT
    evidence = [entry for entry in await house.entries() if entry.kind == "evidence"]
    assert [entry.payload["by"] for entry in evidence] == ["C-1", "sue", "tom"]


async def test_either_may_reject_at_once_and_the_first_approval_is_void(waiting) -> None:
    house, result = waiting
    await decide(house, result, "sue")
    assert (await decide(house, result, "tom", approve=False)).status == "rejected"
    with pytest.raises(Conflict):
        await decide(house, result, "uma")
    refused = await house.refund(AMOUNT)
    assert refused.decision.rules == ("gate/rejected",)
    assert house.books.payments["P-1"]["refunded_minor"] == 0


async def test_changed_arguments_need_both_approvals_anew(waiting) -> None:
    house, result = waiting
    await decide(house, result, "sue")
    await decide(house, result, "tom")
    other = await house.confirmed_refund(AMOUNT - 1)
    assert other.decision.effect is Effect.APPROVE
    assert house.books.payments["P-1"]["refunded_minor"] == 0


async def test_under_another_policy_both_approvals_are_void(waiting) -> None:
    house, result = waiting
    await decide(house, result, "sue")
    await decide(house, result, "tom")
    house.rules.revision = "rev-2"
    assert (await house.refund(AMOUNT)).decision.effect is Effect.CONFIRM
    assert house.books.payments["P-1"]["refunded_minor"] == 0


async def test_of_fifty_at_once_two_count_and_money_goes_back_once(waiting) -> None:
    house, result = waiting

    async def attempt(number: int) -> str:
        try:
            return (await decide(house, result, f"supervisor-{number}")).status
        except SwitchboardError as error:
            return type(error).__name__

    statuses = await asyncio.gather(*(attempt(number) for number in range(50)))
    assert sorted(statuses) == sorted(["pending", "approved", *48 * ["Conflict"]])
    await asyncio.gather(*(house.refund(AMOUNT) for _ in range(10)))
    assert house.books.payments["P-1"]["refunded_minor"] == AMOUNT


async def test_through_the_desk_with_a_lower_limit(open_house: OpenHouse, tmp_path: Path) -> None:
    """C-1003's 180.00 with the limit at 150.00: asked, confirmed, approved twice, refunded once."""
    careful = Path(shutil.copytree(BUNDLE, tmp_path / "bundle"))
    limits = json.loads((careful / "data/limits.json").read_text("utf-8"))
    limits["limits"]["tenants"]["northwind-fibre"] = {"money_back": {"two_person_minor": 15000}}
    (careful / "data/limits.json").write_text(json.dumps(limits), "utf-8")
    guest = await open_house(policy={"bundle": careful})
    house = guest.house
    talk = await guest.customer("C-1003", auth_level="strong")
    await talk.says("I was charged twice for my yearly payment, refund one please")
    await talk.says("yes")
    assert talk.turn["status"] == "waiting_approval"

    assert (await talk.decides())["status"] == "waiting_approval"
    [item] = (await guest.fetch("supervisor", "/v1/approvals?status=pending"))["items"]
    assert (item["approvals_needed"], item["approved_by"]) == (2, ["supervisor"])
    again = await guest.call("supervisor", "POST", f"/v1/approvals/{item['id']}", {"decision": "approve"})
    assert again.status_code == 409
    assert await talk.done() == []

    desk = ApprovalDesk(house.control.approvals, house.turns)
    await desk.decide(supervisor("tom"), item["id"], approve=True, reason="seen both captures")
    assert await talk.done() == [("payments.refund_payment", "succeeded")]
    decided = (await guest.fetch("auditor", "/v1/approvals?status=approved"))["items"]
    assert decided[0]["approved_by"] == ["supervisor", "tom"]


async def test_who_repeats_a_decision_is_not_sent_for_a_second_supervisor_that_nobody_needs(waiting) -> None:
    house, result = waiting
    await decide(house, result, "sue")
    await decide(house, result, "tom")
    with pytest.raises(Conflict, match="this was decided or withdrawn before"):
        await decide(house, result, "tom")
