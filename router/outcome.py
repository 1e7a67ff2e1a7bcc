"""What a turn came to: its status, what is pending, what was done, and the events that tell it."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from agents.wording.forms import is_read
from domain.calls import CallResult, Pending
from domain.conversation import Action, Handoff, Status, Turn
from domain.ids import PendingId
from router.memory.state import MAX_DEEDS, Memory, TurnState
from router.memory.store import Change, StoredHandoff, StoredTurn
from router.options import with_options
from router.routing import IDENTITY_KINDS

_TURN = TypeAdapter(Turn)
SECRET_ARGUMENTS = ("code",)


def conclude(change: Change, state: TurnState, turn: StoredTurn) -> Change:
    """Everything that a finished walk through the graph adds to the conversation, as one change."""
    memory = state.memory
    for text in state.spoken:
        change = change.append_message("assistant", text, turn.at)
    actions = tuple(action for result in state.results if (action := act(result)) is not None)
    for action in actions:
        change = change.publish("action", _json(asdict(action)))
    refusals = (*memory.refusals, *refusals_of(state.results))[-MAX_DEEDS:]
    memory = replace(memory, deeds=(*memory.deeds, *actions)[-MAX_DEEDS:], refusals=refusals)
    status, pending = status_of(memory), pending_of(memory, state.texts)
    row = replace(change.row, memory=memory, status=status, pending=pending)
    change = replace(change, row=row, follow_ups=state.follow_ups, called_off=state.called_off)
    if state.rating is not None:
        change = replace(change, rating={"id": turn.id, "score": state.rating, "comment": "", "at": turn.at})
    done = Turn(
        conversation_id=row.id,
        turn_id=turn.id,
        status=status,
        specialist=memory.specialist,
        procedure=memory.procedure,
        intent=memory.intent,
        messages=tuple(message for message in change.messages if message.role != "customer"),
        pending=pending,
        actions=actions,
        handoff=memory.handoff,
    )
    return replace(announce(change, state, done), turn=done)


def announce(change: Change, state: TurnState, done: Turn) -> Change:
    """The closing events of a turn; the whole turn is the last."""
    if done.pending is not None:
        change = change.publish("pending", pending_news(done.pending))
    if state.packet and done.handoff is not None:
        change = change.publish("handoff", handoff_news(done.handoff))
        change = replace(change, handoff=_handed_off(change, state))
    change = change.publish("status", {"status": done.status.value})
    return change.publish("turn", _TURN.dump_python(done, mode="json"))


def _handed_off(change: Change, state: TurnState) -> StoredHandoff:
    handoff = state.memory.handoff
    assert handoff is not None
    return StoredHandoff(
        conversation_id=change.row.id,
        tenant=change.row.tenant,
        queue=handoff.queue,
        priority=handoff.priority,
        reason=handoff.reason,
        waiting_since=state.now,
        packet=state.packet,
        state="queued",
    )


def act(result: CallResult) -> Action | None:
    """The action that a call's result stands for; None while the call waits for evidence."""
    if result.pending is not None:
        return None
    hidden = {name: "[redacted]" for name in SECRET_ARGUMENTS if name in result.call.arguments}
    return Action(
        tool=result.call.tool,
        arguments={**result.call.arguments, **hidden},
        effect=result.decision.effect.value,
        outcome=result.outcome.status if result.outcome is not None else "refused",
        decision_id=result.decision.id,
        rules=result.decision.rules,
        ids=_ids_of(result),
    )


def _ids_of(result: CallResult) -> dict[str, str]:
    """The numbers of what a call made, by the names that its system gives them; a look-up makes nothing."""
    if result.outcome is None or not result.outcome.succeeded or is_read(result.call.tool):
        return {}
    found: dict[str, Any] = result.outcome.data
    told = {name: value for name, value in found.items() if name.endswith("_id") and isinstance(value, str) and value}
    return {name: value for name, value in told.items() if name not in result.call.arguments}


def refusals_of(results: Iterable[CallResult]) -> tuple[tuple[str, str], ...]:
    """Why calls were not carried out, by decision: the rules' own words to people, or the system's error."""
    return tuple(
        (result.decision.id, result.outcome.error if result.outcome else result.decision.rationale)
        for result in results
        if result.pending is None and (result.outcome is None or not result.outcome.succeeded)
    )


def status_of(memory: Memory) -> Status:
    """Whose move it is."""
    if memory.handoff is not None:
        return Status.WITH_REPRESENTATIVE
    current = memory.current
    asked = memory.identification or memory.options or memory.offers_earlier
    if asked or (current and (current.pending or current.asked)):
        return Status.WAITING_CUSTOMER
    return Status.WAITING_APPROVAL if memory.parked else Status.OPEN


def pending_of(memory: Memory, texts: tuple[str, ...]) -> Pending | None:
    """The one thing that the conversation waits for, with the answers to choose from."""
    return with_options(_pending_of(memory, texts), memory)


def _pending_of(memory: Memory, texts: tuple[str, ...]) -> Pending | None:
    if memory.handoff is not None:
        return memory.carried.pending if memory.carried else None
    current = memory.current
    if current is not None and current.pending is not None:
        return current.pending
    question = texts[-1] if texts else ""
    if memory.identification is not None and memory.identification.stage == "code":
        return Pending(PendingId(""), "verify", question)
    asked = _question(memory)
    if asked is not None:
        return Pending(PendingId(""), "slot", question, arguments=asked)
    return memory.parked[-1][-1].pending if memory.parked else None


def _question(memory: Memory) -> dict[str, Any] | None:
    """What was asked for: its slot, the kinds of value that answer it, and the values to choose from, if any."""
    if memory.current is not None and memory.current.asked:
        return {name: value for name, value in memory.current.question.items() if name != "shown"}
    if memory.options:
        return {"slot": "journey", "kinds": ["choice"], "choices": list(memory.options)}
    if memory.offers_earlier:
        return {"slot": "continue", "kinds": ["yes_no"], "choices": []}
    return {"slot": "identity", "kinds": list(IDENTITY_KINDS), "choices": []} if memory.identification else None


def handoff_news(handoff: Handoff) -> dict[str, Any]:
    """A handoff as its event tells it."""
    return _json(asdict(handoff))


def pending_news(pending: Pending) -> dict[str, Any]:
    """What waits for the customer as its event tells it."""
    return _json(asdict(pending))


def _json(data: dict[str, Any]) -> dict[str, Any]:
    """Times as text."""
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in data.items()}
