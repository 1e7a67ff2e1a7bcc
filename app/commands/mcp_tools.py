"""`switchboard mcp add | call | token`: the platform team's day with somebody else's servers, and with ours."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.text import Text

from app.commands.mcp import mcp
from app.commands.mcp_sign_in import PasteOption, have_signed_in
from app.commands.options import DataOption, JsonOption, print_json, read_settings
from app.progress import console, errors
from app.settings import ServerSettings, Settings, config_file
from domain.errors import BadRequest
from domain.names import require_known, suggest

commands = typer.Typer()
LEAVE = "-"
KINDS = ("read", "write")
Arguments = Annotated[str, typer.Argument(help="The tool's arguments as JSON.")]
Customer = Annotated[str, typer.Option("--as", help="The customer on whose behalf, such as C-1001.")]
Tenant = Annotated[str, typer.Option(help="Whose customer; the company's first tenant by default.")]


@mcp.command("add")
def add(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    name: Annotated[str, typer.Argument(help="What to call it: the first half of its tools' names.")],
    target: Annotated[list[str], typer.Argument(help="A URL, or after -- the command that starts it.")],
    header: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE, sent to a URL; ${VARIABLE} is looked up.")
    ] = None,
    env: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE, given to a command; ${VARIABLE} is looked up.")
    ] = None,
    cwd: Annotated[Path | None, typer.Option(help="The folder in which a command is started.")] = None,
    sse: Annotated[
        bool, typer.Option("--sse", help="A URL of the older transport, HTTP with server-sent events.")
    ] = False,
    login: Annotated[
        bool, typer.Option("--login", help="Sign in to a URL in the browser; see `switchboard mcp login`.")
    ] = False,
    paste: PasteOption = False,
    oauth_client: Annotated[str, typer.Option(help="What a URL's authorisation server knows us by.")] = "",
    oauth_secret: Annotated[str, typer.Option(help="Its secret; ${VARIABLE} is looked up.")] = "",
    oauth_issuer: Annotated[str, typer.Option(help="The authorisation server that gave both.")] = "",
    group: Annotated[str, typer.Option(help="The policy group of every tool, instead of asking.")] = "",
    kind: Annotated[str, typer.Option(help="read or write, of every tool, instead of asking.")] = "",
    tool: Annotated[list[str] | None, typer.Option(help="Only these tools; all by default.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Pin and write without asking.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Add somebody else's MCP server: see its tools and their risks, say who may use them, pin them, write the stanza.

    Nothing is trusted by being added: a tool may be called once it is pinned and its group granted.
    """
    from app.server_addition import describe, list_groups, make_stanza, see_free, write_addition

    settings = read_settings(anywhere=True, data=data)
    see_free(settings, name)
    if kind:
        require_known("kind", kind, ("read", "write"))
    ways = _ways((oauth_client, oauth_secret, oauth_issuer), login=login, sse=sse)
    server = make_stanza(target, headers=header or (), env=env or (), cwd=cwd, ways=ways)
    groups = list_groups(settings)
    if server.login is not None:
        have_signed_in(settings, name, server.url, server.login, paste=paste, browser=not as_json)
    tools = asyncio.run(_look(settings, name, server))
    shown = [describe(each) for each in tools]
    chosen = _choose(name, tools, tool or ())
    if not as_json:
        _show(shown)
    judged = _judge(chosen, shown, groups, (group, kind), ask=not (yes or as_json))
    if not (yes or as_json) and not typer.confirm(f"Pin {len(judged)} of {len(tools)} tools as they are now?"):
        raise typer.Exit(1)
    file, revision = write_addition(settings, name, server, judged)
    if as_json:
        pinned = [each.tool.name for each in judged]
        print_json({"file": str(file), "tools": shown, "pinned": pinned, "revision": revision})
        return
    console.print(f"{file} has \\[mcp_servers.{name}] now; the policy's revision is {revision}", soft_wrap=True)
    _tell_use(name, {each.group for each in judged}, groups)


async def _look(settings: Settings, name: str, server: ServerSettings) -> list[Any]:
    from app.server_addition import looked_at
    from app.server_sign_in import open_sign_ins

    needed = server.login is not None
    async with open_sign_ins(settings, needed=needed) as kept, looked_at(name, server, kept) as found:
        return list(found)


def _choose(name: str, tools: Sequence[Any], wanted: Sequence[str]) -> list[Any]:
    known = {each.name.partition(".")[2]: each for each in tools}
    for one in wanted:
        require_known("tool", one, known, of=name)
    return [known[one] for one in known if one in wanted] if wanted else list(tools)


def _ways(given: tuple[str, str, str], *, login: bool, sse: bool) -> dict[str, Any]:
    """How a server at a URL is signed in to and spoken to, as its stanza has it."""
    client = dict(zip(("client_id", "client_secret", "issuer"), given, strict=True))
    known = {name: value for name, value in client.items() if value}
    signing = {"login": known} if login else {"oauth": client} if known else {}
    return {**signing, **({"sse": True} if sse else {})}


def _tell_use(name: str, used: set[str], groups: Mapping[str, Sequence[str]]) -> None:
    for group in sorted(used):
        near = suggest(group, sorted(groups))
        nobody = f"nobody{near}{';' if near else ':'} grant the group in policy data, and write a rule that allows it"
        console.print(f"group {group}: {', '.join(groups.get(group, ())) or nobody}", soft_wrap=True)
    console.print(
        f"A running service connects to {name} within seconds. Try it: switchboard mcp call {name}.TOOL '{{}}'",
        soft_wrap=True,
    )
    console.print(f"For customers it needs a procedure: switchboard mcp procedure {name}.TOOL writes a first one")


def _show(shown: Sequence[Mapping[str, Any]]) -> None:
    for each in shown:
        console.print(Text(f"{each['tool']}({', '.join(each['arguments'])})", style="bold"), soft_wrap=True)
        console.print(Text(f"  {' '.join(each['description'].split())}"), soft_wrap=True)
        for risk in each["risks"]:
            console.print(Text(f"  ! {risk}", style="yellow"), soft_wrap=True)
        if not each["usable"]:
            console.print(Text("  ! its schema cannot be used: it is left out", style="red"), soft_wrap=True)


def _judge(
    tools: Sequence[Any],
    shown: Sequence[Mapping[str, Any]],
    groups: Mapping[str, Sequence[str]],
    given: tuple[str, str],
    *,
    ask: bool,
) -> list[Any]:
    from app.server_addition import UNASSIGNED, Judged

    usable = {each["tool"] for each in shown if each["usable"]}
    if ask and not all(given):
        console.print(f"Groups that somebody has: {', '.join(groups)}. {LEAVE} leaves a tool out.", soft_wrap=True)
    judged: list[Any] = []
    for tool in (each for each in tools if each.name in usable):
        group = given[0] or (typer.prompt(f"{tool.name}: group", default=LEAVE) if ask else UNASSIGNED)
        if group == LEAVE:
            continue
        kind = given[1] or (_ask_kind(tool.name) if ask else "write")
        judged.append(Judged(tool, group, kind))
    return judged


def _ask_kind(tool: str) -> str:
    """Asked again where the answer is none: one slip must not lose what was answered for the tools before."""
    while (kind := typer.prompt(f"{tool}: read or write", default="write")) not in KINDS:
        console.print(f"there is no kind {kind!r}: read or write")
    return kind


@mcp.command("call")
def call(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    name: Annotated[str, typer.Argument(help="SERVER.TOOL.")],
    arguments: Arguments = "{}",
    customer: Customer = "",
    tenant: Tenant = "",
    agent: Annotated[
        str, typer.Option(help="The specialist in whose name; by default the first that has the tool.")
    ] = "",
    strong: Annotated[bool, typer.Option("--strong", help="As if the customer had just proven who they are.")] = False,
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="With your yes to exactly this call, in the customer's stead.")
    ] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Call one tool through the gate: decided, explained, executed if it is allowed, and on record.

    Exits with 0 where it succeeded, with 1 where it was refused, waits for something, or failed.
    """
    from app.tool_call import Request, call_tool

    settings = read_settings(data=data)
    if (strong or confirmed) and settings.environment != "development":
        raise BadRequest("--strong and --confirmed vouch for a customer: that is for development alone")
    request = Request(name, _read_arguments(arguments), customer, tenant, agent, strong=strong, confirmed=confirmed)
    told = asyncio.run(call_tool(settings, request, lambda line: errors.print(Text(f"· {line}"), soft_wrap=True)))
    if as_json:
        print_json(told)
    else:
        _tell(told)
    outcome = told["outcome"]
    raise typer.Exit(0 if outcome is not None and outcome["status"] == "succeeded" else 1)


def _tell(told: Mapping[str, Any]) -> None:
    decision, outcome = told["decision"], told["outcome"]
    console.print(Text(f"{decision['effect']}, asked by {told['agent']}", style="bold"))
    for reason in decision["reasons"]:
        console.print(Text(f"  {reason['rule']}: {reason['message']}"), soft_wrap=True)
    for obligation in decision["obligations"]:
        console.print(Text(f"  obligation: {json.dumps(obligation)}"), soft_wrap=True)
    if told["waits_for"] is not None:
        console.print(Text(f"waits for: {told['waits_for']['kind']} ({told['waits_for']['summary']})"), soft_wrap=True)
    if outcome is not None:
        said = json.dumps(outcome["data"], indent=2, ensure_ascii=False) if not outcome["error"] else outcome["error"]
        console.print(Text(f"{outcome['status']}: {said}"), soft_wrap=True)
    where = (
        f"on record as {told['conversation']}" if told["kept"] else "nothing was kept: there is no installation here"
    )
    console.print(where, soft_wrap=True)


@mcp.command("token")
def token(
    name: Annotated[str, typer.Argument(help="SERVER.TOOL of one of our own servers.")],
    arguments: Arguments = "{}",
    customer: Customer = "",
    tenant: Tenant = "",
    seconds: Annotated[float, typer.Option(help="How long it holds.")] = 300,
    data: DataOption = None,
) -> None:
    """Mint a grant for one call of our own servers, for development; it goes into `_meta["switchboard/grant"]`."""
    from app.installation import require_installation
    from app.tool_call import Request, mint_token
    from mcp_servers.catalogue import find_toolsets

    settings = read_settings(data=data)
    require_installation(settings)
    require_known("MCP server", name.partition(".")[0], find_toolsets())
    require_known("tenant", tenant or settings.tenant, settings.currencies)
    request = Request(name, _read_arguments(arguments), customer, tenant)
    typer.echo(mint_token(settings, request, seconds))


def _read_arguments(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadRequest(f"the arguments are no JSON: {error}") from None
    if not isinstance(found, dict):
        raise BadRequest("the arguments have to be a JSON object, such as '{\"a\": 1}'")
    return cast("dict[str, Any]", found)


@mcp.command("procedure")
def procedure(
    name: Annotated[str, typer.Argument(help="SERVER.TOOL, pinned.")],
    specialist: Annotated[str, typer.Option(help="Whose procedure it is; by default the first that may call it.")] = "",
) -> None:
    """Write a first procedure in YAML for a tool, from its schema, into the company's folder: its words are yours."""
    from app.procedure_draft import write_draft

    settings = read_settings()
    for file in write_draft(settings, name, specialist):
        console.print(f"{file} is written", soft_wrap=True, markup=False, highlight=False)
    console.print(
        "Word it, and say how customers ask for it. Then: switchboard check, and start the service anew.",
        soft_wrap=True,
    )


@mcp.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="The server, as its tools are called.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take it out without asking.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Take somebody else's MCP server out: its stanza, its pins in policy data, its sign-in; says what still names it.

    Running services refuse its calls from the next seconds on. What was decided before stays explainable.
    """
    from app.server_removal import remove_server, require_removable

    settings = read_settings(anywhere=True, data=data)
    require_removable(settings, name)
    if not (yes or as_json) and not typer.confirm(f"Take {name} out, with its pins and its sign-in?"):
        raise typer.Exit(1)
    removed = asyncio.run(remove_server(settings, name))
    if as_json:
        print_json(asdict(removed))
        return
    taken = [f"its stanza in {config_file()}"] if removed.stanza else []
    taken += [f"{len(removed.pins)} tools in policy data"] if removed.pins else []
    console.print(f"{name} is taken out: {' and '.join(taken)}", soft_wrap=True, markup=False)
    for told in filter(None, (removed.sign_in, *(f"a group without tools, {each}" for each in removed.groups))):
        console.print(told, soft_wrap=True, markup=False)
    for place in removed.named:
        console.print(f"still named: {place}", soft_wrap=True, markup=False, highlight=False)
