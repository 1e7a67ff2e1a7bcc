"""Who is given which conversation: what somebody takes, and the next one for them."""

from collections.abc import Mapping
from dataclasses import dataclass

from desk.cases import CaseList, CaseSearch, CaseSummary
from desk.queue import Desk
from domain.caller import Caller
from domain.errors import Conflict, NotFound
from domain.ids import ConversationId, TenantId

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Skills:
    """What somebody takes: of which queues, in which languages, how many at once. What is empty or 0 has no limit."""

    queues: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    capacity: int = 0

    def fit(self, case: CaseSummary) -> bool:
        """Whether a conversation is for them; what is urgent is for everybody who speaks its language."""
        spoken = not self.languages or case.locale[:2] in self.languages
        return spoken and (case.priority == "urgent" or not self.queues or case.queue in self.queues)

    def is_full(self, having: int) -> bool:
        """Whether they have as many as they take."""
        return 0 < self.capacity <= having


@dataclass(frozen=True, slots=True)
class Staff:
    """What each person of each tenant takes, by their `subject`; who is not named takes everything."""

    people: Mapping[TenantId, Mapping[str, Skills]]

    def skills(self, tenant: TenantId, subject: str) -> Skills:
        """What somebody takes."""
        return self.people.get(tenant, {}).get(subject, Skills())


class WorkAssignment:
    """Gives whoever asks the most urgent conversation that is for them."""

    def __init__(self, desk: Desk, cases: CaseList, staff: Staff) -> None:
        self._desk = desk
        self._cases = cases
        self._staff = staff

    async def take_next(self, caller: Caller) -> ConversationId | None:
        """Claim the next one for the caller, in the queue's order; None where nobody waits whom they could take.

        Raises:
            Conflict: they have as many as they take at once.
        """
        skills = self._staff.skills(caller.tenant, caller.subject)
        having = (await self._cases.page(caller, CaseSearch("mine", limit=1))).total
        if skills.is_full(having):
            raise Conflict(f"you have {having} conversations, as many as you take at once; end or transfer one first")
        page = await self._cases.page(caller, CaseSearch(limit=_PAGE))
        while True:
            for case in filter(skills.fit, page.items):
                if await self._claimed(caller, case.conversation_id):
                    return case.conversation_id
            if not page.next:
                return None
            page = await self._cases.page(caller, CaseSearch(limit=_PAGE, after=page.next))

    async def _claimed(self, caller: Caller, conversation_id: ConversationId) -> bool:
        """Whether it is the caller's now: somebody may have been faster, or the customer may have left."""
        try:
            await self._desk.claim(caller, conversation_id)
        except (Conflict, NotFound):
            return False
        return True
