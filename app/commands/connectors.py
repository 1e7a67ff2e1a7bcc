"""`switchboard connectors`: the company's doors to other channels, whether they open, and a test through one."""

import asyncio
from typing import Annotated, Any

import typer
from rich.table import Table

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.progress import console

commands = typer.Typer()
connectors = typer.Typer(help="The company's connectors: e-mail, text messages, WhatsApp.", no_args_is_help=True)
commands.add_typer(connectors, name="connectors")

TargetArgument = Annotated[str, typer.Argument(help="A connector of the company, or a webhook by its id.")]
NameArgument = Annotated[str, typer.Argument(help="A connector of the company, as `list` names it.")]


@connectors.command("list")
def list_connectors(as_json: JsonOption = False, data: DataOption = None) -> None:
    """Every connector of the company, and which of them carries codes and reminders; nothing is contacted."""
    from app.connector_checks import list_connectors as listed

    rows = listed(read_settings(data=data))
    if as_json:
        print_json({"items": rows})
        return
    table = Table("name", "kind", "channel", "address", "tenant", "carries")
    for row in rows:
        shown = (row["name"], row["kind"], row["channel"], row["address"], row["tenant"])
        table.add_row(*shown, ", ".join(row["carries"]))
    console.print(table)


@connectors.command("check")
def check_connectors(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A connector; all of them by default.")] = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Sign in where connectors go, and say what waits or was given up; nothing is sent or read.

    Exit code 1 where one is not let in.
    """
    from app.connector_checks import check_connectors as checked

    found = asyncio.run(checked(read_settings(data=data), name))
    if as_json:
        print_json({"items": found})
    else:
        for each in found:
            console.print(f"{each['name']}: {_standing(each)}")
        console.print("the company has no connectors" if not found else "", end="")
    if any(each["problems"] for each in found):
        raise typer.Exit(1)


@connectors.command("send-test")
def send_test(
    name: NameArgument,
    to: Annotated[str, typer.Option(help="An e-mail address, or a number with its country code.")],
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Send one test message, at once and once. Exit code 1 where it was not taken."""
    from app.connector_checks import send_test as send

    sent = asyncio.run(send(read_settings(data=data), name, to))
    told = {"taken": not sent.receipt.error, "error": sent.receipt.error, "reference": sent.receipt.reference}
    if as_json:
        print_json({**told, "status": sent.receipt.status, "segments": sent.segments})
    else:
        console.print(sent.receipt.error or f"taken {sent.receipt.reference}".strip())
    if sent.receipt.error:
        raise typer.Exit(1)


@connectors.command()
def deliveries(
    name: TargetArgument,
    state: Annotated[str, typer.Option(help="waiting, dead (given up), delivered, dropped, or any.")] = "dead",
    limit: Annotated[int, typer.Option(help="At most so many, the newest first.", min=1, max=1000)] = 50,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """What a connector or a webhook was to send and what became of it: given up by default, without anybody's words."""
    from app.connector_checks import browse_deliveries

    rows = asyncio.run(browse_deliveries(read_settings(data=data), name, state, limit))
    if as_json:
        print_json({"items": rows})
        return
    table = Table("id", "since", "conversation", "state", "tries", "why")
    for row in rows:
        table.add_row(row["id"], row["at"], row["conversation_id"], row["state"], str(row["attempts"]), row["error"])
    console.print(table if rows else f"{name}: nothing is {state}" if state != "any" else f"{name}: nothing yet")


@connectors.command()
def resend(
    name: TargetArgument,
    delivery: Annotated[str, typer.Argument(metavar="[DELIVERY]", help="One delivery; all given up by default.")] = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Have what was given up, and what waits, sent again now and in order, by the running service."""
    from app.connector_checks import resend as send_again

    due = asyncio.run(send_again(read_settings(data=data), name, delivery))
    if as_json:
        print_json({"due": due})
    else:
        console.print(f"{name}: {due} to be sent" if due else f"{name}: nothing was given up, and nothing waits")


def _standing(found: dict[str, Any]) -> str:
    """How a connector stands in a line: what is cut, what waits for it, and what to do."""
    told = list(found["problems"])
    if found["waiting"]:
        why = f" (the last try: {found['last_error']})" if found["last_error"] else ""
        told.append(f"{found['waiting']} wait to be sent, and are tried again by themselves{why}")
    if found["dead"]:
        told.append(f"{found['dead']} given up; `switchboard connectors deliveries {found['name']}`, then `resend`")
    return "; ".join(told) or "ok"
