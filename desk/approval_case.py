"""What a supervisor looks at before they decide: what was said, and what else this customer got."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from agents.handoff.desk_words import DeskWords
from agents.wording import Voice
from desk.deeds import made
from desk.queue import DeskDependencies
from domain.approval import Approval, Approvals
from domain.caller import Caller
from domain.conversation import Message
from domain.errors import NotFound
from domain.ids import ConversationId, PendingId
from router.memory.browsing import Search
from router.memory.stored import Stored

MOST_MESSAGES = 12
MOST_CONVERSATIONS = 20


@dataclass(frozen=True, slots=True)
class GivenBefore:
    """Something that was done for the customer, in words; `at` is when its conversation began."""

    conversation_id: ConversationId
    at: datetime
    channel: str
    tool: str
    summary: str


@dataclass(frozen=True, slots=True)
class ApprovalCase:
    """The last words of the conversation, and what was done for the customer in it and before, newest first."""

    messages: tuple[Message, ...]
    given: tuple[GivenBefore, ...]


class ApprovalCases:
    """Reads what lies behind an approval."""

    def __init__(self, approvals: Approvals, given: DeskDependencies) -> None:
        self._approvals = approvals
        self._given = given

    async def look(self, caller: Caller, approval_id: PendingId, language: str = "en") -> ApprovalCase:
        """What was said last, and what the customer got in their last conversations, in the reader's language.

        Raises:
            NotFound: no such approval in the caller's tenant.
        """
        found = [each for each in await self._approvals.list(caller.tenant, None) if each.id == approval_id]
        store = self._given.store
        row = await store.load(found[0].conversation_id) if found else None
        if row is None:
            raise NotFound(f"no approval {approval_id}")
        rows = [row]
        if found[0].customer_id:
            search = Search(customer_id=found[0].customer_id, limit=MOST_CONVERSATIONS)
            others = await store.browse(caller.tenant, search)
            rows += [each for each in others if each.id != row.id][:MOST_CONVERSATIONS]
        given = [each for one in rows for each in await self._done_in(one, language)]
        return ApprovalCase((await store.words(row.id))[-MOST_MESSAGES:], tuple(given))

    def tell(self, approvals: Iterable[Approval], language: str) -> list[Approval]:
        """The same approvals with what they are about, and the rules' reasons, in the reader's language."""
        return [self._told(each, language) for each in approvals]

    def _told(self, approval: Approval, language: str) -> Approval:
        services = self._given.services
        words = DeskWords(services.catalogue, Voice(language, services.currencies[approval.tenant]))
        reasons = tuple(replace(each, message=words.reason(each.message)) for each in approval.reasons)
        summary = words.retold(approval.tool, approval.arguments, approval.summary)
        return replace(approval, summary=summary, reasons=reasons)

    async def _done_in(self, row: Stored, language: str) -> list[GivenBefore]:
        services = self._given.services
        words = DeskWords(services.catalogue, services.desk_voice(row.tenant, row.memory, language))
        return [
            GivenBefore(row.id, row.created_at, row.channel, each.tool, words.proposed(each.tool, each.arguments))
            for each in made(await self._given.store.actions(row.id))
        ]
