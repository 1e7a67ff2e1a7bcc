"""`switchboard database`: the schema of our own database."""

import asyncio

import typer

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.progress import console

commands = typer.Typer()
database = typer.Typer(help="The schema of Switchboard's own database.", no_args_is_help=True)
commands.add_typer(database, name="database")


@database.command("upgrade")
def upgrade(as_json: JsonOption = False, data: DataOption = None) -> None:
    """Bring the database of the settings to this version's schema, and seal what an old version kept in plain words.

    The service does the same at its start; with many replicas run this once before they are rolled.
    """
    from app.schema import upgrade_schema

    step = asyncio.run(upgrade_schema(read_settings(data=data)))
    if as_json:
        print_json({"before": step.before or None, "now": step.now})
    else:
        before = step.before or "nothing"
        console.print(f"the schema is at {step.now}" + ("" if step.before == step.now else f", was at {before}"))


@database.command("status")
def status(as_json: JsonOption = False, data: DataOption = None) -> None:
    """At which step the schema is, and which one this version needs; exits with 1 where they differ."""
    from app.schema import read_schema

    step = asyncio.run(read_schema(read_settings(data=data)))
    if as_json:
        print_json({"now": step.before or None, "needed": step.now})
    else:
        console.print(f"the schema is at {step.before or 'nothing'}, this version needs {step.now}")
    raise typer.Exit(0 if step.before == step.now else 1)
