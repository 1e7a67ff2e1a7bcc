"""Finding out who the customer is and proving it by a code, without telling strangers who is a customer."""

from dataclasses import replace
from typing import Any

from agents.procedure import HandOff
from domain.calls import CallResult, ToolCall
from domain.ids import CallId, CustomerId
from domain.principal import AuthLevel, Customer
from router.casework import HANDOFF, RESPOND, Casework, identification_for
from router.memory.state import Identification, TurnState
from router.partners import can_identify
from router.profile import learn_profile
from router.routing import IDENTITY_KINDS, NEW_CODE
from router.services import Services, context_of

MAX_MISSES = 3
"""Wrong codes or missing answers before a person takes over."""
FIELDS = {"customer_number": "customer_id", "email": "email", "phone": "phone"}
CHANGES_CONTACT = "billing.update_contact_details"


class Identity:
    """Runs identification and step-up. Every method returns the turn and the node that goes on."""

    def __init__(self, services: Services, casework: Casework) -> None:
        self._services = services
        self._casework = casework

    async def identify(self, turn: TurnState) -> tuple[TurnState, str]:
        """Go on with whatever stage of identification the conversation is in; begin where it is in none."""
        who = turn.memory.identification
        if who is None:
            return await self._start(turn)
        if who.stage == "who" and turn.memory.customer is not None:
            return await self._named(turn)
        if who.stage == "who":
            return await self._who(turn, who)
        return await self._code(turn, who)

    async def _start(self, turn: TurnState) -> tuple[TurnState, str]:
        """A call needs a surer customer: send a code, or first ask who they are."""
        who = identification_for(turn.memory)
        turn = _at(turn, who)
        if who.stage == "code":
            return await self._send(turn, who)
        if not can_identify(self._services, turn):
            return turn.say("name_customer"), RESPOND
        heard = turn.understanding
        if heard is not None and heard.first(*_telling_kinds(turn)) is not None:
            return await self._who(turn, who)
        return turn.say("identify_yourself"), RESPOND

    async def _named(self, turn: TurnState) -> tuple[TurnState, str]:
        """The partner has named its customer: go on with what was asked for."""
        turn = turn.remember(replace(turn.memory, identification=None))
        return self._casework.restart(await learn_profile(self._services, turn))

    async def _who(self, turn: TurnState, who: Identification) -> tuple[TurnState, str]:
        """Look the customer up; whether somebody was found is not shown."""
        if not can_identify(self._services, turn):
            return self._missed(turn, who, "name_customer")
        named = turn.understanding.first(*IDENTITY_KINDS) if turn.understanding else None
        if named is None:
            return self._missed(turn, who, "identify_yourself")
        result = await self._call(turn, "crm.find_customer", field=FIELDS[named.kind], value=str(named.value))
        found: dict[str, Any] = result.outcome.data if result.outcome and result.outcome.succeeded else {}
        who = Identification("code", found.get("customer_id") or "", who.misses)
        turn = _at(turn, who)
        if who.candidate:
            await self._call(turn, "crm.start_verification", customer_id=who.candidate)
        return turn.say("identification_code_sent"), RESPOND

    async def _send(self, turn: TurnState, who: Identification) -> tuple[TurnState, str]:
        """Send a code to the address on file of the customer that the channel named."""
        result = await self._call(turn, "crm.start_verification", customer_id=who.candidate)
        if result.outcome is None or not result.outcome.succeeded:
            return replace(turn, handoff=HandOff("evidence_failed")), HANDOFF
        return turn.say("code_sent", "", sent_to=result.outcome.data["sent_to"]), RESPOND

    async def _code(self, turn: TurnState, who: Identification) -> tuple[TurnState, str]:
        """Check the code that was given."""
        heard = turn.understanding
        code = heard.first("code") if heard else None
        if code is None and heard is not None and NEW_CODE.search(heard.text):
            return await self._again(turn, who)
        if code is None and turn.memory.customer is None and heard is not None and heard.first(*IDENTITY_KINDS):
            return await self._who_else(turn, who)
        if code is None:
            return self._missed(turn, who, "ask_code")
        if who.candidate and await self._matches(turn, who.candidate, str(code.value)):
            return await self._proven(turn, who)
        return self._missed(turn, who, "code_wrong")

    async def _who_else(self, turn: TurnState, who: Identification) -> tuple[TurnState, str]:
        """Another name to go by than the one before; it counts as a miss, so that nobody tries names for ever."""
        turn, node = self._missed(turn, who, "")
        who = turn.memory.identification or who
        return (turn, node) if node == HANDOFF else await self._who(replace(turn, sayings=turn.sayings[:-1]), who)

    async def _again(self, turn: TurnState, who: Identification) -> tuple[TurnState, str]:
        """The code did not arrive: send another; to a stranger it looks the same whether anybody was found."""
        if turn.memory.customer is not None:
            return await self._send(turn, who)
        if who.candidate:
            await self._call(turn, "crm.start_verification", customer_id=who.candidate)
        return turn.say("identification_code_sent"), RESPOND

    async def _matches(self, turn: TurnState, customer_id: str, code: str) -> bool:
        """Whether the system that sent the code accepts it."""
        result = await self._call(turn, "crm.check_verification", customer_id=customer_id, code=code)
        return bool(result.outcome and result.outcome.succeeded and result.outcome.data["verified"])

    async def _proven(self, turn: TurnState, who: Identification) -> tuple[TurnState, str]:
        """The customer is who they say: go on with what needed it."""
        customer = Customer(CustomerId(who.candidate), AuthLevel.STRONG, turn.now)
        memory = replace(turn.memory, customer=customer, identification=None, evidence_failures=0)
        turn = await learn_profile(self._services, turn.remember(memory))
        return self._casework.restart(turn.say("code_verified"))

    def _missed(self, turn: TurnState, who: Identification, reply: str) -> tuple[TurnState, str]:
        """Count a miss; after too many a person takes over."""
        misses = who.misses + 1
        memory = replace(
            turn.memory,
            identification=replace(who, misses=misses),
            evidence_failures=turn.memory.evidence_failures + 1,
        )
        turn = turn.remember(memory)
        if misses >= MAX_MISSES:
            return replace(turn, handoff=HandOff("evidence_failed")), HANDOFF
        return turn.say(reply, "", attempts_left=MAX_MISSES - misses), RESPOND

    async def _call(self, turn: TurnState, tool: str, **arguments: Any) -> CallResult:
        """Propose one of the identification calls."""
        call = ToolCall(CallId(f"{turn.turn_id}/identity/{tool}"), tool, arguments)
        return await self._services.gate.call(context_of(turn, "router"), call)


def _telling_kinds(turn: TurnState) -> tuple[str, ...]:
    """What in the opening words can tell who the customer is; a new address for their account does not."""
    case = turn.memory.current
    changes = case is not None and case.procedure == CHANGES_CONTACT
    return ("customer_number",) if changes else IDENTITY_KINDS


def _at(turn: TurnState, who: Identification) -> TurnState:
    return turn.remember(replace(turn.memory, identification=who))
