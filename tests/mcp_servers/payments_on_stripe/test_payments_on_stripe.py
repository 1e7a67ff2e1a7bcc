"""The payment tools on Stripe, over the official library, against a local Stripe that keeps its state."""

import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client

from app.conformance import Examination, Subject
from mcp_servers.backend import SystemBackend, SystemOptions, TenantFacts
from mcp_servers.grants import read_public_key
from mcp_servers.key_book import KeyBook
from mcp_servers.payments.server import tools
from policy.keys import generate_private_key, public_key_of
from tests.mcp_servers.conftest import WEDNESDAY
from tests.mcp_servers.office import HandClock, Office, ToolRefused
from tests.mcp_servers.payments_on_stripe.local_stripe import LocalStripe, serving

pytest.importorskip("stripe", reason="the extra `stripe` is not installed")
ACME = "acme"
BROKE = r"^Error executing tool \w+$"


@pytest.fixture
def stripe() -> LocalStripe:
    found = LocalStripe()
    found.add_customer("cus_1", "C-1", ACME, default="pm_1")
    found.add_customer("cus_2", "C-2", ACME)
    found.add_customer("cus_3", "C-3", "elsewhere")
    for number, last4 in {"pm_1": "4242", "pm_declined": "0002", "pm_asks": "3155"}.items():
        found.add_card(number, "cus_1", last4)
    found.add_card("pm_old", "cus_1", "9999", year=2025)
    found.add_card("pm_2", "cus_2")
    found.add_invoice("in_1", "cus_1", "INV-1", 4000, 0)
    found.add_invoice("in_2", "cus_1", "INV-2", 6000, 6000)
    found.add_charge("ch_first", "cus_1", 4000, "pm_1", invoice_id="INV-1")
    found.add_charge("ch_again", "cus_1", 4000, "pm_1", invoice_id="INV-1")
    found.add_charge("ch_alone", "cus_1", 2500, "pm_1")
    found.subscriptions["sub_1"] = {"id": "sub_1", "customer": "cus_1", "status": "active", "metadata": {}}
    return found


@pytest.fixture
async def office(stripe: LocalStripe, tmp_path: Path) -> AsyncIterator[Office]:
    from mcp_servers.payments.backends.stripe import open_system

    async with serving(stripe) as address:
        values = {"api_key": "sk_test_local", "api_base": address}
        facts = {ACME: TenantFacts("EUR", "DE")}
        system = open_system(SystemOptions(values, facts, "SWITCHBOARD_SYSTEMS__STRIPE__"))
        backend = SystemBackend("payments", system, tools.entries, KeyBook(tmp_path / "payments.keys.db"))
        key, clock = generate_private_key(), HandClock(WEDNESDAY)
        served = tools.build(backend, read_public_key(public_key_of(key)), clock)
        yield Office({"payments": served}, None, key, clock)  # type: ignore[arg-type]
        await backend.close()


async def call(office: Office, tool: str, customer: str = "C-1", **arguments: Any) -> Any:
    given = arguments if tool in ("get_payment", "refund_payment") else {"customer_id": customer, **arguments}
    return await office.call(f"payments.{tool}", customer, granted={"tenant": ACME}, **given)


async def test_it_keeps_every_promise_of_the_contract(office: Office) -> None:
    examined = Subject("", "payments", ACME, "C-1", "C-2", "EUR")
    async with Client(office.servers["payments"]) as client:
        findings = await Examination(client, examined, office.private_key, office.clock).run()
    assert len(findings) > 15
    assert [f"{each.promise}: {each.seen}" for each in findings if not each.kept] == []


async def test_a_surplus_capture_is_found_by_its_invoice_and_nothing_is_guessed_without_one(office: Office) -> None:
    found = {each["payment_id"]: each for each in (await call(office, "list_payments"))["items"]}
    assert list(found) == ["ch_alone", "ch_again", "ch_first"]
    assert (found["ch_again"]["surplus_minor"], found["ch_again"]["duplicate_of"]) == (4000, "ch_first")
    assert found["ch_first"]["captures_of_charge"] == 2
    assert (found["ch_alone"]["surplus_minor"], found["ch_alone"]["invoice_id"]) == (0, None)
    assert (found["ch_alone"]["currency"], found["ch_alone"]["method"]) == ("EUR", "Visa •••• 4242")


async def test_what_a_charge_says_it_was_owed_counts_where_stripe_has_no_invoice(
    office: Office, stripe: LocalStripe
) -> None:
    for number in ("ch_a", "ch_b"):
        stripe.add_charge(number, "cus_1", 1500, "pm_1", order_id="O-1", owed_minor="1500")
    again = await call(office, "get_payment", payment_id="ch_b")
    assert (again["order_id"], again["surplus_minor"], again["duplicate_of"]) == ("O-1", 1500, "ch_a")


async def test_methods_are_masked_the_default_first(office: Office) -> None:
    found = await call(office, "list_payment_methods")
    assert (found["items"][0]["method_id"], found["items"][0]["default"]) == ("pm_1", True)
    assert found["items"][0]["label"] == "Visa •••• 4242"
    assert found["autopay"] is False


async def test_a_refund_is_made_once_whatever_is_repeated(office: Office, stripe: LocalStripe) -> None:
    arguments = {"payment_id": "ch_again", "amount_minor": 4000, "reason": "duplicate_charge"}
    token = office.grant("payments.refund_payment", arguments, "C-1", tenant=ACME, idempotency_key="once")
    first = await office.present("payments.refund_payment", arguments, token)
    assert await office.present("payments.refund_payment", arguments, token) == first
    assert [each["amount"] for each in stripe.refunds] == [4000]
    assert (stripe.refunds[0]["reason"], first["arrives_by"]) == ("duplicate", "2026-04-01")
    with pytest.raises(ToolRefused, match="payment_id: ch_again has already been refunded whole"):
        await call(office, "refund_payment", **arguments)


async def test_a_refund_and_a_payment_whose_answers_were_lost_are_found_and_not_made_again(
    office: Office, stripe: LocalStripe
) -> None:
    refund = {"payment_id": "ch_again", "amount_minor": 4000, "reason": "duplicate_charge"}
    take = {"customer_id": "C-1", "invoice_id": "INV-2", "method_id": "pm_1", "amount_minor": 6000}
    for tool, arguments in (("payments.refund_payment", refund), ("payments.take_payment", take)):
        token = office.grant(tool, arguments, "C-1", tenant=ACME, idempotency_key=f"lost-{tool}")
        stripe.lost = 2
        with pytest.raises(ToolRefused, match=BROKE):
            await office.present(tool, arguments, token)
        stripe.keys.clear()
        answer = await office.present(tool, arguments, token)
        assert answer["amount_minor"] == arguments["amount_minor"]
    assert [each["amount"] for each in stripe.refunds] == [4000]
    assert [each for each in stripe.charges if each.startswith("ch_new")] == ["ch_new3"]
    assert stripe.invoices["in_2"]["status"] == "paid"


@pytest.mark.parametrize(
    ("payment", "amount", "reason", "said"),
    [
        ("ch_again", 4001, "other", "amount_minor: at most 4000 of ch_again can be refunded"),
        ("ch_alone", 2500, "duplicate_charge", "amount_minor: only 0 of this charge was captured too much"),
        ("ch_alone", 2500, "lost_order", "reason: ch_alone did not pay an order"),
        ("ch_none", 100, "other", "payment_id: payment ch_none not found"),
    ],
)
async def test_what_cannot_go_back_is_refused_with_why(
    office: Office, stripe: LocalStripe, payment: str, amount: int, reason: str, said: str
) -> None:
    with pytest.raises(ToolRefused, match=f"^{said}$"):
        await call(office, "refund_payment", payment_id=payment, amount_minor=amount, reason=reason)
    assert stripe.refunds == []


async def test_a_payment_lowers_its_invoice_and_is_at_most_what_is_owed(office: Office, stripe: LocalStripe) -> None:
    taken = await call(office, "take_payment", invoice_id="INV-2", method_id="pm_1", amount_minor=2000)
    assert (taken["balance_minor"], taken["payment_id"]) == (4000, "ch_new3")
    assert stripe.invoices["in_2"]["amount_remaining"] == 4000
    for invoice, method, amount, said in (
        ("INV-2", "pm_1", 4001, "amount_minor: the balance of INV-2 is 4000"),
        ("INV-1", "pm_1", 100, "invoice_id: INV-1 is paid"),
        ("INV-9", "pm_1", 100, "invoice_id: invoice INV-9 not found"),
        ("INV-2", "pm_2", 100, "method_id: payment method pm_2 not found"),
        ("INV-2", "pm_old", 100, "method_id: Visa •••• 9999 has expired"),
        ("INV-2", "pm_declined", 100, "method_id: the payment was declined: Your card was declined"),
        ("INV-2", "pm_asks", 100, "method_id: the bank wants the holder to confirm"),
    ):
        with pytest.raises(ToolRefused, match=f"^{said}"):
            await call(office, "take_payment", invoice_id=invoice, method_id=method, amount_minor=amount)
    assert stripe.invoices["in_2"]["amount_remaining"] == 4000


async def test_links_and_autopay(office: Office, stripe: LocalStripe) -> None:
    link = await call(office, "create_payment_link", invoice_id="INV-2", amount_minor=6000)
    assert (link["url"], link["amount_minor"]) == ("https://invoice.stripe.example/i/in_2", 6000)
    with pytest.raises(ToolRefused, match="a link is for the whole balance of INV-2, 6000"):
        await call(office, "create_payment_link", invoice_id="INV-2", amount_minor=5000)
    assert await call(office, "set_autopay", value=True) == {"enabled": True, "method": "Visa •••• 4242"}
    assert stripe.subscriptions["sub_1"]["collection_method"] == "charge_automatically"
    assert (await call(office, "list_payment_methods"))["autopay"] is True
    assert await call(office, "set_autopay", value=False) == {"enabled": False, "method": None}
    assert stripe.subscriptions["sub_1"]["collection_method"] == "send_invoice"


async def test_another_tenants_customer_is_not_found_under_any_name(office: Office) -> None:
    for name in ("C-3", "cus_3", "C-9"):
        with pytest.raises(ToolRefused, match=f"customer {name} not found"):
            await call(office, "list_payments", name)


async def test_a_stripe_that_is_down_is_no_refusal(office: Office, stripe: LocalStripe) -> None:
    stripe.down = True
    with pytest.raises(ToolRefused, match=BROKE):
        await call(office, "list_payments")


MOCK = Path(__file__).parents[3] / ".tools" / "bin" / "stripe-mock"


@pytest.fixture
def stripe_mock() -> Iterator[str]:
    """Where Stripe's own description of its API judges requests."""
    if not MOCK.is_file():
        pytest.skip("`make deployment-tools` could not get stripe-mock")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mock = subprocess.Popen([str(MOCK), "-http-port", str(port)], stdout=subprocess.PIPE, text=True)
    assert mock.stdout
    while "Listening for HTTP" not in mock.stdout.readline():
        assert mock.poll() is None
    yield f"http://127.0.0.1:{port}"
    mock.terminate()
    mock.wait(10)


async def test_stripes_own_description_of_its_api_accepts_every_request(
    office: Office, stripe: LocalStripe, stripe_mock: str
) -> None:
    await call(office, "list_payments")
    await call(office, "list_payment_methods")
    await call(office, "take_payment", invoice_id="INV-2", method_id="pm_1", amount_minor=2000)
    await call(office, "refund_payment", payment_id="ch_again", amount_minor=4000, reason="duplicate_charge")
    await call(office, "create_payment_link", invoice_id="INV-2", amount_minor=4000)
    await call(office, "set_autopay", value=True)
    await call(office, "set_autopay", value=False)
    requests = [*dict.fromkeys(stripe.seen), ("POST", "/v1/refunds", "charge=ch_1&colour=blue")]
    headers = {"Authorization": "Bearer sk_test_1", "Content-Type": "application/x-www-form-urlencoded"}
    async with httpx.AsyncClient(base_url=stripe_mock, headers=headers) as http:
        answers = [(path, await http.request(method, path, content=body)) for method, path, body in requests]
    refused = {path: answer.text for path, answer in answers if answer.status_code != 200}
    assert len(requests) > 10
    assert list(refused) == ["/v1/refunds"], refused
    assert answers[-1][1].status_code == 400
