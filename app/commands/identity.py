"""`switchboard identity`: an identity provider for trying how production runs."""

import asyncio
from typing import Annotated

import typer

from app.commands.options import DataOption, read_settings
from app.progress import report

commands = typer.Typer()
identity = typer.Typer(help="An identity provider for trying how production runs.", no_args_is_help=True)
commands.add_typer(identity, name="identity")


@identity.command("serve")
def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    data: DataOption = None,
) -> None:
    """Give anybody who asks a token of any role: for trying on one's own machine, never where customers are.

    Routers know it by SWITCHBOARD_AUTH__ISSUER and SWITCHBOARD_AUTH__JWKS_URL; /token?role=channel gives a token.
    """
    import uvicorn

    from app.clock import tell_time
    from app.ports import check_free
    from app.trial_identity import TrialIdentity, build_identity_app
    from domain.errors import Misconfigured
    from mcp_servers.catalogue import ReturningServer

    settings = read_settings(anywhere=True, data=data)
    if not settings.auth.issuer:
        raise Misconfigured("set SWITCHBOARD_AUTH__ISSUER to what the routers are told")
    check_free(host, port)
    app = build_identity_app(TrialIdentity(settings.data, settings.auth, tell_time), settings.tenant)
    report(f"ANYBODY gets a token of any role at http://{host}:{port}/token?role=channel: for trying only")
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", log_config=None)
    asyncio.run(ReturningServer(config).serve())
