"""The conformance kit: our own servers keep every promise of their contracts, and a server that breaks one is named."""

import pytest
from mcp import Client
from mcp.server import MCPServer

from app.conformance import Examination, Subject, contract_of, examine
from domain.errors import BadRequest
from policy.tools.plausibility import find_untruths
from tests.mcp_servers.office import Office


def subject(contract: str, customer: str = "C-1001", currency: str = "USD") -> Subject:
    return Subject("", contract, "northwind-fibre", customer, "C-1002", currency)


async def broken_by(server: MCPServer, office: Office, examined: Subject) -> list[str]:
    async with Client(server) as client:
        findings = await Examination(client, examined, office.private_key, office.clock).run()
    return [f"{each.promise}: {each.seen}" for each in findings if not each.kept]


@pytest.mark.parametrize("contract", ["crm", "erp", "payments", "network", "knowledge"])
async def test_our_own_server_keeps_every_promise(office: Office, contract: str) -> None:
    assert await broken_by(office.servers[contract], office, subject(contract)) == []


async def test_a_server_that_believes_everybody_and_lacks_tools_is_named(office: Office) -> None:
    server = MCPServer("crm")

    @server.tool()
    def get_customer(customer_id: str) -> dict[str, str]:
        return {"customer_id": customer_id}

    broken = "\n".join(await broken_by(server, office, subject("crm")))
    assert "add_note is missing" in broken
    assert "get_customer: refuses a call without a grant: it was answered" in broken
    assert "get_customer: refuses another customer's records: it was answered" in broken
    assert "get_customer: the answer fits its schema: " in broken


async def test_another_currency_than_the_tenants_is_named(office: Office) -> None:
    broken = await broken_by(office.servers["payments"], office, subject("payments", currency="EUR"))
    assert len(broken) == 1
    assert "'USD', the tenant's is EUR" in broken[0]


def test_amounts_that_cannot_be_true_are_named_and_a_bills_allowance_may_lower_it() -> None:
    answer = {
        "items": [{"total_minor": -1, "paid_minor": 3.5, "lines": [{"amount_minor": -400}], "credit_minor": None}]
    }
    assert find_untruths(answer, currency="EUR") == [
        "items[0].total_minor is negative: -1",
        "items[0].paid_minor is 3.5, no whole number of minor units",
    ]


async def test_nothing_at_the_address_is_said(office: Office) -> None:
    there = Subject("http://127.0.0.1:9/mcp", "crm", "northwind-fibre", "C-1001", "C-1002", "USD")
    with pytest.raises(BadRequest, match="no MCP server answers at"):
        await examine(there, office.private_key, office.clock)


def test_a_contract_tells_every_tools_arguments_and_answer() -> None:
    told = contract_of("payments")
    assert set(told["refund_payment"]["arguments"]["properties"]) == {"payment_id", "amount_minor", "reason"}
    assert "refund_id" in told["refund_payment"]["answer"]["properties"]
    assert all(tool["description"] for tool in told.values())
