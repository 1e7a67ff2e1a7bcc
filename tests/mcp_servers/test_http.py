"""The same servers over streamable HTTP, each alone, as containers run them."""

import asyncio
import json
import socket
import sqlite3
import threading
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from mcp import Client

from app.sandbox import open_alone
from app.settings import load_settings
from domain.errors import Misconfigured
from domain.grant import META_KEY
from mcp_servers.catalogue import build_app, find_toolset, find_toolsets, own_database
from policy.keys import public_key_of
from tests.mcp_servers.samples import SAMPLES
from tests.reference import COMPANY


@asynccontextmanager
async def serving(office, name, server=None):
    tools = find_toolset(name)
    backend = own_database(tools, office.sandbox, COMPANY)
    app = build_app(tools, backend, public_key_of(office.private_key), office.clock)
    if server is not None:
        app = server.streamable_http_app(json_response=False, stateless_http=True)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        listener.close()


@pytest.mark.parametrize("name", sorted(find_toolsets()))
async def test_every_tool_of_a_server_answers_over_http_as_in_memory(office, name):
    async with serving(office, name) as url, Client(f"{url}/mcp") as client:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        own = {tool.removeprefix(f"{name}."): sample for tool, sample in SAMPLES.items() if tool.startswith(f"{name}.")}
        assert set(listed) == set(own)
        for tool, (customer, arguments) in own.items():
            refused = await client.call_tool(tool, arguments)
            assert refused.is_error
            token = office.grant(f"{name}.{tool}", arguments, customer, idempotency_key=f"http-{tool}")
            result = await client.call_tool(tool, arguments, meta={META_KEY: token})
            assert not result.is_error, (tool, result.content)
            assert set(result.structured_content) >= set(listed[tool].output_schema["required"])


async def test_a_repeat_over_http_returns_the_result_of_the_call_in_memory(office):
    customer, arguments = SAMPLES["payments.refund_payment"]
    key = {"idempotency_key": "K"}
    first = await office.call("payments.refund_payment", customer, granted=key, **arguments)
    async with serving(office, "payments") as url, Client(f"{url}/mcp") as client:
        token = office.grant("payments.refund_payment", arguments, customer, **key)
        again = await client.call_tool("refund_payment", arguments, meta={META_KEY: token})
    assert again.structured_content == first


async def test_a_server_reports_its_health(office):
    async with serving(office, "erp") as url, httpx.AsyncClient() as client:
        answer = await client.get(f"{url}/healthz")
    assert answer.json() == {"status": "ok", "server": "erp"}


async def test_a_foreign_host_header_is_refused_on_loopback(office):
    async with serving(office, "erp") as url, httpx.AsyncClient() as client:
        answer = await client.post(
            f"{url}/mcp",
            headers={"Host": "attacker.example", "Accept": "application/json, text/event-stream"},
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        )
    assert answer.status_code in (403, 421)


async def test_reads_go_on_while_a_change_waits_for_another_process(office, sandbox_path):
    other = sqlite3.connect(sandbox_path / "crm.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    customer, arguments = SAMPLES["crm.add_note"]
    note = asyncio.create_task(office.call("crm.add_note", customer, **arguments))
    reads = [await office.call_of("crm.get_customer", "C-1001") for _ in range(5)]
    assert len(reads) == 5
    assert not note.done()
    other.execute("ROLLBACK")
    other.close()
    assert (await note)["interaction_id"] == "I-700001"


def test_an_unknown_server_is_misconfigured():
    with pytest.raises(Misconfigured, match="there is no MCP server mail; there are crm, erp"):
        find_toolset("mail")


def test_serving_an_unknown_server_ends_at_once(tmp_path, clock):
    before = set(threading.enumerate())
    with pytest.raises(Misconfigured):
        open_alone(load_settings(data=tmp_path), "mail", clock)
    assert not [each for each in set(threading.enumerate()) - before if each.name.startswith("sandbox-writer")]


@pytest.mark.parametrize("revision", ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"])
async def test_clients_of_every_revision_are_served_and_told_why_without_a_grant(office, revision):
    """By hand and without an SDK, over HTTP: each revision in its own words."""
    headers = {"Accept": "application/json, text/event-stream"}
    arguments = {"article_id": "slow-wifi"}
    token = office.grant("knowledge.get_article", arguments, "")
    said = {"io.modelcontextprotocol/protocolVersion": revision, "io.modelcontextprotocol/clientCapabilities": {}}
    said |= {"io.modelcontextprotocol/clientInfo": {"name": "by hand", "version": "1"}}
    modern = revision >= "2026"
    async with serving(office, "knowledge") as url, httpx.AsyncClient(base_url=url, headers=headers) as client:

        async def ask(method, number=1, **params):
            params |= {"_meta": {**params.get("_meta", {}), **said}} if modern else {}
            sent = {"jsonrpc": "2.0", "method": method, "params": params} | ({"id": number} if number else {})
            named = {"Mcp-Method": method, "Mcp-Name": params.get("name", "")} if modern else {}
            answer = await client.post("/mcp", json=sent, headers={name: each for name, each in named.items() if each})
            assert answer.is_success, answer.text
            for session in answer.headers.get_list("mcp-session-id"):
                client.headers["mcp-session-id"] = session
            lines = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: {")]
            return json.loads(lines[-1] if lines else answer.text or "{}")

        if modern:
            client.headers["MCP-Protocol-Version"] = revision
        else:
            told = {"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "by hand", "version": "1"}}
            assert (await ask("initialize", **told))["result"]["protocolVersion"] == revision
            if revision >= "2025-06-18":
                client.headers["MCP-Protocol-Version"] = revision
            await ask("notifications/initialized", 0)
        assert len((await ask("tools/list", 2))["result"]["tools"]) == 2
        call = {"name": "get_article", "arguments": arguments}
        refused = (await ask("tools/call", 3, **call))["result"]
        assert refused["isError"]
        assert "grant" in refused["content"][0]["text"]
        done = (await ask("tools/call", 4, **call, _meta={META_KEY: token}))["result"]
        assert not done.get("isError"), done
        assert "slow-wifi" in done["content"][0]["text"]
