"""What the policy's data says of each tool: its group, whether it writes, and what must be read to decide on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from domain.errors import Misconfigured
from policy.tools.further_questions import check_asks

CUSTOMER = "@customer"
"""In a fact's arguments: the conversation's customer, instead of an argument of the proposed call."""

_KNOWN_KEYS = {"group", "kind", "reads", "digest", "pinned", "idempotent", "asks", "customer"}


@dataclass(frozen=True, slots=True)
class FactRead:
    """A read that the gate makes by itself: the tool, and where each of its arguments comes from."""

    tool: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ToolData:
    """One tool as policy data knows it. A tool without data is a write of no group: no rule allows it.

    `digest` is the pin; `pinned` in the data keeps the listing that it names. `idempotent` says that a write of
    somebody else's server may be repeated after a time-out. `asks` is what its server may be told when it asks in the
    middle of a call, as JSON Schemas by name. `customer` is the argument that has to be the conversation's
    customer, for a server that does not call it `customer_id`.
    """

    group: str = ""
    kind: Literal["read", "write"] = "write"
    reads: Mapping[str, FactRead] = field(default_factory=dict[str, FactRead])
    digest: str = ""
    idempotent: bool = False
    asks: Mapping[str, Any] = field(default_factory=dict[str, Any])
    customer: str = ""


def parse_tool_data(tools: Mapping[str, Any]) -> dict[str, ToolData]:
    """Read the bundle's `tools` data, by `server.tool`.

    Raises:
        Misconfigured: an entry has another shape; the message names the tool.
    """
    return {name: _parse(name, entry) for name, entry in tools.items()}


def check_reads(tools: Mapping[str, ToolData]) -> None:
    """See that facts are read by tools that only read.

    Raises:
        Misconfigured: a fact would be read by a write, or by a tool that policy data does not know.
    """
    for name, data in tools.items():
        for read in data.reads.values():
            if read.tool not in tools or tools[read.tool].kind != "read":
                raise Misconfigured(f"policy data of tool {name}: {read.tool} is not a read")


def _parse(name: str, entry: Any) -> ToolData:
    try:
        if unknown := set(entry) - _KNOWN_KEYS:
            raise ValueError(f"unknown keys {sorted(unknown)}")
        if entry["kind"] not in ("read", "write"):
            raise ValueError("kind must be read or write")
        reads = {key: FactRead(read["tool"], dict(read["arguments"])) for key, read in entry.get("reads", {}).items()}
        asks, idempotent = check_asks(entry.get("asks", {})), entry.get("idempotent") is True
        customer = entry.get("customer", "")
        if not isinstance(customer, str):
            raise ValueError("customer must be the name of an argument")
        return ToolData(entry["group"], entry["kind"], reads, entry.get("digest", ""), idempotent, asks, customer)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Misconfigured(f"policy data of tool {name}: {error!r}") from error
