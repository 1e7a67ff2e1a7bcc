"""What was done in a partner's name is found in the record, and nothing of anybody else's."""

from collections.abc import Sequence

import pytest

from app.partner_activity import ActivityQuestion, list_activity
from domain.errors import UnknownName
from policy.journal.recorded_decisions import DecisionFilter
from tests.channels.a2a.house_partner import AMIRA, Partner
from tests.conftest import OpenHouse
from tests.house_guest import Guest

TENANT = "northwind-fibre"


async def activity(
    guest: Guest, partner: str, customer: str = "", tool: str = "", effects: Sequence[str] = ()
) -> set[str]:
    wanted = DecisionFilter(tenant=TENANT, tool=tool, effects=effects)
    found = await list_activity(guest.house.settings, ActivityQuestion(partner, customer, wanted, 100))
    assert found == sorted(found, key=lambda each: each["at"], reverse=True)
    return {f"{each['tool']} {each['effect']} {each['outcome']}".strip() for each in found}


async def test_a_partners_decisions_are_listed_by_customer_tool_and_effect(open_house: OpenHouse) -> None:
    guest = await open_house()
    partner, other = Partner(guest), Partner(guest, "partner_2")
    await partner.says("I was charged twice, please refund one")
    await other.says("when does my technician come?")
    customer = await guest.customer(AMIRA)
    await customer.says("what do I owe you")
    listed, asked = "payments.list_payments allow succeeded", "payments.refund_payment confirm"
    assert {listed, asked} <= await activity(guest, "partner")
    assert "erp.list_invoices allow succeeded" not in await activity(guest, "partner"), "that was the customer's own"
    assert await activity(guest, "partner", AMIRA, effects=("confirm",)) == {asked}
    assert await activity(guest, "partner", tool="payments.list_payments") == {listed}
    assert await activity(guest, "partner", "C-1002") == set()
    assert listed not in await activity(guest, "partner_2")
    with pytest.raises(UnknownName, match="partner_2"):
        await activity(guest, "partner_3")
    with pytest.raises(UnknownName, match=r"payments\.refund_payment"):
        await activity(guest, "partner", tool="payments.refund_paymnet")
