"""The gate with the bundle that ships: what the input carries is what the rules understand."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.caller import Caller, Role
from domain.calls import CallResult
from domain.decision import Effect
from domain.ids import ConversationId, CustomerId
from domain.principal import Customer
from policy.engines.bundle import load_bundle
from policy.engines.embedded import EmbeddedEngine
from tests.policy.house import STRONG, TENANT, House, make_control, open_house

PAYMENT = {
    "customer_id": "C-1", "invoice_id": "INV-1", "order_id": None, "captured_at": "2026-11-01T09:00:00+00:00",
    "amount_minor": 60000, "refunded_minor": 0, "refundable_minor": 60000, "currency": "USD", "method_id": "PM-1",
    "method": "Visa", "status": "captured", "captures_of_charge": 2, "surplus_minor": 60000, "duplicate_of": "P-0",
    "last_refund_at": None, "description": "duplicate",
}  # fmt: skip
ACCOUNT = {
    "customer_id": "C-1", "name": "Amira", "email": "a@example.com", "phone": "1", "address": "x", "locale": "en",
    "timezone": "America/New_York", "customer_since": "2020-01-01", "status": "active", "flags": [],
    "contact_changed_at": None, "consents": {"marketing": False, "service": True},
}  # fmt: skip


@pytest.fixture
async def real(sqlite: AsyncEngine) -> AsyncIterator[House]:
    """A house under the real policy."""
    house = await open_house(sqlite)
    house.books.payments["P-1"] = dict(PAYMENT)
    house.books.accounts["C-1"] = dict(ACCOUNT)
    bundle = load_bundle()
    engine = EmbeddedEngine(bundle)
    tools = {name: data for name, data in bundle.tools.items() if name.startswith(("payments.", "crm."))}
    tools["erp.get_invoice"] = bundle.tools["erp.get_invoice"]
    tools["erp.list_invoices"] = bundle.tools["erp.list_invoices"]
    house.control = make_control(sqlite, house.servers, engine, house.clock, house.key, tools)
    yield house
    await engine.close()
    await house.servers.stop()


def answered(result: CallResult, effect: Effect) -> bool:
    """Whether the policy itself gave this answer."""
    return result.decision.effect is effect and result.decision.policy_revision != ""


async def test_a_small_refund_executes_after_a_yes(real: House):
    asked = await real.refund(3999)
    assert answered(asked, Effect.CONFIRM), asked
    await real.gate.confirm(real.context(), asked.pending.id)
    done = await real.refund(3999)
    assert done.outcome is not None, done
    assert done.outcome.data["amount_minor"] == 3999


async def test_a_larger_refund_waits_for_a_supervisor_even_for_hours(real: House):
    real.customer = Customer(CustomerId("C-1"), STRONG, real.clock())
    waiting = await real.confirmed_refund(18000)
    assert answered(waiting, Effect.APPROVE), waiting
    real.clock.forward(hours=5)
    supervisor = Caller("sam", Role.SUPERVISOR, TENANT)
    await real.control.approvals.decide(supervisor, waiting.pending.id, approve=True, reason="checked")
    done = await real.refund(18000)
    assert done.outcome is not None, done
    assert done.outcome.succeeded


async def test_a_very_large_refund_goes_to_people(real: House):
    assert answered(await real.refund(45000), Effect.HANDOFF)


async def test_a_fraud_flag_goes_to_people(real: House):
    real.books.accounts["C-1"]["flags"] = ["fraud"]
    assert answered(await real.refund(1000), Effect.HANDOFF)


async def test_the_fourth_refund_in_a_month_waits_for_a_supervisor(real: House):
    for number in range(4):
        real.conversation_id = ConversationId(f"conv-{number}")
        real.books.payments[f"P-{number}"] = dict(PAYMENT)
        asked = await real.refund(1000, payment=f"P-{number}")
        await real.gate.confirm(real.context(), asked.pending.id)
        result = await real.refund(1000, payment=f"P-{number}")
        assert answered(result, Effect.ALLOW if number < 3 else Effect.APPROVE), result


async def test_contact_details_need_a_code_and_then_a_yes(real: House):
    change = {"customer_id": "C-1", "field": "email", "value": "new@example.com"}
    assert answered(await real.call("crm.update_contact_detail", "turn-1/1", **change), Effect.STEP_UP)
    await real.call("crm.check_verification", "turn-2/1", customer_id="C-1", code="314159")
    asked = await real.call("crm.update_contact_detail", "turn-1/1", **change)
    assert answered(asked, Effect.CONFIRM), asked
    await real.gate.confirm(real.context(), asked.pending.id)
    done = await real.call("crm.update_contact_detail", "turn-1/1", **change)
    assert done.outcome is not None, done
    assert real.books.contact == [{"field": "email", "value": "new@example.com"}]


async def test_another_customers_payment_is_denied(real: House):
    assert answered(await real.refund(1000, payment="P-9"), Effect.DENY)
