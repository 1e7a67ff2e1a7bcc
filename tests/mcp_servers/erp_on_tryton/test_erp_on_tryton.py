"""The ERP's tools on a real Tryton, on PostgreSQL, with the sandbox's customers in its books: both answer the same."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from mcp import Client

from app.conformance import Examination, Subject
from domain.errors import Misconfigured
from mcp_servers.backend import SystemBackend, SystemOptions, TenantFacts
from mcp_servers.erp.backends.tryton import open_system
from mcp_servers.erp.backends.tryton.rpc import TrytonFault
from mcp_servers.erp.server import tools
from mcp_servers.grants import read_public_key
from mcp_servers.key_book import KeyBook
from policy.keys import generate_private_key, public_key_of
from tests.mcp_servers.conftest import WEDNESDAY
from tests.mcp_servers.erp_on_tryton.tryton_server import (
    DATABASE,
    POSTGRESQL,
    demonstrate,
    require_tryton,
    serving_tryton,
    settings_for,
)
from tests.mcp_servers.office import NORTHWIND, HandClock, Office, ToolRefused
from tests.postgres_server import SUPERUSER

pytestmark = pytest.mark.timeout(600)

CUSTOMERS = ("C-1001", "C-1002", "C-1004", "C-1011", "C-1012", "C-1014", "C-1016", "C-1023")
"""With paid, open and overdue bills, fees, a late order, one that is not sent and one that is there."""
FACTS = {NORTHWIND: TenantFacts("USD", "US")}
PAGE = "https://my.northwind.example/invoices/{invoice_id}"


@pytest.fixture(scope="module")
def address(seeded_file: Path, tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[str]:
    require_tryton(POSTGRESQL)
    with serving_tryton(tmp_path_factory.mktemp("tryton"), postgres_server) as found:
        demonstrate(found, seeded_file, CUSTOMERS)
        yield found


def options(address: str, **values: str) -> SystemOptions:
    return SystemOptions(settings_for(address) | values, FACTS, "SWITCHBOARD_SYSTEMS__TRYTON__")


@asynccontextmanager
async def open_office(address: str, keys: Path) -> AsyncGenerator[Office]:
    """An ERP server on that Tryton, and what it remembers of keys."""
    backend = SystemBackend("erp", open_system(options(address)), tools.entries, KeyBook(keys))
    key, clock = generate_private_key(), HandClock(WEDNESDAY)
    served = tools.build(backend, read_public_key(public_key_of(key)), clock)
    yield Office({"erp": served}, None, key, clock)  # type: ignore[arg-type]
    await backend.close()


@pytest.fixture
async def tryton(address: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(address, tmp_path / "erp.keys.db") as office:
        yield office


async def bill_of(office: Office, customer: str, invoice_id: str) -> dict[str, Any]:
    return await office.call("erp.get_invoice", customer, invoice_id=invoice_id)


async def fee_of(office: Office, customer: str, invoice_id: str) -> dict[str, Any]:
    lines = (await bill_of(office, customer, invoice_id))["lines"]
    return next(line for line in lines if line["kind"] in ("late_fee", "one_off"))


async def waive(office: Office, customer: str, invoice_id: str, fee: dict[str, Any], key: str) -> Any:
    given = {"invoice_id": invoice_id, "line_id": fee["line_id"], "amount_minor": fee["amount_minor"]}
    granted = {"idempotency_key": key}
    return await office.call("erp.waive_fee", customer, granted=granted, **given, reason="goodwill")


async def test_it_keeps_every_promise_of_the_contract(tryton: Office) -> None:
    examined = Subject("", "erp", NORTHWIND, "C-1011", "C-1001", "USD")
    async with Client(tryton.servers["erp"]) as client:
        findings = await Examination(client, examined, tryton.private_key, tryton.clock).run()
    assert len(findings) > 30
    assert [f"{each.promise}: {each.seen}" for each in findings if not each.kept] == []


@pytest.mark.parametrize("customer", CUSTOMERS)
async def test_bills_subscriptions_and_orders_are_told_as_the_sandbox_tells_them(
    tryton: Office, office: Office, customer: str
) -> None:
    told = [(await each.call_of("erp.list_invoices", customer))["items"] for each in (tryton, office)]
    assert told[0] == told[1]
    for bill in told[0]:
        here, there = [await bill_of(each, customer, bill["invoice_id"]) for each in (tryton, office)]
        own = ("kind", "description", "amount_minor", "waived")
        assert [[line[name] for name in own] for line in here["lines"]] == [
            [line[name] for name in own] for line in there["lines"]
        ]
        assert here["url"] == PAGE.format(invoice_id=bill["invoice_id"])
    here, there = [(await each.call_of("erp.list_subscriptions", customer))["items"] for each in (tryton, office)]
    unknown_here = {"promotion": None, "status": "active"}
    assert here == [{**each, **unknown_here} for each in there]
    here, there = [(await each.call_of("erp.list_orders", customer))["items"] for each in (tryton, office)]
    seen = {"lost": "late"}
    assert [
        (each["order_id"], each["item"], each["status"], each["promised_on"], each["payment_id"]) for each in here
    ] == [
        (
            each["order_id"],
            each["item"],
            seen.get(each["status"], each["status"]),
            each["promised_on"],
            each["payment_id"],
        )
        for each in there
    ]


async def test_a_fee_is_waived_once_by_a_credit_note_whichever_process_is_asked_at_the_same_time(
    tryton: Office, address: str, tmp_path: Path
) -> None:
    fee = await fee_of(tryton, "C-1011", "INV-3011")
    before = await bill_of(tryton, "C-1011", "INV-3011")
    async with open_office(address, tmp_path / "other.keys.db") as other:
        asked = [waive(each, "C-1011", "INV-3011", fee, key) for each, key in ((tryton, "one"), (other, "two"))]
        answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [str(each) for each in answers if isinstance(each, ToolRefused)]
    assert refused == [f"line_id: {fee['line_id']} has been waived already"]
    after = await bill_of(tryton, "C-1011", "INV-3011")
    assert before["balance_minor"] - after["balance_minor"] == fee["amount_minor"]
    assert sum(line["amount_minor"] for line in after["lines"] if not line["waived"]) == after["total_minor"]


async def test_many_credits_at_once_never_take_more_off_a_bill_than_is_owed(tryton: Office) -> None:
    owed = (await bill_of(tryton, "C-1002", "INV-3002"))["balance_minor"]
    given = {"customer_id": "C-1002", "amount_minor": owed // 2 - 100, "reason": "goodwill"}
    given_out = await asyncio.gather(*[tryton.call("erp.apply_credit", "C-1002", **given) for _ in range(4)])
    after = await bill_of(tryton, "C-1002", "INV-3002")
    assert (after["balance_minor"], after["total_minor"]) == (0, 0)
    assert [each["invoice_id"] for each in given_out].count(None) == 1


async def test_what_was_cut_short_is_finished_under_its_key_and_made_once(address: str, tmp_path: Path) -> None:
    """The key book is lost, as if the process had died before it wrote the answer down."""
    told: list[Any] = []
    for attempt in range(2):
        async with open_office(address, tmp_path / f"{attempt}.keys.db") as office:
            granted = {"idempotency_key": "cut-short"}
            given = {"customer_id": "C-1014", "amount_minor": 700, "reason": "goodwill"}
            credited = await office.call("erp.apply_credit", "C-1014", granted=granted, **given)
            granted = {"idempotency_key": "cut-short-too"}
            given = {"subscription_id": "SUB-2014", "plan_id": "fibre-100"}
            moved = await office.call("erp.change_plan", "C-1014", granted=granted, **given)
            told.append((credited, moved, (await bill_of(office, "C-1014", "INV-3014"))["balance_minor"]))
    assert told[0] == told[1]


async def test_a_credit_lowers_the_open_bill_and_the_rest_waits_for_the_next(tryton: Office) -> None:
    before = await bill_of(tryton, "C-1016", "INV-3016")
    more = before["balance_minor"] + 500
    given = {"customer_id": "C-1016", "amount_minor": more, "reason": "outage OUT-77"}
    credit = await tryton.call("erp.apply_credit", "C-1016", **given)
    assert (credit["amount_minor"], credit["invoice_id"]) == (more, "INV-3016")
    after = await bill_of(tryton, "C-1016", "INV-3016")
    assert (after["balance_minor"], after["status"]) == (0, "paid")
    assert after["lines"][-1]["amount_minor"] == -before["balance_minor"]
    with pytest.raises(ToolRefused, match=r"^reason: this was credited before$"):
        await tryton.call("erp.apply_credit", "C-1016", **given)
    unowed = await tryton.call("erp.apply_credit", "C-1001", customer_id="C-1001", amount_minor=100, reason="goodwill")
    assert unowed["invoice_id"] is None


async def test_an_overdue_bill_is_spread_over_months_and_overdue_no_more(tryton: Office) -> None:
    bill = await bill_of(tryton, "C-1011", "INV-3011")
    first = (WEDNESDAY + timedelta(days=5)).date().isoformat()
    given = {"invoice_id": "INV-3011", "instalments": 3, "first_due_on": first}
    spread = await tryton.call("erp.create_payment_arrangement", "C-1011", **given)
    assert sum(each["amount_minor"] for each in spread["instalments"]) == bill["balance_minor"]
    after = await bill_of(tryton, "C-1011", "INV-3011")
    assert (after["balance_minor"], after["status"], after["due_on"]) == (bill["balance_minor"], "open", first)
    with pytest.raises(ToolRefused, match="INV-3011 is under an arrangement already"):
        await tryton.call("erp.create_payment_arrangement", "C-1011", **given)


async def test_a_plan_is_changed_back_and_forth_and_cancelled_with_notice(tryton: Office) -> None:
    quoted = await tryton.call("erp.quote_plan_change", "C-1001", subscription_id="SUB-2001", plan_id="fibre-500")
    assert (quoted["old_monthly_minor"], quoted["new_monthly_minor"]) == (3999, 5999)
    for plan, costs in (("fibre-500", 5999), ("fibre-100", 2999)):
        given = {"subscription_id": "SUB-2001", "plan_id": plan}
        assert (await tryton.call("erp.change_plan", "C-1001", **given))["monthly_minor"] == costs
    (mine,) = (await tryton.call_of("erp.list_subscriptions", "C-1001"))["items"]
    assert (mine["plan_id"], mine["status"]) == ("fibre-100", "active")
    ended = await tryton.call("erp.cancel_subscription", "C-1001", subscription_id="SUB-2001", reason="moving abroad")
    (mine,) = (await tryton.call_of("erp.list_subscriptions", "C-1001"))["items"]
    assert (mine["status"], mine["cancellation"]["effective_on"]) == ("cancelled", ended["effective_on"])
    with pytest.raises(ToolRefused, match="SUB-2001 is cancelled"):
        await tryton.call("erp.change_plan", "C-1001", subscription_id="SUB-2001", plan_id="fibre-300")


async def test_an_order_is_called_off_before_it_is_sent_and_a_late_one_is_sent_again(tryton: Office) -> None:
    with pytest.raises(ToolRefused, match="O-9024 is delivered, and cannot be cancelled any more"):
        await tryton.call("erp.cancel_order", "C-1023", order_id="O-9024", reason="not wanted")
    off = await tryton.call("erp.cancel_order", "C-1023", order_id="O-9023", reason="not wanted")
    assert (off["payment_id"], off["paid_minor"]) == ("P-5231", 4500)
    again = await tryton.call("erp.reship_order", "C-1012", order_id="O-9001", reason="it never came")
    found = {each["order_id"]: each for each in (await tryton.call_of("erp.list_orders", "C-1012"))["items"]}
    assert found["O-9001"]["status"] == "reshipped"
    assert (found[again["new_order_id"]]["amount_minor"], found[again["new_order_id"]]["status"]) == (0, "ordered")
    with pytest.raises(ToolRefused, match="O-9001 is reshipped, not late or lost"):
        await tryton.call("erp.reship_order", "C-1012", order_id="O-9001", reason="it never came")


async def test_what_it_does_not_do_it_says(tryton: Office) -> None:
    assert (await tryton.call("erp.list_slots", "C-1001"))["items"] == []
    assert (await tryton.call_of("erp.list_appointments", "C-1001"))["items"] == []
    with pytest.raises(ToolRefused, match="this ERP plans no visits"):
        given = {"customer_id": "C-1001", "site_id": "S-4001", "slot_id": "SL-1", "reason": "repair"}
        await tryton.call("erp.book_appointment", "C-1001", **given)
    with pytest.raises(ToolRefused, match="this ERP makes no return labels"):
        await tryton.call("erp.create_return_label", "C-1023", order_id="O-9024", reason="not wanted")


async def test_a_session_that_ended_is_opened_again_and_a_wrong_password_is_said(
    address: str, postgres_server: str
) -> None:
    system = open_system(options(address))
    await system.check()
    database = await asyncpg.connect(f"postgresql://{SUPERUSER}@{postgres_server}/{DATABASE}")
    assert await database.fetch("DELETE FROM ir_session RETURNING id")
    await database.close()
    await system.check()
    await system.close()
    wrong = open_system(options(address, password="wrong"))
    with pytest.raises(TrytonFault, match="Tryton refuses this user or password"):
        await wrong.check()
    await wrong.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [("notice_days", "a month"), ("patience_s", "-1"), ("patience_s", "nan"), ("invoice_page", "https://x/{id}")],
)
def test_a_setting_that_means_nothing_is_named(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=f"SWITCHBOARD_SYSTEMS__TRYTON__{name.upper()}="):
        open_system(options("http://127.0.0.1:1", **{name: value}))


def test_a_setting_that_is_missing_and_a_database_shared_by_tenants_are_named() -> None:
    with pytest.raises(Misconfigured, match="SWITCHBOARD_SYSTEMS__TRYTON__INVOICE_PAGE="):
        open_system(options("http://127.0.0.1:1", invoice_page=""))
    two = SystemOptions(
        options("http://127.0.0.1:1", database="acme").values, {**FACTS, "other": FACTS[NORTHWIND]}, "X__"
    )
    with pytest.raises(Misconfigured, match=r"X__DATABASE=\{tenant\}"):
        open_system(two)
