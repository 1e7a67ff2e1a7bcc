"""Another desk's word, done here: who has a conversation, what they write to the customer, how it ends."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from agents.handoff.packet_language import reword
from desk.labels import Labels
from desk.queue import Desk, DeskDependencies
from domain.caller import Caller, Role
from domain.conversation import Handoff, Status
from domain.errors import Conflict, NotFound
from domain.ids import ConversationId
from router.memory.stored import Change, Stored, StoredHandoff
from router.memory.waiting import ELSEWHERE
from router.other_desks import DeskAgent, DeskNews, DeskPlace, FiledUnder, label_title
from router.outcome import handoff_news
from router.presence import PresenceEvents
from router.reassurance import Reassurance
from router.written_answers import owe_written
from storage.unit_of_work import open_unit
from understanding.screening.secrets import screen

ENDED = "not delivered: people have no part in this conversation any more; reopen it to write to the customer"
OTHERS = "not delivered: {name} has this conversation at Switchboard's own desk"
LONGEST_TEXT, LONGEST_NAME = 16_000, 80
LONGEST_OUTCOME, LONGEST_NOTE = 100, 4000
"""As much as our own desk takes of a wrap-up."""


class ElsewhereDesk:
    """What somebody does at another desk counts as done here in their name. See `router.other_desks.OtherDesks`."""

    def __init__(self, desk: Desk, dependencies: DeskDependencies, labels: Labels) -> None:
        self._desk = desk
        self._given = dependencies
        self._labels = labels
        given = dependencies
        self._presence = PresenceEvents(given.services, given.turns, given.store, given.work, given.feed)
        self._reassurance = Reassurance(dependencies.services, dependencies.store)

    async def type(self, place: DeskPlace, conversation_id: ConversationId, agent_id: str) -> None:
        """See `router.other_desks.OtherDesks.type`."""
        caller = Caller(f"{ELSEWHERE}{place.name}/{agent_id}", Role.REPRESENTATIVE, place.tenant)
        await self._presence.typing(caller, conversation_id)

    async def packet(self, row: Stored, language: str) -> Mapping[str, Any] | None:
        """See `router.other_desks.OtherDesks.packet`."""
        handoff = await self._given.store.handoff(row.id)
        if handoff is None:
            return None
        words = (self._desk.words(row, language), self._desk.words(row, "en"))
        return reword(handoff.packet, row.memory.settled, *words)

    async def filed_under(self, row: Stored) -> FiledUnder:
        """See `router.other_desks.OtherDesks.filed_under`."""
        return FiledUnder(await self._labels.of(row.id), tuple(self._labels.known(row.tenant)))

    async def label(self, place: DeskPlace, conversation_id: ConversationId, labels: Collection[str]) -> None:
        """See `router.other_desks.OtherDesks.label`: what differs in case, spaces and hyphens alone is the same."""
        handoff = await self._given.store.handoff(conversation_id)
        own, wanted = f"{ELSEWHERE}{place.name}/", {label_title(each) for each in labels}
        if handoff is None or (handoff.state == "claimed" and not handoff.claimed_by.startswith(own)):
            return
        caller = Caller(handoff.claimed_by or own, Role.REPRESENTATIVE, place.tenant)
        chosen = [each for each in self._labels.known(place.tenant) if label_title(each) in wanted]
        if set(chosen) == set(await self._labels.of(conversation_id)):
            return  # also what we told them ourselves
        with suppress(Conflict, NotFound):  # somebody here took it, or it ended: what it is filed under is theirs then
            await self._labels.put(caller, conversation_id, chosen)

    async def follow(
        self,
        place: DeskPlace,
        conversation_id: ConversationId,
        news: DeskNews,
        settle: Callable[[Connection], None],
    ) -> str:
        """See `router.other_desks.OtherDesks.follow`."""
        subject = f"{ELSEWHERE}{place.name}/{news.agent.id if news.agent else ''}"
        caller = Caller(subject, Role.REPRESENTATIVE, place.tenant)
        async with self._given.work.open(conversation_id):
            row = await self._given.turns.find(caller, conversation_id)
            handoff = await self._given.store.handoff(conversation_id)
            if handoff is None or row.memory.desk != place.name:
                raise NotFound(f"{conversation_id} is not with {place.name}")
            if refused := self._refuse(row, handoff, place, news):
                return refused
            open_unit().append(settle)
            change = Change(row, of_desk=True)
            if row.memory.handoff is None:
                await self._reopen(caller, change, handoff, news)
            elif news.kind == "resolved":
                await self._resolve(caller, change, handoff, place, news)
            else:
                await self._work_on(caller, change, handoff, news)
        return ""

    def _refuse(self, row: Stored, handoff: StoredHandoff, place: DeskPlace, news: DeskNews) -> str:
        """Why something is not done; only words are missed by whoever wrote them."""
        own = handoff.state == "claimed" and not handoff.claimed_by.startswith(f"{ELSEWHERE}{place.name}/")
        if news.kind != "said":
            return ""
        if row.memory.handoff is None:
            return ENDED
        return OTHERS.format(name=row.memory.handoff.claimed_by or handoff.claimed_by) if own else ""

    async def _work_on(self, caller: Caller, change: Change, handoff: StoredHandoff, news: DeskNews) -> None:
        """Somebody has the conversation, writes, or lets it go; what our own desk has is not taken from it."""
        claimed = handoff.state == "claimed"
        mine = claimed and handoff.claimed_by.startswith(caller.subject.rpartition("/")[0] + "/")
        if news.kind == "unassigned":
            if mine:
                caller = replace(caller, subject=handoff.claimed_by)
                await self._given.turns.withdraw_carried(change.row)
                self._desk.keep(caller, await self._desk.put_back(change, handoff), "released the conversation")
        elif news.agent is not None and news.kind in ("said", "assigned"):
            moves = news.kind == "assigned" and mine and handoff.claimed_by != caller.subject
            if not claimed or moves:
                change = await self._claim(caller, change, handoff, news.agent)
            if news.kind == "said":
                change = await self._say(change, news)
            if change.messages or change.handoff:
                self._desk.keep(
                    caller, change, "wrote to the customer" if news.kind == "said" else "has the conversation"
                )
                await self._desk.carry_out(change)

    async def _claim(self, caller: Caller, change: Change, handoff: StoredHandoff, agent: DeskAgent) -> Change:
        """The customer hears the name; what somebody else was having made is withdrawn."""
        now = self._given.services.clock()
        await self._given.turns.withdraw_carried(change.row)
        await self._desk.present(caller, "available", screen(agent.name).text[:LONGEST_NAME])
        row = replace(change.row, memory=replace(change.row.memory, carried=None), pending=None)
        change, told = await self._reassurance.tell_claimed(replace(change, row=row), caller.subject, now)
        handoff = replace(handoff, state="claimed", claimed_by=caller.subject, claimed_at=now)
        return replace(change.publish("handoff", handoff_news(told)), handoff=handoff)

    async def _say(self, change: Change, news: DeskNews) -> Change:
        shown = screen(news.text[:LONGEST_TEXT]).text
        now, files = self._given.services.clock(), await self._desk.files(change.row, news.attachments)
        change = change.append_message("representative", shown, now, files=files)
        change = owe_written(change, shown, len(files), self._given.services)
        return replace(change, row=replace(change.row, memory=change.row.memory.heard("representative", shown)))

    async def _resolve(
        self, caller: Caller, change: Change, handoff: StoredHandoff, place: DeskPlace, news: DeskNews
    ) -> None:
        """It is over, with what those over there wrote down of its end."""
        if handoff.state == "claimed" and not handoff.claimed_by.startswith(f"{ELSEWHERE}{place.name}/"):
            return
        await self._given.turns.withdraw_all(change.row)
        outcome = screen(news.outcome).text[:LONGEST_OUTCOME] or place.disposition
        note = screen(news.text[:LONGEST_TEXT]).text[:LONGEST_NOTE]
        change = await self._desk.ended(change, handoff, outcome, note)
        self._desk.keep(caller, change, f"resolved it as {outcome}: {note}".rstrip(": "))
        await open_unit().commit()
        self._given.services.metrics.conversation_closed(change.row.channel)
        await self._given.turns.deliveries.carry_out_of(change.row.id)

    async def _reopen(self, caller: Caller, change: Change, handoff: StoredHandoff, news: DeskNews) -> None:
        """A conversation that was over, or that went on without people, waits for them again, as it did before."""
        if news.kind != "reopened":
            return
        now, row = self._given.services.clock(), change.row
        again = Handoff(handoff.queue, handoff.priority, handoff.reason, str(handoff.packet.get("id", "")))
        packet = {name: value for name, value in handoff.packet.items() if name != "end"}
        handoff = replace(handoff, state="queued", claimed_by="", claimed_at=None, waiting_since=now, packet=packet)
        told = await self._given.services.waiting.describe(again, handoff, now)
        memory = replace(row.memory, handoff=told, told_waiting=None)
        row = replace(row, memory=memory, status=Status.WITH_REPRESENTATIVE, pending=None)
        change = replace(change, row=row, handoff=handoff).publish("handoff", handoff_news(told))
        change = self._reassurance.tell_reopened(change.publish("status", {"status": row.status.value}), told, now)
        self._desk.keep(caller, change, "reopened the conversation: it waits in its queue again")
