"""The end of a conversation: recognised, summed up from what was really done, and written down once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from domain.calls import CallResult
from domain.ids import ConversationId, TenantId, TurnId
from domain.understanding import Understanding
from router.memory.contact import known_as
from router.memory.follow_up import CONFIRMATION, NOTE, RATING, FollowUp, name_follow_up
from router.memory.state import Closing, CompletedAction, Memory, TurnState, Wish
from router.services import Services
from understanding.dialogue.social import says_goodbye

QUIET_GROUPS = frozenset({"read", "public_read", "find", "verification", "note"})
"""Groups of tools that change nothing for the customer."""
CONFIRMED_GROUPS = frozenset({"money_back", "payment", "scheduling", "change", "cancel", "contact", "offer"})
"""Groups whose changes the customer gets in writing."""
TOLD_BY_TOOL = ("crm.update_contact_detail", "address")
"""A change that its own tool already writes about to the same address."""
HELPED, DID_NOT_HELP, CONTENT = 5, 1, 3
"""What a yes and a no to "did that help?" are worth, and the rating from which a customer is content."""
LONGEST_FACT = 160
NO_TURN = TurnId("")
DID_IT_HELP, DID_IT_HELP_AT_LAST = "closing", "closing_goodbye"
"""The question whether it helped; the second is put to somebody who takes their leave."""
IS_THERE_MORE = ("thanks", "anything_else")
"""Replies that ask the customer whether it helped, and whether there is more."""
_SCORE = re.compile(r"\s*([1-5])(?:\s*(?:/|out of|of|von|de|sur|में से)?\s*5)?\s*[.!]*\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Farewell:
    """The customer takes their leave, or wants nothing more."""


@dataclass(frozen=True, slots=True)
class Rated:
    """The customer said whether it helped, from 1 (not at all) to 5 (very much)."""

    score: int


@dataclass(frozen=True, slots=True)
class ClosingContext:
    """Which conversation ends, in which turn if in any, and when."""

    tenant: TenantId
    conversation_id: ConversationId
    now: datetime
    turn_id: TurnId = NO_TURN


def speaks_of_what_waits(memory: Memory) -> bool:
    """Whether what waits for a supervisor is what was spoken of last, so that a plain no may be about it."""
    last = f"{memory.specialist}.{memory.procedure}"
    waits = any(case.procedure == last for chain in memory.parked for case in chain)
    return waits and not (memory.parting.more or memory.parting.asked)


def closes(heard: Understanding) -> bool:
    """Whether a message only takes leave ("no, that's it, bye"): it takes nothing back."""
    return says_goodbye(heard.text) or heard.act == "goodbye" or any(each.name == "goodbye" for each in heard.intents)


def find_parting(
    memory: Memory, heard: Understanding, wishes: tuple[Wish, ...], sure: float
) -> Farewell | Rated | None:
    """Whether a message rates the conversation or ends it; None where it says something else.

    A no to "is there anything else?" wants nothing more, and takes nothing back that waits for a supervisor.
    """
    about_it = speaks_of_what_waits(memory) and not closes(heard)
    if wishes or (heard.answer == "no" and (about_it or heard.changes_mind or heard.refused)):
        return None
    score = score_of(heard) if memory.parting.asked else None
    if score is not None:
        return Rated(score)
    top = heard.intents[0] if heard.intents and heard.intents[0].confidence >= sure else None
    if top is not None and top.name == "goodbye":
        return Farewell()
    had_enough = memory.parting.more or (top is not None and top.name == "thanks")
    return Farewell() if heard.answer == "no" and had_enough and (memory.parting.subject or memory.parked) else None


def score_of(heard: Understanding) -> int | None:
    """What an answer to whether it helped is worth, 1 to 5; None where it is no answer."""
    number = _SCORE.fullmatch(heard.text)
    if number is not None:
        return int(number.group(1))
    return {"yes": HELPED, "no": DID_NOT_HELP}.get(heard.answer)


def remember_done(turn: TurnState, groups: Mapping[str, str]) -> TurnState:
    """The turn with what the closing words need of it: what it changed for the customer, and what it asked at last."""
    memory = turn.memory
    procedure = f"{memory.specialist}.{memory.procedure}" if memory.procedure else memory.specialist
    deeds = completed(turn.results, groups, procedure)
    last = turn.sayings[-1].reply if turn.sayings else ""
    parting = replace(
        memory.parting.did(deeds), asked=last in (DID_IT_HELP, DID_IT_HELP_AT_LAST), more=last in IS_THERE_MORE
    )
    return turn.remember(replace(memory, parting=parting))


def completed(results: Iterable[CallResult], groups: Mapping[str, str], procedure: str) -> tuple[CompletedAction, ...]:
    """What calls changed for the customer."""
    return tuple(_deed(result, procedure) for result in results if _changed(result, groups))


def _changed(result: CallResult, groups: Mapping[str, str]) -> bool:
    group = groups.get(result.call.tool, "read")
    return result.outcome is not None and result.outcome.succeeded and group not in QUIET_GROUPS


def _deed(result: CallResult, procedure: str) -> CompletedAction:
    """What a sentence about a call may need: numbers, names and times, but nobody's words."""
    data: Any = result.outcome.data if result.outcome else {}
    facts: dict[str, Any] = {**result.call.arguments, **(data if isinstance(data, dict) else {})}
    facts = {name: value for name, value in facts.items() if name not in ("text", "description", "comment", "value")}
    kept = {
        name: value
        for name, value in facts.items()
        if isinstance(value, bool | int) or (isinstance(value, str) and len(value) <= LONGEST_FACT)
    }
    instalments: Any = facts.get("instalments")
    if isinstance(instalments, list):
        kept["instalments"] = len(instalments)  # pyright: ignore[reportUnknownArgumentType]
    return CompletedAction(result.call.tool, kept, procedure)


def wrap_up(
    memory: Memory, scene: ClosingContext, groups: Mapping[str, str], disposition: str = "", words: str = ""
) -> tuple[Memory, tuple[FollowUp, ...]]:
    """The memory once its end is written down, and what is owed for that: a note, and a confirmation of changes.

    `disposition` and `words` are a representative's. Nothing is owed for a stranger, for a partner agent's
    conversation, where the customer said nothing, or where nothing happened since the last note.
    """
    customer, parting = known_as(memory.customer), memory.parting
    said = any(role == "customer" for role, _ in memory.window)
    if not customer or memory.partner or not said or (parting.noted and not disposition):
        return memory, ()
    facts = {
        "disposition": disposition or _disposition(memory),
        "ended": [asdict(ending) for ending in parting.ended],
        "done": [asdict(deed) for deed in parting.done],
        "promised": list(parting.promised),
        "open": [case.procedure for case in memory.cases if not case.delegated],
        "words": words,
    }
    owed = [owe(scene, customer, NOTE, facts)]
    confirmed = [deed for deed in parting.done if _deserves_confirmation(deed, groups)]
    if confirmed:
        told = {"done": [asdict(deed) for deed in confirmed]}
        owed.append(owe(scene, customer, CONFIRMATION, told, confirmed[-1].procedure))
    noted = Closing(subject=parting.subject, asked=parting.asked, noted=True, check=parting.check)
    return replace(memory, parting=noted), tuple(owed)


def owe(scene: ClosingContext, customer_id: str, kind: str, facts: dict[str, Any], procedure: str = "") -> FollowUp:
    """Something that is owed at once."""
    return FollowUp(
        id=name_follow_up(scene.conversation_id, scene.turn_id, kind, scene.now.isoformat()),
        tenant=scene.tenant,
        customer_id=customer_id,
        conversation_id=scene.conversation_id,
        turn_id=scene.turn_id,
        procedure=procedure,
        kind=kind,
        due_at=scene.now,
        made_at=scene.now,
        facts=facts,
    )


def _disposition(memory: Memory) -> str:
    if memory.cases or memory.wishes:
        return "unfinished"
    if memory.parting.done or any(ending.kind == "resolved" for ending in memory.parting.ended):
        return "resolved"
    return "declined" if memory.parting.ended else "nothing_done"


def _deserves_confirmation(deed: CompletedAction, groups: Mapping[str, str]) -> bool:
    return groups.get(deed.tool) in CONFIRMED_GROUPS and (deed.tool, deed.facts.get("field")) != TOLD_BY_TOOL


def scene_of(turn: TurnState) -> ClosingContext:
    """Where and when a turn takes place."""
    return ClosingContext(turn.tenant, turn.conversation_id, turn.now, turn.turn_id)


def take_leave(turn: TurnState, services: Services) -> TurnState:
    """Sum up what was done and ask whether it helped, or just say goodbye; the end is written down either way."""
    done = turn.memory.parting.done
    memory, owed = wrap_up(turn.memory, scene_of(turn), services.groups)
    turn = replace(turn.remember(memory), follow_ups=(*turn.follow_ups, *owed))
    if not done:
        return turn.say("goodbye")
    voice = services.voice(turn)
    phrases = services.catalogue.past_phrases(((deed.tool, deed.facts) for deed in done), voice)
    leaves = turn.understanding is not None and says_goodbye(turn.understanding.text)
    return turn.say("summary", "", done=phrases).say(DID_IT_HELP_AT_LAST if leaves else DID_IT_HELP)


def take_rating(turn: TurnState, score: int) -> TurnState:
    """The customer said whether it helped: thank them, and owe the rating to their record."""
    turn = replace(turn, rating=score)
    customer = known_as(turn.memory.customer)
    if customer and not turn.memory.partner:
        owed = owe(scene_of(turn), customer, RATING, {"score": score})
        turn = replace(turn, follow_ups=(*turn.follow_ups, owed))
    return turn.say("feedback_thanks" if score >= CONTENT else "feedback_sorry")
