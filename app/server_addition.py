"""Adding somebody else's MCP server: looked at, judged by a person, pinned, and written into the settings' file."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from app.other_servers import address_of
from app.pins import write_pins
from app.policy_bundle import read_bundle
from app.settings import LoginSettings, OAuthSettings, ServerSettings, Settings, config_file
from app.taken_names import find_holder
from domain.errors import BadRequest, Misconfigured
from policy.tools.pins import Tool
from policy.tools.risks import customer_argument, find_risks
from policy.tools.servers import ToolServers
from policy.tools.sign_ins import SignIns
from policy.tools.tool_data import parse_tool_data

NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class Judged:
    """A tool with what a person decided about it; one of no group is denied whoever calls it."""

    tool: Tool
    group: str
    kind: str

    @property
    def entry(self) -> dict[str, Any]:
        """What policy data says of it, beside the pin."""
        named = customer_argument(self.tool)
        entry: dict[str, Any] = {"group": self.group, "kind": self.kind, "reads": {}}
        return {**entry, "customer": named} if named else entry


def make_stanza(
    target: Sequence[str],
    *,
    headers: Sequence[str],
    env: Sequence[str],
    cwd: Path | None,
    ways: Mapping[str, Any] | None = None,
) -> ServerSettings:
    """The settings of a server that is a URL or a command line; `ways` are `oauth`, `login` and `sse` of its stanza.

    Raises:
        BadRequest: it is neither, or a header or variable is not `NAME=VALUE`.
    """
    if not target:
        raise BadRequest("say where the server is: a URL, or after `--` the command that starts it")
    if re.match(r"https?://", target[0]):
        if len(target) > 1:
            raise BadRequest(f"a URL stands alone; {target[1]!r} is one too many")
        return _validated({"url": target[0], "headers": _pairs("header", headers), **(ways or {})})
    if ways:
        raise BadRequest("--sse, --login and --oauth-… are for a server at a URL")
    given = {"command": target[0], "args": tuple(target[1:]), "env": _pairs("env", env), "cwd": cwd}
    return _validated(given)


def _validated(given: Mapping[str, Any]) -> ServerSettings:
    try:
        return ServerSettings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadRequest(f"{'.'.join(map(str, first['loc'])) or 'the stanza'}: {first['msg']}") from None


def see_free(settings: Settings, name: str) -> None:
    """See that a server can have that name.

    Raises:
        BadRequest: it is no name, or a server, a specialist or another team's agent has it.
    """
    if not NAME.fullmatch(name):
        raise BadRequest(f"{name!r} is no server's name: small letters, digits and _, a letter first")
    if holder := find_holder(settings, name):
        raise BadRequest(holder)


@asynccontextmanager
async def looked_at(name: str, server: ServerSettings, kept: SignIns | None = None):
    """The server's tools as it lists them now.

    Raises:
        BadRequest: it cannot be used; the message says why.
    """
    servers = ToolServers([address_of(name, server, kept)], parse_tool_data({}))
    try:
        down = await servers.start()
        if down:
            raise BadRequest(down[name])
        yield servers.tools()
    finally:
        await servers.stop()


def describe(tool: Tool) -> dict[str, Any]:
    """A tool for whoever judges it."""
    properties: Mapping[str, Any] = tool.input_schema.get("properties") or {}
    required: Sequence[str] = tool.input_schema.get("required") or ()
    arguments = [f"{name}{'' if name in required else '?'}" for name in properties]
    usable = bool(tool.digest and tool.check.usable)
    return {
        "tool": tool.name,
        "description": tool.description,
        "arguments": arguments,
        "risks": find_risks(tool),
        "usable": usable,
    }


def list_groups(settings: Settings) -> dict[str, list[str]]:
    """The groups that policy data grants to anybody, each with the specialists that have it."""
    granted: Mapping[str, list[str]] = read_bundle(settings).data["roles"]["default"]["specialists"]
    groups = sorted({group for each in granted.values() for group in each})
    return {group: [name for name, has in granted.items() if group in has] for group in groups}


def write_addition(settings: Settings, name: str, server: ServerSettings, judged: Sequence[Judged]) -> tuple[Path, str]:
    """Pin the tools and write the stanza; returns its file and the policy's revision.

    Raises:
        Misconfigured: the file is no TOML, or the bundle is an archive.
    """
    file = config_file()
    text = file.read_text("utf-8") if file.is_file() else ""
    added = f"{text.rstrip()}\n\n{spell_stanza(name, server)}".lstrip()
    try:
        tomllib.loads(added)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{file}: {error}") from None
    revision = write_pins(settings, [each.tool for each in judged], {each.tool.name: each.entry for each in judged})
    draft = file.with_name(f".{file.name}.part")
    draft.write_text(added, "utf-8")
    draft.replace(file)
    return file, revision


def spell_stanza(name: str, server: ServerSettings) -> str:
    """The stanza as TOML."""
    lines = [f"[mcp_servers.{name}]"]
    if server.url:
        lines.append(f"url = {json.dumps(server.url)}")
        lines += [f"headers = {_table(server.headers)}"] if server.headers else []
        lines += [f"oauth = {_oauth(server.oauth)}"] if server.oauth is not None else []
        lines += [f"login = {_login(server.login)}"] if server.login is not None else []
        lines += ["sse = true"] if server.sse else []
    else:
        lines += [f"command = {json.dumps(server.command)}", f"args = {json.dumps(list(server.args))}"]
        lines += [f"env = {_table(server.env)}"] if server.env else []
        lines += [f"cwd = {json.dumps(str(server.cwd))}"] if server.cwd else []
    return "\n".join(lines) + "\n"


def _oauth(oauth: OAuthSettings) -> str:
    given = {"client_id": oauth.client_id, "client_secret": oauth.client_secret.get_secret_value()}
    given |= {"issuer": oauth.issuer, **({"scope": oauth.scope} if oauth.scope else {})}
    return _table({name: SecretStr(value) for name, value in given.items()})


def _login(login: LoginSettings) -> str:
    given = {"client_id": login.client_id, "client_secret": login.client_secret.get_secret_value()}
    given |= {"issuer": login.issuer, "client_metadata": login.client_metadata, "scope": login.scope}
    return _table({name: SecretStr(value) for name, value in given.items() if value})


def _table(values: Mapping[str, Any]) -> str:
    pairs = ", ".join(f"{json.dumps(name)} = {json.dumps(value.get_secret_value())}" for name, value in values.items())
    return f"{{ {pairs} }}" if pairs else "{}"


def _pairs(what: str, given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not (name and equals):
            raise BadRequest(f"--{what} {each!r}: write NAME=VALUE; ${{VARIABLE}} stands for one of the environment")
        found[name] = value
    return found
