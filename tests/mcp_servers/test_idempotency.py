"""Every change happens once per idempotency key, whoever repeats it, however the process ends."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_servers.catalogue import find_toolsets
from mcp_servers.sandbox.files import Sandbox
from tests.mcp_servers.office import ToolRefused
from tests.mcp_servers.samples import SAMPLES

WRITES = sorted(
    f"{name}.{entry.name}" for name, tools in find_toolsets().items() for entry in tools.entries if entry.writes
)
REFUND = {"payment_id": "P-5002", "amount_minor": 1000, "reason": "goodwill"}
CHILD = Path(__file__).parent / "child.py"
ROOT = Path(__file__).parents[2]


def refunds(path, payment_id="P-5002"):
    with sqlite3.connect(path / "payments.db") as database:
        return [
            row[0] for row in database.execute("SELECT amount_minor FROM refunds WHERE payment_id = ?", [payment_id])
        ]


@pytest.mark.parametrize("tool", WRITES)
async def test_the_first_result_is_returned_on_repeat_and_nothing_more_happens(office, version, tool):
    customer, arguments = SAMPLES[tool]
    first = await office.call(tool, customer, granted={"idempotency_key": "K"}, **arguments)
    after_first = version()
    office.clock.advance(hours=30)
    again = await office.call(tool, customer, granted={"idempotency_key": "K"}, **arguments)
    assert again == first
    assert version() == after_first


async def test_the_very_same_grant_shown_twice_acts_once(office, sandbox_path):
    token = office.grant("payments.refund_payment", REFUND, "C-1001")
    first = await office.present("payments.refund_payment", REFUND, token)
    assert await office.present("payments.refund_payment", REFUND, token) == first
    assert refunds(sandbox_path) == [1000]


async def test_a_key_with_other_arguments_another_tool_or_another_customer_is_refused(office, sandbox_path):
    used = {"idempotency_key": "K"}
    await office.call("payments.refund_payment", "C-1001", granted=used, **REFUND)
    others = [
        ("payments.refund_payment", "C-1001", {**REFUND, "amount_minor": 999}),
        ("payments.set_autopay", "C-1001", {"customer_id": "C-1001", "value": True}),
        ("payments.refund_payment", "C-1002", REFUND),
    ]
    for tool, customer, arguments in others:
        with pytest.raises(ToolRefused, match="used for another call"):
            await office.call(tool, customer, granted=used, **arguments)
    assert refunds(sandbox_path) == [1000]


async def test_tenants_do_not_share_keys(office):
    used = {"idempotency_key": "K"}
    ours = await office.call("crm.add_note", "C-1001", granted=used, customer_id="C-1001", text="ours")
    theirs = await office.call(
        "crm.add_note", "C-2001", granted={**used, "tenant": "other-co"}, customer_id="C-2001", text="theirs"
    )
    assert ours["interaction_id"] == theirs["interaction_id"] == "I-700001"


async def test_a_refused_call_leaves_its_key_unused(office):
    used = {"idempotency_key": "K"}
    with pytest.raises(ToolRefused, match="at most 3999"):
        await office.call("payments.refund_payment", "C-1001", granted=used, **{**REFUND, "amount_minor": 4000})
    assert await office.call("payments.refund_payment", "C-1001", granted=used, **REFUND)


async def test_fifty_at_once_under_one_key_give_one_effect(office, sandbox_path):
    calls = (
        office.call("payments.refund_payment", "C-1001", granted={"idempotency_key": "K"}, **REFUND) for _ in range(50)
    )
    results = await asyncio.gather(*calls)
    assert all(result == results[0] for result in results)
    assert refunds(sandbox_path) == [1000]


async def test_concurrent_refunds_never_exceed_the_capture(office, sandbox_path):
    calls = (office.call("payments.refund_payment", "C-1001", **REFUND) for _ in range(20))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert refunds(sandbox_path) == [1000, 1000, 1000]
    assert sum(isinstance(result, ToolRefused) for result in results) == 17


def start_child(sandbox_path, *words):
    return subprocess.Popen(
        [sys.executable, str(CHILD), str(sandbox_path), *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_processes_sharing_the_sandbox_never_refund_more_than_was_captured(sandbox_path):
    children = [start_child(sandbox_path, "refund-much", f"process-{number}") for number in range(4)]
    granted = [int(child.communicate(timeout=60)[0]) for child in children]
    assert all(child.returncode == 0 for child in children)
    assert sum(granted) == 3
    assert refunds(sandbox_path) == [1000, 1000, 1000]


def test_processes_racing_for_one_slot_book_it_once(sandbox_path):
    children = [start_child(sandbox_path, "book", f"process-{number}") for number in range(4)]
    booked = [int(child.communicate(timeout=60)[0]) for child in children]
    assert sorted(booked) == [0, 0, 0, 1]


@pytest.mark.parametrize("moment", ["before-commit", "after-commit"])
def test_killing_the_process_around_the_commit_leaves_one_effect_after_the_retry(sandbox_path, moment):
    killed = start_child(sandbox_path, moment, "same-key")
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert refunds(sandbox_path) == ([] if moment == "before-commit" else [1000])
    retried = start_child(sandbox_path, "refund-once", "same-key")
    assert retried.communicate(timeout=60)[0].strip() == "R-700001"
    assert refunds(sandbox_path) == [1000]


def test_processes_may_open_and_seed_a_new_sandbox_at_once(tmp_path):
    path = tmp_path / "new"
    children = [start_child(path, "seed", "") for _ in range(4)]
    seeded = [int(child.communicate(timeout=60)[0]) for child in children]
    assert sorted(seeded) == [0, 0, 0, 1]
    sandbox = Sandbox(path)
    count = sandbox["crm"].read(lambda database: database.execute("SELECT count(*) FROM customers").fetchone()[0])
    sandbox.close()
    assert count == 1024


def test_changes_are_synced_to_disk_before_they_are_answered(sandbox):
    assert sandbox["payments"].change(lambda database: database.execute("PRAGMA synchronous").fetchone()[0]) == 2
    assert sandbox["payments"].change(lambda database: database.execute("PRAGMA journal_mode").fetchone()[0]) == "wal"


def test_a_reading_tool_cannot_change_anything(sandbox):
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        sandbox["payments"].read(lambda database: database.execute("DELETE FROM payments"))
