"""What a journey's good end promises: kept with the turn, and said only where it was kept."""

from dataclasses import asdict, replace

from agents.procedure import Case, Promise, Resolved
from router.memory.contact import known_as
from router.memory.follow_up import FollowUp, name_follow_up
from router.memory.state import TurnState


def keep_promise(turn: TurnState, case: Case, end: Resolved) -> TurnState:
    """The turn with what the end promises and calls off; nothing is promised that could not be kept."""
    if end.calls_off:
        turn = replace(turn, called_off=(*turn.called_off, end.calls_off))
    promise = end.promise
    if promise is None or not _can_keep(turn, promise):
        return turn
    owed = _owe(turn, case, promise)
    turn = replace(turn, follow_ups=(*turn.follow_ups, owed), called_off=(*turn.called_off, promise.about))
    parting = turn.memory.parting
    turn = turn.remember(
        replace(turn.memory, parting=replace(parting, promised=(*parting.promised, promise.name)[-8:]))
    )
    facts = {**promise.facts, "due_at": promise.due.isoformat()}
    return turn.say(f"{promise.name}_promised", case.procedure, **facts)


def _can_keep(turn: TurnState, promise: Promise) -> bool:
    """Whether there is somebody to write to who agreed to it, and time to do it."""
    profile = turn.memory.profile
    reachable = bool(known_as(turn.memory.customer)) and not turn.memory.partner
    agreed = profile is not None and profile.service_messages
    return reachable and agreed and promise.due > turn.now and (promise.until is None or promise.due < promise.until)


def _owe(turn: TurnState, case: Case, promise: Promise) -> FollowUp:
    holds = asdict(promise.holds) if promise.holds else None
    return FollowUp(
        id=name_follow_up(turn.conversation_id, turn.turn_id, case.serial, promise.name),
        tenant=turn.tenant,
        customer_id=known_as(turn.memory.customer),
        conversation_id=turn.conversation_id,
        turn_id=turn.turn_id,
        procedure=case.procedure,
        kind=promise.name,
        due_at=promise.due,
        made_at=turn.now,
        about=promise.about,
        asks=promise.asks,
        until=promise.until,
        facts={"words": promise.facts, "holds": holds},
    )
