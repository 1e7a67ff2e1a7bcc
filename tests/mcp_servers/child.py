"""A process of its own for tests: calls tools on a shared sandbox and may be killed in the middle."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from companies.northwind_fibre.seed import TENANTS
from mcp_servers.catalogue import build_servers
from mcp_servers.payments import backend
from mcp_servers.sandbox.files import Sandbox
from mcp_servers.sandbox.seed import seed_sandbox
from policy.keys import generate_private_key, public_key_of
from tests.mcp_servers.office import HandClock, Office, ToolRefused
from tests.mcp_servers.samples import SAMPLES

NOW = datetime(2026, 3, 18, 15, 0, tzinfo=UTC)
REFUND = {"payment_id": "P-5002", "amount_minor": 1000, "reason": "goodwill"}


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


async def refund(office, key):
    return await office.call("payments.refund_payment", "C-1001", granted={"idempotency_key": key}, **REFUND)


async def count_granted(calls):
    granted = 0
    for call in calls:
        try:
            await call
            granted += 1
        except ToolRefused:
            pass
    return granted


async def main(path, what, key):
    sandbox = Sandbox(path)
    private_key = generate_private_key()
    clock = HandClock(NOW)
    office = Office(build_servers(sandbox, public_key_of(private_key), clock), sandbox, private_key, clock)
    if what == "seed":
        print(int(seed_sandbox(sandbox, NOW, TENANTS)))
    elif what == "refund-much":
        print(await count_granted(refund(office, f"{key}-{number}") for number in range(10)))
    elif what == "book":
        customer, arguments = SAMPLES["erp.book_appointment"]
        booking = office.call("erp.book_appointment", customer, granted={"idempotency_key": key}, **arguments)
        print(await count_granted([booking]))
    elif what == "refund-once":
        print((await refund(office, key))["refund_id"])
    elif what == "before-commit":
        whole = backend.refund_payment
        backend.refund_payment = lambda *call: die(whole(*call))
        await refund(office, key)
    elif what == "after-commit":
        payments = sandbox["payments"]
        whole_change = payments.change
        payments.change = lambda job: die(whole_change(job))
        await refund(office, key)


asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
