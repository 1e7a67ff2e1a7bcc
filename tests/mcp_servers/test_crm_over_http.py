"""The CRM over HTTP: the example server of the guide behind our tools keeps every promise of the contract."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client

from app.conformance import Examination, Subject
from mcp_servers.backend import SystemBackend
from mcp_servers.crm.backends.http import RestCrm
from mcp_servers.crm.server import tools
from mcp_servers.grants import read_public_key
from mcp_servers.key_book import KeyBook
from policy.keys import generate_private_key, public_key_of
from tests.mcp_servers.conftest import WEDNESDAY
from tests.mcp_servers.office import HandClock, Office, ToolRefused

EXAMPLE = Path(__file__).parents[2] / "docs" / "how-to" / "examples" / "rest_crm.py"


@pytest.fixture
def example() -> Iterator[Any]:
    spec = importlib.util.spec_from_file_location("rest_crm_example", EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def office_on(transport: httpx.AsyncBaseTransport, folder: Path) -> Office:
    http = httpx.AsyncClient(
        transport=transport, base_url="http://crm.example/v1", headers={"Authorization": "Bearer example-token"}
    )
    backend = SystemBackend("crm", RestCrm(http), tools.entries, KeyBook(folder / "crm.keys.db"))
    key, clock = generate_private_key(), HandClock(WEDNESDAY)
    return Office({"crm": tools.build(backend, read_public_key(public_key_of(key)), clock)}, None, key, clock)  # type: ignore[arg-type]


@pytest.fixture
def office(example: Any, tmp_path: Path) -> Office:
    return office_on(httpx.ASGITransport(example.app), tmp_path)


async def call(office: Office, tool: str, **arguments: Any) -> Any:
    customer = "" if tool == "crm.find_customer" else "C-1"
    given = arguments if tool == "crm.find_customer" else {"customer_id": "C-1", **arguments}
    return await office.call(tool, customer, granted={"tenant": "acme"}, **given)


async def test_the_example_keeps_every_promise(office: Office) -> None:
    examined = Subject("", "crm", "acme", "C-1", "C-2", "EUR")
    async with Client(office.servers["crm"]) as client:
        findings = await Examination(client, examined, office.private_key, office.clock).run()
    assert len(findings) > 30
    assert [f"{each.promise}: {each.seen}" for each in findings if not each.kept] == []


async def test_every_tool_is_served_and_refusals_come_through(office: Office, example: Any) -> None:
    found = await call(office, "crm.find_customer", field="email", value="jo@example.com")
    assert found == {"found": True, "customer_id": "C-1"}
    assert (await call(office, "crm.start_verification"))["sent_to"] == "•••• 11"
    assert (await call(office, "crm.check_verification", code=example.CODES["C-1"]))["verified"] is True
    changed = await call(office, "crm.update_contact_detail", field="email", value="jo@example.org")
    assert changed["value"] == example.CUSTOMERS["acme", "C-1"]["email"] == "jo@example.org"
    with pytest.raises(ToolRefused, match=r"^value: not an e-mail address$"):
        await call(office, "crm.update_contact_detail", field="email", value="nowhere")
    case = await call(office, "crm.open_case", reason="dispute", description="The bill.")
    assert (await call(office, "crm.list_cases"))["items"][0]["case_id"] == case["case_id"]
    assert (await call(office, "crm.set_consent", field="marketing", value=True))["value"] is True
    with pytest.raises(ToolRefused, match=r"^offer_id: offer OF-1 not found$"):
        await call(office, "crm.accept_offer", offer_id="OF-1", discount_percent=10, months=6)
    sent = await call(office, "crm.send_message", template="note", text="Hello.", purpose="requested")
    assert sent["to"] == "j•••@example.org"
    assert (await call(office, "crm.record_feedback", score=5))["recorded_at"]


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.Response(401), httpx.Response(200, json={"name": 1})])
async def test_a_crm_that_breaks_is_no_refusal_and_nothing_of_it_is_told(
    tmp_path: Path, answer: httpx.Response
) -> None:
    office = office_on(httpx.MockTransport(lambda _: answer), tmp_path)
    with pytest.raises(ToolRefused, match=r"^Error executing tool get_customer$"):
        await call(office, "crm.get_customer")
