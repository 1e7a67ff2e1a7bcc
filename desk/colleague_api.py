"""The desk's HTTP routes about people: who is here, transfers, notes, watching."""

from datetime import datetime
from typing import Literal, Self

from fastapi import APIRouter
from pydantic import Field, model_validator

from desk.api import (
    ANYTHING,
    AnswerModels,
    Approver,
    DeskRequest,
    DeskResponse,
    Present,
    PresentBody,
    QueueReader,
    Worker,
)
from desk.assignment import WorkAssignment
from desk.colleagues import Colleague, Colleagues, Transfers
from desk.notes import DeskNote
from desk.queue import Presence
from domain.conversation import Conversation
from domain.ids import ConversationId

_WORDS = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"


class ColleagueBody(DeskResponse):
    """Somebody of the desk: `here` says that they were heard within three minutes and are not away.

    `capacity` is how many conversations they take at once; 0 where there is no limit.
    """

    subject: str
    name: str
    status: Literal["available", "busy", "away"]
    here: bool
    seen_at: datetime
    conversations: int
    capacity: int


class NextBody(DeskResponse):
    """The conversation that is yours now; empty where nobody waits whom you could take."""

    conversation_id: str


class ColleaguesBody(DeskResponse):
    """Everybody who was ever on duty, who is here first."""

    items: list[ColleagueBody]


class TransferBody(DeskRequest):
    """Where a conversation goes: either a queue or a person (their `subject`), with a note for whoever gets it."""

    queue: str = Field(default="", max_length=30, pattern=ANYTHING, examples=["billing"])
    person: str = Field(default="", max_length=120, pattern=ANYTHING)
    note: str = Field(default="", max_length=4000, pattern=ANYTHING, examples=["Wants the fee back, see bill 3014."])

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if bool(self.queue) == bool(self.person):
            raise ValueError("give either a queue or a person")
        return self


class AssignBody(DeskRequest):
    """Who gets the conversation (their `subject`), with a note for them."""

    person: str = Field(min_length=1, max_length=120, pattern=_WORDS)
    note: str = Field(default="", max_length=4000, pattern=ANYTHING)


class WriteNote(DeskRequest):
    """A note to colleagues; no customer sees it."""

    text: str = Field(min_length=1, max_length=4000, pattern=_WORDS, examples=["Offer the free technician."])


class NoteBody(DeskResponse):
    """A note. `name` is what customers call its author; a whisper is for whoever is named and for supervisors."""

    id: str
    kind: Literal["note", "whisper", "transfer"]
    author: str
    name: str
    addressed_to: str
    text: str
    at: datetime


class NotesBody(DeskResponse):
    """The notes that you may see, oldest first."""

    items: list[NoteBody]


class ColleagueDoor:
    """The endpoints under `/v1/desk` about people."""

    def __init__(self, colleagues: Colleagues, transfers: Transfers, assignment: WorkAssignment) -> None:
        self._colleagues = colleagues
        self._transfers = transfers
        self._assignment = assignment

    async def present(self, body: Present, caller: Worker) -> Presence:
        """Say whether you are on duty. Customers who wait are told when nobody is."""
        return await self._colleagues.present(caller, body.status, body.name.strip())

    async def take_next(self, caller: Worker) -> dict[str, str]:
        """Claim the most urgent conversation that is for you: of your queues, in your languages, within your capacity.

        What somebody takes stands in the company's folder (`desk.people`); urgent ones are for every queue.
        """
        return {"conversation_id": await self._assignment.take_next(caller) or ""}

    async def people(self, caller: QueueReader) -> dict[str, list[Colleague]]:
        """Who is at the desk, and how many conversations they have."""
        return {"items": await self._colleagues.list(caller.tenant)}

    async def transfer(self, conversation_id: str, body: TransferBody, caller: Worker) -> Conversation:
        """Give a conversation of yours to a queue or to somebody who is here; the customer is told who has it."""
        name, note = ConversationId(conversation_id), body.note.strip()
        if body.queue:
            return await self._transfers.to_queue(caller, name, body.queue, note)
        return await self._transfers.to_person(caller, name, body.person, note)

    async def assign(self, conversation_id: str, body: AssignBody, caller: Approver) -> Conversation:
        """Give any conversation, also one that waits, to somebody who is here."""
        note = body.note.strip()
        return await self._transfers.to_person(caller, ConversationId(conversation_id), body.person, note)

    async def notes(self, conversation_id: str, caller: Worker) -> dict[str, list[DeskNote]]:
        """What colleagues wrote about a conversation."""
        return {"items": await self._transfers.notes(caller, ConversationId(conversation_id))}

    async def write_note(self, conversation_id: str, body: WriteNote, caller: Worker) -> dict[str, list[DeskNote]]:
        """Write a note about a conversation of yours; a supervisor's is a whisper to whoever has it."""
        return {"items": await self._transfers.write_note(caller, ConversationId(conversation_id), body.text)}

    async def watch(self, conversation_id: str, caller: Approver) -> Conversation:
        """Everything said and done in a conversation that somebody else has, or that waits."""
        return await self._transfers.watch(caller, ConversationId(conversation_id))


def build_colleague_router(
    colleagues: Colleagues, transfers: Transfers, assignment: WorkAssignment, answers: AnswerModels
) -> APIRouter:
    """The routes; whoever serves them puts the authenticated caller into `request.state.caller`."""
    door, router = ColleagueDoor(colleagues, transfers, assignment), APIRouter(prefix="/v1/desk", tags=["desk"])
    router.add_api_route("/next", door.take_next, methods=["POST"], response_model=NextBody)
    router.add_api_route("/presence", door.present, methods=["PUT"], response_model=PresentBody)
    router.add_api_route("/presence", door.people, methods=["GET"], response_model=ColleaguesBody)
    one = "/{conversation_id}"
    for path, endpoint in (("transfer", door.transfer), ("assign", door.assign)):
        router.add_api_route(f"{one}/{path}", endpoint, methods=["POST"], response_model=answers.conversation)
    router.add_api_route(f"{one}/watch", door.watch, methods=["GET"], response_model=answers.conversation)
    router.add_api_route(f"{one}/notes", door.notes, methods=["GET"], response_model=NotesBody)
    router.add_api_route(f"{one}/notes", door.write_note, methods=["POST"], response_model=NotesBody)
    return router
