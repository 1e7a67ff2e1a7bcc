"""Toolsets: a server's tools as plain functions, served with grants, transactions and idempotency for all alike."""

import inspect
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from mcp.server import MCPServer
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, ToolAnnotations
from pydantic import BaseModel, ValidationError

from domain.grant import GrantClaims
from mcp_servers.grants import GrantGuard, GrantVerifier, current_grant
from mcp_servers.refusal import Refused, answer_refusal, explain_arguments
from mcp_servers.sandbox.database import Sandbox
from mcp_servers.work import Clock, Work, instant

P = ParamSpec("P")
R = TypeVar("R", bound=BaseModel)
ToolFunction = Callable[Concatenate[Work, P], R]


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """One tool: the function behind it and what it does to the world."""

    function: Callable[..., BaseModel]
    writes: bool
    annotations: ToolAnnotations

    @property
    def name(self) -> str:
        """The tool's name on its server."""
        return self.function.__name__

    @property
    def signature(self) -> inspect.Signature:
        """The signature that callers see: without the work that the server supplies."""
        whole = inspect.signature(self.function, eval_str=True)
        return whole.replace(parameters=list(whole.parameters.values())[1:])


@dataclass(slots=True)
class Toolset:
    """The tools of one MCP server; `server.py` of each server folder fills one named `tools`.

    A server with a `schema` of its own (SQL that makes what is missing) works on a database of its own; the others
    share the sandbox's.
    """

    name: str
    title: str
    instructions: str
    schema: str = ""
    entries: list[ToolEntry] = field(default_factory=list[ToolEntry])

    def read(self, function: ToolFunction[P, R]) -> ToolFunction[P, R]:
        """Offer a function that changes nothing."""
        hints = ToolAnnotations(read_only_hint=True, open_world_hint=False)
        self.entries.append(ToolEntry(function, writes=False, annotations=hints))
        return function

    def write(
        self, *, destructive: bool = False, idempotent: bool = False, open_world: bool = False
    ) -> Callable[[ToolFunction[P, R]], ToolFunction[P, R]]:
        """Offer a function that changes something, once per idempotency key.

        `destructive`: it takes something away or moves money. `idempotent`: the same arguments again change nothing
        more, even under a new key. `open_world`: a message leaves the house.
        """
        hints = ToolAnnotations(
            read_only_hint=False,
            destructive_hint=destructive,
            idempotent_hint=idempotent,
            open_world_hint=open_world,
        )

        def offer(function: ToolFunction[P, R]) -> ToolFunction[P, R]:
            self.entries.append(ToolEntry(function, writes=True, annotations=hints))
            return function

        return offer

    def build(
        self, sandbox: Sandbox, public_key: Ed25519PublicKey, clock: Clock, articles: Path | None = None
    ) -> MCPServer[Any]:
        """Build the MCP server: all tools behind one guard that demands a grant for every call."""
        system = BusinessSystem(sandbox, clock, articles, lists_customers=not self.schema)
        server: MCPServer[Any] = MCPServer(
            self.name,
            title=self.title,
            instructions=self.instructions,
            version="1",
            tools=[_bind(entry, system) for entry in self.entries],
            extensions=[GrantGuard(GrantVerifier(self.name, public_key, clock))],
            log_level="WARNING",
            subscriptions=False,
        )
        return server


@dataclass(frozen=True, slots=True)
class BusinessSystem:
    """What the tools of one server act on."""

    database: Sandbox
    clock: Clock
    articles: Path | None
    lists_customers: bool

    def work(self, opened: sqlite3.Connection, grant: GrantClaims) -> Work:
        """The work of one granted call."""
        now = self.clock().replace(microsecond=0)
        return Work(opened, grant.tenant, grant.customer, now, self.articles, self.lists_customers)


def _bind(entry: ToolEntry, system: BusinessSystem) -> Tool:
    async def serve(**arguments: Any) -> BaseModel | CallToolResult:
        try:
            return await _execute(entry, system, arguments)
        except Refused as refusal:
            return answer_refusal(str(refusal))

    return _as_tool(serve, entry)


def _as_tool(serve: Callable[..., Any], entry: ToolEntry) -> Tool:
    serve.__name__ = entry.name
    serve.__signature__ = entry.signature  # pyright: ignore[reportFunctionMemberAccess]
    tool = Tool.from_function(
        serve,
        name=entry.name,
        title=entry.name.replace("_", " ").capitalize(),
        description=inspect.cleandoc(entry.function.__doc__ or ""),
        annotations=entry.annotations,
        structured_output=True,
    )
    return _tighten(tool)


def describe_tool(entry: ToolEntry) -> dict[str, Any]:
    """A tool as a contract has it: its description, its arguments and its answer as JSON Schemas."""

    async def serve(**arguments: Any) -> BaseModel:
        raise AssertionError(f"{entry.name} is described, not served")

    tool = _as_tool(serve, entry)
    return {
        "description": tool.description,
        "changes": entry.writes,
        "arguments": dict(tool.parameters),
        "answer": dict(tool.fn_metadata.output_schema or {}),
    }


def _tighten(tool: Tool) -> Tool:
    """Refuse unknown arguments, in the published schema as well as in the call."""
    model = tool.fn_metadata.arg_model
    model.model_config["extra"] = "forbid"
    model.model_rebuild(force=True)
    tool.parameters = model.model_json_schema(by_alias=True)
    return ExactTool(**{name: getattr(tool, name) for name in Tool.model_fields})


class ExactTool(Tool):
    """A tool that takes its arguments only as they came, since the grant is bound to them."""

    async def run(self, arguments: dict[str, Any], context: Any, convert_result: bool = False) -> Any:
        """Serve one call; arguments that do not fit are answered with which and why."""
        try:
            self.fn_metadata.arg_model.model_validate(arguments)
        except ValidationError as error:
            return answer_refusal(explain_arguments(error))
        return await super().run(arguments, context, convert_result)


async def _execute(entry: ToolEntry, system: BusinessSystem, arguments: dict[str, Any]) -> BaseModel:
    grant = current_grant()
    if not entry.writes:
        return system.database.read(lambda db: _act(entry, system.work(db, grant), arguments))
    if not grant.idempotency_key:
        raise Refused("grant: a change needs one with an idempotency key")
    return await system.database.write(lambda db: _act_once(entry, grant, system.work(db, grant), arguments))


def _act(entry: ToolEntry, work: Work, arguments: dict[str, Any]) -> BaseModel:
    if "customer_id" in arguments:
        work.require_customer(arguments["customer_id"])
    return entry.function(work, **arguments)


def _act_once(entry: ToolEntry, grant: GrantClaims, work: Work, arguments: dict[str, Any]) -> BaseModel:
    """Act and remember the key in the same transaction; a key that is known gives its first result again."""
    key = {"server": grant.server, "key": grant.idempotency_key}
    known = work.find(
        "SELECT tool, customer_id, arguments_digest, result FROM idempotency_keys "
        "WHERE tenant = :tenant AND server = :server AND key = :key",
        **key,
    )
    call = {"tool": grant.tool, "customer_id": grant.customer, "arguments_digest": grant.arguments_digest}
    if known is not None:
        first = known.pop("result")
        if known != call:
            raise Refused("grant: its idempotency key was used for another call")
        return entry.signature.return_annotation.model_validate_json(first)
    result = _act(entry, work, arguments)
    work.change(
        "INSERT INTO idempotency_keys (tenant, server, key, tool, customer_id, arguments_digest, result, at) "
        "VALUES (:tenant, :server, :key, :tool, :customer_id, :arguments_digest, :result, :at)",
        **key,
        **call,
        result=result.model_dump_json(),
        at=instant(work.now),
    )
    return result
