"""`switchboard partners`: other companies' agents that act for our customers."""

import asyncio
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.progress import console
from domain.decision import Effect

commands = typer.Typer()
partners = typer.Typer(help="Other companies' agents that act for our customers, over A2A.", no_args_is_help=True)
commands.add_typer(partners, name="partners")

Name = Annotated[str, typer.Argument(help="The partner, as its tokens name it.")]
Tenant = Annotated[str, typer.Option(help="Whose partner; the company's first tenant by default.")]


@partners.command("skills")
def list_skills(as_json: JsonOption = False) -> None:
    """Everything that a partner could be granted: each journey with the tools that it needs."""
    from app.partner_onboarding import list_journeys

    journeys = list_journeys(read_settings(anywhere=True))
    if as_json:
        print_json({"items": [{"skill": each.name, "tools": sorted(each.tools)} for each in journeys]})
        return
    for each in journeys:
        console.print(Text(f"{each.name}: {each.title}", style="bold"), soft_wrap=True)
        console.print(Text(f"  {', '.join(sorted(each.tools)) or 'no tools'}"), soft_wrap=True)


@partners.command("add")
def add(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    name: Name,
    company: Annotated[str, typer.Option(help="What customers call its company, such as Helpwise.")] = "",
    skill: Annotated[list[str] | None, typer.Option(help="A journey that it may ask for; repeat it for more.")] = None,
    tool: Annotated[list[str] | None, typer.Option(help="A tool beside those of its skills.")] = None,
    tenant: Tenant = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Grant without asking.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Make another company's agent a partner, or grant it more: the tools that its skills need, and no others.

    A running service takes the grant within seconds. Each customer still has to permit it, once.
    """
    from app.partner_onboarding import give_token, needed_claims, plan_grant, write_grant

    settings = read_settings(anywhere=True, data=data)
    grant = plan_grant(
        settings, name, tenant=tenant or settings.tenant, company=company, skills=skill or (), tools=tool or ()
    )
    if not as_json:
        changing = f"; {', '.join(grant.changing)} change something" if grant.changing else ""
        console.print(Text(f"{name} ({grant.company}) gets {', '.join(grant.tools)}{changing}"), soft_wrap=True)
    if not (yes or as_json) and not typer.confirm(f"Grant {name} these {len(grant.tools)} tools?"):
        raise typer.Exit(1)
    files = write_grant(settings, grant)
    token, claims = give_token(settings, name, grant.tenant), needed_claims(settings, name, grant.tenant)
    if as_json:
        told = {"partner": name, "tenant": grant.tenant, "company": grant.company, "tools": list(grant.tools)}
        print_json({**told, "files": [str(file) for file in files], "token": token, "claims": claims})
        return
    for file in files:
        console.print(f"{file} is written", soft_wrap=True)
    _tell_proof(settings.environment, token, claims)
    console.print(f"Its card: {settings.address}/.well-known/agent-card.json", soft_wrap=True, highlight=False)


@partners.command("list")
def list_all(as_json: JsonOption = False) -> None:
    """Every partner with what it may ask for."""
    from app.partner_onboarding import list_journeys, read_partners

    settings = read_settings(anywhere=True)
    found = read_partners(settings, list_journeys(settings))
    if as_json:
        names = ("name", "tenant", "company", "tools", "skills")
        print_json({"items": [{name: getattr(each, name) for name in names} for each in found]})
        return
    table = Table("partner", "company", "tenant", "tools", "may ask for")
    for each in found:
        table.add_row(each.name, each.company, each.tenant, str(len(each.tools)), ", ".join(each.skills))
    console.print(table if found else "there is no partner: switchboard partners add NAME --company … --skill …")


@partners.command("activity")
def show_activity(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    name: Name,
    customer: Annotated[str, typer.Option(help="Only what was about this customer.")] = "",
    tool: Annotated[str, typer.Option(help="Only calls of this tool.")] = "",
    effect: Annotated[Effect | None, typer.Option(help="Only what was decided so.")] = None,
    since: Annotated[str, typer.Option(help="A date (2026-11-01), or days back (30d).")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="So many of the latest.")] = 50,
    tenant: Tenant = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """What was decided and done in a partner's name, the latest first: customer, tool, decision, outcome."""
    from app.commands.policy import read_since
    from app.partner_activity import ActivityQuestion, list_activity
    from policy.journal.recorded_decisions import DecisionFilter

    settings = read_settings(data=data)
    effects = (effect.value,) if effect else ()
    wanted = DecisionFilter(tenant=tenant or settings.tenant, since=read_since(since), tool=tool, effects=effects)
    found = asyncio.run(list_activity(settings, ActivityQuestion(name, customer, wanted, limit)))
    if as_json:
        print_json({"items": found})
        return
    for each in found:
        decided = f"{each['effect']} {each['outcome']}".strip()
        told = (each["at"][:19], each["customer_id"] or "nobody", each["tool"], decided, each["decision_id"])
        console.print(Text("  ".join((*told, each["conversation_id"]))), soft_wrap=True)
    if not found:
        console.print(f"nothing of this kind was done in the name of {name}")


@partners.command("claims")
def show_claims(name: Name, tenant: Tenant = "", as_json: JsonOption = False) -> None:
    """What the identity provider has to say in this partner's tokens, in production."""
    from app.partner_onboarding import find_partner, needed_claims, read_partners

    settings = read_settings(anywhere=True)
    partner = find_partner(read_partners(settings, ()), tenant or settings.tenant, name)
    claims = needed_claims(settings, partner.name, partner.tenant)
    if as_json:
        print_json(claims)
        return
    _show_claims(claims)


@partners.command("remove")
def remove(
    name: Name,
    tenant: Tenant = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take it back without asking.")] = False,
    data: DataOption = None,
) -> None:
    """Take back everything that a partner was granted, and its token in development.

    A running service refuses it within seconds; what customers permitted stays in the CRM and counts for nothing.
    """
    from app.partner_onboarding import find_partner, read_partners, take_token, withdraw_grant

    settings = read_settings(anywhere=True, data=data)
    partner = find_partner(read_partners(settings, ()), tenant or settings.tenant, name)
    if not (yes or typer.confirm(f"Take {len(partner.tools)} tools back from {name} of {partner.tenant}?")):
        raise typer.Exit(1)
    file = withdraw_grant(settings, partner)
    take_token(settings, name)
    console.print(f"{name} is granted nothing any more; {file} is written", soft_wrap=True)


def _tell_proof(environment: str, token: str, claims: dict[str, Any]) -> None:
    if token:
        console.print(f"Its token, shown only here: {token}", soft_wrap=True, highlight=False)
    elif environment == "development":
        console.print("Its token: in tokens.json of the data folder, or from here once the service has run there.")
    else:
        console.print("Your identity provider has to say of it:")
        _show_claims(claims)


def _show_claims(claims: dict[str, Any]) -> None:
    for claim, value in claims.items():
        console.print(Text(f"  {claim}: {value}"), soft_wrap=True)
