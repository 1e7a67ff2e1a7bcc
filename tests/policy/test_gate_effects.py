"""What the gate does with each effect of the policy."""

import asyncio
from datetime import timedelta

import pytest

from domain.caller import Caller, Role
from domain.calls import CallResult
from domain.decision import Effect
from domain.errors import Conflict, NotFound, NotPermitted, PolicyUnavailable
from domain.ids import PendingId, TenantId
from domain.principal import Agent, Customer, Principal
from tests.policy.house import STRONG, TENANT, House, effect

SUPERVISOR = Caller("sam", Role.SUPERVISOR, TENANT)


async def approve(house: House, result: CallResult, *, approved: bool = True, caller: Caller = SUPERVISOR):
    assert result.pending is not None
    return await house.control.approvals.decide(caller, result.pending.id, approve=approved, reason="checked")


async def approved_refund(house: House, amount: int) -> CallResult:
    waiting = await house.confirmed_refund(amount)
    assert waiting.decision.effect is Effect.APPROVE
    await approve(house, waiting)
    return await house.refund(amount)


async def test_an_allowed_read_gives_the_servers_result(house: House):
    result = await house.call("payments.get_payment", payment_id="P-1")
    assert result.decision.effect is Effect.ALLOW
    assert result.outcome is not None
    assert result.outcome.data["amount_minor"] == 60000
    assert await house.kinds() == ["decision:succeeded"]


async def test_an_allowed_write_executes_once_between_intent_and_outcome(house: House):
    result = await house.confirmed_refund()
    assert result.outcome is not None
    assert result.outcome.data == {"refund_id": "R-1", "amount_minor": 3999}
    assert house.books.executions == 1
    assert await house.kinds() == ["decision:confirm", "evidence", "intent:allow", "outcome:succeeded"]


async def test_confirm_holds_the_call_with_exactly_its_arguments(house: House):
    result = await house.refund(3999)
    assert result.outcome is None
    assert result.pending is not None
    assert result.pending.kind == "confirm"
    assert result.pending.arguments == {"payment_id": "P-1", "amount_minor": 3999}
    assert result.pending.arguments_digest == result.call.arguments_digest
    assert result.pending.summary == "payments.refund_payment {'amount_minor': 3999, 'payment_id': 'P-1'} in en"
    assert result.pending.expires_at == house.clock() + timedelta(minutes=15)
    assert house.books.executions == 0


async def test_proposing_again_gives_the_same_pending_action(house: House):
    first, second = await house.refund(), await house.refund()
    assert first.pending == second.pending


async def test_an_expired_pending_action_is_asked_anew(house: House):
    first = await house.refund()
    house.clock.forward(minutes=15)
    second = await house.refund()
    assert first.pending is not None
    assert second.pending is not None
    assert first.pending.id != second.pending.id
    with pytest.raises(Conflict):
        await house.gate.confirm(house.context(), first.pending.id)


async def test_a_yes_expires(house: House):
    asked = await house.refund()
    assert asked.pending is not None
    await house.gate.confirm(house.context(), asked.pending.id)
    house.clock.forward(minutes=15)
    assert (await house.refund()).decision.effect is Effect.CONFIRM
    assert house.books.executions == 0


async def test_a_yes_to_one_amount_is_none_to_another(house: House):
    asked = await house.refund(3999)
    assert asked.pending is not None
    await house.gate.confirm(house.context(), asked.pending.id)
    assert (await house.refund(4000)).decision.effect is Effect.CONFIRM
    assert house.books.executions == 0


async def test_a_changed_policy_voids_the_yes(house: House):
    asked = await house.refund()
    assert asked.pending is not None
    await house.gate.confirm(house.context(), asked.pending.id)
    house.rules.revision = "rev-2"
    again = await house.refund()
    assert again.decision.effect is Effect.CONFIRM
    assert again.pending is not None
    assert again.pending.id != asked.pending.id


async def test_a_yes_is_used_once(house: House):
    await house.confirmed_refund(call_id="turn-1/1")
    second = await house.refund(call_id="turn-2/1")
    assert second.decision.effect is Effect.CONFIRM
    assert house.books.executions == 1


async def test_saying_yes_twice_is_a_conflict(house: House):
    asked = await house.refund()
    assert asked.pending is not None
    await house.gate.confirm(house.context(), asked.pending.id)
    with pytest.raises(Conflict):
        await house.gate.confirm(house.context(), asked.pending.id)


async def test_a_yes_from_another_conversation_is_a_conflict(house: House):
    asked = await house.refund()
    assert asked.pending is not None
    with pytest.raises(Conflict):
        await house.gate.confirm(house.context(conversation_id="conv-2"), asked.pending.id)


async def test_a_yes_does_not_stand_for_an_approval(house: House):
    waiting = await house.confirmed_refund(6000)
    assert waiting.pending is not None
    assert waiting.pending.kind == "approve"
    assert waiting.pending.summary.endswith("in desk")
    with pytest.raises(Conflict):
        await house.gate.confirm(house.context(), waiting.pending.id)


async def test_fifty_callers_with_one_yes_have_one_winner(either_house: House):
    house = either_house
    asked = await house.refund(call_id="turn-1/0")
    assert asked.pending is not None
    await house.gate.confirm(house.context(), asked.pending.id)
    gates = [house.again() for _ in range(5)]
    results = await asyncio.gather(*(gates[n % 5].refund(call_id=f"turn-1/{n}") for n in range(50)))
    assert sum(result.outcome is not None for result in results) == 1
    assert sum(result.pending is not None for result in results) == 49
    assert house.books.executions == 1


async def test_fifty_tries_of_one_call_have_one_effect_and_one_answer(either_house: House):
    house = either_house
    asked = await house.refund()
    assert asked.pending is not None
    await house.gate.confirm(house.context(), asked.pending.id)
    gates = [house.again() for _ in range(5)]
    results = await asyncio.gather(*(gates[n % 5].refund() for n in range(50)))
    assert {result.outcome.data["refund_id"] for result in results if result.outcome} == {"R-1"}
    assert house.books.executions == 1
    kinds = await house.kinds()
    assert kinds.count("intent:allow") == 1
    assert kinds.count("outcome:succeeded") == 1


async def test_step_up_holds_the_call_until_a_code_was_right(house: House):
    change = {"customer_id": "C-1", "field": "email", "value": "new@example.com"}
    held = await house.call("crm.update_contact_detail", "turn-1/1", **change)
    assert held.pending is not None
    assert held.pending.kind == "verify"
    await house.call("crm.check_verification", "turn-2/1", customer_id="C-1", code="000000")
    assert (await house.call("crm.update_contact_detail", "turn-1/1", **change)).pending == held.pending
    await house.call("crm.check_verification", "turn-3/1", customer_id="C-1", code="314159")
    house.clock.forward(seconds=40)
    done = await house.call("crm.update_contact_detail", "turn-1/1", **change)
    assert done.outcome is not None
    assert done.outcome.succeeded
    customer = house.rules.asked[-1]["principal"]["customer"]
    assert (customer["auth_level"], customer["auth_age_s"]) == ("strong", 40)
    assert house.rules.asked[-1]["evidence"]["verification"]["by"] == "C-1"


async def test_a_code_of_one_conversation_counts_in_no_other(house: House):
    await house.call("crm.check_verification", customer_id="C-1", code="314159")
    house.conversation_id = "conv-2"
    change = {"customer_id": "C-1", "field": "email", "value": "new@example.com"}
    assert (await house.call("crm.update_contact_detail", **change)).decision.effect is Effect.STEP_UP


async def test_an_anonymous_callers_code_counts_once_they_are_known(house: House):
    known, house.customer = house.customer, None
    checked = await house.call("crm.check_verification", customer_id="C-1", code="314159")
    assert checked.outcome is not None
    assert checked.outcome.data["verified"] is True
    house.customer = known
    await house.refund(call_id="turn-2/1")
    assert house.rules.asked[-1]["principal"]["customer"]["auth_level"] == "strong"


async def test_a_changed_contact_detail_is_known_in_its_conversation(house: House):
    await house.call("crm.check_verification", "turn-1/1", customer_id="C-1", code="314159")
    await house.call("crm.update_contact_detail", "turn-1/2", customer_id="C-1", field="phone", value="+15550100")
    await house.refund(call_id="turn-1/3")
    assert house.rules.asked[-1]["facts"]["contact_changed_in_conversation"] is True
    house.conversation_id = "conv-2"
    await house.refund(call_id="turn-1/3")
    assert house.rules.asked[-1]["facts"]["contact_changed_in_conversation"] is False


async def test_an_approved_call_executes_exactly_once(house: House):
    result = await approved_refund(house, 6000)
    assert result.outcome is not None
    assert result.outcome.succeeded
    assert (await house.refund(6000)).outcome == result.outcome.__class__(
        "succeeded", result.outcome.data, replayed=True
    )
    assert house.books.executions == 1
    kinds = await house.kinds()
    assert kinds == [
        "decision:confirm", "evidence", "decision:approve", "evidence", "intent:allow", "outcome:succeeded",
    ]  # fmt: skip


async def test_the_customers_yes_holds_while_a_supervisor_thinks(house: House):
    waiting = await house.confirmed_refund(6000)
    house.clock.forward(hours=23)
    await approve(house, waiting)
    result = await house.refund(6000)
    assert result.outcome is not None
    assert result.outcome.succeeded


async def test_a_sign_in_does_not_grow_stale_while_a_supervisor_thinks(house: House):
    house.customer = Customer(house.customer.id, STRONG, house.clock() - timedelta(minutes=2))
    waiting = await house.confirmed_refund(6000)
    house.clock.forward(hours=3)
    await approve(house, waiting)
    await house.refund(6000)
    assert house.rules.asked[-1]["principal"]["customer"]["auth_age_s"] == 120


async def test_what_a_supervisor_sees_is_what_executes(house: House):
    waiting = await house.confirmed_refund(6000)
    (listed,) = await house.control.approvals.list(TENANT, "pending")
    assert waiting.pending is not None
    assert listed.id == waiting.pending.id
    assert listed.arguments == {"payment_id": "P-1", "amount_minor": 6000}
    assert listed.arguments_digest == waiting.call.arguments_digest
    assert listed.reasons == waiting.decision.reasons
    assert (listed.status, listed.customer_id, listed.tool) == ("pending", "C-1", "payments.refund_payment")


async def test_an_approval_is_of_its_tenant_only(house: House):
    waiting = await house.confirmed_refund(6000)
    assert await house.control.approvals.list(TenantId("other-co")) == []
    with pytest.raises(NotFound):
        await approve(house, waiting, caller=Caller("eve", Role.SUPERVISOR, TenantId("other-co")))


async def test_an_unknown_approval_is_not_found(house: House):
    with pytest.raises(NotFound):
        await house.control.approvals.decide(SUPERVISOR, PendingId("pa_none"), approve=True, reason="")


async def test_a_rejected_call_stays_rejected(house: House):
    waiting = await house.confirmed_refund(6000)
    rejected = await approve(house, waiting, approved=False)
    assert (rejected.status, rejected.decided_by, rejected.decision_reason) == ("rejected", "sam", "checked")
    again = await house.refund(6000)
    assert again.decision.rules == ("gate/rejected",)
    with pytest.raises(Conflict):
        await approve(house, waiting)
    assert house.books.executions == 0


async def test_a_withdrawn_call_cannot_be_approved(house: House):
    waiting = await house.confirmed_refund(6000)
    assert waiting.pending is not None
    await house.gate.withdraw(house.context(), waiting.pending.id)
    with pytest.raises(Conflict):
        await approve(house, waiting)
    assert (await house.refund(6000)).decision.rules == ("gate/withdrawn",)
    assert [one.status for one in await house.control.approvals.list(TENANT)] == ["withdrawn"]


async def test_a_call_withdrawn_after_its_approval_does_not_execute(house: House):
    waiting = await house.confirmed_refund(6000)
    await approve(house, waiting)
    assert waiting.pending is not None
    await house.gate.withdraw(house.context(), waiting.pending.id)
    assert (await house.refund(6000)).decision.effect is Effect.DENY
    assert house.books.executions == 0


async def test_withdrawing_an_executed_call_changes_nothing(house: House):
    asked = await house.refund()
    await house.confirmed_refund()
    assert asked.pending is not None
    await house.gate.withdraw(house.context(), asked.pending.id)
    again = await house.refund()
    assert again.outcome is not None
    assert again.outcome.succeeded
    assert "withdrawal" not in await house.kinds()


async def test_an_approval_expires(house: House):
    waiting = await house.confirmed_refund(6000)
    house.clock.forward(hours=24)
    with pytest.raises(Conflict):
        await approve(house, waiting)
    assert [one.status for one in await house.control.approvals.list(TENANT)] == ["expired"]
    assert await house.control.approvals.list(TENANT, "pending") == []
    assert len(await house.control.approvals.list(TENANT, "expired")) == 1


async def test_twenty_supervisors_have_one_winner(either_house: House):
    waiting = await either_house.confirmed_refund(6000)
    callers = [Caller(f"s{n}", Role.SUPERVISOR, TENANT) for n in range(20)]
    tries = (approve(either_house, waiting, approved=n % 2 == 0, caller=caller) for n, caller in enumerate(callers))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, Conflict) for result in results) == 19
    assert (await either_house.kinds()).count("evidence") == 2


async def test_nobody_approves_what_they_proposed_themselves(house: House):
    principal = Principal(TENANT, house.customer, Agent("sam", kind="representative"))
    context = house.context(principal=principal)
    call = (await house.refund(6000)).call
    asked = await house.gate.call(context, call)
    await house.gate.confirm(context, asked.pending.id)
    waiting = await house.gate.call(context, call)
    with pytest.raises(NotPermitted):
        await approve(house, waiting)
    approved = await approve(house, waiting, caller=Caller("kim", Role.SUPERVISOR, TENANT))
    assert approved.status == "approved"


@pytest.mark.parametrize("name", ["deny", "handoff"])
async def test_a_refusal_is_recorded_and_nothing_executes(house: House, name: str):
    house.rules.rules = lambda document: effect(name, "payments/no")
    result = await house.refund()
    assert (result.decision.effect, result.outcome, result.pending) == (Effect(name), None, None)
    (entry,) = await house.control.journal.entries(TENANT, house.conversation_id)
    assert (entry.kind, entry.effect, entry.rules, entry.rationale) == (
        "decision", name, ("payments/no",), f"payments/no says {name}.",
    )  # fmt: skip
    assert house.books.executions == 0


GARBAGE = [
    None, "", "false", "allow", True, [], {}, {"effect": "allow"}, {"result": True}, "<html>",
    effect("ALLOW"), effect("allow", extra=1), effect("allow", reasons=None), effect("allow", reasons=[{"rule": 1}]),
    effect("allow", reserve={"bucket": "goodwill"}), effect("allow", reserve=True),
    effect("allow", reserve={"bucket": "g", "amount_minor": True, "limit_minor": 1, "window_days": 1}),
    effect("allow", obligations=[{"type": "erase"}]), effect("allow", policy_revision="rev-0"),
    effect("allow", policy_revision=None), effect(["allow"]),
]  # fmt: skip


@pytest.mark.parametrize("answer", GARBAGE, ids=range(len(GARBAGE)))
async def test_garbage_from_the_policy_is_a_denial(house: House, answer: object):
    house.rules.rules = lambda document: answer
    result = await house.refund()
    assert result.decision.effect is Effect.DENY
    assert result.decision.rules == ("gate/policy_unavailable",)
    assert await house.kinds() == ["decision:deny"]
    assert house.books.executions == 0


async def test_a_policy_that_is_down_denies(house: House):
    def down(document: object) -> object:
        raise PolicyUnavailable("connection refused")

    house.rules.rules = down
    result = await house.refund()
    assert result.decision.rules == ("gate/policy_unavailable",)
    assert house.books.executions == 0


async def test_a_policy_that_hangs_denies(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("policy.gate.deciding.DECISION_TIMEOUT_S", 0.05)

    async def hang(document: object) -> object:
        await asyncio.Event().wait()

    house.rules.decide = hang
    result = await house.refund()
    assert result.decision.rules == ("gate/policy_unavailable",)


async def test_masked_fields_reach_nobody(house: House):
    masks = [{"type": "mask", "fields": ["/email", "/lines/*/card", "/missing/x"]}, {"type": "notify"}]
    house.rules.rules = lambda document: effect("allow", obligations=masks)
    result = await house.call("payments.get_payment", payment_id="P-1")
    assert result.outcome is not None
    assert result.outcome.data["email"] == "[masked]"
    assert result.outcome.data["lines"] == [{"card": "[masked]"}, {"card": "[masked]"}]
    assert "missing" not in result.outcome.data
    assert [obligation.type for obligation in result.decision.obligations] == ["mask", "notify"]
