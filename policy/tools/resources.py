"""Somebody else's resources as tools of theirs, so that reading one is pinned, decided and recorded like any call."""

import asyncio
from collections.abc import Sequence
from typing import Any

from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolResult,
    EmbeddedResource,
    ResourceLink,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as ListedTool

NOT_FOUND = -32002
"""What servers before 2026-07-28 say of a resource that they do not have."""
LOOK_S = 2.0
MOST_LISTED = 200
_READS = ToolAnnotations(read_only_hint=True)
_URI = {"type": "string", "minLength": 1, "maxLength": 2000, "description": "Its address, as listed or in a template."}
LIST = ListedTool(
    name="list_resources",
    title="List resources",
    description="List the server's resources and the templates of their addresses.",
    input_schema={"type": "object", "properties": {}, "additionalProperties": False},
    annotations=_READS,
)
READ = ListedTool(
    name="read_resource",
    title="Read a resource",
    description="Read one of the server's resources by its address.",
    input_schema={"type": "object", "properties": {"uri": _URI}, "required": ["uri"], "additionalProperties": False},
    annotations=_READS,
)


async def find_resource_tools(client: Client, listed: Sequence[ListedTool]) -> list[ListedTool]:
    """The tools by which a server's resources are reached, where it has any and no tools of its own of these names."""
    names = {tool.name for tool in listed}
    if client.server_capabilities.resources is None:
        return []
    try:
        async with asyncio.timeout(LOOK_S):
            found = await _list(client)
    except (MCPError, TimeoutError):
        return []
    return [tool for tool in (LIST, READ) if tool.name not in names] if found else []


async def reach(client: Client, tool: str, arguments: dict[str, Any]) -> CallToolResult:
    """What one of these tools answers.

    Raises:
        MCPError: the server refused it, or does not have it.
    """
    if tool == LIST.name:
        return CallToolResult(content=await _list(client) or [TextContent(text="There are none.")])
    try:
        read = await client.read_resource(arguments["uri"], cache_mode="refresh")
    except MCPError as error:
        code = INVALID_PARAMS if error.code == NOT_FOUND else error.code
        raise MCPError(code=code, message=error.message, data=error.error.data) from error
    return CallToolResult(content=[EmbeddedResource(resource=each) for each in read.contents])


async def _list(client: Client) -> list[Any]:
    resources = (await client.list_resources(cache_mode="refresh")).resources
    templates = (await client.list_resource_templates(cache_mode="refresh")).resource_templates
    links = [
        ResourceLink(uri=each.uri, name=each.name, title=each.title, description=each.description)
        for each in resources[:MOST_LISTED]
    ]
    shapes = [f"{each.uri_template}: {each.description or each.name}" for each in templates[:MOST_LISTED]]
    return [*links, *([TextContent(text="\n".join(shapes))] if shapes else [])]
