"""What a conversation needs to know of its customer: name, time zone and flags."""

from dataclasses import replace

from domain.calls import ToolCall
from domain.errors import PolicyUnavailable, ToolUnavailable
from domain.ids import CallId
from domain.principal import AuthLevel
from router.memory.state import Profile, TurnState
from router.services import Services, context_of

LOOK_UP = "crm.get_customer"


async def learn_profile(services: Services, turn: TurnState) -> TurnState:
    """The turn with its customer's profile, read once; as it was where nobody is known or the CRM does not answer."""
    customer = turn.memory.customer
    if turn.memory.profile is not None or customer is None or customer.auth_level is AuthLevel.ANONYMOUS:
        return turn
    if turn.memory.partner and not await _may_be_asked(services, turn):
        return turn
    call = ToolCall(CallId(f"{turn.turn_id}/profile"), LOOK_UP, {"customer_id": customer.id})
    result = await services.gate.call(context_of(turn, "router"), call)
    data = result.outcome.data if result.outcome and result.outcome.succeeded else None
    if data is None:
        return turn
    agreed = bool(data.get("consents", {}).get("service"))
    profile = Profile(data["name"], data["timezone"], tuple(data["flags"]), agreed)
    return turn.remember(replace(turn.memory, profile=profile))


async def _may_be_asked(services: Services, turn: TurnState) -> bool:
    """Whether a partner may have the look-up at all: what it may not have is not asked for in its name."""
    try:
        return not (await services.gate.find_objections(context_of(turn, "router"), [LOOK_UP]))[LOOK_UP]
    except (ToolUnavailable, PolicyUnavailable):
        return False
