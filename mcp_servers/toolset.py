"""Toolsets: a server's tools, served on a backend with grants and idempotency for all alike."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from mcp.server import MCPServer
from mcp.server.mcpserver.prompts.base import Prompt
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, ToolAnnotations
from pydantic import BaseModel, ValidationError

from mcp_servers.backend import Backend, ToolEntry
from mcp_servers.call_reports import current_report, offer_levels
from mcp_servers.completion import add_completion
from mcp_servers.grants import GrantGuard, GrantVerifier, current_grant
from mcp_servers.refusal import Refused, answer_refusal, explain_arguments
from mcp_servers.resources import ServedResource, add_resources
from mcp_servers.scope import Scope
from mcp_servers.work import Clock, Work

P = ParamSpec("P")
R = TypeVar("R", bound=BaseModel)
ToolFunction = Callable[Concatenate[Work, P], R]


@dataclass(slots=True)
class Toolset:
    """The tools of one MCP server; `server.py` of each server folder fills one named `tools`.

    A company's server has a `schema` (SQL that makes what is missing); the sandbox keeps those of the platform's.
    """

    name: str
    title: str
    instructions: str
    schema: str = ""
    entries: list[ToolEntry] = field(default_factory=list[ToolEntry])
    resources: tuple[ServedResource, ...] = ()
    prompts: tuple[Prompt, ...] = ()

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
        more, even under a new key. `open_world`: a message leaves the company.
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

    def build(self, backend: Backend, public_key: Ed25519PublicKey, clock: Clock) -> MCPServer[Any]:
        """Build the MCP server: all tools on a backend, behind one guard that demands a grant for every call."""
        verifier = GrantVerifier(self.name, public_key, clock)
        server: MCPServer[Any] = MCPServer(
            self.name,
            title=self.title,
            instructions=self.instructions,
            version="1",
            tools=[_bind(entry, backend, clock) for entry in self.entries],
            extensions=[GrantGuard(verifier)],
            log_level="WARNING",
            subscriptions=False,
        )

        async def serve(entry: ToolEntry, arguments: dict[str, Any]) -> BaseModel:
            return await backend.act(entry, _scope(entry, clock), arguments)

        offer_levels(server)
        entries = {entry.name: entry for entry in self.entries}
        add_resources(server, self.resources, entries, verifier, serve)
        for prompt in self.prompts:
            server.add_prompt(prompt)
        if self.prompts or self.resources:
            add_completion(server, self.resources, entries, verifier, serve)
        return server


def _bind(entry: ToolEntry, backend: Backend, clock: Clock) -> Tool:
    async def serve(**arguments: Any) -> BaseModel | CallToolResult:
        try:
            return await backend.act(entry, _scope(entry, clock), arguments)
        except Refused as refusal:
            return answer_refusal(str(refusal))

    return _as_tool(serve, entry)


def _scope(entry: ToolEntry, clock: Clock) -> Scope:
    grant = current_grant()
    if entry.writes and not grant.idempotency_key:
        raise Refused("grant: a change needs one with an idempotency key")
    now = clock().replace(microsecond=0)
    key, digest = grant.idempotency_key if entry.writes else "", grant.arguments_digest
    return Scope(grant.tenant, grant.customer, now, key, digest, current_report())


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
