"""What a conversation needs to know of its customer: name, time zone and flags."""

from dataclasses import replace

from domain.calls import ToolCall
from domain.ids import CallId
from domain.principal import AuthLevel
from router.memory.state import Profile, TurnState
from router.services import Services, context_of


async def learn_profile(services: Services, turn: TurnState) -> TurnState:
    """The turn with its customer's profile, read once; as it was where nobody is known or the CRM does not answer."""
    customer = turn.memory.customer
    if turn.memory.profile is not None or customer is None or customer.auth_level is AuthLevel.ANONYMOUS:
        return turn
    call = ToolCall(CallId(f"{turn.turn_id}/profile"), "crm.get_customer", {"customer_id": customer.id})
    result = await services.gate.call(context_of(turn, "router"), call)
    data = result.outcome.data if result.outcome and result.outcome.succeeded else None
    if data is None:
        return turn
    agreed = bool(data.get("consents", {}).get("service"))
    profile = Profile(data["name"], data["timezone"], tuple(data["flags"]), agreed)
    return turn.remember(replace(turn.memory, profile=profile))
