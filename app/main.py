"""The command line: `switchboard serve | chat | demo | eval | journal | mcp`."""

import asyncio
import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.table import Table

from app.bootstrap import open_switchboard
from app.client import ServiceError
from app.logs import set_up_logs
from app.progress import console, errors, report
from app.serving import AnnouncingServer, check_free
from app.settings import Settings, load_settings
from app.welcome import welcome
from domain.errors import SwitchboardError

cli = typer.Typer(
    help="Switchboard: a self-hosted autonomous contact centre whose every action is governed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
evaluation = typer.Typer(help="Measure the understanding.", no_args_is_help=True)
journal = typer.Typer(help="The record of what was intended, decided and done.", no_args_is_help=True)
mcp = typer.Typer(help="The business systems as MCP servers.", no_args_is_help=True)
cli.add_typer(evaluation, name="eval")
cli.add_typer(journal, name="journal")
cli.add_typer(mcp, name="mcp")

DataOption = Annotated[Path | None, typer.Option(help="Folder of databases and tokens; SWITCHBOARD_DATA by default.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def read_settings(**given: Any) -> Settings:
    """The settings, with what was given on the command line; logging is set up by them."""
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    set_up_logs(settings.log_level)
    return settings


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data: DataOption = None,
) -> None:
    """Serve everything in one process: HTTP API, web chat, MCP servers, policy, specialists."""
    settings = read_settings(host=host, port=port, data=data)
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    async with open_switchboard(settings, report=report) as switchboard:
        announce = partial(welcome, console, switchboard)
        await AnnouncingServer(switchboard.api, settings.host, settings.port, announce).serve()


@cli.command()
def chat(
    customer: Annotated[
        str | None, typer.Option(help="Customer to speak as, such as C-1001; nobody by default.")
    ] = None,
    locale: Annotated[str, typer.Option(help="Language to begin in: en, es, de, fr or hi.")] = "en",
    url: Annotated[str | None, typer.Option(help="A running service; by default the one of the settings.")] = None,
    data: DataOption = None,
) -> None:
    """Talk to the assistant in the terminal; starts a service of its own where none is running."""
    from app.chat import talk
    from app.service import running_service

    settings = read_settings(data=data)
    with running_service(settings, url, report) as client:
        talk(console, client, customer, locale)


@cli.command()
def demo(
    url: Annotated[str | None, typer.Option(help="Play against a running service, with its data.")] = None,
    data: DataOption = None,
) -> None:
    """Play the journeys in the terminal, each with its decision, rules and record.

    By default on a fresh sandbox of its own, so that it can be played again and again.
    """
    from app.demo import play_all
    from app.service import fresh_service, running_service

    settings = read_settings(data=data)
    service = running_service(settings, url, report) if url else fresh_service(settings, report)
    with service as client:
        whole = play_all(console, client)
    raise typer.Exit(0 if whole else 1)


@evaluation.command("routing")
def evaluate_routing(
    file: Annotated[Path, typer.Argument(help="JSON lines with `text` and `label`.", exists=True, dir_okay=False)],
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Accuracy, macro-F1, calibration and a confusion table of the understanding on labelled words."""
    from app.evaluation import evaluate, show_evaluation

    found = evaluate(read_settings(data=data), file, report)
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        show_evaluation(console, found)


@cli.command()
def train(
    file: Annotated[Path | None, typer.Argument(help="JSON lines with `text` and `label`.", dir_okay=False)] = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Go back to the version before.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Teach the understanding your own customers' words; a model that is worse on a held-out tenth is refused."""
    from app.evaluation import go_back, teach

    settings = read_settings(data=data)
    if rollback == (file is not None):
        raise typer.BadParameter("name a FILE to learn from, or --rollback")
    found = go_back(settings) if file is None else teach(settings, file, report)
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        for name, value in found.items():
            console.print(f"{name.replace('_', ' '):>24}  {value}")
    raise typer.Exit(0 if found["accepted"] else 1)


@journal.command("verify")
def verify_journal(as_json: JsonOption = False, data: DataOption = None) -> None:
    """Recompute every hash chain; says which entry of which conversation is wrong, and exits with 1."""
    from app.records import verify

    found = asyncio.run(verify(read_settings(data=data)))
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        state = "[green]whole[/green]" if found["ok"] else "[red]BROKEN[/red]"
        console.print(f"{found['entries']} entries of {found['conversations']} conversations: {state}")
        for problem in found["problems"]:
            console.print(f"  [red]·[/red] {problem}")
    raise typer.Exit(0 if found["ok"] else 1)


@mcp.command("serve")
def serve_mcp(
    name: Annotated[str, typer.Argument(help="crm, erp, payments, knowledge or network.")],
    port: Annotated[int, typer.Option(help="Port to listen on.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    data: DataOption = None,
) -> None:
    """Serve one business system alone, over streamable HTTP, on the sandbox data."""
    from app.bootstrap import tell_time
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
    set_up_logs(settings.log_level)
    rows = asyncio.run(list_tools(settings))
    if as_json:
        sys.stdout.write(json.dumps({"items": rows}, indent=2) + "\n")
        return
    table = Table("tool", "kind", "group", "status", "digest")
    for row in rows:
        table.add_row(row["tool"], row["kind"], row["group"], row["status"], row["digest"])
    console.print(table)


def main() -> None:
    """Run the command line; what is wrong is said in a sentence, without a traceback."""
    try:
        cli()
    except ValidationError as error:
        for problem in error.errors():
            name = "SWITCHBOARD_" + "__".join(str(part) for part in problem["loc"]).upper()
            errors.print(f"[red]setting {name}:[/red] {problem['msg']}")
        sys.exit(2)
    except (SwitchboardError, ServiceError, OSError) as error:
        errors.print(f"[red]{type(error).__name__}:[/red] {error}")
        sys.exit(1)


if __name__ == "__main__":
    main()
