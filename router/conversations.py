"""Conversations as channels see them: opened, read, listened to, rated and closed."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal
from uuid import uuid4

from agents.specialist import Saying
from agents.wording import negotiate
from domain.caller import Caller, CustomerSession, Role
from domain.conversation import LOCALES, Conversation, Event, Handoff, Message, Status
from domain.errors import BadRequest, Busy, Conflict
from domain.ids import ConversationId, TurnId
from domain.principal import AuthLevel, Customer
from domain.record import Note
from router.closing_answers import answered
from router.contact_points import recognise
from router.ending import closed, written_down
from router.events import EventFeed, Listener
from router.formatters import formatter_of
from router.memory.browsing import Cursor, Search
from router.memory.state import Memory, Origin, TurnState
from router.memory.store import Change, Store, Stored
from router.opening import Opening
from router.services import Services
from router.sessions import as_own, reaches
from router.transcript import write_page, write_text
from router.turn import Turns
from storage.unit_of_work import UnitsOfWork
from understanding.screening.secrets import screen


@dataclass(frozen=True, slots=True)
class OpenedConversation:
    """An open conversation; `created` is False where the channel's external id was known already."""

    conversation: Conversation
    created: bool


class Conversations:
    """Everything about conversations but their turns."""

    def __init__(
        self,
        services: Services,
        turns: Turns,
        store: Store,
        work: UnitsOfWork,
        feed: EventFeed,
    ) -> None:
        self._services = services
        self._turns = turns
        self._store = store
        self._work = work
        self._feed = feed

    async def open(self, caller: Caller, opening: Opening) -> OpenedConversation:
        """Begin a conversation; its first message says that an assistant answers and that a person can be asked for.

        Where the channel has an open one of the same external id, that one is given as it is.

        Raises:
            BadRequest: a locale that replies do not exist in.
            Conflict: the open one of that external id is another customer's.
            NotPermitted: a customer says who they are otherwise than by their token.
        """
        opening = as_own(caller, opening)
        tag = _followed(opening.locale)
        language = tag.partition("-")[0]
        now = self._services.clock()
        customer = opening.customer
        if customer is not None and customer.auth_level is AuthLevel.STRONG and customer.strong_since is None:
            customer = replace(customer, strong_since=now)
        partner = caller.subject if caller.role is Role.PARTNER else ""
        subject = formatter_of(opening.channel).entitle(screen(opening.subject).text, language)
        memory = Memory(
            locale=language,
            tag=tag,
            customer=customer,
            partner=partner,
            subject=subject,
            origin=_screened(opening.origin),
        )
        row = Stored(ConversationId(f"CV-{uuid4().hex[:20]}"), caller.tenant, opening.channel, Status.OPEN, now, memory)
        greeting = self._services.catalogue.word(
            Saying("greeting_disclosure"), self._services.voice_for(row.tenant, memory, row.channel)
        )
        known = await self._store.create(self._services.append_spoken(Change(row), "assistant", greeting, now))
        if known != row.id:
            return OpenedConversation(_same_customer(await self.conversation(caller, known), customer), created=False)
        self._services.metrics.conversation_opened(row.channel)
        if memory.origin.contact is not None and customer is None:
            await self._recognise(row.id)
        return OpenedConversation(await self.conversation(caller, row.id), created=True)

    async def _recognise(self, conversation_id: ConversationId) -> None:
        """Ask the CRM who it is; a conversation that is worked on already asks in its turn."""
        with suppress(Busy):
            async with self._work.open(conversation_id, patience_s=0):
                row = await self._store.load(conversation_id)
                assert row is not None, "a conversation that was just opened is there"
                turn = TurnState(row.id, TurnId(""), row.tenant, row.channel, self._services.clock(), row.memory)
                turn = await recognise(self._services, turn)
                self._services.gate.finish(row.id)
                self._store.save(Change(replace(row, memory=turn.memory)))

    async def conversation(self, caller: Caller, conversation_id: ConversationId) -> Conversation:
        """A conversation with all that was said and done.

        Raises:
            NotFound: unknown, or another tenant's.
        """
        row = await self._turns.find(caller, conversation_id)
        memory = row.memory
        return Conversation(
            id=row.id,
            tenant=row.tenant,
            channel=row.channel,
            locale=memory.locale,
            customer=memory.customer,
            created_at=row.created_at,
            status=row.status,
            specialist=memory.specialist,
            procedure=memory.procedure,
            intent=memory.intent,
            messages=_entitled(await self._store.words(row.id), memory.subject),
            actions=await self._store.actions(row.id),
            pending=row.pending,
            handoff=await self._handoff(row),
            formats=memory.formats,
            external_id=memory.origin.external_id,
            metadata=memory.origin.metadata,
            read={side: f"{row.id}-{number}" for side, number in memory.seen.items()},
            last_ending=memory.parting.subject.kind if memory.parting.subject else "",
        )

    async def browse(self, caller: Caller, search: Search) -> tuple[list[Stored], Cursor | None]:
        """A page of the tenant's conversations, newest first, and where the next begins; of a customer's own alone."""
        if caller.role is Role.CUSTOMER:
            search = replace(search, session=caller.session or CustomerSession(None))
        found = await self._store.browse(caller.tenant, search)
        page = found[: search.limit]
        place = Cursor(page[-1].created_at, page[-1].id) if len(found) > len(page) and page else None
        return [row for row in page if reaches(caller, row.memory)], place

    async def transcript(self, caller: Caller, conversation_id: ConversationId, form: Literal["text", "html"]) -> str:
        """Everything that was said, to be kept, with times of the customer's time zone.

        Raises:
            NotFound: unknown, another tenant's or another customer's.
        """
        row = await self._turns.find(caller, conversation_id)
        timezone = self._services.voice_for(row.tenant, row.memory, row.channel).timezone
        write = write_page if form == "html" else write_text
        return write(await self.conversation(caller, conversation_id), timezone)

    async def _handoff(self, row: Stored) -> Handoff | None:
        """The handoff as it stands at this moment."""
        stored = await self._store.handoff(row.id) if row.memory.handoff is not None else None
        if stored is None or row.memory.handoff is None:
            return row.memory.handoff
        return await self._services.waiting.describe(row.memory.handoff, stored, self._services.clock())

    async def events(
        self, caller: Caller, conversation_id: ConversationId, after: int, *, early: bool = False
    ) -> AsyncIterator[Event]:
        """Each event with an id above `after`, stored ones first, then as they happen; never ends by itself.

        With `early` there are also events with the id 0, told while a turn runs and before it is stored.

        Raises:
            NotFound: unknown, or another tenant's.
        """
        await self._turns.find(caller, conversation_id)
        async for event in self._feed.listen(conversation_id, after, early=early):
            yield event

    async def subscribe(
        self, caller: Caller, conversation_id: ConversationId, after: int, *, early: bool = False
    ) -> Listener:
        """Listen to a conversation's events as `events` yields them, one wait at a time.

        Raises:
            NotFound: unknown, or another tenant's.
        """
        await self._turns.find(caller, conversation_id)
        return self._feed.subscribe(conversation_id, after, early=early)

    async def last_event_id(self, caller: Caller, conversation_id: ConversationId) -> int:
        """The id of the newest event.

        Raises:
            NotFound: unknown, or another tenant's.
        """
        return (await self._turns.find(caller, conversation_id)).events

    async def feedback(self, caller: Caller, conversation_id: ConversationId, score: int, comment: str) -> None:
        """Keep the customer's rating, 1 (bad) to 5 (good).

        Raises:
            NotFound: unknown, or another tenant's.
        """
        row = await self._turns.find(caller, conversation_id)
        async with self._work.open(row.id):
            self._store.add_feedback(
                id=uuid4().hex, conversation_id=row.id, score=score, comment=comment, at=self._services.clock()
            )
            row = await self._turns.find(caller, conversation_id)
            if row.memory.parting.asked:
                self._store.save(Change(replace(row, memory=answered(row.memory))))
            note = Note(row.id, TurnId(""), row.tenant, "note", f"The customer rated the conversation {score} of 5.")
            self._services.gate.finish(row.id, (note,))

    async def name_customer(self, caller: Caller, conversation_id: ConversationId, customer: Customer) -> None:
        """Say whom a conversation is about that was opened for nobody.

        Raises:
            NotFound: unknown, or another tenant's.
            Conflict: it is about somebody by now.
        """
        await self._turns.find(caller, conversation_id)
        async with self._work.open(conversation_id) as unit:
            row = await self._turns.find(caller, conversation_id)
            if row.memory.customer is not None and row.memory.customer.id != customer.id:
                raise Conflict("this conversation is about another customer")
            if row.memory.customer is None:
                self._store.save(Change(replace(row, memory=_about(row.memory, customer))))
                await unit.commit()

    async def close(self, caller: Caller, conversation_id: ConversationId) -> Conversation:
        """End the conversation; what was pending is withdrawn and can be neither confirmed nor approved any more.

        Raises:
            NotFound: unknown, or another tenant's.
            Conflict: it was closed before.
        """
        await self._turns.find(caller, conversation_id)
        async with self._work.open(conversation_id) as unit:
            row = await self._turns.find(caller, conversation_id)
            if row.status is Status.CLOSED:
                raise Conflict("this conversation is closed")
            await self._turns.withdraw_all(row)
            self._store.save(closed(written_down(Change(row), self._services)))
            unit.announce(conversation_id)
            await unit.commit()
            self._services.metrics.conversation_closed(row.channel)
            await self._turns.deliveries.carry_out_of(conversation_id)
        return await self.conversation(caller, conversation_id)


def _about(memory: Memory, customer: Customer) -> Memory:
    """What is under way is begun anew for this customer, whichever of it goes on first."""
    anew = {"customer_id": customer.id, "history": (), "asked": 0, "held": None, "pending": None}
    return replace(memory, customer=customer, cases=tuple(replace(case, **anew) for case in memory.cases))


def _followed(locale: str) -> str:
    try:
        return negotiate(locale, LOCALES)
    except ValueError as error:
        raise BadRequest(f"locale: {locale!r}: {error}") from None


def _screened(origin: Origin) -> Origin:
    """The channel's notes without card numbers and other secrets."""
    shown = {name: screen(each).text if isinstance(each, str) else each for name, each in origin.metadata.items()}
    return replace(origin, metadata=shown)


def _same_customer(found: Conversation, customer: Customer | None) -> Conversation:
    if customer is not None and found.customer is not None and found.customer.id != customer.id:
        raise Conflict("external_id: the open conversation of this id is another customer's")
    return found


def _entitled(messages: tuple[Message, ...], subject: str) -> tuple[Message, ...]:
    """Our messages with their subject, which the conversation keeps for all of them."""
    return tuple(one if one.role == "customer" else replace(one, subject=subject) for one in messages)
