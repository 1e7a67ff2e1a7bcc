"""`switchboard autonomy`: how far the assistant may go by itself, and the kill switch."""

import asyncio
import getpass
from typing import Annotated, Any, get_args

import typer
from rich.table import Table

from app.commands.options import DataOption, JsonOption, print_json, read_settings, tenant_of
from app.progress import console
from domain.autonomy import EVERY_TENANT, Act, Scope, Stage, Turned
from domain.caller import Caller, Role
from domain.ids import TenantId

commands = typer.Typer()
autonomy = typer.Typer(help="How far the assistant may go by itself, and the kill switch.", no_args_is_help=True)
commands.add_typer(autonomy, name="autonomy")

Name = Annotated[
    str,
    typer.Argument(
        help="What is meant: all, a procedure (billing.pay_bill), channel:voice, cohort:locale:de, "
        "cohort:flag:vulnerable or cohort:partner:NAME."
    ),
]
Reason = Annotated[str, typer.Option("--reason", "-m", help="Why; it is kept in the record.")]
By = Annotated[str, typer.Option(help="Who does this, for the record; the user of this machine by default.")]
Tenant = Annotated[str, typer.Option(help="Whose dial; the company's first tenant by default, '*' for every one.")]


@autonomy.command("show")
def show_dial(tenant: Tenant = "", as_json: JsonOption = False, data: DataOption = None) -> None:
    """What policy data lets the assistant do, what is held back now, by whom and why."""
    from app.autonomy import show

    found = asyncio.run(show(read_settings(data=data), tenant_of(tenant, data)))
    if as_json:
        print_json(found)
        return
    console.print(f"{found['system']}, tenant {found['tenant']}", soft_wrap=True)
    _print_policy(found["policy"])
    held = Table("tenant", "scope", "name", "stopped", "stage", title="held back now")
    for item in found["items"]:
        held.add_row(item["tenant"], item["scope"], item["name"], "STOPPED" if item["stopped"] else "", _share(item))
    console.print(held if found["items"] else "nothing is held back")
    if found["history"]:
        turned = Table("at", "by", "act", "scope", "name", "stage", "reason", title="last turns of the dial")
        for item in found["history"][:20]:
            row = (item["at"][:19], item["by"], item["act"], item["scope"], item["name"])
            turned.add_row(*row, _share(item) if item["act"] == "set" else "", item["reason"])
        console.print(turned)
    _print_processes(found["processes"])


@autonomy.command("stop")
def stop(
    reason: Reason,
    name: Name = "all",
    by: By = "",
    tenant: Tenant = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """The kill switch: within 5 seconds no process acts any more, people do; reading and talking go on.

    Says which system was stopped and how many of its processes obey; exits with 1 where one has not said so.
    """
    _turn(_wish("stop", name, reason), by, tenant, as_json, data)


@autonomy.command("resume")
def resume(
    reason: Reason,
    name: Name = "all",
    by: By = "",
    tenant: Tenant = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Let go of the kill switch; stages that were set before hold again."""
    _turn(_wish("resume", name, reason), by, tenant, as_json, data)


@autonomy.command("set")
def set_stage(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    name: Name,
    stage: Annotated[Stage, typer.Argument(help="How far the assistant may go.")],
    reason: Reason,
    percent: Annotated[int, typer.Option(min=0, max=100, help="Only this many of a hundred customers.")] = 100,
    rest: Annotated[Stage, typer.Option(help="How far it may go for the other customers.")] = Stage.APPROVE,
    by: By = "",
    tenant: Tenant = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Hold a procedure, channel or cohort to a stage; `auto` lets it go as far as policy data does."""
    _turn(_wish("set", name, reason, stage=stage, percent=percent, rest=rest), by, tenant, as_json, data)


def _wish(act: Act, name: str, reason: str, **more: Any) -> Turned:
    head, _, tail = name.partition(":")
    scope: Scope = "procedure"
    if name == "all":
        scope, tail = "all", ""
    elif head in ("channel", "cohort", "procedure") and tail and head in get_args(Scope):
        scope = head
    else:
        tail = name
    return Turned(scope=scope, name=tail, act=act, reason=reason, **more)


def _turn(wish: Turned, by: str, tenant: str, as_json: bool, data: Any) -> None:
    from app.autonomy import turn

    caller = Caller(by or getpass.getuser(), Role.ADMIN, TenantId(tenant_of(tenant, data)))
    turned = asyncio.run(turn(read_settings(data=data), caller, wish))
    if as_json:
        print_json(turned)
    else:
        _print_turned(turned)
    raise typer.Exit(1 if turned["processes"]["waiting"] else 0)


def _print_turned(turned: dict[str, Any]) -> None:
    """What was recorded where, and which of the processes obey."""
    meant = turned["name"] or "everything"
    tenant = "every tenant" if turned["tenant"] == EVERY_TENANT else turned["tenant"]
    done = {"stop": "is stopped", "resume": "goes on", "set": f"is set to {_share(turned)}"}[turned["act"]]
    console.print(f"[bold]{meant}[/bold] of {tenant} {done} in {turned['system']}", soft_wrap=True)
    _print_processes(turned["processes"])


def _print_processes(found: dict[str, Any]) -> None:
    if not found["running"]:
        console.print("no process runs on it now; every process that starts obeys")
        return
    until = f" by {found['by'][11:19]} UTC" if found["by"] else ""
    console.print(f"{found['obeyed']} of {found['running']} running processes obey{until}")
    for each in found["waiting"]:
        heard = each["heard_at"][11:19]
        console.print(
            f"[red]{each['id']} on {each['host']} has not said so[/red]; it was last heard at {heard} UTC. A process "
            "that cannot read the dial for 5 seconds acts as stopped",
            soft_wrap=True,
        )


def _share(item: dict[str, Any]) -> str:
    if item["percent"] >= 100:
        return str(item["stage"])
    return f"{item['stage']} for {item['percent']} %, {item['rest']} for the rest"


def _print_policy(policy: dict[str, Any]) -> None:
    table = Table("procedure", "stage", title="policy data")
    for name, dial in {"(all others)": policy["dial"], **policy["procedures"]}.items():
        merged = {**policy["dial"], **dial}
        table.add_row(name, _share({**merged, "percent": merged["percentage"]}))
    console.print(table)
    if policy["kill_switch"]:
        console.print("[red]the kill switch of the policy data is on[/red]")
