"""Who is at the desk, who gets a conversation, and what colleagues tell each other about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from desk.assignment import Staff
from desk.cases import WATCHERS
from desk.feed import DeskFeed
from desk.notes import DeskNote, DeskNotes
from desk.queue import Desk, DeskDependencies, Presence
from domain.caller import Caller, Role
from domain.conversation import QUEUES, Conversation, Status
from domain.errors import Conflict
from domain.ids import ConversationId, TenantId
from domain.names import require_known
from router.memory.store import Change, StoredHandoff
from router.memory.waiting import ELSEWHERE, SEEN_FOR, PresenceStatus
from router.outcome import handoff_news
from router.reassurance import Reassurance
from storage.tables.conversations import conversations, handoffs
from storage.tables.desk import desk_presence
from storage.transactions import Transactions


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the desk: `here` says that they were heard within three minutes and are not away.

    `capacity` is how many conversations they take at once; 0 where there is no limit.
    """

    subject: str
    name: str
    status: PresenceStatus
    here: bool
    seen_at: datetime
    conversations: int
    capacity: int


class Colleagues:
    """The people of a tenant's desk, as they said themselves."""

    def __init__(
        self, desk: Desk, dependencies: DeskDependencies, transactions: Transactions, feed: DeskFeed, staff: Staff
    ) -> None:
        self._desk = desk
        self._staff = staff
        self._clock = dependencies.services.clock
        self._transactions = transactions
        self._feed = feed

    async def list(self, tenant: TenantId) -> list[Colleague]:
        """Everybody who was ever on duty: who is here first, then by name; with how many conversations they have."""
        alive = and_(conversations.c.id == handoffs.c.conversation_id, conversations.c.status != Status.CLOSED.value)
        own = (handoffs.c.tenant == tenant, handoffs.c.state == "claimed")
        counts = select(handoffs.c.claimed_by, func.count()).join(conversations, alive).where(*own)
        counts = counts.group_by(handoffs.c.claimed_by)
        ours = (desk_presence.c.tenant == tenant, ~desk_presence.c.subject.startswith(ELSEWHERE))
        people, now = select(desk_presence).where(*ours), self._clock()

        def read(connection: Connection) -> list[Colleague]:
            having: Mapping[str, int] = {subject: count for subject, count in connection.execute(counts)}
            return [
                Colleague(
                    row["subject"],
                    row["name"],
                    row["status"],
                    row["status"] != "away" and row["seen_at"] > now - SEEN_FOR,
                    row["seen_at"],
                    having.get(row["subject"], 0),
                    self._staff.skills(tenant, row["subject"]).capacity,
                )
                for row in connection.execute(people).mappings()
            ]

        found = await self._transactions.read(read)
        return sorted(found, key=lambda each: (not each.here, each.name or each.subject))

    async def present(self, caller: Caller, status: PresenceStatus, name: str) -> Presence:
        """Say how the caller is there; what changes by it is told to colleagues."""
        before = next((each for each in await self.list(caller.tenant) if each.subject == caller.subject), None)
        now = await self._desk.present(caller, status, name)
        if before is None or (before.status, before.name) != (now.status, now.name) or not before.here:
            await self._feed.say(caller.tenant, "presence")
        return now

    async def find_here(self, caller: Caller, subject: str) -> Colleague:
        """Somebody who is here and can be given a conversation by the caller; a supervisor may go beyond a capacity.

        Raises:
            UnknownName: nobody of that name was ever at this desk; the message gives the nearest.
            Conflict: they are not here, and the message says who is; or they have as many as they take.
        """
        people = {each.subject: each for each in await self.list(caller.tenant)}
        require_known("colleague", subject, people)
        if not people[subject].here:
            here = ", ".join(each.name or each.subject for each in people.values() if each.here) or "nobody"
            raise Conflict(f"{people[subject].name or subject} is not at the desk now; here: {here}")
        found = people[subject]
        full = self._staff.skills(caller.tenant, subject).is_full(found.conversations)
        if full and caller.role is Role.REPRESENTATIVE:
            raise Conflict(f"{found.name or subject} has {found.conversations}, as many as they take at once")
        return found


class Transfers:
    """Gives conversations to other people, with a note for them; the customer is told how it stands."""

    def __init__(
        self, desk: Desk, dependencies: DeskDependencies, colleagues: Colleagues, notes: DeskNotes, feed: DeskFeed
    ) -> None:
        self._desk = desk
        self._dependencies = dependencies
        self._colleagues = colleagues
        self._notes = notes
        self._feed = feed
        self._reassurance = Reassurance(dependencies.services, dependencies.store)

    async def to_queue(self, caller: Caller, conversation_id: ConversationId, queue: str, note: str) -> Conversation:
        """Have one's own conversation wait in a queue; a supervisor anybody's. It keeps the place of when it came.

        Raises:
            UnknownName: there is no such queue.
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: somebody else has it.
        """
        require_known("queue", queue, QUEUES)
        async with self._dependencies.work.open(conversation_id):
            change, handoff = await self._movable(caller, conversation_id)
            await self._dependencies.turns.withdraw_carried(change.row)
            known = change.row.memory.handoff
            assert known is not None, "what people have was handed off"
            memory = replace(change.row.memory, handoff=replace(known, queue=queue))
            change = replace(change, row=replace(change.row, memory=memory))
            change = await self._desk.put_back(change, replace(handoff, queue=queue))
            self._keep(caller, change, f"transferred it to the queue {queue}", note)
        return await self._dependencies.conversations.conversation(caller, conversation_id)

    async def to_person(self, caller: Caller, conversation_id: ConversationId, person: str, note: str) -> Conversation:
        """Give one's own conversation to somebody who is at the desk; a supervisor anybody's, also one that waits.

        Raises:
            UnknownName: nobody of that name is of this desk.
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: somebody else has it, or that person is not at the desk.
        """
        async with self._dependencies.work.open(conversation_id):
            change, handoff = await self._movable(caller, conversation_id)
            receiver = await self._colleagues.find_here(caller, person)
            if handoff.state != "claimed" or handoff.claimed_by != person:
                now = self._dependencies.services.clock()
                await self._dependencies.turns.withdraw_carried(change.row)
                row = replace(change.row, memory=replace(change.row.memory, carried=None), pending=None)
                handoff = replace(handoff, state="claimed", claimed_by=person, claimed_at=now)
                change, told = await self._reassurance.tell_claimed(replace(change, row=row), person, now)
                change = replace(change.publish("handoff", handoff_news(told)), handoff=handoff)
                self._keep(caller, change, f"transferred it to {receiver.subject}", note)
        return await self._dependencies.conversations.conversation(caller, conversation_id)

    async def write_note(self, caller: Caller, conversation_id: ConversationId, text: str) -> list[DeskNote]:
        """Write a note; a supervisor's about what somebody else has is a whisper to whoever has it.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: somebody else has it.
        """
        async with self._dependencies.work.open(conversation_id):
            change, handoff = await self._movable(caller, conversation_id)
            other = handoff.state == "claimed" and handoff.claimed_by != caller.subject
            kind, whom = ("whisper", handoff.claimed_by) if other else ("note", "")
            self._notes.add(caller, conversation_id, kind, text, self._dependencies.services.clock(), whom)
            self._desk.keep(caller, change, "wrote a note to colleagues")
        await self._feed.tell_note(caller, conversation_id)
        return await self._notes.list(caller, conversation_id)

    async def notes(self, caller: Caller, conversation_id: ConversationId) -> list[DeskNote]:
        """The notes about a conversation that the caller may see, oldest first.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: somebody else has it.
        """
        await self._movable(caller, conversation_id, waiting=True)
        return await self._notes.list(caller, conversation_id)

    async def watch(self, caller: Caller, conversation_id: ConversationId) -> Conversation:
        """What is said in a conversation that somebody else has; nobody is told, and nothing changes.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
        """
        await self._desk.find(caller, conversation_id)
        return await self._dependencies.conversations.conversation(caller, conversation_id)

    async def _movable(
        self, caller: Caller, conversation_id: ConversationId, *, waiting: bool = False
    ) -> tuple[Change, StoredHandoff]:
        """A conversation that is the caller's to give away; with `waiting`, one that nobody has is too."""
        change, handoff = await self._desk.find(caller, conversation_id)
        free = handoff.state == "queued" and waiting
        if handoff.claimed_by != caller.subject and caller.role not in WATCHERS and not free:
            raise Conflict(f"claim {conversation_id} first")
        return change, handoff

    def _keep(self, caller: Caller, change: Change, act: str, note: str) -> None:
        if note:
            self._notes.add(caller, change.row.id, "transfer", note, self._dependencies.services.clock())
        by = "as supervisor " if caller.role is Role.SUPERVISOR else ""
        self._desk.keep(caller, change, f"{by}{act}{f': {note}' if note else ''}")
