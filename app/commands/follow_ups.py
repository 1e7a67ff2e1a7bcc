"""`switchboard follow-ups`: what conversations still owe their customers, and what became of it."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from app.commands.options import DataOption, JsonOption, print_json, read_settings, tenant_of
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
    table = Table("id", "due (UTC)", "state", "kind", "customer", "about", "reason")
    for row in rows:
        due_at = row["due_at"][:16].replace("T", " ")
        table.add_row(row["id"], due_at, row["state"], row["kind"], row["customer_id"], row["about"], row["reason"])
    console.print(table)


@follow_ups.command("cancel")
def cancel_follow_ups(
    follow_up: Annotated[str, typer.Argument(metavar="[ID]", help="A follow-up, as `list` names it.")] = "",
    customer: Annotated[str, typer.Option(help="All that waits for this customer, such as C-1005.")] = "",
    tenant: Annotated[str, typer.Option(help="The tenant whose customer it is; the company's first by default.")] = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Call off what waits: one follow-up, or every message to a customer; visits and contracts stay as they are."""
    from app.follow_ups import call_off

    if bool(follow_up) == bool(customer):
        raise typer.BadParameter("name an ID or a --customer")
    found = asyncio.run(call_off(read_settings(data=data), follow_up, tenant_of(tenant, data), customer))
    if as_json:
        print_json({"items": found})
        return
    for row in found:
        console.print(f"{row['id']}: {row['kind']} about {row['about'] or '-'} is called off")
    console.print("nothing was waiting" if not found else f"{len(found)} called off")
