"""The tools that representatives may use at the desk, as the policy that decides now grants them."""

from collections.abc import Callable, Iterable, Sequence

from desk.actions import DeskTool
from policy.engines.bundle import Bundle
from policy.engines.live import LivePolicy
from policy.tools.pins import Tool, ToolStatus

UNSEEN = ("verification", "note")
"""Groups that the desk has other ways for: codes are asked for by the rules, notes are written at the end."""


class OfferedTools:
    """What can be chosen at the desk; worked out anew whenever it is asked for, since bundles and servers change."""

    def __init__(self, list_tools: Callable[[], Iterable[Tool]], policy: LivePolicy) -> None:
        self._list_tools = list_tools
        self._policy = policy

    def __call__(self) -> Sequence[DeskTool]:
        """The tools that change something and that are granted to representatives, by title."""
        return list_desk_tools(self._list_tools(), self._policy.edition.bundle)


def list_desk_tools(tools: Iterable[Tool], bundle: Bundle) -> tuple[DeskTool, ...]:
    """The writing tools of the groups that policy data grants to representatives; listing one permits nothing."""
    granted: list[str] = bundle.data["roles"]["default"]["representatives"]
    known = bundle.tools
    found = [
        DeskTool(tool.name, _title(tool.name), tool.description.partition("\n")[0], tool.input_schema)
        for tool in tools
        if tool.status is ToolStatus.READY and tool.name in known
        if known[tool.name]["kind"] == "write" and known[tool.name]["group"] in granted
        if known[tool.name]["group"] not in UNSEEN
    ]
    return tuple(sorted(found, key=lambda each: each.title))


def _title(name: str) -> str:
    words = name.partition(".")[2].replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"
