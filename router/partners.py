"""What a partner agent that speaks for a customer can have done here, known before anything is asked."""

from agents.procedure import Declined
from agents.specialist import CaseProgress, Finished, Procedure, Saying
from agents.tools_used import find_tools
from domain.calls import CallResult
from router.memory.state import TurnState
from router.services import BoundCaller, Services

TALK = "handoff.talk_to_person"
WAYS_TO_KNOW = ("crm.find_customer", "crm.start_verification", "crm.check_verification")
"""What it takes to find out in a conversation who the customer is."""


def can_work(services: Services, turn: TurnState, procedure: str) -> bool:
    """Whether the partner of this conversation was granted all that a journey proposes; everything without one."""
    found = services.catalogue.procedure(procedure)
    return not turn.memory.partner or found is None or find_tools(found.function) <= _granted(services, turn)


def can_identify(services: Services, turn: TurnState) -> bool:
    """Whether the customer can be asked here who they are; a partner without those tools has to name them itself."""
    return not turn.memory.partner or _granted(services, turn).issuperset(WAYS_TO_KNOW)


def list_possible(services: Services, turn: TurnState) -> list[str]:
    """The titles of all journeys that the partner can have done."""
    catalogue, voice = services.catalogue, services.voice(turn)
    names = [name for each in catalogue.specialists.values() for name in each.procedures if name != TALK]
    return [catalogue.title(name, voice) for name in names if can_work(services, turn, name)]


def needs_customer(turn: TurnState, procedure: Procedure) -> bool:
    """Whether nothing of a journey can be done for nobody: whatever a partner has looked up, a customer agreed to."""
    return not procedure.open_to_strangers or bool(turn.memory.partner and find_tools(procedure.function))


async def foresee_refusal(
    services: Services, turn: TurnState, procedure: Procedure, caller: BoundCaller
) -> CaseProgress | None:
    """How a journey ends that a partner may not have done, before its first step; None where it may begin."""
    case = turn.memory.current
    if not turn.memory.partner or case is None or case.history or case.asked:
        return None
    refusal = await caller.foresee(sorted(find_tools(procedure.function)))
    if refusal is None:
        return None
    return _ended(services, turn, refusal)


def _ended(services: Services, turn: TurnState, refusal: CallResult) -> CaseProgress:
    case = turn.memory.current
    assert case is not None
    topics = list_possible(services, turn)
    reply = "not_granted" if topics else "refused"
    end = Declined(reply, message=refusal.decision.rationale)
    said = Saying(reply, {"topics": topics} if topics else {}, "")
    return CaseProgress(case, (said,), (refusal,), Finished(end))


def _granted(services: Services, turn: TurnState) -> frozenset[str]:
    return frozenset(services.partners.tools_of(turn.tenant, turn.memory.partner))
