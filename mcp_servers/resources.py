"""Records as MCP resources: each is what one of the server's tools answers, under a grant for exactly that call."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS
from pydantic import BaseModel

from domain.grant import META_KEY
from mcp_servers.backend import ToolEntry
from mcp_servers.grants import GrantVerifier, granted
from mcp_servers.refusal import Refused, not_found

Serve = Callable[[ToolEntry, dict[str, Any]], Awaitable[BaseModel]]


@dataclass(frozen=True, slots=True)
class ServedResource:
    """A record by its address, such as `bill://INV-3001`: what `tool` answers, or one entry of the list of its answer.

    `argument` is the tool's argument that the address names; where it is empty, the tool lists what the grant's
    customer has, and `key` is the field by which the entry is found. `lists` is the tool that lists them.
    """

    scheme: str
    tool: str
    description: str
    argument: str = ""
    key: str = ""
    lists: str = ""

    @property
    def identified_by(self) -> str:
        """The field that holds its number."""
        return self.key or self.argument

    @property
    def uri(self) -> str:
        """Its address as a template."""
        return f"{self.scheme}://{{identifier}}"

    def arguments(self, identifier: str, customer: str) -> dict[str, Any]:
        """What the tool is called with: a grant has to be for exactly this."""
        return {self.argument: identifier} if self.argument else {"customer_id": customer}

    def pick(self, answer: BaseModel, identifier: str) -> BaseModel:
        """The record within the tool's answer.

        Raises:
            Refused: the customer has none of that name.
        """
        if not self.key:
            return answer
        items: Sequence[BaseModel] = getattr(answer, "items", ())
        found = next((each for each in items if getattr(each, self.key) == identifier), None)
        if found is None:
            raise not_found(self.key, self.scheme, identifier)
        return found


def add_resources(
    server: MCPServer[Any],
    resources: Sequence[ServedResource],
    entries: Mapping[str, ToolEntry],
    verifier: GrantVerifier,
    serve: Serve,
) -> None:
    """Offer them as templates; without a grant for the tool behind, nothing of a record is said."""
    for each in resources:
        _add(server, each, entries[each.tool], verifier, serve)


def _add(
    server: MCPServer[Any], resource: ServedResource, entry: ToolEntry, verifier: GrantVerifier, serve: Serve
) -> None:
    async def read(identifier: str, context: Context[Any]) -> str:
        token = dict(context.request_context.meta or {}).get(META_KEY)
        try:
            arguments = resource.arguments(identifier, verifier.customer_of(token))
            with granted(verifier.verify(token, entry.name, arguments)):
                answer = await serve(entry, arguments)
            return resource.pick(answer, identifier).model_dump_json(exclude_none=True)
        except Refused as refusal:
            raise MCPError(code=INVALID_PARAMS, message=str(refusal)) from refusal

    title = resource.scheme.capitalize()
    describe = f"{resource.description} Its grant is that of `{entry.name}`."
    offer = server.resource(
        resource.uri, name=resource.scheme, title=title, description=describe, mime_type="application/json"
    )
    offer(read)
