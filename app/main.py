"""The command line: puts the groups of `app.commands` together, and says what is wrong in a sentence."""

import sys

import typer
from pydantic import ValidationError

from app.client import ServiceError
from app.commands import autonomy, evaluation, follow_ups, journal, mcp, policy, privacy, service
from app.progress import errors
from domain.errors import SwitchboardError

cli = typer.Typer(
    help="Switchboard: a self-hosted autonomous contact centre whose every action is governed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (service, autonomy, evaluation, follow_ups, journal, mcp, policy, privacy):
    cli.add_typer(group.commands)


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
