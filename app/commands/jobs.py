"""`switchboard jobs`: what is done periodically, how it stands, and having it done now."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.progress import console

commands = typer.Typer()
jobs = typer.Typer(help="What is done periodically, and how it stands.", no_args_is_help=True)
commands.add_typer(jobs, name="jobs")


@jobs.command("list")
def list_them(as_json: JsonOption = False, data: DataOption = None) -> None:
    """Every job: how often it is done, when it last went well or failed, and why; reads the database, does nothing."""
    from app.job_reports import report_jobs

    rows = asyncio.run(report_jobs(read_settings(data=data)))
    if as_json:
        print_json({"items": rows})
        return
    table = Table("job", "every", "last success (UTC)", "state", "what it does")
    table.columns[0].no_wrap = True
    for row in rows:
        table.add_row(row["name"], f"{row['every_seconds']:g} s", _last(row), _state(row), row["purpose"])
    console.print(table)


@jobs.command()
def run(
    name: Annotated[str, typer.Argument(help="Which job, such as anchoring; `switchboard jobs list` names them.")],
    wait: Annotated[float, typer.Option(help="Seconds to wait for what comes of it.", min=0)] = 60.0,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Have the running service do a job at once. It runs there, on one process at a time as always."""
    from app.job_reports import run_job

    found = asyncio.run(run_job(read_settings(data=data), name, wait))
    if as_json:
        print_json(found)
    elif found["succeeded"]:
        console.print(f"{name}: done in {found['seconds']:.2f} s")
    else:
        console.print(f"[red]{name}: failed:[/red] {found['error']}; it is tried again")
    raise typer.Exit(0 if found["succeeded"] else 1)


def _last(row: dict[str, Any]) -> str:
    at = row["last_success_at"]
    never = "" if row["everywhere"] else "never"
    return datetime.fromtimestamp(at, UTC).isoformat(" ", "seconds")[:19] if at else never


def _state(row: dict[str, Any]) -> str:
    if row["everywhere"]:
        return "in each process"
    if row["failures_in_a_row"]:
        return f"[red]failed {row['failures_in_a_row']} times in a row: {row['last_error']}[/red]"
    if row["running_on"]:
        return "running"
    return f"{row['lag_seconds']:.0f} s late" if row["lag_seconds"] >= 1 else "waits"
