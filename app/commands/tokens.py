"""`switchboard tokens`: identities of people in development."""

from typing import Annotated

import typer
from rich.table import Table

from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.places import TOKENS, no_installation
from app.progress import console
from app.settings import Settings
from domain.caller import Role
from domain.errors import Misconfigured
from domain.names import require_known

commands = typer.Typer()
tokens = typer.Typer(
    help="Tokens of people, in development; production has an identity provider.", no_args_is_help=True
)
commands.add_typer(tokens, name="tokens")

NameOption = Annotated[str, typer.Option(help="Whose identity it is, as the record will name them.")]


@tokens.command("issue")
def issue_token(
    role: Annotated[Role, typer.Option(help="What they may do.")],
    name: NameOption,
    tenant: Annotated[str, typer.Option(help="Of the company; its first by default.")] = "",
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Give a representative, a supervisor, a partner a token of their own; a running service takes it at once.

    A second one for the same name replaces the first.
    """
    from app.people import PEOPLE, issue

    settings = _development(read_settings(data=data))
    tenant = tenant or settings.tenant
    require_known("tenant", tenant, settings.currencies)
    person = issue(settings.data / PEOPLE, name, role, tenant)
    if as_json:
        print_json({"name": person.name, "role": person.role, "tenant": person.tenant, "token": person.token})
    else:
        console.print(f"{person.name}, {person.role} of {person.tenant}: {person.token}", soft_wrap=True)


@tokens.command("list")
def list_tokens(as_json: JsonOption = False, data: DataOption = None) -> None:
    """Who has a token; the tokens themselves are not shown again."""
    from app.people import PEOPLE, read_people

    people = read_people(_development(read_settings(data=data)).data / PEOPLE)
    if as_json:
        print_json({"items": [{"name": each.name, "role": each.role, "tenant": each.tenant} for each in people]})
        return
    table = Table("name", "role", "tenant")
    for each in people:
        table.add_row(each.name, each.role, each.tenant)
    console.print(table)


@tokens.command("revoke")
def revoke_token(name: NameOption, data: DataOption = None) -> None:
    """Take somebody's token back; it stops working with the next request."""
    from app.people import PEOPLE, revoke

    revoke(_development(read_settings(data=data)).data / PEOPLE, name)
    console.print(f"{name} has no token any more")


def _development(settings: Settings) -> Settings:
    """The settings, where tokens of our own are believed by a service that runs or ran.

    Raises:
        UnknownName: none ever did in the data folder.
        Misconfigured: production believes an identity provider alone.
    """
    if settings.environment == "production":
        raise Misconfigured("in production people come from your identity provider: SWITCHBOARD_AUTH__ISSUER")
    if not (settings.data / TOKENS).is_file():
        raise no_installation(settings.data)
    return settings
