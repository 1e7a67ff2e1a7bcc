from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.northwind_fibre.seed.schedule import SCHEDULE
from mcp_servers.erp.backend.invoices import split_balance
from mcp_servers.sandbox.slots import slot_at
from mcp_servers.sandbox.standing import discounted
from mcp_servers.sandbox.working_days import add_working_days
from tests.mcp_servers.office import ToolRefused


async def invoice(office, customer, invoice_id):
    whole = await office.call("erp.get_invoice", customer, invoice_id=invoice_id)
    assert whole["total_minor"] == sum(line["amount_minor"] for line in whole["lines"] if not line["waived"])
    return whole


async def test_an_outage_is_credited_once_with_exactly_what_is_due(office):
    with pytest.raises(ToolRefused, match="amount_minor: the credit due is 1200 for OUT-1002"):
        await office.call_of("erp.apply_credit", "C-1002", amount_minor=1300, reason="Outage in the area")
    credit = await office.call_of("erp.apply_credit", "C-1002", amount_minor=1200, reason="Outage in the area")
    assert credit["invoice_id"] == "INV-3002"
    outage = (await office.call_of("network.list_outages", "C-1002"))["items"][0]
    assert (outage["days"], outage["credit_due_minor"], outage["credited"]) == (3, 1200, True)
    assert (await invoice(office, "C-1002", "INV-3002"))["balance_minor"] == 5999 - 1200
    with pytest.raises(ToolRefused, match="no outage of this customer waits"):
        await office.call_of("erp.apply_credit", "C-1002", amount_minor=1200, reason="outage")


async def test_a_credit_without_an_open_bill_waits_for_the_next(office):
    credit = await office.call_of("erp.apply_credit", "C-1001", amount_minor=500, reason="goodwill")
    assert credit["invoice_id"] is None


async def waive(office, amount_minor, customer="C-1014", invoice_id="INV-3014", line_id="L-30142"):
    return await office.call(
        "erp.waive_fee", customer, invoice_id=invoice_id, line_id=line_id, amount_minor=amount_minor, reason="goodwill"
    )


async def test_a_fee_is_waived_whole_and_once(office):
    with pytest.raises(ToolRefused, match="amount_minor: the fee is 1000"):
        await waive(office, 999)
    assert (await waive(office, 1000))["balance_minor"] == 3999
    whole = await invoice(office, "C-1014", "INV-3014")
    assert (whole["total_minor"], whole["balance_minor"], whole["lines"][1]["waived"]) == (3999, 3999, True)
    with pytest.raises(ToolRefused, match="line_id: L-30142 has been waived already"):
        await waive(office, 1000)


async def test_only_fees_are_waived(office):
    with pytest.raises(ToolRefused, match="line_id: L-30141 is not a fee"):
        await waive(office, 3999, line_id="L-30141")
    with pytest.raises(ToolRefused, match="line_id: line L-30162 not found"):
        await waive(office, 1200, line_id="L-30162")


async def test_a_fee_that_was_paid_is_held_for_the_next_bill(office):
    await office.call_of(
        "payments.take_payment", "C-1014", invoice_id="INV-3014", method_id="PM-6014", amount_minor=4999
    )
    assert (await waive(office, 1000))["balance_minor"] == 0
    whole = await invoice(office, "C-1014", "INV-3014")
    assert (whole["total_minor"], whole["status"]) == (4999, "paid")
    paid = (await office.call_of("payments.list_payments", "C-1014"))["items"][0]
    assert paid["surplus_minor"] == 0


async def test_instalments_add_up_to_the_balance_and_the_bill_is_not_overdue_meanwhile(office):
    arrangement = await office.call(
        "erp.create_payment_arrangement", "C-1011", invoice_id="INV-3011", instalments=4, first_due_on="2026-03-31"
    )
    assert [part["amount_minor"] for part in arrangement["instalments"]] == [1625, 1625, 1625, 1624]
    days = [part["due_on"] for part in arrangement["instalments"]]
    assert days == ["2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"]
    assert (await invoice(office, "C-1011", "INV-3011"))["status"] == "open"
    assert (await office.call_of("crm.get_customer", "C-1011"))["status"] == "active"
    with pytest.raises(ToolRefused, match="under an arrangement already"):
        await office.call(
            "erp.create_payment_arrangement", "C-1011", invoice_id="INV-3011", instalments=2, first_due_on="2026-03-31"
        )


@pytest.mark.parametrize("day", ["2026-03-17", "2026-04-19"])
async def test_the_first_instalment_is_due_within_a_month(office, day):
    with pytest.raises(ToolRefused, match="first_due_on: must be between 2026-03-18 and 2026-04-18"):
        await office.call(
            "erp.create_payment_arrangement", "C-1011", invoice_id="INV-3011", instalments=2, first_due_on=day
        )


@given(st.integers(1, 10**8), st.integers(2, 6), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_any_balance_splits_exactly(balance_minor, instalments, day):
    parts = split_balance(balance_minor, instalments, day)
    amounts = [part.amount_minor for part in parts]
    assert sum(amounts) == balance_minor
    assert max(amounts) - min(amounts) <= 1
    assert [part.due_on for part in parts] == sorted({part.due_on for part in parts})


@given(st.integers(0, 10**8), st.integers(0, 100))
def test_a_discounted_price_is_the_nearest_minor_unit(monthly_minor, percent):
    assert abs(discounted(monthly_minor, percent) * 100 - monthly_minor * (100 - percent)) <= 50


@given(st.dates(), st.integers(1, 10))
def test_working_days_end_on_a_working_day(day, count):
    later = add_working_days(day, count)
    assert later.weekday() < 5
    assert sum((day + timedelta(days=n)).weekday() < 5 for n in range(1, (later - day).days + 1)) == count


async def slots(office, customer="C-1007", site_id="S-4007", **days):
    return (await office.call("erp.list_slots", customer, site_id=site_id, **days))["items"]


async def test_slots_are_free_two_hours_ahead_and_soonest_first(office):
    items = await slots(office)
    starts = [datetime.fromisoformat(item["starts_at"]) for item in items]
    assert starts == sorted(starts)
    assert starts[0] - office.clock() >= timedelta(hours=2)
    assert starts[-1] - office.clock() > timedelta(days=14)
    assert len({item["slot_id"] for item in items}) == len(items) > 50


async def test_slots_narrow_to_local_days(office):
    items = await slots(office, after="2026-03-20", before="2026-03-20")
    expected = [slot_at(SCHEDULE, "west", date(2026, 3, 20), hour).slot_id for hour in (8, 10, 13, 15, 17)]
    assert [item["slot_id"] for item in items] == expected


async def book(office, slot_id, customer="C-1007", site_id="S-4007"):
    return await office.call_of("erp.book_appointment", customer, site_id=site_id, slot_id=slot_id, reason="line fault")


async def test_a_booked_slot_is_taken_until_the_visit_moves_or_is_cancelled(office):
    first, second = (item["slot_id"] for item in (await slots(office))[:2])
    visit = await book(office, first)
    assert (visit["status"], visit["kind"], visit["reschedule_count"]) == ("booked", "repair", 0)
    with pytest.raises(ToolRefused, match=f"slot_id: {first} cannot be booked"):
        await book(office, first)
    moved = await office.call(
        "erp.reschedule_appointment", "C-1007", appointment_id=visit["appointment_id"], slot_id=second
    )
    assert (moved["slot_id"], moved["reschedule_count"]) == (second, 1)
    free = [item["slot_id"] for item in await slots(office)]
    assert first in free
    assert second not in free
    cancelled = await office.call(
        "erp.cancel_appointment", "C-1007", appointment_id=visit["appointment_id"], reason="mended"
    )
    assert cancelled["status"] == "cancelled"
    assert second in [item["slot_id"] for item in await slots(office)]
    with pytest.raises(ToolRefused, match="is cancelled"):
        await office.call("erp.reschedule_appointment", "C-1007", appointment_id=visit["appointment_id"], slot_id=first)


async def test_a_slot_of_another_region_or_too_soon_cannot_be_booked(office):
    with pytest.raises(ToolRefused, match="cannot be booked"):
        await book(office, slot_at(SCHEDULE, "east", date(2026, 3, 20), 10).slot_id)
    soon = (await slots(office))[0]
    office.clock.now = datetime.fromisoformat(soon["starts_at"]) - timedelta(hours=2)
    assert (await slots(office))[0] == soon
    office.clock.advance(seconds=1)
    with pytest.raises(ToolRefused, match="cannot be booked"):
        await book(office, soon["slot_id"])


async def test_the_technician_is_known_on_the_day_of_the_visit(office):
    def visit(answer):
        return next(item for item in answer["items"] if item["appointment_id"] == "WO-7001")

    before = visit(await office.call_of("erp.list_appointments", "C-1005"))
    assert before["technician"] is None
    office.clock.now = datetime.fromisoformat(before["starts_at"]) - timedelta(hours=3)
    technician = visit(await office.call_of("erp.list_appointments", "C-1005"))["technician"]
    assert before["starts_at"] < technician["eta_at"] < before["ends_at"]
    assert technician["name"]
    assert technician["position"]


async def test_a_plan_change_is_quoted_and_done_at_the_quoted_price(office):
    change = {"subscription_id": "SUB-2001", "plan_id": "fibre-500"}
    quote = await office.call("erp.quote_plan_change", "C-1001", **change)
    assert (quote["old_monthly_minor"], quote["new_monthly_minor"], quote["difference_minor"]) == (3999, 5999, 2000)
    changed = await office.call("erp.change_plan", "C-1001", **change)
    assert changed["monthly_minor"] == quote["new_monthly_minor"]
    subscription = (await office.call_of("erp.list_subscriptions", "C-1001"))["items"][0]
    assert (subscription["plan_name"], subscription["monthly_minor"]) == ("Fibre 500", 5999)
    with pytest.raises(ToolRefused, match="plan_id: SUB-2001 is on fibre-500 already"):
        await office.call("erp.change_plan", "C-1001", **change)
    with pytest.raises(ToolRefused, match="plan_id: plan gold not found"):
        await office.call("erp.quote_plan_change", "C-1001", subscription_id="SUB-2001", plan_id="gold")


async def test_cancelling_happens_as_it_was_announced_and_the_service_runs_on_until_then(office):
    announced = (await office.call_of("erp.list_subscriptions", "C-1008"))["items"][0]["cancellation"]
    done = await office.call("erp.cancel_subscription", "C-1008", subscription_id="SUB-2008", reason="moving")
    assert {**announced, "subscription_id": "SUB-2008"} == done
    assert done["effective_on"] == "2026-04-17"
    after = (await office.call_of("erp.list_subscriptions", "C-1008"))["items"][0]
    assert (after["status"], after["cancellation"]) == ("cancelled", announced)
    device = {"device_id": "D-8008"}
    assert (await office.call("network.get_device", "C-1008", **device))["online"] is True
    assert (await office.call_of("crm.get_customer", "C-1008"))["status"] == "active"
    office.clock.now = datetime(2026, 4, 17, tzinfo=UTC)
    assert (await office.call("network.get_device", "C-1008", **device))["online"] is False
    assert (await office.call_of("crm.get_customer", "C-1008"))["status"] == "cancelled"
    with pytest.raises(ToolRefused, match="cancelled already"):
        await office.call("erp.cancel_subscription", "C-1008", subscription_id="SUB-2008", reason="moving")


async def test_a_lost_order_is_sent_again_once(office):
    sent = await office.call("erp.reship_order", "C-1012", order_id="O-9001", reason="lost by carrier")
    assert sent["promised_on"] == "2026-03-23"
    old = await office.call("erp.track_order", "C-1012", order_id="O-9001")
    new = await office.call("erp.track_order", "C-1012", order_id=sent["new_order_id"])
    assert (old["status"], new["status"], new["amount_minor"]) == ("reshipped", "ordered", 0)
    assert sent["new_order_id"] in old["events"][-1]["text"]
    with pytest.raises(ToolRefused, match="O-9001 is reshipped"):
        await office.call("erp.reship_order", "C-1012", order_id="O-9001", reason="lost")
