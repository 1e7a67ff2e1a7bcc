"""`switchboard mcp token`: what it mints opens exactly one call of one of our own servers."""

import asyncio
import json
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from typer.testing import CliRunner

from app.clock import tell_time
from app.main import cli
from app.places import DATABASE
from app.sandbox import open_alone
from app.settings import load_settings
from app.vault import open_vault
from domain.grant import META_KEY
from tests.house_guest import Json

ASKED: Json = {"customer_id": "C-1001"}


async def test_a_minted_grant_opens_exactly_its_call_over_http_and_over_pipes(tmp_path: Path) -> None:
    data = tmp_path / "var"
    data.mkdir()
    open_vault(load_settings(data=data))
    (data / DATABASE).touch()  # with the keys: what makes it an installation
    wanted = ["mcp", "token", "erp.list_invoices", json.dumps(ASKED), "--as", "C-1001", "--data", str(data)]
    minted = CliRunner().invoke(cli, wanted)
    assert minted.exit_code == 0, minted.output
    grant = {META_KEY: minted.output.strip()}

    async def use(target: Any) -> None:
        async with Client(target) as client:
            own = await client.call_tool("list_invoices", ASKED, meta=grant)
            assert not own.is_error, own.content
            assert "INV-3001" in str(own.structured_content)
            for tool, arguments in (("list_invoices", {"customer_id": "C-1002"}), ("list_appointments", ASKED)):
                assert (await client.call_tool(tool, arguments, meta=grant)).is_error
            assert (await client.call_tool("list_invoices", ASKED)).is_error

    serve = ["-m", "app.main", "mcp", "serve", "erp", "--stdio", "--data", str(data)]
    await use(stdio_client(StdioServerParameters(command=sys.executable, args=serve)))
    alone = open_alone(load_settings(data=data), "erp", tell_time)
    server = uvicorn.Server(uvicorn.Config(alone.as_app("127.0.0.1", tell_time), log_level="critical"))
    listener = socket.create_server(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await use(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp")
    finally:
        server.should_exit = True
        await running
        alone.close()


def test_a_server_is_served_over_a_port_or_over_pipes_and_not_both(tmp_path: Path) -> None:
    for options in ([], ["--stdio", "--port", "9001"]):
        refused = CliRunner().invoke(cli, ["mcp", "serve", "erp", *options, "--data", str(tmp_path)])
        assert refused.exit_code == 2
        assert "either --port, to listen on it, or --stdio" in refused.stderr
