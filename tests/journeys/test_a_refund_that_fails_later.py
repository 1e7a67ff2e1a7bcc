"""A refund that the payment provider reports as failed, long after: in the record, told to the customer, once."""

import hashlib
import hmac
import json
import time

import httpx
import pytest
from sqlalchemy import select

from storage.tables.control import calls
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Json, Talk
from tests.journeys.afterwards import Clock, look_after, mails, owed, sandbox

pytest.importorskip("stripe", reason="the extra `stripe` is not installed")
SECRET = "whsec_of_a_test"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def guest(open_house: OpenHouse, clock: Clock) -> Guest:
    return await open_house(clock=clock, systems={"stripe": {"webhook_secret": SECRET}})


async def refunded(guest: Guest) -> tuple[Talk, str]:
    """Amira got her duplicate charge back; her conversation, and the key of the refund."""
    amira = await guest.customer("C-1001")
    await amira.says("I was charged twice, please refund the duplicate")
    await amira.says("yes")
    assert ("payments.refund_payment", "succeeded") in await amira.done()
    query = select(calls.c.key).where(calls.c.tool == "payments.refund_payment", calls.c.kind == "write")
    return amira, await guest.house.control.transactions.read(lambda connection: connection.execute(query).scalar_one())


def event(key: str, **changes: str) -> Json:
    refund = {
        "id": "re_1",
        "amount": 3999,
        "currency": "usd",
        "status": "failed",
        "created": 1,
        "charge": "P-5002",
        "failure_reason": "expired_or_canceled_card",
        "metadata": {"switchboard_key": key, "tenant": "northwind-fibre"},
        **changes,
    }
    return {"id": "evt_1", "object": "event", "type": "refund.failed", "data": {"object": refund}}


async def report(guest: Guest, event: Json, secret: str = SECRET, at: float | None = None) -> httpx.Response:
    """Report an event as Stripe does: signed, without any token of ours."""
    body, moment = json.dumps(event), int(at or time.time())
    signature = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={moment},v1={signature}"}
    return await guest.http.post("/hooks/stripe", content=body, headers=headers)


async def test_it_is_noted_told_and_a_case_for_people_once(guest: Guest, clock: Clock) -> None:
    amira, key = await refunded(guest)
    assert (await report(guest, event(key))).json() == {"news": True}
    assert (await report(guest, event(key))).json() == {"news": False}
    clock.move(minutes=1)
    await look_after(guest)
    failed = [each for each in await amira.journal() if each["outcome"] == "failed"]
    assert [each["rationale"] for each in failed] == [
        "Refund re_1 failed after it had been made: expired or canceled card."
    ]
    (told,) = await mails(guest, "C-1001", "refund_failed")
    assert "refund of $39.99 for payment P-5002: the money came back" in told
    assert told in [each["text"] for each in (await amira.look())["messages"]]
    cases = sandbox(guest, "SELECT reason, description FROM cases WHERE customer_id = 'C-1001'")
    assert [reason for reason, _ in cases] == ["refund failed"]
    assert {each.state for each in await owed(guest, "C-1001") if each.kind in ("case", "refund_failed")} == {"done"}
    assert (await guest.fetch("auditor", "/v1/journal/verify"))["ok"]


async def test_what_stripe_did_not_sign_or_says_of_others_changes_nothing(guest: Guest) -> None:
    _, key = await refunded(guest)
    unsigned = await guest.http.post("/hooks/stripe", content=json.dumps(event(key)))
    forged = await report(guest, event(key), secret="whsec_of_somebody_else")
    stale = await report(guest, event(key), at=time.time() - 3600)
    assert [answer.status_code for answer in (unsigned, forged, stale)] == [401, 401, 401]
    others = (event("another-key"), event(key, status="succeeded"), {**event(key), "type": "charge.updated"})
    assert [(await report(guest, each)).json() for each in others] == [{"news": False}] * 3
    assert await owed(guest, "C-1001", "refund_failed") == []


async def test_without_the_secret_there_is_no_such_door(house: Guest) -> None:
    assert (await house.http.post("/hooks/stripe", content="{}")).status_code == 404
