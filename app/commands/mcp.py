"""`switchboard mcp`: the business systems as MCP servers."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.progress import console, report
from app.serving import check_free

commands = typer.Typer()
mcp = typer.Typer(help="The business systems as MCP servers.", no_args_is_help=True)
commands.add_typer(mcp, name="mcp")


@mcp.command("serve")
def serve_mcp(
    name: Annotated[str, typer.Argument(help="crm, erp, payments, knowledge or network.")],
    port: Annotated[int, typer.Option(help="Port to listen on.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    data: DataOption = None,
) -> None:
    """Serve one business system alone, over streamable HTTP, on the sandbox data."""
    from app.clock import tell_time
    from app.sandbox import prepare_alone, sandbox_path
    from mcp_servers.catalogue import serve as serve_server

    settings = read_settings(data=data)
    check_free(host, port)
    key = prepare_alone(settings, tell_time)
    report(f"{name} listens on http://{host}:{port}/mcp")
    serve_server(name, host, port, sandbox_path=sandbox_path(settings), public_key_pem=key, clock=tell_time)


@mcp.command("list")
def list_mcp(as_json: JsonOption = False, data: DataOption = None) -> None:
    """The tools of every configured MCP server, whether each may be used, and its digest for pinning."""
    from app.records import list_tools

    settings = read_settings(data=data)
    rows = asyncio.run(list_tools(settings))
    if as_json:
        print_json({"items": rows})
        return
    table = Table("tool", "kind", "group", "status", "digest")
    for row in rows:
        table.add_row(row["tool"], row["kind"], row["group"], row["status"], row["digest"])
    console.print(table)
