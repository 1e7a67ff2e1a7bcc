"""A customer's earlier conversations with us, and what came of each, for whoever has one of theirs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from desk.deeds import made
from desk.queue import Desk, DeskDependencies, context_for
from domain.caller import Caller
from domain.calls import ToolCall
from domain.conversation import Message, Status
from domain.decision import Effect
from domain.errors import BadRequest, NotFound, NotPermitted
from domain.ids import CallId, ConversationId, TurnId
from domain.record import Note
from router.memory.browsing import Cursor, Search
from router.memory.contact import ContactStatus, known_as
from router.memory.standing import describe
from router.memory.stored import Stored

TOOL = "crm.list_interactions"
"""Whoever may read what the CRM noted of a customer's contacts may read the contacts themselves."""
PAGE = 10
NO_PLACE = "after: take it from `next` of the page before"


@dataclass(frozen=True, slots=True)
class EarlierConversation:
    """One conversation: what it was about, how it stands, and what was done in it, in the reader's language.

    `disposition` and `note` are what a person wrote down at its end, `score` is whether it helped (1 to 5; None where
    the customer did not say).
    """

    conversation_id: ConversationId
    opened_at: datetime
    last_at: datetime
    channel: str
    status: Status
    about: str
    standing: ContactStatus
    disposition: str
    note: str
    done: tuple[str, ...]
    score: int | None


@dataclass(frozen=True, slots=True)
class EarlierPage:
    """The newest first; `next` asks for those before. `problem` says why there are none to see."""

    items: tuple[EarlierConversation, ...] = ()
    next: str = ""
    problem: str = ""


class EarlierDesk:
    """Reads our own conversations with the customer of a claimed one. Policy decides, and each look is on record."""

    def __init__(self, desk: Desk, given: DeskDependencies) -> None:
        self._desk = desk
        self._given = given

    async def list(
        self, caller: Caller, conversation_id: ConversationId, after: str = "", language: str = "en"
    ) -> EarlierPage:
        """A page of the customer's other conversations; empty where it is not sure enough who the customer is.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
            BadRequest: `after` is no place of such a list.
        """
        async with self._given.work.open(conversation_id):
            row = await self._desk.find_claimed(caller, conversation_id)
            customer = known_as(row.memory.customer)
            if not customer:
                return EarlierPage()
            refused = await self._refused(caller, row, "looked at the customer's earlier conversations", language)
        if refused:
            return EarlierPage(problem=refused)
        before = await self._place(caller, customer, after) if after else None
        search = Search(known_as=customer, before=before, limit=PAGE + 1)
        found = [each for each in await self._given.store.browse(caller.tenant, search) if each.id != row.id]
        page = found[:PAGE]
        items = tuple([await self._tell(each, language) for each in page])
        return EarlierPage(items, page[-1].id if len(found) > len(page) else "")

    async def read(
        self, caller: Caller, conversation_id: ConversationId, wanted: ConversationId, language: str = "en"
    ) -> tuple[Message, ...]:
        """What was said in one of them.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people; or the wanted one is not this customer's.
            Conflict: the caller has not claimed it.
            NotPermitted: policy does not let the caller read it.
        """
        async with self._given.work.open(conversation_id):
            row = await self._desk.find_claimed(caller, conversation_id)
            await self._own(caller, known_as(row.memory.customer), wanted)
            refused = await self._refused(caller, row, f"read the customer's earlier conversation {wanted}", language)
        if refused:
            raise NotPermitted(refused)
        return await self._given.store.words(wanted)

    async def _refused(self, caller: Caller, row: Stored, act: str, language: str) -> str:
        """Why policy does not let the caller look; empty where it does, and then the look is on record."""
        gate, customer = self._given.services.gate, known_as(row.memory.customer)
        call = ToolCall(CallId(f"desk/{uuid4().hex}"), TOOL, {"customer_id": customer})
        decision = await gate.consider(context_for(row, caller), call)
        allowed = decision.effect is Effect.ALLOW
        note = Note(row.id, TurnId(""), caller.tenant, "note", f"Representative {caller.subject} {act}.")
        gate.finish(row.id, (note,) if allowed else ())
        return "" if allowed else self._desk.words(row, language).refusal(decision)

    async def _own(self, caller: Caller, customer: str, wanted: ConversationId) -> Stored:
        row = await self._given.store.load(wanted)
        if row is None or row.tenant != caller.tenant or not customer or known_as(row.memory.customer) != customer:
            raise NotFound(f"no conversation {wanted} of this customer")
        return row

    async def _place(self, caller: Caller, customer: str, after: str) -> Cursor:
        try:
            row = await self._own(caller, customer, ConversationId(after))
        except NotFound as error:
            raise BadRequest(NO_PLACE) from error
        return Cursor(row.created_at, row.id)

    async def _tell(self, row: Stored, language: str) -> EarlierConversation:
        store, words = self._given.store, self._desk.words(row, language)
        subject, standing = describe(row.memory, row.status)
        handoff = await store.handoff(row.id)
        end: dict[str, Any] = handoff.packet.get("end") or {} if handoff and handoff.state == "resolved" else {}
        done = tuple(words.proposed(each.tool, each.arguments) for each in made(await store.actions(row.id)))
        return EarlierConversation(
            conversation_id=row.id,
            opened_at=row.created_at,
            last_at=row.last_at or row.created_at,
            channel=row.channel,
            status=row.status,
            about=words.title(subject),
            standing=standing,
            disposition=str(end.get("disposition", "")),
            note=str(end.get("note", "")),
            done=done,
            score=await store.score(row.id),
        )
