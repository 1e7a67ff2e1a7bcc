"""What customers see of their own conversations: what was said and what waits for them, not how it was decided."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from domain.caller import Caller, Role
from domain.conversation import Conversation, Event, Handoff, Turn

Shown = TypeVar("Shown", Turn, Conversation)
View = Callable[[Event], Event | None]
_INTERNAL: dict[str, Any] = {"specialist": "", "procedure": "", "intent": None, "actions": []}
_HANDOFF: dict[str, Any] = {"queue": "", "priority": "", "reason": "", "packet_id": ""}


def show(caller: Caller, found: Shown) -> Shown:
    """A turn or a conversation as this caller may see it."""
    if caller.role is not Role.CUSTOMER:
        return found
    handoff = replace(found.handoff, **_HANDOFF) if isinstance(found.handoff, Handoff) else None
    found = replace(found, specialist="", procedure="", intent=None, actions=(), handoff=handoff)
    return replace(found, external_id="", metadata={}) if isinstance(found, Conversation) else found


def view_of(caller: Caller) -> View:
    """How this caller sees events; those that are not for them are None."""
    return _as_customer if caller.role is Role.CUSTOMER else _as_it_is


def _as_it_is(event: Event) -> Event:
    return event


def _as_customer(event: Event) -> Event | None:
    if event.kind == "action":
        return None
    if event.kind == "progress":
        return replace(event, data={**event.data, "tool": "", "decision_id": ""})
    if event.kind == "handoff":
        return replace(event, data={**event.data, **_HANDOFF})
    if event.kind == "turn":
        handoff = event.data.get("handoff")
        told = {**handoff, **_HANDOFF} if handoff else None
        return replace(event, data={**event.data, **_INTERNAL, "handoff": told})
    return event
