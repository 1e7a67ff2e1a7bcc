"""`switchboard agents`: other teams' agents that are asked over A2A."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.progress import console

commands = typer.Typer()
agents = typer.Typer(help="Other teams' agents that are asked over A2A.", no_args_is_help=True)
commands.add_typer(agents, name="agents")


@agents.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What to call it: the specialist's name.")],
    url: Annotated[str, typer.Argument(help="Where it is; its card is at the well-known address below.")],
    token: Annotated[str, typer.Option(help="Its bearer token; ${VARIABLE} is looked up in the environment.")] = "",
    share: Annotated[
        list[str] | None, typer.Option(help="What it may be told of the customer: email, phone, customer_id.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Pin and write without asking.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make another team's agent a specialist of the company: its card is looked at, pinned, and its skills offered."""
    from pydantic import ValidationError

    from app.remote_agents.addition import describe, look_at_card, see_free, see_shares, write_agent
    from app.remote_agents.stanza import AgentStanza
    from domain.errors import BadRequest

    settings = read_settings(anywhere=True)
    folder = see_free(settings, name)
    see_shares(share or ())
    try:
        stanza = AgentStanza.model_validate({"url": url, "token": token, "shares": tuple(share or ())})
    except ValidationError as error:
        raise BadRequest(f"{url}: {error.errors()[0]['msg']}") from None
    shown = asyncio.run(look_at_card(stanza))
    skills = describe(shown.card)
    if not as_json:
        _show(str(shown.card.get("name", name)), skills)
        console.print(Text(f"  {shown.signer.remark}"), soft_wrap=True)
    if not (yes or as_json) and not typer.confirm(f"Make {name} a specialist with {len(skills)} skills?"):
        raise typer.Exit(1)
    files = write_agent(settings, folder, stanza, shown)
    if as_json:
        print_json(
            {"agent": name, "skills": skills, "signature": shown.signer.remark, "files": [str(file) for file in files]}
        )
        return
    _tell_files(folder, files)
    console.print(
        "The service asks it after a restart; put examples in your customers' languages beside the English ones."
    )


@agents.command("list")
def list_all(as_json: JsonOption = False) -> None:
    """The agents that the company asks, with their skills; nothing is contacted."""
    from agents.remote import list_agents, read_skills
    from app.opened_company import open_company
    from app.remote_agents.stanza import read_stanza

    company = open_company(read_settings(anywhere=True))
    rows = [
        {"agent": each.name, "url": read_stanza(each).url, "skills": [skill.name for skill in read_skills(each)]}
        for each in list_agents(company)
    ]
    if as_json:
        print_json({"items": rows})
        return
    for row in rows:
        console.print(Text(f"{row['agent']}  {row['url']}\n  {', '.join(row['skills'])}"), soft_wrap=True)
    if not rows:
        console.print("the company asks no other team's agent: switchboard agents add NAME URL")


@agents.command("check")
def check(
    name: Annotated[str, typer.Argument(help="The agent's name.")],
    pin: Annotated[
        bool, typer.Option("--pin", help="Take its card as it is now, after a look at what changed.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Pin without asking.")] = False,
    data: DataOption = None,
) -> None:
    """How an agent's card differs from the pinned one; exits with 1 where it does, or where it shows none.

    One that differs is asked nothing from now on, until it is pinned.
    """
    from app.remote_agents.addition import compare_card, find_agent, pin_card, write_skills
    from app.remote_agents.quarantine import Quarantine

    settings = read_settings(anywhere=True, data=data)
    folder, quarantine = find_agent(settings, name), Quarantine(settings.data)
    changed, shown = asyncio.run(compare_card(folder, quarantine))
    if not changed:
        console.print(f"the card of {name} is as it was pinned; {shown.signer.remark}")
        return
    for line in changed.splitlines():
        console.print(Text(line, style={"+": "green", "-": "red"}.get(line[:1], "")), soft_wrap=True)
    if not pin or not (yes or typer.confirm(f"Pin the card of {name} as it is now?")):
        raise typer.Exit(1)
    pin_card(folder, shown)
    files = write_skills(settings, folder)
    quarantine.release(name)
    _tell_files(folder, files)
    console.print(f"the card of {name} is pinned as it is now; restart the service")


def _tell_files(folder: Path, files: list[Path]) -> None:
    """What was written, and what is left to write."""
    from app.remote_agents.addition import list_gone, list_unasked

    for file in files:
        console.print(f"{file} is written", soft_wrap=True)
    for file in list_unasked(folder):
        told = f"{file}: the card gives no examples; write how customers ask for it, or nobody is understood to"
        console.print(Text(told, style="yellow"), soft_wrap=True)
    for file in list_gone(folder):
        console.print(Text(f"{file}: its skill is not on the card any more; remove it", style="yellow"), soft_wrap=True)


def _show(name: str, skills: list[dict[str, Any]]) -> None:
    console.print(Text(name, style="bold"))
    for skill in skills:
        console.print(Text(f"  {skill['title']} ({skill['skill']}): {skill['description']}"), soft_wrap=True)
        for example in skill["examples"]:
            console.print(Text(f"    “{example}”"), soft_wrap=True)
        for risk in skill["risks"]:
            console.print(Text(f"    ! {risk}", style="yellow"), soft_wrap=True)
