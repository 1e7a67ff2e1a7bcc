"""`switchboard journal`: the record of what was intended, decided and done."""

import asyncio

import typer

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.progress import console

commands = typer.Typer()
journal = typer.Typer(help="The record of what was intended, decided and done.", no_args_is_help=True)
commands.add_typer(journal, name="journal")


@journal.command("verify")
def verify_journal(as_json: JsonOption = False, data: DataOption = None) -> None:
    """Recompute every hash chain; says which entry of which conversation is wrong, and exits with 1."""
    from app.records import verify

    found = asyncio.run(verify(read_settings(data=data)))
    if as_json:
        print_json(found)
    else:
        state = "[green]whole[/green]" if found["ok"] else "[red]BROKEN[/red]"
        console.print(f"{found['entries']} entries of {found['conversations']} conversations: {state}")
        for problem in found["problems"]:
            console.print(f"  [red]·[/red] {problem}")
    raise typer.Exit(0 if found["ok"] else 1)
