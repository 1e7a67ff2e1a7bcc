"""`switchboard mcp`: the business systems as MCP servers."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.places import no_installation
from app.ports import check_free
from app.progress import console, report
from domain.errors import BadRequest
from domain.names import require_known

NARROW = 80
"""Below so many columns a table does not fit."""
commands = typer.Typer()
mcp = typer.Typer(help="The business systems as MCP servers.", no_args_is_help=True)
commands.add_typer(mcp, name="mcp")


@mcp.command("serve")
def serve_mcp(
    name: Annotated[str, typer.Argument(help="crm, erp, payments, knowledge, network, or one of the company's own.")],
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    stdio: Annotated[bool, typer.Option("--stdio", help="Speak over standard input and output instead.")] = False,
    data: DataOption = None,
) -> None:
    """Serve one business system alone, over streamable HTTP or standard input and output, on the sandbox data."""
    from app.clock import tell_time
    from app.opened_company import open_company
    from app.sandbox import open_alone
    from app.telemetry.tracing import tracing
    from app.version import program_version
    from mcp_servers.catalogue import find_toolsets
    from mcp_servers.catalogue import serve as serve_server

    settings = read_settings(anywhere=True, data=data)
    require_known("MCP server", name, find_toolsets(open_company(settings)))
    if stdio == (port is not None):
        raise BadRequest("say either --port, to listen on it, or --stdio")
    if port is not None:
        check_free(host, port)
    server = open_alone(settings, name, tell_time)
    with tracing(settings.telemetry, program_version(), f"mcp {name}"):
        if port is None:
            try:
                server.as_program(tell_time).run("stdio")
            finally:
                server.close()
        else:
            report(f"{name} listens on http://{host}:{port}/mcp")
            serve_server(server.as_app(host, tell_time), host, port, server.close)


@mcp.command("contract")
def show_contract(
    name: Annotated[str, typer.Argument(help="crm, erp, payments, network or knowledge.")],
    write: Annotated[
        bool, typer.Option("--write", help="Write it anew from our own server's tools; promises and examples are kept.")
    ] = False,
) -> None:
    """Print what a server of that kind has to offer: each tool's arguments and answer as JSON Schemas, an example."""
    from mcp_servers.catalogue import find_toolsets
    from mcp_servers.contracts.contract import list_contracts, read_contract, write_contract

    require_known("contract", name, find_toolsets() if write else list_contracts())
    if write:
        console.print(f"{write_contract(find_toolsets()[name])} is written: look at what changed in it", soft_wrap=True)
        return
    print_json(read_contract(name).model_dump())


@mcp.command("new")
def new(
    contract: Annotated[str, typer.Argument(help="The system that it stands before: crm.")],
    folder: Annotated[Path | None, typer.Option(help="Where to write it; ./my_CONTRACT by default.")] = None,
    language: Annotated[str, typer.Option(help="python, or typescript on MCP's official SDK.")] = "python",
    tenant: Annotated[str, typer.Option(help="Whose customers it serves; the company's first tenant by default.")] = "",
) -> None:
    """Write an MCP server before a system of your own: it passes the conformance kit at once, and is to be filled.

    What is there is never overwritten.
    """
    from app.server_template import LANGUAGES, list_templates, write_server

    require_known("template", contract, list_templates())
    require_known("language", language, LANGUAGES)
    settings = read_settings()
    tenant = tenant or settings.tenant
    require_known("tenant", tenant, settings.currencies)
    for file in write_server(contract, language, tenant, folder or Path(f"my_{contract}")):
        console.print(f"{file} is written", soft_wrap=True)
    console.print("Its first lines say how to start it and how to prove that it keeps the contract.", soft_wrap=True)


@mcp.command("conform")
def conform(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    url: Annotated[str, typer.Argument(help="Where the server listens, such as http://127.0.0.1:9001/mcp.")],
    contract: Annotated[str, typer.Option(help="crm, erp, payments, network or knowledge.")],
    customer: Annotated[
        str, typer.Option(help="A customer of the system to try it with; nothing of theirs is changed.")
    ],
    stranger: Annotated[str, typer.Option(help="Another customer, whose records must not be shown to the first.")],
    tenant: Annotated[str, typer.Option(help="Whose customers they are; the company's first tenant by default.")] = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Prove that a server honours a contract: schemas, grants, scoping, repeats, amounts; exits with 1 on any breach.

    The server has to believe this installation's grants: its public key is grant_key.pub.pem of the data folder. With
    the CRM a note is written on the customer's record; nothing else is changed.
    """
    from dataclasses import asdict

    from app.clock import tell_time
    from app.conformance import READS, Subject, examine
    from app.keys import GRANT_KEY, read_grant_key

    require_known("contract", contract, READS)
    settings = read_settings(data=data)
    tenant = tenant or settings.tenant
    require_known("tenant", tenant, settings.currencies)
    if settings.grants.key is None and not (settings.data / GRANT_KEY).is_file():
        raise no_installation(settings.data)
    subject = Subject(url, contract, tenant, customer, stranger, settings.currencies[tenant])
    findings = asyncio.run(examine(subject, read_grant_key(settings), tell_time))
    broken = [each for each in findings if not each.kept]
    if as_json:
        print_json({"contract": contract, "url": url, "findings": [asdict(each) for each in findings]})
    else:
        for each in findings:
            console.print(
                Text(f"{'kept  ' if each.kept else 'BROKEN'}  {each.promise}{': ' if each.seen else ''}{each.seen}")
            )
        console.print(f"{len(findings) - len(broken)} of {len(findings)} promises of {contract} are kept")
    raise typer.Exit(1 if broken else 0)


@mcp.command("list")
def list_mcp(as_json: JsonOption = False, data: DataOption = None) -> None:
    """The tools of every configured MCP server, and whether each may be used; with --json their digests too."""
    from app.records import list_tools

    settings = read_settings(anywhere=True, data=data)
    rows, down = asyncio.run(list_tools(settings))
    if as_json:
        print_json({"items": rows, "down": down})
        return
    if console.width < NARROW:
        for row in rows:
            told = " · ".join(each for each in (row["kind"], row["group"], _standing(row)) if each)
            console.print(Text(f"{row['tool']}\n  {told}"), soft_wrap=True)
    else:
        table = Table("tool", "kind", "group", "status", box=None)
        for row in rows:
            table.add_row(row["tool"], row["kind"], row["group"], _standing(row))
        console.print(table)
    for why in down.values():
        console.print(Text(why, style="red"), soft_wrap=True)


def _standing(row: dict[str, str]) -> str:
    """Ready is only what somebody may call; a tool that is known as it is listed and granted to nobody is denied."""
    return "granted to nobody" if row["status"] == "ready" and row["lacks"] else row["status"]


@mcp.command("drift")
def show_drift(as_json: JsonOption = False, data: DataOption = None) -> None:
    """How the tools that servers list now differ from their pins; exits with 1 where any does, or a server is down."""
    from app.pins import drift

    found = asyncio.run(drift(read_settings(anywhere=True, data=data)))
    if as_json:
        print_json(found)
    else:
        for item in found["items"]:
            _print_drift(item["tool"], item["kind"], item["parts"])
        for name, why in found["down"].items():
            console.print(f"[red]{name} does not answer:[/red] {why}")
        if not found["items"] and not found["down"]:
            console.print(f"every tool of {', '.join(found['servers'])} is as it was pinned")
    raise typer.Exit(1 if found["items"] or found["down"] else 0)


@mcp.command("pin")
def pin(
    name: Annotated[str, typer.Argument(help="A server, or one tool as SERVER.TOOL.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Pin without asking.")] = False,
    data: DataOption = None,
) -> None:
    """Pin tools as they are listed now: shows what changed, and writes digest and listing into policy data."""
    from app.pins import look_at, write_pins

    settings = read_settings(anywhere=True, data=data)
    seen = asyncio.run(look_at(settings, name))
    for tool, found in seen:
        if found is not None:
            _print_drift(tool.name, found.kind, dict(found.parts))
        else:
            console.print(f"{tool.name}: as it is known")
    if not yes and not typer.confirm(f"Pin {len(seen)} tools as they are listed now?"):
        raise typer.Exit(1)
    revision = write_pins(settings, [tool for tool, _ in seen])
    console.print(f"pinned {len(seen)} tools; the policy's revision is now {revision}", soft_wrap=True)
    if settings.policy.verification_key is not None:
        console.print("the bundle's signature no longer holds: sign it again with `switchboard policy sign`")


def _print_drift(tool: str, kind: str, parts: dict[str, str]) -> None:
    console.print(Text(f"{tool}: {kind}", style="bold"))
    for part, diff in parts.items():
        console.print(f"  {part}")
        for line in diff.splitlines():
            style = {"+": "green", "-": "red"}.get(line[:1], "")
            console.print(Text(f"    {line}", style=style), soft_wrap=True)
