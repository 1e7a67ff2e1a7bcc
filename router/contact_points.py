"""Whose phone number or e-mail address it is that a conversation comes from, by the CRM."""

from dataclasses import replace

from domain.calls import ToolCall
from domain.ids import CallId, CustomerId
from domain.principal import AuthLevel, Customer
from router.memory.state import TurnState
from router.services import Services, context_of


async def recognise(services: Services, turn: TurnState) -> TurnState:
    """The turn with the customer whose contact point it comes from: identified, never authenticated.

    Nobody where several customers share it. The CRM is asked once; where it does not answer, at the next turn again.
    """
    origin = turn.memory.origin
    if origin.contact is None or origin.looked_up or turn.memory.customer is not None:
        return turn
    arguments = {"field": origin.contact.kind, "value": origin.contact.value}
    call = ToolCall(CallId(f"{turn.turn_id or turn.conversation_id}/contact"), "crm.find_customer", arguments)
    result = await services.gate.call(context_of(turn, "router"), call)
    if result.outcome is None or not result.outcome.succeeded:
        return turn
    found = result.outcome.data.get("customer_id")
    customer = Customer(CustomerId(found), AuthLevel.ANONYMOUS) if found else None
    return turn.remember(replace(turn.memory, customer=customer, origin=replace(origin, looked_up=True)))
