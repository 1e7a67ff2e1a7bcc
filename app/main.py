"""The command line: puts the groups of `app.commands` together. What a refused command says: `app.refusals`."""

from typing import Annotated

import typer

from app.commands import (
    agents,
    autonomy,
    company,
    connectors,
    customers,
    database,
    evaluation,
    follow_ups,
    identity,
    jobs,
    journal,
    keys,
    mcp,
    mcp_sign_in,
    mcp_tools,
    partners,
    policy,
    privacy,
    service,
    tokens,
)
from app.progress import console
from app.refusals import Commands
from app.version import program_version

cli = typer.Typer(
    cls=Commands,
    help="Switchboard: a self-hosted autonomous contact centre whose every action is governed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (
    service,
    agents,
    autonomy,
    company,
    connectors,
    customers,
    database,
    evaluation,
    follow_ups,
    identity,
    jobs,
    journal,
    keys,
    mcp,
    mcp_sign_in,
    mcp_tools,
    partners,
    policy,
    privacy,
    tokens,
):
    cli.add_typer(group.commands)


def _print_version(asked: bool) -> None:
    if asked:
        console.print(program_version())
        raise typer.Exit


@cli.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version, and end.")
    ] = False,
) -> None:
    """Switchboard: a self-hosted autonomous contact centre whose every action is governed."""


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
