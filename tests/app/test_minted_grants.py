"""`switchboard mcp token`: what it mints opens exactly one call of one of our own servers."""

import asyncio
import json
import socket
from pathlib import Path

import uvicorn
from mcp import Client
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


async def test_a_minted_grant_opens_exactly_its_call(tmp_path: Path) -> None:
    data = tmp_path / "var"
    data.mkdir()
    open_vault(load_settings(data=data))
    (data / DATABASE).touch()  # with the keys: what makes it an installation
    wanted = ["mcp", "token", "erp.list_invoices", json.dumps(ASKED), "--as", "C-1001", "--data", str(data)]
    minted = CliRunner().invoke(cli, wanted)
    assert minted.exit_code == 0, minted.output
    grant = {META_KEY: minted.output.strip()}
    app, close = open_alone(load_settings(data=data), "erp", "127.0.0.1", tell_time)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with Client(url) as client:
            own = await client.call_tool("list_invoices", ASKED, meta=grant)
            assert not own.is_error, own.content
            assert "INV-3001" in str(own.structured_content)
            for tool, arguments in (("list_invoices", {"customer_id": "C-1002"}), ("list_appointments", ASKED)):
                assert (await client.call_tool(tool, arguments, meta=grant)).is_error
            assert (await client.call_tool("list_invoices", ASKED)).is_error
    finally:
        server.should_exit = True
        await running
        close()
