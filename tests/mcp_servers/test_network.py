import pytest


async def line_test(office, customer, device_id):
    return await office.call("network.run_line_test", customer, device_id=device_id)


async def test_restarting_an_offline_device_on_a_good_line_mends_it(office):
    before = await line_test(office, "C-1006", "D-8006")
    assert (before["verdict"], before["device_online"], before["down_mbps"]) == ("device_offline", False, 0)
    restarted = await office.call("network.restart_device", "C-1006", device_id="D-8006")
    assert restarted["online"] is True
    after = await line_test(office, "C-1006", "D-8006")
    assert (after["verdict"], after["plan_mbps"]) == ("good", 300)
    assert after["down_mbps"] > 280
    device = await office.call("network.get_device", "C-1006", device_id="D-8006")
    assert (device["online"], device["last_seen_at"]) == (True, "2026-03-18T15:00:00Z")


async def test_a_faulty_line_stays_faulty_after_a_restart(office):
    assert (await line_test(office, "C-1007", "D-8007"))["verdict"] == "line_fault"
    await office.call("network.restart_device", "C-1007", device_id="D-8007")
    after = await line_test(office, "C-1007", "D-8007")
    assert after["verdict"] == "line_fault"
    assert after["down_mbps"] < after["plan_mbps"] / 10


@pytest.mark.parametrize(("customer", "device_id"), [("C-1010", "D-8010"), ("C-1011", "D-8011")])
async def test_a_restart_does_not_mend_a_dead_line_or_a_suspension(office, customer, device_id):
    assert (await line_test(office, customer, device_id))["verdict"] == "device_offline"
    restarted = await office.call("network.restart_device", customer, device_id=device_id)
    assert restarted["online"] is False


async def test_an_outage_that_lasts_takes_the_device_offline_and_is_not_credited_yet(office):
    customer = office.sandbox["network"].read(
        lambda database: database.execute("SELECT customer_id FROM outages WHERE ended_at IS NULL").fetchone()[0]
    )
    outage = (await office.call_of("network.list_outages", customer))["items"][0]
    assert (outage["ended_at"], outage["credit_due_minor"], outage["credited"]) == (None, 0, False)
    assert outage["expected_end_at"] > "2026-03-18T15:00:00Z"
    device_id = customer.replace("C-", "D-")
    assert (await office.call("network.get_device", customer, device_id=device_id))["online"] is False
