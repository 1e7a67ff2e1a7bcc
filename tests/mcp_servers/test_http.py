"""The same servers over streamable HTTP, each alone, as containers run them."""

import asyncio
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
async def serving(office, name):
    tools = find_toolset(name)
    backend = own_database(tools, office.sandbox, COMPANY)
    app = build_app(tools, backend, public_key_of(office.private_key), office.clock)
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
    other = sqlite3.connect(sandbox_path, isolation_level=None)
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
        open_alone(load_settings(data=tmp_path), "mail", "127.0.0.1", clock)
    assert not [each for each in set(threading.enumerate()) - before if each.name.startswith("sandbox-writer")]
