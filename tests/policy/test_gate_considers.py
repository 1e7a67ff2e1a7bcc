"""Asking the gate what a customer's yes would lead to, before anything is offered to them."""

import pytest

from domain.calls import ToolCall
from domain.decision import Effect
from domain.errors import PolicyUnavailable
from domain.ids import CallId
from tests.policy.house import House


async def consider(house: House, amount: int, payment: str = "P-1") -> Effect:
    call = ToolCall(CallId("turn-1/9"), "payments.refund_payment", {"payment_id": payment, "amount_minor": amount})
    return (await house.gate.consider(house.context(), call)).effect


@pytest.mark.parametrize(("amount", "effect"), [(3999, Effect.ALLOW), (9000, Effect.APPROVE), (25000, Effect.HANDOFF)])
async def test_what_a_yes_would_lead_to_is_known_beforehand(house: House, amount: int, effect: Effect):
    assert await consider(house, amount) is effect


async def test_considering_a_call_does_nothing_of_it(house: House):
    await consider(house, 3999)
    assert house.books.executions == 0
    assert await house.control.approvals.list(house.context().principal.tenant, None) == []
    assert await house.kinds() == ["note:allow"]


async def test_a_supposed_yes_confirms_no_call(house: House):
    await consider(house, 3999)
    assert (await house.refund(3999, "turn-1/9")).decision.effect is Effect.CONFIRM


async def test_a_policy_that_does_not_answer_lets_nothing_be_offered(house: House):
    def fail(_: object) -> object:
        raise PolicyUnavailable("down")

    house.rules.rules = fail
    assert await consider(house, 3999) is Effect.DENY


async def test_arguments_that_no_call_may_have_let_nothing_be_offered(house: House):
    call = ToolCall(CallId("turn-1/9"), "payments.refund_payment", {"amount_minor": "all"})
    assert (await house.gate.consider(house.context(), call)).effect is Effect.DENY
