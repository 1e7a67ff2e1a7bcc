"""What was changed for the customer of a conversation, by the assistant and by people."""

from collections.abc import Iterable, Mapping

from agents.wording.forms import is_read
from domain.conversation import Action
from router.memory.state import CompletedAction
from router.memory.store import Stored
from router.parting import QUIET_GROUPS


def changed(row: Stored, groups: Mapping[str, str]) -> tuple[Action, ...]:
    """The calls that went well and changed something, oldest first; `groups` are those of the tools."""
    deeds = row.memory.deeds
    return tuple(
        each for each in deeds if each.outcome == "succeeded" and groups.get(each.tool, "read") not in QUIET_GROUPS
    )


def made(actions: Iterable[Action]) -> list[Action]:
    """The calls of a whole conversation that went well and were no look-ups, newest first."""
    return [each for each in reversed([*actions]) if each.outcome == "succeeded" and not is_read(each.tool)]


def complete(action: Action, row: Stored) -> CompletedAction:
    """A call with what is known of its result, as a sentence about it needs."""
    for each in row.memory.parting.done:
        if each.tool == action.tool and action.arguments.items() <= each.facts.items():
            return each
    return CompletedAction(action.tool, action.arguments)
