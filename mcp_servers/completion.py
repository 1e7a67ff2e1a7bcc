"""Completing arguments: languages for everybody, a record's number only for whom it belongs to."""

from collections.abc import Mapping, Sequence
from typing import Any

from mcp.server import MCPServer
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CompleteRequestParams,
    CompleteResult,
    Completion,
    ResourceTemplateReference,
)

from domain.conversation import LOCALES
from domain.grant import META_KEY
from mcp_servers.backend import ToolEntry
from mcp_servers.grants import GrantVerifier, granted
from mcp_servers.refusal import Refused
from mcp_servers.resources import Serve, ServedResource

MOST = 100
"""What the protocol lets an answer hold."""


def add_completion(
    server: MCPServer[Any],
    resources: Sequence[ServedResource],
    entries: Mapping[str, ToolEntry],
    verifier: GrantVerifier,
    serve: Serve,
) -> None:
    """Offer completion. Numbers of records come under a grant for the tool that lists them, and without one none do."""

    async def complete(context: ServerRequestContext[Any, Any], params: CompleteRequestParams) -> CompleteResult:
        del context
        begun, token = params.argument.value, dict(params.meta or {}).get(META_KEY)
        if params.argument.name == "locale":
            return _told([each for each in LOCALES if each.startswith(begun.lower())])
        resource = next((each for each in resources if _names(each, params)), None)
        if resource is None or token is None:
            return _told([])
        try:
            arguments = {"customer_id": verifier.customer_of(token)}
            with granted(verifier.verify(token, resource.lists, arguments)):
                answer = await serve(entries[resource.lists], arguments)
        except Refused as refusal:
            raise MCPError(code=INVALID_PARAMS, message=str(refusal)) from refusal
        found = (str(getattr(each, resource.identified_by)) for each in getattr(answer, "items", ()))
        return _told([each for each in found if each.lower().startswith(begun.lower())])

    lowlevel = server._lowlevel_server  # pyright: ignore[reportPrivateUsage] - its own decorator hides the grant
    lowlevel.add_request_handler("completion/complete", CompleteRequestParams, complete)


def _names(resource: ServedResource, params: CompleteRequestParams) -> bool:
    if not resource.lists:
        return False
    if isinstance(params.ref, ResourceTemplateReference):
        return params.ref.uri == resource.uri
    return params.argument.name == resource.identified_by


def _told(values: Sequence[str]) -> CompleteResult:
    shown = list(values[:MOST])
    return CompleteResult(completion=Completion(values=shown, total=len(values), has_more=len(values) > MOST))
