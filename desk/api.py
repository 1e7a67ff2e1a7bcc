"""The desk's HTTP routes: the queue for representatives, approvals for supervisors."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Request
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from desk.approval_case import ApprovalCase, ApprovalCases
from desk.approvals import ApprovalDesk
from desk.proposals import ProposalDesk
from desk.queue import Desk, QueueItem
from domain.approval import Approval, ApprovalStatus
from domain.caller import Caller, Role
from domain.conversation import LOCALES, Conversation, Message
from domain.errors import NotAuthenticated, NotPermitted
from domain.ids import ConversationId, PendingId
from domain.suggestion import Suggestion, SuggestionStatus

WORK = frozenset({Role.REPRESENTATIVE, Role.SUPERVISOR})
SEE_QUEUE = WORK | {Role.AUDITOR}
APPROVE = frozenset({Role.SUPERVISOR})
SEE_APPROVALS = APPROVE | {Role.AUDITOR}
_WORDS = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
ANYTHING = r"^[^\u0000]*$"
_bearer = HTTPBearer(scheme_name="bearer", auto_error=False)


def _permit(roles: frozenset[Role]) -> Callable[..., Awaitable[Caller]]:
    async def check(request: Request, _documented: Annotated[object, Depends(_bearer)] = None) -> Caller:
        caller = getattr(request.state, "caller", None)
        if not isinstance(caller, Caller):
            raise NotAuthenticated("Send a token as 'Authorization: Bearer …'.")
        if caller.role not in roles:
            raise NotPermitted(f"The role '{caller.role}' may not do this.")
        return caller

    return check


def _reader_language(
    accept_language: Annotated[str, Header(max_length=400, examples=["de-AT, en;q=0.5"])] = "",
) -> str:
    """The language that the reader prefers of those that we have; English where they name none."""
    wanted: list[tuple[float, str]] = []
    for named in accept_language.split(",")[:20]:
        tag, _, weight = named.partition(";")
        quality = re.fullmatch(r"\s*q=(0(?:\.\d{1,3})?|1(?:\.0{1,3})?)\s*", weight)
        wanted.append((float(quality[1]) if quality else 1.0, tag.strip().partition("-")[0].lower()))
    spoken = [language for quality, language in sorted(wanted, key=lambda each: -each[0]) if quality > 0]
    return next((language for language in spoken if language in LOCALES), "en")


ReaderLanguage = Annotated[str, Depends(_reader_language)]
Worker = Annotated[Caller, Depends(_permit(WORK))]
QueueReader = Annotated[Caller, Depends(_permit(SEE_QUEUE))]
Approver = Annotated[Caller, Depends(_permit(APPROVE))]
ApprovalReader = Annotated[Caller, Depends(_permit(SEE_APPROVALS))]


class DeskRequest(BaseModel):
    """A request: every field is known and of exactly its type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ClaimBody(DeskRequest):
    """Take a conversation out of the queue; there is nothing to say."""


class SayBody(DeskRequest):
    """A representative's words to the customer."""

    text: str = Field(
        min_length=1, max_length=16_000, pattern=_WORDS, examples=["Hello, this is Dana. I have your case."]
    )
    attachments: list[Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9-]+$")]] = Field(
        default_factory=list[str],
        max_length=5,
        description="Files that you uploaded to `/v1/conversations/{id}/attachments` before, by their ids.",
    )


class Release(DeskRequest):
    """Give the conversation back."""

    to: Literal["assistant", "queue"]


class Resolve(DeskRequest):
    """Close the case with what it came to."""

    disposition: str = Field(min_length=1, max_length=100, pattern=_WORDS, examples=["refunded"])
    note: str = Field(default="", max_length=4000, pattern=ANYTHING)


class Decide(DeskRequest):
    """A supervisor's answer to exactly one pending call."""

    decision: Literal["approve", "reject"]
    reason: str = Field(
        default="", max_length=2000, pattern=ANYTHING, examples=["The duplicate capture is visible in the ledger."]
    )


class Present(DeskRequest):
    """Whether you are on duty. Say it again at least every three minutes: who is silent for longer counts as gone."""

    status: Literal["available", "busy", "away"]
    name: str = Field(
        default="",
        max_length=120,
        pattern=ANYTHING,
        examples=["Dana"],
        description="What customers are told when you claim their conversation; empty leaves it as it was.",
    )


class Settle(DeskRequest):
    """A representative's answer to one suggested call."""

    decision: Literal["accept", "dismiss"]


class DeskResponse(BaseModel):
    """An answer, made from the domain's own types."""

    model_config = ConfigDict(from_attributes=True)


class QueueItemBody(DeskResponse):
    """A conversation that waits for a person, with the context packet."""

    conversation_id: str
    queue: str
    priority: str
    reason: str
    waiting_since: datetime
    packet: dict[str, Any]


class QueueBody(DeskResponse):
    """The tenant's queue: the most urgent first, then the longest waiting."""

    items: list[QueueItemBody]


class PresentBody(DeskResponse):
    """Whether you are on duty, and the name that customers are told."""

    status: Literal["available", "busy", "away"]
    name: str


class ProposalBody(DeskResponse):
    """One exact call that the assistant suggests; accepted, it is made in the representative's name."""

    id: str
    tool: str
    arguments: dict[str, Any]
    summary: str
    status: SuggestionStatus
    proposed_at: datetime
    expires_at: datetime
    decided_by: str


class ProposalsBody(DeskResponse):
    """A conversation's suggested calls, oldest first."""

    items: list[ProposalBody]


class ReasonBody(DeskResponse):
    """One rule that spoke."""

    rule: str
    message: str


class ApprovalBody(DeskResponse):
    """What a supervisor sees is exactly what will execute."""

    id: str
    conversation_id: str
    customer_id: str
    tool: str
    arguments: dict[str, Any]
    summary: str
    reasons: list[ReasonBody]
    status: ApprovalStatus
    requested_at: datetime
    expires_at: datetime
    decided_by: str
    approvals_needed: int
    approved_by: list[str]


class ApprovalsBody(DeskResponse):
    """The tenant's approvals, oldest first."""

    items: list[ApprovalBody]


class SaidBody(DeskResponse):
    """Words that were said."""

    role: Literal["customer", "assistant", "representative", "system"]
    text: str
    at: datetime


class GivenBeforeBody(DeskResponse):
    """Something that was done for the customer; `at` is when its conversation began."""

    conversation_id: str
    at: datetime
    channel: str
    tool: str
    summary: str


class ApprovalCaseBody(DeskResponse):
    """The last words of the conversation, and what was done for the customer in it and in those before."""

    messages: list[SaidBody]
    given: list[GivenBeforeBody]


@dataclass(frozen=True, slots=True)
class AnswerModels:
    """The wire forms of a conversation and of a message, as the channels define them."""

    conversation: type[BaseModel]
    message: type[BaseModel]


class QueueDoor:
    """The endpoints under `/v1/desk`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def queue(self, caller: QueueReader) -> dict[str, list[QueueItem]]:
        """Who waits for a person, with everything needed to help at once."""
        return {"items": await self._desk.queue(caller)}

    async def claimed(self, caller: QueueReader) -> dict[str, list[QueueItem]]:
        """The conversations that you have claimed and not given back yet."""
        return {"items": await self._desk.claimed(caller)}

    async def read(self, conversation_id: str, caller: Worker, language: ReaderLanguage) -> Conversation:
        """Everything said and done so far in a conversation that you claimed."""
        return await self._desk.read(caller, ConversationId(conversation_id), language)

    async def claim(self, conversation_id: str, caller: Worker, _body: ClaimBody | None = None) -> Conversation:
        """Take a waiting conversation; of two who try at once one gets it, the other a 409."""
        return await self._desk.claim(caller, ConversationId(conversation_id))

    async def say(self, conversation_id: str, body: SayBody, caller: Worker) -> Message:
        """Say something to the customer of a conversation that you claimed."""
        return await self._desk.say(caller, ConversationId(conversation_id), body.text, body.attachments)

    async def release(self, conversation_id: str, body: Release, caller: Worker) -> Conversation:
        """Give a conversation back to the assistant, or to the queue for a colleague."""
        return await self._desk.release(caller, ConversationId(conversation_id), body.to)

    async def resolve(self, conversation_id: str, body: Resolve, caller: Worker) -> Conversation:
        """Close the case with what it came to."""
        return await self._desk.resolve(caller, ConversationId(conversation_id), body.disposition, body.note)


class ProposalDoor:
    """The endpoints under `/v1/desk/{conversation_id}/proposals`."""

    def __init__(self, proposals: ProposalDesk) -> None:
        self._proposals = proposals

    async def list(self, conversation_id: str, caller: QueueReader) -> dict[str, list[Suggestion]]:
        """What the assistant would do and may not, with what became of it."""
        return {"items": await self._proposals.list(caller, ConversationId(conversation_id))}

    async def settle(self, conversation_id: str, proposal_id: str, body: Settle, caller: Worker) -> Conversation:
        """Accept or dismiss one suggested call of a conversation that you claimed.

        An accepted call goes through every check in your name: where it needs the customer's yes or a code, the
        customer is asked here; where it needs a supervisor, it waits for approval.
        """
        ids, accept = (ConversationId(conversation_id), PendingId(proposal_id)), body.decision == "accept"
        return await self._proposals.settle(caller, *ids, accept=accept)


class ApprovalDoor:
    """The endpoints under `/v1/approvals`."""

    def __init__(self, approvals: ApprovalDesk, cases: ApprovalCases) -> None:
        self._approvals = approvals
        self._cases = cases

    async def case(self, approval_id: str, caller: ApprovalReader, language: ReaderLanguage) -> ApprovalCase:
        """What was said in its conversation, and what else this customer got, in the language of `Accept-Language`."""
        return await self._cases.look(caller, PendingId(approval_id), language)

    async def list(
        self, caller: ApprovalReader, language: ReaderLanguage, status: ApprovalStatus | None = None
    ) -> dict[str, list[Approval]]:
        """The calls that wait for a supervisor, or those in another state; and why, in `Accept-Language`."""
        return {"items": self._cases.tell(await self._approvals.list(caller, status), language)}

    async def decide(self, approval_id: str, body: Decide, caller: Approver) -> Approval:
        """Approve or reject one pending call, once; the conversation goes on with your answer.

        Where two supervisors are needed, it stays pending until the second approves; one rejection is enough.
        """
        approve = body.decision == "approve"
        return await self._approvals.decide(caller, PendingId(approval_id), approve=approve, reason=body.reason)


def build_router(desk: Desk, proposals: ProposalDesk, approvals: ApprovalDoor, answers: AnswerModels) -> APIRouter:
    """The desk's routes; whoever serves them puts the authenticated caller into `request.state.caller`."""
    router = APIRouter(prefix="/v1")
    _add_queue(router, QueueDoor(desk), answers)
    _add_proposals(router, ProposalDoor(proposals), answers)
    path, tags = "/approvals", ["approvals"]
    router.add_api_route(path, approvals.list, methods=["GET"], response_model=ApprovalsBody, tags=[*tags])
    case = path + "/{approval_id}/case"
    router.add_api_route(case, approvals.case, methods=["GET"], response_model=ApprovalCaseBody, tags=[*tags])
    router.add_api_route(
        path + "/{approval_id}", approvals.decide, methods=["POST"], response_model=ApprovalBody, tags=[*tags]
    )
    return router


def _add_proposals(router: APIRouter, door: ProposalDoor, answers: AnswerModels) -> None:
    path = "/desk/{conversation_id}/proposals"
    router.add_api_route(path, door.list, methods=["GET"], response_model=ProposalsBody, tags=["desk"])
    one = path + "/{proposal_id}"
    router.add_api_route(one, door.settle, methods=["POST"], response_model=answers.conversation, tags=["desk"])


def _add_queue(router: APIRouter, door: QueueDoor, answers: AnswerModels) -> None:
    router.add_api_route("/desk/queue", door.queue, methods=["GET"], response_model=QueueBody, tags=["desk"])
    router.add_api_route("/desk/claimed", door.claimed, methods=["GET"], response_model=QueueBody, tags=["desk"])
    one = "/desk/{conversation_id}"
    router.add_api_route(one, door.read, methods=["GET"], response_model=answers.conversation, tags=["desk"])
    for path, endpoint, answer in (
        ("claim", door.claim, answers.conversation),
        ("messages", door.say, answers.message),
        ("release", door.release, answers.conversation),
        ("resolve", door.resolve, answers.conversation),
    ):
        router.add_api_route(
            f"/desk/{{conversation_id}}/{path}", endpoint, methods=["POST"], response_model=answer, tags=["desk"]
        )
