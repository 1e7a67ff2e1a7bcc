"""Records as resources, prompts and completion: under the same grants and scopes as the tools behind them."""

import json

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CompleteRequest, CompleteRequestParams, CompleteResult, PromptReference, ResourceTemplateReference

from domain.grant import META_KEY
from mcp_servers.catalogue import find_toolsets
from mcp_servers.toolset import describe_tool

READS = [
    ("bill://INV-3001", "erp", "get_invoice", {"invoice_id": "INV-3001"}, "C-1001", "invoice_id"),
    ("visit://WO-7001", "erp", "list_appointments", {"customer_id": "C-1005"}, "C-1005", "appointment_id"),
    ("article://slow-wifi", "knowledge", "get_article", {"article_id": "slow-wifi"}, "", "article_id"),
]


@pytest.mark.parametrize(("uri", "server", "tool", "arguments", "customer", "key"), READS)
async def test_a_record_is_read_under_the_grant_of_the_tool_behind_it(
    office, uri, server, tool, arguments, customer, key
):
    async with Client(office.servers[server]) as client:
        token = office.grant(f"{server}.{tool}", arguments, customer)
        read = await client.read_resource(uri, meta={META_KEY: token})
        assert json.loads(read.contents[0].text)[key] == uri.partition("://")[2]
        refusals = {
            "grant: this call has none; .* mcp token": {},
            "grant: it is for another tool": {META_KEY: office.grant(f"{server}.search_articles", arguments, customer)},
            "grant: it is for other arguments": {META_KEY: office.grant(f"{server}.{tool}", {"x": 1}, customer)},
        }
        for message, meta in refusals.items():
            with pytest.raises(MCPError, match=message):
                await client.read_resource(uri, meta=meta)
        if customer:
            others = arguments | ({"customer_id": "C-1003"} if "customer_id" in arguments else {})
            token = office.grant(f"{server}.{tool}", others, "C-1003")
            with pytest.raises(MCPError, match="not found"):
                await client.read_resource(uri, meta={META_KEY: token})


async def test_resources_prompts_and_languages_are_found_by_clients(office):
    async with Client(office.servers["erp"]) as erp, Client(office.servers["knowledge"]) as knowledge:
        templates = (await erp.list_resource_templates()).resource_templates
        assert {each.uri_template for each in templates} == {"bill://{identifier}", "visit://{identifier}"}
        prompt = await erp.get_prompt("explain_bill", {"invoice_id": "INV-3001"})
        assert "INV-3001" in prompt.messages[0].content.text
        prompts = (await knowledge.list_prompts()).prompts
        assert [(each.name, [one.name for one in each.arguments]) for each in prompts] == [
            ("answer_question", ["question", "locale"])
        ]
        reference = PromptReference(name="answer_question")
        completed = await knowledge.complete(reference, {"name": "locale", "value": "e"})
        assert completed.completion.values == ["en", "es"]


async def test_numbers_of_records_are_completed_for_whom_they_belong_to_and_nobody_else(office):
    template = ResourceTemplateReference(uri="bill://{identifier}")
    asked = ((template, "identifier"), (PromptReference(name="explain_bill"), "invoice_id"))
    customer, other = {"customer_id": "C-1001"}, {"customer_id": "C-1003"}
    async with Client(office.servers["erp"]) as client:

        async def complete(reference, name, token, begun="inv-"):
            named, meta = {"name": name, "value": begun}, {META_KEY: token} if token else None
            params = CompleteRequestParams(ref=reference, argument=named, _meta=meta)
            found = await client.session.send_request(CompleteRequest(params=params), CompleteResult)
            return set(found.completion.values)

        mine = {each["invoice_id"] for each in (await office.call_of("erp.list_invoices", "C-1001"))["items"]}
        for reference, name in asked:
            assert await complete(reference, name, office.grant("erp.list_invoices", customer, "C-1001")) == mine
            theirs = await complete(reference, name, office.grant("erp.list_invoices", other, "C-1003"))
            assert theirs
            assert not theirs & mine
            assert await complete(reference, name, "") == set()
            with pytest.raises(MCPError, match="grant: it is for another tool"):
                await complete(reference, name, office.grant("erp.get_invoice", customer, "C-1001"))
            with pytest.raises(MCPError, match="grant: it is for other arguments"):
                await complete(reference, name, office.grant("erp.list_invoices", customer, "C-1003"))
        whole = min(mine)
        assert await complete(template, "identifier", office.grant("erp.list_invoices", customer, "C-1001"), whole) == {
            whole
        }


def test_every_field_of_every_tool_says_what_it_is_and_each_argument_shows_one():
    lacking = [
        (f"{name}.{entry.name}", field, part)
        for name, tools in find_toolsets().items()
        for entry in tools.entries
        for schema, parts in fields_of(describe_tool(entry))
        for field, said in schema.get("properties", {}).items()
        for part in parts
        if part not in said
    ]
    assert not lacking


def fields_of(tool):
    """Each JSON Schema of a tool, with what its fields have to say."""
    yield tool["arguments"], ("title", "description", "examples")
    for schema in (tool["answer"], *tool["answer"].get("$defs", {}).values()):
        yield schema, ("description",)
