"""`switchboard company`: a company as a folder, written, checked, shown, compiled."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from app.commands.options import JsonOption, print_json, read_settings
from app.progress import console, errors

if TYPE_CHECKING:
    from app.company.source import Mistake

commands = typer.Typer()
company = typer.Typer(help="The company that Switchboard works for: a folder.", no_args_is_help=True)
commands.add_typer(company, name="company")

FolderArgument = Annotated[
    Path | None, typer.Argument(help="A company's folder, or its name below companies/; the settings' by default.")
]


@commands.command("check")
def check_all(folder: FolderArgument = None, as_json: JsonOption = False) -> None:
    """Name whatever a tool of the platform's servers lacks, and what does not fit in a company's folder, or with the
    tools that its procedures call, its stanzas of MCP servers and their pins.

    For each with file, line and what to write; exits with 1 on any. A server that is down is only told.
    """
    from app.company.check import check_company
    from app.remote_agents.stanza import list_unset
    from app.tool_checklist import check_tools
    from app.tool_uses import check_pins, check_uses

    place = _place(folder)
    found = check_company(place)
    settings = read_settings(anywhere=True, company=place)
    if not found:
        stale, down = asyncio.run(check_pins(settings))
        found = [*check_uses(settings), *stale]
        for told in down:
            errors.print(told, soft_wrap=True, markup=False)
    _tell([*check_tools(), *found], f"the servers' tools and {place}", as_json, list_unset(place))


@company.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Of the folder, like acme_energy.")],
    into: Annotated[Path, typer.Option(help="Where to write it.", file_okay=False)] = Path("companies"),
) -> None:
    """Write the folder of a company that runs at once, to be filled; what is there is never overwritten."""
    from app.company.template import write_company

    folder = write_company(name, into)
    console.print(f"{folder} is written. Next:", soft_wrap=True)
    console.print(f"  switchboard company check {folder}", soft_wrap=True)
    console.print(f"  SWITCHBOARD_COMPANY={folder} switchboard serve", soft_wrap=True)


@company.command("check")
def check(folder: FolderArgument = None, as_json: JsonOption = False) -> None:
    """Name everything that is missing or does not fit, with file, line and what is expected; exits with 1 on any."""
    from app.company.check import check_company
    from app.remote_agents.stanza import list_unset
    from app.tool_uses import check_uses

    place = _place(folder)
    found = check_company(place) or list(check_uses(read_settings(anywhere=True, company=place)))
    _tell(found, str(place), as_json, list_unset(place))


def _tell(found: list["Mistake"], looked_at: str, as_json: bool, warnings: list[str]) -> None:
    """What is to be mended, and what is as it should be and will not work here."""
    if as_json:
        print_json({"company": looked_at, "problems": [each.as_json() for each in found], "warnings": warnings})
    else:
        for warning in warnings:
            console.print(f"warning: {warning}", style="yellow", soft_wrap=True, highlight=False, markup=False)
        for each in found:
            console.print(str(each), soft_wrap=True, highlight=False, markup=False)
        console.print(f"{looked_at}: {f'{len(found)} to mend' if found else 'everything fits'}", soft_wrap=True)
    raise typer.Exit(1 if found else 0)


@company.command("show")
def show(folder: FolderArgument = None, as_json: JsonOption = False) -> None:
    """What a company is: tenants, what is on, own procedures, rules and servers, and the limits that hold."""
    found = _description(_place(folder))
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        if isinstance(value, dict):
            console.print(f"{name}:")
            for key, inner in cast("dict[str, Any]", value).items():
                console.print(f"  {key}: {_said(inner)}", soft_wrap=True, markup=False)
        else:
            console.print(f"{name}: {_said(value)}", soft_wrap=True, markup=False)


@company.command("build")
def build(
    folder: FolderArgument = None,
    output: Annotated[
        Path | None, typer.Option(help="Also write the whole bundle to this folder, for an OPA sidecar.")
    ] = None,
    opa: Annotated[str, typer.Option(help="The opa binary.")] = "opa",
) -> None:
    """Compile a company's own rules with the platform's, after a change of either."""
    from app.company.build import build_policy
    from app.company.profile import read_profile

    place = _place(folder)
    currencies = {name: tenant.currency for name, tenant in read_profile(place).tenants.items()}
    console.print(f"compiled, revision {build_policy(place, currencies, opa, output).revision}", soft_wrap=True)


@company.command("bundle")
def bundle(
    output: Annotated[Path, typer.Argument(help="Where to write it: an empty folder, or one that holds a bundle.")],
    folder: Annotated[Path | None, typer.Option(help="A company's folder; the settings' by default.")] = None,
) -> None:
    """Write the whole policy bundle of a company, for an OPA sidecar; nothing is compiled and no opa is needed."""
    from app.company.build import write_bundle
    from app.company.profile import read_profile

    place = _place(folder)
    currencies = {name: tenant.currency for name, tenant in read_profile(place).tenants.items()}
    written = write_bundle(place, currencies, output)
    console.print(f"{output} holds the policy of {place.name}, revision {written.revision}", soft_wrap=True)


def _place(folder: Path | None) -> Path:
    """The folder that is meant.

    Raises:
        UnknownName: there is none of that name; the message gives the nearest.
    """
    from app.company.profile import REFERENCE, place_of
    from domain.names import require_known

    if folder is None:
        return read_settings(anywhere=True).company_folder
    below = REFERENCE.parent / folder
    place = below if not folder.exists() and below.is_dir() else place_of(folder)
    if not place.is_dir():
        require_known("company", str(folder), sorted(each.parent.name for each in below.parent.glob("*/company.toml")))
    return place


def _description(place: Path) -> dict[str, Any]:
    from agents.catalogue import load_catalogue
    from agents.folders import own_procedures
    from app.company.code import open_folder
    from app.company.profile import read_profile
    from mcp_servers.catalogue import find_toolsets
    from policy.engines.bundle import load_bundle
    from policy.engines.company_policy import RULES, compose_bundle

    profile = read_profile(place)
    folder = open_folder(place, profile)
    bundle = compose_bundle(place, {name: tenant.currency for name, tenant in profile.tenants.items()})
    catalogue = load_catalogue(folder)
    return {
        "company": profile.name,
        "business": profile.business,
        "folder": str(place),
        "tenants": {name: tenant.model_dump(exclude_defaults=True) for name, tenant in profile.tenants.items()},
        "specialists": {
            name: [each.partition(".")[2] for each in one.procedures] for name, one in catalogue.specialists.items()
        },
        "own procedures": sorted(f"{path.parts[-3]}.{path.parts[-2]}" for path in own_procedures(place)),
        "own servers": sorted(set(find_toolsets(folder)) - set(find_toolsets())),
        "own rules": sorted(
            name.removeprefix(f"{RULES}/").removesuffix("/rule.rego")
            for name in set(bundle.sources) - set(load_bundle().sources)
        ),
        "backends": dict(profile.backends),
        "limits": bundle.data["limits"]["default"],
        "policy revision": bundle.revision,
    }


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_said(inner)}" for key, inner in value.items())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownArgumentType]
