"""`switchboard serve | chat | demo`: running the contact centre, and talking to it."""

import asyncio
from functools import partial
from typing import Annotated

import structlog
import typer

from app.allocator import return_large_pieces
from app.commands.options import DataOption, read_settings
from app.logs import set_up_logs
from app.progress import console, report
from app.settings import Settings
from domain.conversation import LOCALES
from domain.errors import Misconfigured
from domain.names import require_known

commands = typer.Typer()


@commands.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    sandbox: Annotated[
        bool | None, typer.Option("--sandbox", help="A trial: production on invented customers; said on every page.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Serve everything in one process: HTTP API, web chat, MCP servers, policy, specialists."""
    return_large_pieces()
    settings = read_settings(anywhere=True, host=host, port=port, sandbox=sandbox or None, data=data)
    from app.preflight import check_start, tell_ignored, tell_unset

    check_start(settings)
    for told in (*tell_ignored(settings), *map(str, tell_unset(settings))):
        report(told)
    from app.telemetry.tracing import tracing
    from app.version import program_version

    with tracing(settings.telemetry, program_version(), "router"):
        asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    from app.bootstrap import open_switchboard
    from app.serving import AnnouncingServer
    from app.welcome import welcome

    if settings.sandbox and settings.environment == "production":
        structlog.contextvars.bind_contextvars(sandbox=True)
        report("A TRIAL: every customer and every system here is invented (--sandbox)")
    async with open_switchboard(settings, report=report) as switchboard:
        announce = partial(welcome, console, switchboard)
        await AnnouncingServer(switchboard.api, settings.host, settings.port, announce).serve()


@commands.command()
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

    require_known("language", locale, LOCALES)
    settings = read_settings(anywhere=True, data=data)
    set_up_logs(settings.log_level, brief=True)
    with running_service(settings, url, report) as client:
        talk(console, client, customer, locale)


@commands.command()
def demo(
    url: Annotated[str | None, typer.Option(help="Play against a running service, with its data.")] = None,
    data: DataOption = None,
) -> None:
    """Play the journeys in the terminal, each with its decision, rules and record.

    By default on a fresh sandbox of its own, so that it can be played again and again.
    """
    from app.company.stage import read_scenes
    from app.demo import play_all
    from app.service import fresh_service, running_service

    settings = read_settings(anywhere=True, data=data)
    scenes = read_scenes(settings.company_folder)
    if not scenes:
        raise Misconfigured(f"{settings.company_folder / 'demo.yaml'} is not there: it holds the scenes to play")
    service = running_service(settings, url, report) if url else fresh_service(settings, report)
    with service as client:
        whole = play_all(console, client, scenes)
    raise typer.Exit(0 if whole else 1)
