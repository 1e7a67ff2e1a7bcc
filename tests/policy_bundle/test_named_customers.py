"""What the policy says to the named customers of the reference business, step by step as evidence comes in."""

from typing import Any

import pytest

from policy.engines.bundle import Bundle
from policy.engines.embedded import EmbeddedEngine
from tests.policy_bundle.documents import Document, proof, sound

ORDER = ("step_up", "confirm", "approve")


class Asked:
    """A call whose evidence is given as the policy asks for it."""

    def __init__(self, engine: EmbeddedEngine, document: Document) -> None:
        self._engine = engine
        self.document = document

    async def journey(self) -> list[str]:
        """The effects in turn, until one needs no further evidence."""
        effects: list[str] = []
        while len(effects) < 6:
            decision = await self._engine.decide(self.document)
            effects.append(decision["effect"])
            if effects[-1] not in ORDER:
                break
            self._supply(effects[-1])
        return effects

    def _supply(self, effect: str) -> None:
        evidence = self.document["evidence"]
        if effect == "step_up":
            self.document["principal"]["customer"].update(auth_level="strong", auth_age_s=5)
        elif effect == "confirm":
            evidence["confirmation"] = proof("C-1", self._engine.revision)
        else:
            evidence["approval"] = proof("sue", self._engine.revision)


@pytest.fixture
def call(embedded: EmbeddedEngine, bundle: Bundle) -> Any:
    def make(tool: str, arguments: Document, **changes: Document) -> Asked:
        document = sound(tool, dict(bundle.tools))
        document["call"]["arguments"].update(arguments)
        for part, values in changes.items():
            _part(document, part).update(values)
        return Asked(embedded, document)

    return make


def _part(document: Document, name: str) -> Document:
    if name in ("facts", "resource"):
        return document[name]
    return document["principal"]["customer"] if name == "customer" else document["resource"][name]


async def test_c_1001_a_small_duplicate_goes_back_after_a_yes(call: Any) -> None:
    assert await call("payments.refund_payment", {}).journey() == ["confirm", "allow"]


async def test_c_1003_a_yearly_payment_needs_a_code_a_yes_and_a_supervisor(call: Any) -> None:
    payment = {"amount_minor": 18000, "refundable_minor": 18000, "surplus_minor": 18000}
    asked = call("payments.refund_payment", {"amount_minor": 18000}, payment=payment)
    assert await asked.journey() == ["step_up", "confirm", "approve", "allow"]


async def test_c_1004_the_installation_goes_to_a_person(call: Any) -> None:
    payment = {"amount_minor": 45000, "refundable_minor": 45000, "captures_of_charge": 1, "surplus_minor": 0}
    asked = call("payments.refund_payment", {"amount_minor": 45000, "reason": "other"}, payment=payment)
    assert await asked.journey() == ["handoff"]


async def test_c_1005_a_visit_is_moved_after_a_yes_and_the_third_time_by_a_supervisor(call: Any) -> None:
    assert await call("erp.reschedule_appointment", {}).journey() == ["confirm", "allow"]
    visit = {"appointment_id": "WO-1", "status": "booked", "reschedule_count": 2}
    moved = call("erp.reschedule_appointment", {}, appointments={"items": [visit]})
    assert await moved.journey() == ["confirm", "approve", "allow"]


async def test_c_1009_gets_no_second_offer(call: Any) -> None:
    assert await call("crm.accept_offer", {}, offers={"accepted_12m": 1}).journey() == ["deny"]


async def test_c_1010_a_medical_alarm_goes_to_a_person(call: Any) -> None:
    assert await call("network.restart_device", {}, customer={"flags": ["medical_alarm"]}).journey() == ["handoff"]


async def test_c_1011_pays_by_a_method_on_file_after_a_yes(call: Any) -> None:
    assert await call("payments.take_payment", {}).journey() == ["confirm", "allow"]
    assert await call("payments.take_payment", {"method_id": "PM-9"}).journey() == ["deny"]


async def test_c_1013_after_a_change_of_contact_a_code_and_a_supervisor_are_needed(call: Any) -> None:
    asked = call("payments.refund_payment", {}, account={"contact_changed_at": "2026-11-18T12:00:00Z"})
    assert await asked.journey() == ["step_up", "confirm", "approve", "allow"]


async def test_c_1014_the_fourth_goodwill_in_a_month_needs_a_supervisor(call: Any) -> None:
    asked = call("erp.waive_fee", {}, facts={"goodwill_minor_30d": 3000, "goodwill_count_30d": 3})
    assert await asked.journey() == ["confirm", "approve", "allow"]


async def test_c_1015_a_new_account_needs_a_code_and_a_supervisor(call: Any) -> None:
    asked = call("payments.refund_payment", {"amount_minor": 2500}, account={"customer_since": "2026-11-10"})
    assert await asked.journey() == ["step_up", "confirm", "approve", "allow"]


async def test_c_1017_suspicion_of_fraud_goes_to_a_person(call: Any) -> None:
    assert await call("payments.refund_payment", {}, customer={"flags": ["fraud"]}).journey() == ["handoff"]


async def test_c_1018_a_note_cannot_raise_an_amount_or_change_an_address_unproven(call: Any) -> None:
    assert await call("payments.refund_payment", {"amount_minor": 50000}).journey() == ["deny"]
    address = {"field": "address", "value": "elsewhere"}
    assert (await call("crm.update_contact_detail", address).journey())[0] == "step_up"


async def test_c_1019_a_large_offer_needs_a_supervisor(call: Any) -> None:
    terms = {"offer_id": "OF-30", "discount_percent": 30, "months": 12}
    offers = {"items": [{**terms, "eligible": True}]}
    assert await call("crm.accept_offer", terms, offers=offers).journey() == ["confirm", "approve", "allow"]


async def test_a_cancellation_needs_a_code_and_a_yes_to_date_and_final_bill(call: Any) -> None:
    asked = call("erp.cancel_subscription", {})
    assert await asked.journey() == ["step_up", "confirm", "allow"]


async def test_refunding_the_same_charge_again_is_denied(call: Any) -> None:
    whole = {"refunded_minor": 3999, "refundable_minor": 0, "surplus_minor": 0}
    assert await call("payments.refund_payment", {}, payment=whole).journey() == ["deny"]
    twin = {"surplus_minor": 0}
    assert await call("payments.refund_payment", {}, payment=twin).journey() == ["deny"]


async def test_a_supervisor_reads_why(embedded: EmbeddedEngine, call: Any) -> None:
    asked = call("erp.waive_fee", {}, facts={"goodwill_minor_30d": 14500, "goodwill_count_30d": 3})
    await asked.journey()
    asked.document["evidence"]["approval"] = None
    reasons = (await embedded.decide(asked.document))["reasons"]
    assert [reason["message"] for reason in reasons] == [
        "Money already went back 3 times in 30 days.",
        "With 145.00 USD before, this passes 150.00 USD in 30 days.",
    ]
