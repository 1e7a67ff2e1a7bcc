"""Pinning: a tool that changes under us is quarantined until somebody pins it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from mcp_types import Tool as ListedTool

from domain.digest import digest
from domain.errors import NotCanonical
from policy.tools.arguments import ArgumentCheck
from policy.tools.further_questions import with_answers


class ToolStatus(StrEnum):
    """Whether a tool may be proposed at all."""

    READY = "ready"
    UNPINNED = "unpinned"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as its server lists it. `name` is `server.tool`; `digest` names `listing`, all that a model is told.

    `asks` is what its server may be told in the middle of a call; then `answers` is among its arguments.
    """

    name: str
    description: str
    input_schema: dict[str, Any]
    output_schema: dict[str, Any] | None
    digest: str
    first_party: bool
    status: ToolStatus
    check: ArgumentCheck
    listing: Mapping[str, Any] = field(default_factory=dict[str, Any])
    asks: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Pins:
    """The digests that tools must have; our own servers' are taken from their first listing where data has none."""

    def __init__(self, pinned: dict[str, str], asks: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._pinned = pinned
        self._asks = asks or {}
        self._seen: dict[str, str] = {}

    def renew(self, pinned: dict[str, str], asks: Mapping[str, Mapping[str, Any]]) -> None:
        """Take other pins, and other answers that may be given."""
        self._pinned = pinned
        self._asks = asks

    def answered(self, tool: Tool) -> Tool:
        """The tool with the answers among its arguments that may be given beforehand."""
        asks = self._asks.get(tool.name, {})
        if asks == tool.asks:
            return tool
        schema = with_answers(tool.listing["input_schema"], asks)
        return replace(tool, asks=asks, input_schema=schema, check=ArgumentCheck(schema))

    def judge(self, tool: Tool) -> Tool:
        """The tool with the status that the present pins give it; one that cannot be used stays quarantined."""
        tool = self.answered(tool)
        usable = tool.digest and tool.check.usable
        status = self.status_of(tool.name, tool.digest, first_party=tool.first_party)
        return replace(tool, status=status if usable else ToolStatus.QUARANTINED)

    def status_of(self, name: str, found: str, *, first_party: bool) -> ToolStatus:
        """Compare a listed tool's digest with its pin."""
        pin = self._pinned.get(name) or (self._seen.setdefault(name, found) if first_party else "")
        if not pin:
            return ToolStatus.UNPINNED
        return ToolStatus.READY if pin == found else ToolStatus.QUARANTINED


def listing_of(listed: ListedTool) -> dict[str, Any]:
    """What a tool is pinned by: its name, title, description, schemas and annotations."""
    fields = {"name", "title", "description", "input_schema", "output_schema", "annotations"}
    return listed.model_dump(mode="json", include=fields)


def tool_digest(listed: ListedTool) -> str:
    """Name a tool by its listing.

    Raises:
        NotCanonical: the server lists something that is not JSON.
    """
    return digest(listing_of(listed))


def describe_listed(server: str, listed: ListedTool, pins: Pins, *, first_party: bool) -> Tool:
    """Take a listed tool into the catalogue; one whose schema cannot be used is quarantined."""
    name = f"{server}.{listed.name}"
    check = ArgumentCheck(listed.input_schema)
    try:
        found = tool_digest(listed)
        status = pins.status_of(name, found, first_party=first_party)
    except NotCanonical:
        found, status = "", ToolStatus.QUARANTINED
    tool = Tool(
        name=name,
        description=listed.description or "",
        input_schema=listed.input_schema,
        output_schema=listed.output_schema,
        digest=found,
        first_party=first_party,
        status=status if check.usable else ToolStatus.QUARANTINED,
        check=check,
        listing=listing_of(listed),
    )
    return pins.answered(tool)
