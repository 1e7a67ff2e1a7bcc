"""What the system does is counted, in bounded labels without anybody's words."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from app.clock import tell_time
from app.telemetry import gauges
from app.telemetry.metrics import MAX_VALUES, PrometheusMetrics
from storage.backlog import Backlog, WaitingCount
from tests.conftest import OpenHouse
from tests.house_guest import Guest

Samples = dict[tuple[str, ...], float]


async def scrape(house: Guest) -> Callable[..., float]:
    """The measurements now; what is returned looks one up by its name and labels, 0 where there is none."""
    text = (await house.http.get("/metrics")).text
    found = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    return lambda measured, **labels: found.get((f"switchboard_{measured}", *sorted(labels.items())), 0.0)


async def test_a_refund_is_counted_along_its_way(house: Guest) -> None:
    talk = await house.customer("C-1001")
    await talk.says("I was charged twice for my last bill")
    message = await talk.says("yes", "the-yes")
    again = await talk.says("yes", "the-yes")
    await house.call("channel", "POST", f"/v1/conversations/{talk.id}/close", {})
    value = await scrape(house)

    assert again == message
    assert value("conversations_opened_total", channel="chat") == 1
    assert value("conversations_closed_total", channel="chat") == 1
    assert value("turns_total", kind="message", outcome="waiting_customer") == 1
    assert value("turns_total", kind="message", outcome="open") == 1
    assert value("turn_seconds_count", kind="message") == 2
    assert value("procedures_total", procedure="billing.refund_duplicate_charge", outcome="resolved") == 1
    assert value("decisions_total", effect="confirm") == 1
    assert value("decision_rules_total", rule="money_back/confirmed_amount", effect="confirm") == 1
    assert value("tool_calls_total", server="payments", tool="refund_payment", outcome="succeeded") == 1
    assert value("tool_call_seconds_count", server="payments", tool="refund_payment") == 1
    assert value("policy_answers_total", question="decide", outcome="answered") > 0
    assert value("policy_seconds_count", question="decide") > 0
    assert value("job_failed_runs_total", name="anchoring") <= value("job_runs_total", name="anchoring")
    assert value("turns_unfinished") == value("calls_open") == 0
    assert value("backlog_age_seconds") < gauges.FRESH_SECONDS


async def test_people_who_wait_are_counted_by_queue_and_why(open_house: OpenHouse) -> None:
    now = tell_time()
    house = await open_house(clock=lambda: now)
    talk = await house.customer("C-1002")
    await talk.says("I want to talk to a human being")
    waiting = await house.customer("C-1013")
    await waiting.says("I was charged twice for my last bill")
    await waiting.says_code()
    await waiting.says("yes")
    assert waiting.turn["status"] == "waiting_approval", waiting.turn
    now += timedelta(minutes=5)
    value = await scrape(house)

    assert value("handoffs_total", queue="general", reason="asked_for_person") == 1
    assert value("desk_waiting", queue="general") == 1
    assert value("desk_oldest_seconds", queue="general") == 300
    assert value("approvals_waiting") == 1
    assert value("approvals_waiting_oldest_seconds") == 300


async def test_no_label_holds_an_id_or_words_of_a_customer(house: Guest) -> None:
    talk = await house.customer("C-1001")
    await talk.says("my name is Zebulon and I was charged twice for my last bill")
    text = (await house.http.get("/metrics")).text

    assert not [word for word in ("Zebulon", "C-1001", talk.id, "P-5002", "northwind") if word in text]


def test_a_label_that_grows_is_counted_as_other() -> None:
    registry = CollectorRegistry()
    metrics = PrometheusMetrics(registry)
    for number in range(MAX_VALUES + 5):
        metrics.conversation_opened(f"channel-{number}")

    def value(channel: str) -> float | None:
        return registry.get_sample_value("switchboard_conversations_opened_total", {"channel": channel})

    assert (value(f"channel-{MAX_VALUES - 1}"), value(f"channel-{MAX_VALUES}"), value("other")) == (1, None, 5)


async def test_a_database_that_hangs_makes_no_scrape_wait_and_its_last_reading_shows_its_age(
    house: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gauges, "SCRAPE_SECONDS", 0.01)
    now = tell_time()
    backlog = Backlog({}, WaitingCount(), WaitingCount(2, now - timedelta(seconds=7)), WaitingCount())
    hanging = asyncio.Event()

    class Transactions:
        async def read(self, work: object) -> Backlog:
            await hanging.wait()
            return backlog

    registry = CollectorRegistry()
    one = gauges.DatabaseGauges(Transactions(), house.house.database, house.house.jobs.assess, lambda: now)  # pyright: ignore
    registry.register(one)
    await one.refresh()
    before = registry.get_sample_value("switchboard_turns_unfinished")
    hanging.set()
    monkeypatch.setattr(gauges, "SCRAPE_SECONDS", None)
    await one.refresh()
    monkeypatch.setattr(gauges, "SCRAPE_SECONDS", 0.01)
    read = registry.get_sample_value("switchboard_turns_unfinished")
    hanging.clear()
    now += timedelta(minutes=1)
    await one.refresh()

    assert (before, read) == (None, 2)
    assert registry.get_sample_value("switchboard_turns_unfinished_oldest_seconds") == 67
    assert registry.get_sample_value("switchboard_backlog_age_seconds") == 60
