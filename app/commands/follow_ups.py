"""`switchboard follow-ups`: what conversations still owe their customers, and what became of it."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.progress import console

commands = typer.Typer()
follow_ups = typer.Typer(help="What conversations owe: reminders, checks, notes, confirmations.", no_args_is_help=True)
commands.add_typer(follow_ups, name="follow-ups")


@follow_ups.command("list")
def list_follow_ups(
    due: Annotated[bool, typer.Option("--due", help="Only those that wait and should have been done by now.")] = False,
    customer: Annotated[str, typer.Option(help="Only this customer's, such as C-1005.")] = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Every follow-up with its state and the reason for it, soonest due first; reads the database, sends nothing."""
    from app.follow_ups import list_owed

    rows = asyncio.run(list_owed(read_settings(data=data), due=due, customer_id=customer))
    if as_json:
        print_json({"items": rows})
        return
    table = Table("due (UTC)", "state", "kind", "customer", "about", "reason")
    for row in rows:
        due_at = row["due_at"][:16].replace("T", " ")
        table.add_row(due_at, row["state"], row["kind"], row["customer_id"], row["about"], row["reason"])
    console.print(table)
