"""`switchboard eval journeys --backend`: what a real system serves is played on it, once each."""

import asyncio
from pathlib import Path

import pytest

from app.journeys.application import seed
from app.journeys.command import ScenarioSelection, play_journeys, read_backends
from app.journeys.customer import Trial
from app.journeys.run import Shift, run_shift
from app.journeys.scenario import load_scenarios
from app.settings import load_settings
from domain.errors import BadRequest, UnknownName
from tests.mcp_servers.erp_on_tryton.tryton_server import (
    SQLITE,
    demonstrate,
    require_tryton,
    serving_tryton,
    settings_for,
)
from tests.mcp_servers.payments_on_stripe.local_stripe import LocalStripe, serving
from tests.reference import COMPANY

ON_TRYTON = (
    "billing.waive_late_fee/small_fee/en/plain",
    "billing.arrange_payment/three_instalments/en/plain",
    "scheduling.track_order/lost_sent_again/en/plain",
)
AMIRA = "billing.refund_duplicate_charge/last_bill_taken_twice/en/plain"


async def test_a_duplicate_charge_is_refunded_on_stripe_and_judged_by_the_record(tmp_path: Path) -> None:
    pytest.importorskip("stripe", reason="the extra `stripe` is not installed")
    stripe = LocalStripe(currency="usd")
    stripe.add_customer("cus_1", "C-1001", "northwind-fibre", default="pm_1")
    stripe.add_card("pm_1", "cus_1")
    stripe.add_invoice("in_1", "cus_1", "INV-3001", 3999, 0)
    for number in ("P-5001", "P-5002"):
        stripe.add_charge(number, "cus_1", 3999, "pm_1", invoice_id="INV-3001")
    variant = next(each for each in load_scenarios(company=COMPANY) if each.id == AMIRA)
    async with serving(stripe) as address:
        settings = load_settings(systems={"stripe": {"api_key": "sk_test_local", "api_base": address}})
        alone = await seed(settings, tmp_path / "seeded", lambda _: None, {"payments": "stripe"})
        shift = Shift((Trial(variant, 0, 1),), alone, tmp_path / "seeded", tmp_path / "house")
        (result,) = await run_shift(shift)
    assert result.missed == ()
    assert [(each["charge"], each["amount"]) for each in stripe.refunds] == [("P-5002", 3999)]


@pytest.mark.timeout(600)
async def test_bills_and_orders_are_served_on_tryton_and_judged_by_the_record(
    tmp_path: Path, seeded_folder: Path
) -> None:
    require_tryton(SQLITE)
    chosen = [each for each in load_scenarios(company=COMPANY) if each.id in ON_TRYTON]
    trials = tuple(Trial(each, 0, 1) for each in chosen)
    people = [each.customer_id for each in trials]
    (books := tmp_path / "tryton").mkdir()
    with serving_tryton(books) as address:
        await asyncio.to_thread(demonstrate, address, seeded_folder, people)
        settings = load_settings(systems={"tryton": settings_for(address)})
        alone = await seed(settings, tmp_path / "seeded", lambda _: None, {"erp": "tryton"})
        results = await run_shift(Shift(trials, alone, tmp_path / "seeded", tmp_path / "house"))
    assert {each.variant: each.missed for each in results} == dict.fromkeys(ON_TRYTON, ())


def test_each_scenario_that_uses_the_system_is_chosen_once() -> None:
    found = load_scenarios(company=COMPANY)
    chosen = ScenarioSelection(backends={"payments": "stripe"}).choose(found)
    names = [(each.journey, each.scenario.name) for each in chosen]
    assert ("billing.refund_duplicate_charge", "last_bill_taken_twice") in names
    assert len(names) == len({*names})
    assert all("payments" in each.scenario.uses for each in chosen)
    with pytest.raises(BadRequest, match="uses what --backend names"):
        ScenarioSelection(journeys=("handoff.talk_to_person",), backends={"payments": "stripe"}).choose(found)


def test_what_a_system_does_not_serve_is_not_played_on_it() -> None:
    found = load_scenarios(company=COMPANY)
    chosen = {each.journey for each in ScenarioSelection(backends={"erp": "tryton"}).choose(found)}
    assert {"billing.waive_late_fee", "retention.change_plan", "scheduling.track_order"} <= chosen
    tools = {
        tool for each in ScenarioSelection(backends={"erp": "tryton"}).choose(found) for tool in each.scenario.tools
    }
    assert not tools & {"erp.book_appointment", "erp.reschedule_appointment", "erp.create_return_label"}
    assert "scheduling.missed_visit" not in chosen, "who plans no visits knows of none that was missed"


def test_names_that_do_not_exist_are_refused_with_the_nearest_and_production_is_left_alone() -> None:
    assert read_backends(["payments=stripe,crm=http", "erp=sandbox"]) == {"payments": "stripe", "crm": "http"}
    for given, said in {"payment=stripe": "payments", "payments=strip": "stripe", "crm=stripe": "http"}.items():
        with pytest.raises(UnknownName, match=said):
            read_backends([given])
    with pytest.raises(BadRequest, match="like payments=stripe"):
        read_backends(["stripe"])
    production = load_settings().model_copy(update={"environment": "production"})
    with pytest.raises(BadRequest, match="moves money"):
        play_journeys(production, ScenarioSelection(backends={"payments": "stripe"}), None)  # type: ignore[arg-type]
