"""The command line: puts the groups of `app.commands` together, and says what is wrong in a sentence."""

import sys
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.markup import escape
from typer.core import TyperGroup

from app.client import ServiceError
from app.commands import (
    autonomy,
    company,
    customers,
    database,
    evaluation,
    follow_ups,
    identity,
    jobs,
    journal,
    keys,
    mcp,
    policy,
    privacy,
    service,
    tokens,
)
from app.progress import console, errors
from app.settings import nearest_setting
from domain.errors import SwitchboardError, UnknownName


class Commands(TyperGroup):
    """The groups together; a name that does not exist ends any of them with exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run what was asked for."""
        try:
            return super().invoke(ctx)
        except UnknownName as error:
            errors.print(f"[red]UnknownName:[/red] {escape(str(error))}", soft_wrap=True)
            raise typer.Exit(2) from error


cli = typer.Typer(
    cls=Commands,
    help="Switchboard: a self-hosted autonomous contact centre whose every action is governed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (
    service,
    autonomy,
    company,
    customers,
    database,
    evaluation,
    follow_ups,
    identity,
    jobs,
    journal,
    keys,
    mcp,
    policy,
    privacy,
    tokens,
):
    cli.add_typer(group.commands)


def _print_version(asked: bool) -> None:
    if asked:
        from app.interfaces import program_version

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
    """Run the command line; what is wrong is said in a sentence, without a traceback."""
    try:
        cli()
    except ValidationError as error:
        for problem in error.errors():
            _tell_setting(problem)
        sys.exit(2)
    except (SwitchboardError, ServiceError, OSError) as error:
        errors.print(f"[red]{type(error).__name__}:[/red] {escape(str(error))}", soft_wrap=True)
        sys.exit(1)


def _tell_setting(problem: Any) -> None:
    """Say which setting is wrong, and which one may have been meant where there is none of that name."""
    name = "SWITCHBOARD_" + "__".join(str(part) for part in problem["loc"]).upper()
    meaning = problem["msg"]
    if problem["type"] == "extra_forbidden":
        near = nearest_setting(name)
        meaning = f"there is no such setting; did you mean {near}?" if near else "there is no such setting"
    errors.print(f"[red]setting {name}:[/red] {meaning}", soft_wrap=True)


if __name__ == "__main__":
    main()
