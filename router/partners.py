"""What a partner agent that speaks for a customer can have done here, known before anything is asked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from agents.procedure import Case, Declined
from agents.specialist import CaseProgress, Finished, Held, Procedure, Saying
from agents.tools_used import find_tools
from domain.calls import CallResult, Pending, ToolCall
from domain.ids import CallId, PendingId
from router.memory.state import TurnState
from router.services import BoundCaller, Services

TALK = "handoff.talk_to_person"
CONSENT = "agents/delegated_consent"
"""The rule that a partner acts only with the customer's permission."""
PAUSE = "agents/consent_pause"
"""The rule that what the customer has just said no to is not asked for again at once."""

PATIENCE = timedelta(days=7)
"""For so long a task waits for a permission."""
LACKS = {CONSENT: "consent_refused", "agents/consented_amount": "above_consent"}
"""What is said where a journey ended for want of the customer's permission, by the rule that denied."""
ASK, GIVE = "crm.request_partner_consent", "crm.give_partner_consent"
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
    granted = _granted(services, turn)
    needed = sorted(find_tools(procedure.function), key=lambda tool: (tool in granted, tool))
    refusal = await caller.foresee(needed)
    if refusal is None:
        return None
    if CONSENT in refusal.decision.rules and turn.memory.customer is not None and granted.issuperset(needed):
        return await _ask_consent(services, turn, refusal, needed, caller)
    return _ended(services, turn, refusal)


async def _ask_consent(
    services: Services, turn: TurnState, refusal: CallResult, tools: list[str], caller: BoundCaller
) -> CaseProgress:
    """Ask for the customer's permission, for which the case then waits; they give it in a conversation with us."""
    case = turn.memory.current
    assert case is not None
    terms = services.partners.terms_of(turn.tenant, turn.memory.partner)
    arguments = {
        "customer_id": case.customer_id,
        "partner": turn.memory.partner,
        "tools": tools,
        "amount_minor": terms.amount_minor,
        "until": (turn.now + timedelta(days=terms.days)).date().isoformat(),
    }
    asked = await caller.call(ToolCall(CallId(f"{turn.turn_id}/{case.serial}/consent"), ASK, arguments))
    if asked.outcome is None or not asked.outcome.succeeded:
        said = Saying("consent_refused", {}, "")
        return CaseProgress(case, (said,), (asked,), Finished(Declined("consent_refused")))
    pending = _waiting(
        services, turn, {**asked.outcome.data, "where": services.voice(turn).terms.contact_point or terms.where}
    )
    held = CallResult(ToolCall(CallId(f"{turn.turn_id}/{case.serial}/wait"), GIVE, {}), refusal.decision, None, pending)
    return CaseProgress(replace(case, pending=pending), (), (asked, held), Held(pending))


def _waiting(services: Services, turn: TurnState, consent: dict[str, Any]) -> Pending:
    """What a case waits for: the customer's permission."""
    named = ("customer_id", "consent_id", "partner", "tools", "amount_minor", "until", "where")
    known = {"customer_id": turn.memory.customer.id if turn.memory.customer else "", **consent}
    shown = {name: known[name] for name in named}
    subject = {"account": {"partner_consents": [shown]}}
    summary = services.catalogue.phrase(GIVE, shown, subject, services.voice(turn))
    return Pending(PendingId(consent["consent_id"]), "consent", summary, GIVE, shown, expires_at=turn.now + PATIENCE)


def waits_for_consent(case: Case) -> bool:
    """Whether a case waits for the customer to permit it to a partner."""
    return case.pending is not None and case.pending.kind == "consent"


def tell_where(turn: TurnState, pending: Pending, before: Pending | None) -> TurnState:
    """Say, once, where the customer gives the permission that a case waits for; asked for again, it waits once."""
    others = tuple(
        chain for chain in turn.memory.parked if chain[-1].pending is None or chain[-1].pending.id != pending.id
    )
    turn = turn.remember(replace(turn.memory, parked=others))
    if before is not None and before.id == pending.id:
        return turn
    return turn.say("consent_needed", "", phrase=pending.summary, where=pending.arguments["where"])


def tell_lack(turn: TurnState, results: Sequence[CallResult]) -> TurnState:
    """Say what is possible where a journey under way was denied for want of a permission, or of a larger one."""
    rules = {rule for result in results for rule in result.decision.rules}
    for rule, reply in LACKS.items():
        turn = turn.say(reply) if rule in rules else turn
    return turn


def bring_back(turn: TurnState) -> tuple[TurnState, str]:
    """The turn with the case that waited for a permission as the present one, and the specialist who goes on."""
    for chain in turn.memory.parked:
        if waits_for_consent(chain[-1]):
            rest = tuple(other for other in turn.memory.parked if other is not chain)
            turn = turn.remember(replace(turn.memory, cases=(*turn.memory.cases, *chain), parked=rest))
            return turn, chain[-1].specialist
    return turn, "respond"


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
