"""The desk's HTTP routes for its lists: pages of summaries, live events, packets, what was looked at."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import ConfigDict, Field, model_validator

from desk.api import ANYTHING, DeskRequest, DeskResponse, QueueItemBody, QueueReader, ReaderLanguage, Worker
from desk.bulk import MOST as MOST_AT_ONCE
from desk.bulk import ActName, BulkAct, BulkActs, BulkOutcome
from desk.cases import CasePage, CaseSearch, Sort, View
from desk.feed import stream
from desk.labels import Labels
from desk.lists import DeskLists
from desk.missed_targets import MissedTargets, TargetStanding
from desk.queue import QueueItem
from desk.ratings import CustomerRating, CustomerRatings
from desk.targets import TargetState
from domain.ids import ConversationId

MOST = 200
"""A page has at most so many conversations."""
_NAME = r"^[A-Za-z0-9_-]*$"
_EVENTS = {200: {"description": "The events", "content": {"text/event-stream": {"schema": {"type": "string"}}}}}


class CaseBody(DeskResponse):
    """A conversation in a list, without its packet. `unread` counts what whoever has it has not looked at.

    `answer_by` is how a customer who did not stay is answered besides. From `near_at` on what waits is near the target
    of its queue, from `due_at` on over it; null where there is none.
    """

    conversation_id: str
    queue: str
    priority: str
    reason: str
    waiting_since: datetime
    state: Literal["queued", "claimed"]
    claimed_by: str
    name: str
    claimed_at: datetime | None
    customer_id: str
    customer_name: str
    channel: str
    locale: str
    last_at: datetime | None
    said: int
    told: int
    unread: int
    labels: list[str]
    answer_by: Literal["", "email", "sms"]
    near_at: datetime | None
    due_at: datetime | None


class CasesBody(DeskResponse):
    """A page, how many there are in all, and what to ask for as `after` to get the next; empty after the last."""

    items: list[CaseBody]
    total: int
    next: str


class TargetBody(DeskResponse):
    """A queue, or `urgent`, and its target; `missed` counts those that nobody took in time within a day."""

    name: str
    minutes: int | None
    waiting: int
    near: int
    over: int
    missed: int


class TargetsBody(DeskResponse):
    """Every queue, `urgent` first where it has a target of its own."""

    items: list[TargetBody]


class RatingBody(DeskResponse):
    """A customer's rating, 1 (bad) to 5 (good), with their words, which may be empty; `closed_by` closed it."""

    conversation_id: str
    customer_name: str
    score: int
    comment: str
    at: datetime
    closed_by: str


class RatingsBody(DeskResponse):
    """The last fifty, newest first."""

    items: list[RatingBody]


class SeenBody(DeskRequest):
    """How many of the conversation's messages you have looked at."""

    messages: int = Field(ge=0, le=1_000_000, examples=[12])


class LabelsBody(DeskRequest):
    """All labels that the conversation has, of those that the company lists."""

    labels: list[Annotated[str, Field(max_length=40)]] = Field(max_length=50, examples=[["billing error"]])


class BulkBody(DeskRequest):
    """One act and the conversations that it is for. Sent again, it does nothing a second time."""

    conversations: list[Annotated[str, Field(min_length=1, max_length=40)]] = Field(
        min_length=1, max_length=MOST_AT_ONCE, examples=[["CV-0123456789abcdef"]]
    )
    act: ActName = Field(examples=["transfer"])
    label: str = Field(default="", max_length=40, pattern=ANYTHING, description="`label`: one that is added")
    queue: str = Field(default="", max_length=30, pattern=ANYTHING, description="`transfer`: either a queue")
    person: str = Field(default="", max_length=120, pattern=ANYTHING, description="`transfer`: or a colleague")
    to: Literal["assistant", "queue"] = Field(default="queue", description="`release`")
    disposition: str = Field(default="", max_length=100, pattern=ANYTHING, description="`resolve`: what it came to")
    note: str = Field(default="", max_length=4000, pattern=ANYTHING, description="`transfer` and `resolve`")

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.act == "label" and not self.label:
            raise ValueError("label: say which one is added")
        if self.act == "transfer" and bool(self.queue) == bool(self.person):
            raise ValueError("transfer: give either a queue or a person")
        if self.act == "resolve" and not self.disposition.strip():
            raise ValueError("disposition: say what they came to")
        return self


class BulkOutcomeBody(DeskResponse):
    """What became of one conversation; `already` that it stood so before, `reason` why it was refused."""

    conversation_id: str
    outcome: Literal["done", "already", "refused"]
    reason: str


class BulkOutcomesBody(DeskResponse):
    """Each conversation that was named, in that order."""

    items: list[BulkOutcomeBody]


class CaseQuery(DeskRequest):
    """What is listed; what is empty excludes nothing."""

    model_config = ConfigDict(extra="forbid", strict=False)

    view: View = "waiting"
    queue: str = Field(default="", max_length=30, pattern=_NAME)
    priority: str = Field(default="", max_length=10, pattern=_NAME)
    reason: str = Field(default="", max_length=40, pattern=_NAME)
    label: str = Field(default="", max_length=40, description="one of the company's labels")
    text: str = Field(
        default="", max_length=80, description="part of a customer's name or number, or of a conversation's id"
    )
    sort: Sort = "priority"
    target: TargetState = Field(default="", description="`near` or `over` the target of its queue")
    after: str = Field(default="", max_length=200)
    limit: int = Field(default=50, ge=1, le=MOST)


@dataclass(frozen=True, slots=True)
class DeskFigures:
    """Where the desk's figures come from: what was taken too late, and what customers said."""

    missed: MissedTargets
    ratings: CustomerRatings


class ListDoor:
    """The endpoints under `/v1/desk` about lists."""

    def __init__(self, lists: DeskLists, labels: Labels, bulk: BulkActs, figures: DeskFigures) -> None:
        self._missed = figures.missed
        self._ratings = figures.ratings
        self._lists = lists
        self._labels = labels
        self._bulk = bulk

    async def act_on_many(self, body: BulkBody, caller: Worker) -> dict[str, list[BulkOutcome]]:
        """Label, transfer, release or resolve up to fifty conversations, each as if it were the only one."""
        given = body.model_dump(exclude={"conversations"})
        wanted = BulkAct(**{name: value.strip() for name, value in given.items()})
        return {"items": await self._bulk.act(caller, [ConversationId(each) for each in body.conversations], wanted)}

    async def cases(self, query: Annotated[CaseQuery, Query()], caller: QueueReader) -> CasePage:
        """A page of those who wait, of your own conversations, or, for supervisors, of what colleagues have."""
        return await self._lists.page(caller, replace(CaseSearch(), **query.model_dump()))

    async def targets(self, caller: QueueReader) -> dict[str, list[TargetStanding]]:
        """How each queue stands to its target (`desk.targets` of the company): what waits, what is near, what is over.

        Minutes are of opening time, from the handover on.
        """
        return {"items": await self._missed.standings(caller)}

    async def ratings(self, caller: QueueReader) -> dict[str, list[CustomerRating]]:
        """Whether it helped, as customers said after you closed their conversation; supervisors see all."""
        return {"items": await self._ratings.list(caller)}

    async def events(self, caller: Worker) -> StreamingResponse:
        """What changes at your desk, as server-sent events; the stream stays open.

        `refresh`: read the lists again (always the first). `case`: a conversation as it stands now, `view` says in
        which list (`waiting`, `mine`, `others`, or `gone` from all), `raised` that it became more urgent. `typing`: a
        customer of yours types. `approvals`: how many calls wait for a supervisor. `presence`: who is there changed.
        `targets`: a conversation went over the target of its queue.
        """
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream(self._lists.listen(caller)), media_type="text/event-stream", headers=headers)

    async def packet(self, conversation_id: str, caller: Worker, language: ReaderLanguage) -> QueueItem:
        """A conversation with its context packet, as it was when it came to people.

        Its sentences are in the language of `Accept-Language` where that is one of ours, else in English.
        """
        return await self._lists.packet(caller, ConversationId(conversation_id), language)

    async def label(self, conversation_id: str, body: LabelsBody, caller: Worker) -> dict[str, list[str]]:
        """Give a conversation that is yours, or waits, these labels and no others."""
        return {"labels": await self._labels.put(caller, ConversationId(conversation_id), body.labels)}

    async def see(self, conversation_id: str, body: SeenBody, caller: Worker) -> Response:
        """Say how far you have read, for your unread marks; customers are told by `/v1/conversations/{id}/read`."""
        await self._lists.see(caller, ConversationId(conversation_id), body.messages)
        return Response(status_code=204)


def build_list_router(lists: DeskLists, labels: Labels, bulk: BulkActs, figures: DeskFigures) -> APIRouter:
    """The routes; whoever serves them puts the authenticated caller into `request.state.caller`."""
    door, router = ListDoor(lists, labels, bulk, figures), APIRouter(prefix="/v1/desk", tags=["desk"])
    router.add_api_route("/ratings", door.ratings, methods=["GET"], response_model=RatingsBody)
    router.add_api_route("/targets", door.targets, methods=["GET"], response_model=TargetsBody)
    router.add_api_route("/cases", door.cases, methods=["GET"], response_model=CasesBody)
    router.add_api_route("/bulk", door.act_on_many, methods=["POST"], response_model=BulkOutcomesBody)
    router.add_api_route(
        "/events", door.events, methods=["GET"], response_class=StreamingResponse, responses={**_EVENTS}
    )
    router.add_api_route("/{conversation_id}/packet", door.packet, methods=["GET"], response_model=QueueItemBody)
    router.add_api_route("/{conversation_id}/labels", door.label, methods=["PUT"], response_model=LabelsBody)
    router.add_api_route(
        "/{conversation_id}/seen", door.see, methods=["POST"], status_code=204, response_class=Response
    )
    return router
