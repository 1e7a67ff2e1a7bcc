"""What a customer hears while people have the conversation: how it stands, when that is news."""

from dataclasses import replace
from datetime import datetime, timedelta

from agents.specialist import Saying
from domain.conversation import Handoff
from router.handoff_status import facts_of, state_of
from router.left_out import facts_for
from router.memory.state import ToldWaiting
from router.memory.store import Change, Store, StoredTurn
from router.services import Services
from router.urgency import URGENT
from router.written_answers import PROCEDURE, WrittenAnswers
from understanding.dialogue.social import asks_how_long, asks_something, social_intent, without_hours
from understanding.dialogue.topics import find_topics

AGAIN_AFTER = timedelta(minutes=10)
"""A customer who writes on hears the same again only after so long."""
ALARMS = {"self_harm": "handed_off_self_harm", "medical_alarm": "handed_off_danger"}
"""What somebody who waits hears before everything else where lives may be at stake, in the words of a handover."""
WRITTEN_LATER = ("email", "sms")
"""Channels where a message that only says who is there now costs more than it tells: the words that follow say it."""

IN_WRITING = {"claimed": "claimed_in_writing", "still_with_person": "still_in_writing"}
"""What is said instead to a customer who did not stay: where the answer comes is part of it."""

_ANSWERS = {
    "are_you_human": ("person_will_answer",),
    "hours": ("opening_hours",),
    "thanks": ("thanks",),
}
"""What is answered by itself, however it stands."""
_FOLLOWING = {"else": ("question_added", "question_added_too"), "told": ("message_added", "message_added_too")}
"""What a later question, or a later message that asks nothing, is answered with: one after the other, each once."""
_KEPT = 8
"""So many of the last replies are remembered."""


class Reassurance:
    """Words about the state of a handoff. Each is true at the moment when it is said."""

    def __init__(self, services: Services, store: Store) -> None:
        self._services = services
        self._store = store
        self._written = WrittenAnswers(services, store)

    async def reassure(self, change: Change, at: datetime, text: str) -> Change:
        """Answer a message of a customer whom people have: while nobody has claimed it, say where it stands.

        What was said a moment ago is not said again, unless they ask for it; later messages are said to have arrived in
        other words, until there is nothing new to say. A question is always answered. Where a life may be at stake, and
        people were told that it is urgent, nothing is said but whom to call.
        """
        described = await self._describe(change, at)
        if described is None:
            return change
        change = replace(change, row=replace(change.row, memory=replace(change.row.memory, handoff=described)))
        if described.state == "claimed":
            return change
        alarm = next((ALARMS[topic] for topic in find_topics(text) if topic in ALARMS), "")
        agreed = None if alarm else await self._written.hear(change, at, text)
        if agreed is not None:
            return agreed
        told, state = change.row.memory.told_waiting, state_of(described)
        known = told is not None and told.state == state and at - told.at < AGAIN_AFTER
        replies = _replies(told if known else None, _kind_of(text), change.row.channel)
        if alarm and described.priority == URGENT:
            replies = (alarm,)
        heard = told.said if known and told else ()
        told_waiting = ToldWaiting(state, told.at if known and told else at, said=(*heard, *replies)[-_KEPT:])
        memory = replace(change.row.memory, told_waiting=told_waiting, offered_way="")
        change = replace(change, row=replace(change.row, memory=memory))
        return self._say(change, at, replies, described) if replies else change

    def tell_left_out(self, change: Change, turn: StoredTurn) -> Change:
        """Say which files of a message were not kept: nobody at the desk sees them either."""
        facts = facts_for(turn.text, turn.request)
        if facts is None:
            return change
        row = change.row
        voice = self._services.voice_for(row.tenant, row.memory, row.channel)
        said = self._services.catalogue.word(Saying("file_not_kept", facts={**facts, "alone": False}), voice)
        return self._services.append_spoken(change, "system", said, turn.at)

    async def tell_claimed(self, change: Change, subject: str, at: datetime) -> tuple[Change, Handoff]:
        """Say that somebody has the conversation now, by the name that customers know."""
        handoff = change.row.memory.handoff
        assert handoff is not None, "only what was handed off is claimed"
        name = await self._services.waiting.record.name_of(change.row.tenant, subject)
        handoff = replace(handoff, state="claimed", claimed_by=name, position=0, expected_wait_s=None, on_duty=True)
        change = replace(change, row=replace(change.row, memory=replace(change.row.memory, handoff=handoff)))
        if change.row.channel not in WRITTEN_LATER:
            change = self._say(change, at, ("claimed",), handoff)
        return change, handoff

    def tell_requeued(self, change: Change, handoff: Handoff, at: datetime) -> Change:
        """Say that the conversation waits for somebody else now."""
        memory = replace(change.row.memory, handoff=handoff, told_waiting=ToldWaiting(state_of(handoff), at))
        change = replace(change, row=replace(change.row, memory=memory))
        return self._say(change, at, ("requeued", "queue_state"), handoff)

    def tell_reopened(self, change: Change, handoff: Handoff, at: datetime) -> Change:
        """Say how it stands with a conversation that people have opened again."""
        memory = replace(change.row.memory, handoff=handoff, told_waiting=ToldWaiting(state_of(handoff), at))
        change = replace(change, row=replace(change.row, memory=memory))
        return self._say(change, at, ("queue_state",), handoff)

    async def _describe(self, change: Change, at: datetime) -> Handoff | None:
        stored = change.handoff or await self._store.handoff(change.row.id)
        handoff = change.row.memory.handoff
        if stored is None or handoff is None:
            return None
        return await self._services.waiting.describe(handoff, stored, at)

    def _say(self, change: Change, at: datetime, replies: tuple[str, ...], handoff: Handoff) -> Change:
        row = change.row
        facts = {**facts_of(handoff), "name": handoff.claimed_by, "to": handoff.answer_to, "by": handoff.answer_by}
        if "opening_hours" in replies:
            facts |= self._services.waiting.opening_hours(row.tenant, at)
        voice = self._services.voice_for(row.tenant, row.memory, row.channel)
        written = IN_WRITING if handoff.answer_by else {}
        sayings = [Saying(written.get(reply, reply), facts, PROCEDURE if reply in written else "") for reply in replies]
        texts = [self._services.catalogue.word(saying, voice) for saying in sayings]
        return self._services.append_spoken(change, "system", " ".join(texts), at)


def _kind_of(text: str) -> str:
    """What a message of somebody who waits is: a question about us, the hours, the wait or anything else, or none."""
    manner = social_intent(text)
    if manner in ("are_you_human", "thanks"):
        return manner
    if without_hours(text) != text:
        return "hours"
    return "wait" if asks_how_long(text) else "else" if asks_something(text) else "told"


def _replies(told: ToldWaiting | None, kind: str, channel: str) -> tuple[str, ...]:
    """What a message of this kind is answered with; `told` is what they know, None where it is not so now.

    No question is met with silence, and none with the same sentence again while there is another.
    """
    state = ("still_with_person", "queue_state")
    if kind in _ANSWERS:
        return _ANSWERS[kind]
    if told is None or kind == "wait":
        return state if told is None else state[1:]
    if not told.answered:
        return state if kind == "else" else state[:1]
    return _later(told, kind, channel)


def _later(told: ToldWaiting, kind: str, channel: str) -> tuple[str, ...]:
    """What is said to a message after the first, in words that were not used yet where there are any."""
    following = next((each for each in _FOLLOWING[kind] if each not in told.said), "")
    if kind == "else":
        return (following or "queue_state",)
    if channel in WRITTEN_LATER:
        return ()
    return (following or "message_added",) if following or channel == "voice" else ()
