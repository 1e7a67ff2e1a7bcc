"""Drift: how the tools that servers list now differ from those that were pinned."""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Literal

from policy.tools.pins import Tool

Kind = Literal["new", "changed", "gone"]
PARTS = ("title", "description", "input_schema", "output_schema", "annotations")


@dataclass(frozen=True, slots=True)
class Drift:
    """One tool that is not as it was pinned. `parts` maps what changed to a unified diff, empty where none was kept."""

    tool: str
    kind: Kind
    pinned: str
    found: str
    parts: Mapping[str, str]


def find_drift(listed: Sequence[Tool], data: Mapping[str, Any], reached: Set[str]) -> list[Drift]:
    """Compare what the reached servers list with the pins in policy data, by tool.

    Tools of our own that nobody pinned come with the program and are no drift.
    """
    found = {tool.name: tool for tool in listed}
    drifts = [drift for tool in listed if (drift := compare(tool, data.get(tool.name, {}))) is not None]
    for name, entry in data.items():
        pin = entry.get("digest", "")
        if pin and name.partition(".")[0] in reached and name not in found:
            drifts.append(Drift(name, "gone", pin, "", {}))
    return sorted(drifts, key=lambda drift: drift.tool)


def compare(tool: Tool, entry: Mapping[str, Any]) -> Drift | None:
    """How a listed tool differs from its entry in policy data; None where it does not."""
    pin = entry.get("digest", "")
    if not pin:
        return None if tool.first_party else Drift(tool.name, "new", "", tool.digest, dict(_parts({}, tool.listing)))
    if pin == tool.digest:
        return None
    return Drift(tool.name, "changed", pin, tool.digest, dict(_parts(entry.get("pinned", {}), tool.listing)))


def pinned_entry(tool: Tool, entry: Mapping[str, Any] | None) -> dict[str, Any]:
    """A tool's entry in policy data once it is pinned as listed; a tool without one is a write of no known group."""
    known: Mapping[str, Any] = entry or {"group": "unassigned", "kind": "write", "reads": {}}
    return {**known, "digest": tool.digest, "pinned": dict(tool.listing)}


def _parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for part in PARTS:
        if before.get(part) != after.get(part):
            yield part, _diff(_spell(before.get(part)), _spell(after.get(part)))


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _spell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
