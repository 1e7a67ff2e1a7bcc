"""The desk: representatives claim conversations, talk to customers, hand back or resolve."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from agents.handoff.desk_words import DeskWords
from agents.specialist import Saying
from desk.targets import QueueTargets
from domain.caller import Caller
from domain.calls import CallContext
from domain.conversation import Attachment, Conversation, Message, Status
from domain.errors import BadRequest, Conflict, NotFound
from domain.ids import ConversationId, TurnId
from domain.principal import Agent, Principal
from domain.record import Journal, Note
from router.closing_answers import ClosingAnswers
from router.conversations import Conversations
from router.ending import closed, written_down
from router.events import EventFeed
from router.memory.store import Change, Store, Stored, StoredHandoff
from router.memory.waiting import PresenceStatus
from router.outcome import handoff_news
from router.reassurance import Reassurance
from router.services import Services
from router.turn import Turns
from router.written_answers import owe_written
from storage.unit_of_work import UnitsOfWork, open_unit

LARGEST_MAIL_BYTES = 18 * 1024 * 1024
"""Of files in one mail: what most mail servers take, which is 25 MB once it is written out for them."""
PRIORITIES = ("urgent", "high", "normal")


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A conversation that waits for a representative, with its context packet."""

    conversation_id: ConversationId
    queue: str
    priority: str
    reason: str
    waiting_since: datetime
    packet: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether a representative is on duty, and the name that customers are told."""

    status: PresenceStatus
    name: str


@dataclass(frozen=True, slots=True)
class DeskDependencies:
    """What the desk works with, given by the wiring."""

    services: Services
    turns: Turns
    conversations: Conversations
    store: Store
    work: UnitsOfWork
    feed: EventFeed
    journal: Journal
    targets: QueueTargets = field(default_factory=QueueTargets)


class Desk:
    """Where representatives work. Every act is on the record under the representative's name."""

    def __init__(self, given: DeskDependencies) -> None:
        self._given = given
        self._reassurance = Reassurance(given.services, given.store)
        self._closing = ClosingAnswers(given.services)

    async def queue(self, caller: Caller) -> list[QueueItem]:
        """The tenant's waiting conversations: most urgent first, then longest waiting."""
        return _in_order(await self._given.store.queue(caller.tenant))

    async def claimed(self, caller: Caller) -> list[QueueItem]:
        """The conversations that the caller has claimed and not given back, in the order of the queue."""
        return _in_order(await self._given.store.claimed(caller.tenant, caller.subject))

    async def read(self, caller: Caller, conversation_id: ConversationId, language: str = "en") -> Conversation:
        """A conversation that the caller has claimed, with all that was said and done.

        What waits for a supervisor is told in the reader's `language`; what the customer is asked, as they are asked.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        row = await self.find_claimed(caller, conversation_id)
        found = await self._given.conversations.conversation(caller, conversation_id)
        if found.pending is None or found.pending.kind != "approve":
            return found
        wanted = (found.pending.tool, found.pending.arguments, found.pending.summary)
        return replace(found, pending=replace(found.pending, summary=self.words(row, language).retold(*wanted)))

    async def claim(self, caller: Caller, conversation_id: ConversationId) -> Conversation:
        """Take a waiting conversation; claiming one's own again changes nothing.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: somebody else has it.
        """
        async with self._given.work.open(conversation_id):
            change, handoff = await self.find(caller, conversation_id)
            if handoff.state == "claimed" and handoff.claimed_by != caller.subject:
                raise Conflict(f"{conversation_id} was claimed by somebody else")
            if handoff.state == "queued":
                now = self._given.services.clock()
                handoff = replace(handoff, state="claimed", claimed_by=caller.subject, claimed_at=now)
                change, told = await self._reassurance.tell_claimed(change, caller.subject, now)
                change = change.publish("handoff", handoff_news(told))
                self.keep(caller, replace(change, handoff=handoff), "claimed the conversation")
        return await self._given.conversations.conversation(caller, conversation_id)

    async def say(
        self, caller: Caller, conversation_id: ConversationId, text: str, attachments: Sequence[str] = ()
    ) -> Message:
        """Send the representative's words to the customer, with files that were uploaded for them before.

        Raises:
            BadRequest: a file was not uploaded to this conversation, was sent before, or they are too many for a mail.
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        async with self._given.work.open(conversation_id):
            change, _ = await self._claimed(caller, conversation_id)
            files, now = await self.files(change.row, attachments), self._given.services.clock()
            change = change.append_message("representative", text, now, files=files)
            change = owe_written(change, text, len(files), self._given.services)
            memory = change.row.memory.heard("representative", text)
            self.keep(caller, replace(change, row=replace(change.row, memory=memory)), "wrote to the customer")
            await self.carry_out(change)
        return change.messages[-1]

    async def files(self, row: Stored, names: Sequence[str]) -> tuple[Attachment, ...]:
        """Files that were uploaded to a conversation before, to go with a message.

        Raises:
            BadRequest: one was not, was sent before, or they are too many for a mail.
        """
        if not names:
            return ()
        waiting = await self._given.store.waiting_files(row.id)
        for name in names:
            if name not in waiting:
                raise BadRequest(f"attachments: {name!r} was not uploaded to this conversation, or was sent before")
        files = tuple(waiting[name] for name in dict.fromkeys(names))
        if row.channel == "email" and sum(each.size for each in files) > LARGEST_MAIL_BYTES:
            raise BadRequest(f"attachments: a mail carries at most {LARGEST_MAIL_BYTES} bytes of files; send fewer")
        return files

    async def see_claimed(self, caller: Caller, conversation_id: ConversationId) -> None:
        """See that the conversation is the caller's to work on.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        await self._claimed(caller, conversation_id)

    async def find_claimed(self, caller: Caller, conversation_id: ConversationId) -> Stored:
        """The conversation as it stands, if it is the caller's to work on; see `see_claimed`."""
        return (await self._claimed(caller, conversation_id))[0].row

    async def release(
        self, caller: Caller, conversation_id: ConversationId, to: Literal["assistant", "queue"]
    ) -> Conversation:
        """Hand the conversation back to the assistant, or to the queue for somebody else.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        async with self._given.work.open(conversation_id):
            change, handoff = await self._claimed(caller, conversation_id)
            await self._given.turns.withdraw_carried(change.row)
            if to == "queue":
                change = await self.put_back(change, handoff)
            else:
                change = self._back_to_assistant(change, handoff)
            self.keep(caller, change, f"released the conversation to the {to}")
        return await self._given.conversations.conversation(caller, conversation_id)

    async def resolve(
        self, caller: Caller, conversation_id: ConversationId, disposition: str, note: str
    ) -> Conversation:
        """Close the conversation with what came of it.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        async with self._given.work.open(conversation_id):
            change, handoff = await self._claimed(caller, conversation_id)
            await self._given.turns.withdraw_all(change.row)
            change = await self.ended(change, handoff, disposition, note)
            self.keep(caller, change, f"resolved it as {disposition}: {note}".rstrip(": "))
            await open_unit().commit()
            self._given.services.metrics.conversation_closed(change.row.channel)
            await self._given.turns.deliveries.carry_out_of(conversation_id)
        return await self._given.conversations.conversation(caller, conversation_id)

    async def ended(self, change: Change, handoff: StoredHandoff, disposition: str, note: str) -> Change:
        """The change that closes a conversation: the customer hears what was done, and is asked whether it helped."""
        services = self._given.services
        name = await services.waiting.record.name_of(change.row.tenant, handoff.claimed_by)
        change = self._closing.ask(change, name, services.clock())
        asked = change.row.memory.parting.asked
        change = closed(written_down(change, services, disposition, note))
        memory = replace(change.row.memory, parting=replace(change.row.memory.parting, asked=asked))
        packet = {**handoff.packet, "end": {"disposition": disposition, "note": note}}
        handoff = replace(handoff, state="resolved", packet=packet)
        return replace(change, row=replace(change.row, memory=memory), handoff=handoff)

    async def put_back(self, change: Change, handoff: StoredHandoff) -> Change:
        """The conversation waits for somebody else, at the place of one that came when it did."""
        now, memory = self._given.services.clock(), change.row.memory
        assert memory.handoff is not None, "only what was handed off is claimed"
        handoff = replace(handoff, state="queued", claimed_by="", claimed_at=None)
        told = await self._given.services.waiting.describe(memory.handoff, handoff, now)
        row = replace(change.row, memory=replace(memory, carried=None), pending=None)
        change = self._reassurance.tell_requeued(replace(change, row=row, handoff=handoff), told, now)
        return change.publish("handoff", handoff_news(told))

    def _back_to_assistant(self, change: Change, handoff: StoredHandoff) -> Change:
        """The assistant goes on, with nothing half done."""
        memory = replace(change.row.memory, handoff=None, cases=(), wishes=(), options=(), identification=None)
        memory = replace(memory, carried=None, clarifications=0, tool_failures=0, evidence_failures=0, moods=())
        memory = replace(memory, told_waiting=None)
        voice = self._given.services.voice_for(change.row.tenant, memory, change.row.channel)
        text = self._given.services.catalogue.word(Saying("taken_back"), voice)
        row = replace(change.row, memory=memory.heard("assistant", text), status=Status.OPEN, pending=None)
        change = replace(change, row=row, handoff=replace(handoff, state="released"))
        change = self._given.services.append_spoken(change, "assistant", text, self._given.services.clock())
        return change.publish("status", {"status": Status.OPEN.value})

    async def present(self, caller: Caller, status: PresenceStatus, name: str) -> Presence:
        """Say that the caller is available or away, and what customers call them.

        Who is available says so again at least every three minutes, or counts as gone.
        """
        now, record = self._given.services.clock(), self._given.services.waiting.record
        await record.present(caller.tenant, caller.subject, status, name, now)
        return Presence(status, await record.name_of(caller.tenant, caller.subject))

    def words(self, row: Stored, language: str) -> DeskWords:
        """What the service says about a conversation to somebody of that language."""
        services = self._given.services
        return DeskWords(services.catalogue, services.desk_voice(row.tenant, row.memory, language))

    async def find(self, caller: Caller, conversation_id: ConversationId) -> tuple[Change, StoredHandoff]:
        """A conversation that people have or that waits for them, as it stands.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
        """
        row = await self._given.turns.find(caller, conversation_id)
        handoff = await self._given.store.handoff(conversation_id)
        if handoff is None or row.memory.handoff is None:
            raise NotFound(f"{conversation_id} is not with people")
        return Change(row), handoff

    async def _claimed(self, caller: Caller, conversation_id: ConversationId) -> tuple[Change, StoredHandoff]:
        change, handoff = await self.find(caller, conversation_id)
        if handoff.claimed_by != caller.subject:
            raise Conflict(f"claim {conversation_id} first")
        return change, handoff

    async def carry_out(self, change: Change) -> None:
        """Carry out at once what a kept change owes; what cannot be is left for later."""
        if change.follow_ups:
            await open_unit().commit()
            await self._given.turns.deliveries.carry_out_of(change.row.id)

    def keep(self, caller: Caller, change: Change, act: str) -> None:
        """Have the act written with its record, all or nothing, and told once it is."""
        rationale = f"Representative {caller.subject} {act}."
        self._given.store.save(change)
        note = Note(change.row.id, TurnId(""), caller.tenant, "note", rationale)
        self._given.services.gate.finish(change.row.id, (note,))
        open_unit().announce(change.row.id)


def context_for(row: Stored, caller: Caller) -> CallContext:
    """What the gate is told about a call that a representative makes for a conversation's customer."""
    principal = Principal(row.tenant, row.memory.customer, Agent(caller.subject, "representative"))
    return CallContext(row.id, TurnId(""), principal, row.channel, row.memory.locale, formats=row.memory.formats)


def _in_order(handoffs: Iterable[StoredHandoff]) -> list[QueueItem]:
    """The most urgent first, then the longest waiting."""
    ordered = sorted(handoffs, key=lambda item: (PRIORITIES.index(item.priority), item.waiting_since))
    return [
        QueueItem(each.conversation_id, each.queue, each.priority, each.reason, each.waiting_since, each.packet)
        for each in ordered
    ]
