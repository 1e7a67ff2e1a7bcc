"""What a customer reaches by their own session: their own conversations, and nobody else's."""

from dataclasses import replace

from domain.caller import Caller, Role
from domain.errors import NotPermitted
from router.memory.contact import known_as
from router.memory.state import Memory
from router.opening import Opening

CHANNEL = "chat"


def reaches(caller: Caller, memory: Memory) -> bool:
    """Whether a caller of the conversation's tenant may reach it.

    A customer reaches what was opened in their own sessions, and once they are sure what is surely theirs. What a
    partner agent opened is the partner's.
    """
    if caller.role is not Role.CUSTOMER:
        return True
    session = caller.session
    if session is None or memory.partner:
        return False
    number = known_as(session.customer)
    return memory.origin.owner == session.owner or bool(number and known_as(memory.customer) == number)


def as_own(caller: Caller, opening: Opening) -> Opening:
    """A customer's opening, which is theirs whatever it says.

    Raises:
        NotPermitted: it names another channel, or a customer, a contact or an id that only a channel may vouch for.
    """
    if caller.role is not Role.CUSTOMER:
        return opening
    session = caller.session
    given = opening.customer is not None or opening.origin.contact is not None or bool(opening.origin.external_id)
    if session is None or given or opening.channel != CHANNEL:
        raise NotPermitted("A customer opens a conversation on the channel 'chat', as who their token says they are.")
    return replace(opening, customer=session.customer, origin=replace(opening.origin, owner=session.owner))
