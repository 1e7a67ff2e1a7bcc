"""A suggested call that a representative accepted, on its way through the customer's yes, a code and approval."""

from dataclasses import asdict, replace
from typing import Any

from agents.specialist import Saying
from agents.wording import Voice
from domain.calls import CallContext, CallResult, Pending, ToolCall
from domain.errors import Conflict
from domain.ids import CallId, CustomerId, TurnId
from domain.principal import Agent, AuthLevel, Customer, Principal
from domain.understanding import Understanding
from router.arrivals import name_question
from router.formatters import formatter_of
from router.identity import MAX_MISSES
from router.memory.state import MAX_DEEDS, AcceptedSuggestion, Identification, Memory
from router.memory.store import Change, Stored, StoredTurn
from router.options import with_options
from router.outcome import act, pending_news
from router.parting import completed
from router.services import Services
from understanding.reader import ReadContext
from understanding.screening.secrets import screen

PROCEDURE = "handoff.talk_to_person"
"""In whose name the customer gets in writing what a representative did."""
Step = tuple[Change, tuple[CallResult, ...]]


class CarriedCalls:
    """Carries an accepted call through the gate in its representative's name; every rule and proof holds as ever."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, change: Change, turn: StoredTurn, text: str) -> Step:
        """Go on with the accepted call as far as this turn brings it; any other turn changes nothing."""
        if turn.kind == "proposal":
            memory = replace(change.row.memory, carried=AcceptedSuggestion(**turn.request))
            return await self._propose(_remembering(change, memory), turn)
        carried = change.row.memory.carried
        if carried is None or carried.pending is None:
            return change, ()
        if turn.kind == "approval":
            return await self._approved(change, turn, carried.pending)
        if turn.kind != "message":
            return change, ()
        heard = self._read(change, turn, text, carried.pending)
        if carried.pending.kind == "confirm":
            return await self._answered(change, turn, heard, carried.pending)
        return await self._proven(change, turn, heard) if carried.pending.kind == "verify" else (change, ())

    def concerns(self, row: Stored, turn: StoredTurn) -> bool:
        """Whether a turn without words is about the accepted call."""
        carried = row.memory.carried
        waits = carried is not None and carried.pending is not None and carried.pending.id == turn.request.get("id")
        return turn.kind == "proposal" or (turn.kind == "approval" and waits)

    async def _propose(self, change: Change, turn: StoredTurn) -> Step:
        carried = change.row.memory.carried
        assert carried is not None
        call = ToolCall(CallId(f"proposal/{carried.suggestion}"), carried.tool, carried.arguments)
        result = await self._services.gate.call(self._context(change, turn, carried.by), call)
        pending = result.pending
        if pending is None:
            memory, action = replace(change.row.memory, carried=None, identification=None), act(result)
            if action is None:
                return _remembering(change, memory), (result,)
            parting = memory.parting.did(completed((result,), self._services.groups, PROCEDURE))
            memory = replace(memory, deeds=(*memory.deeds, action)[-MAX_DEEDS:], parting=parting)
            return _remembering(change, memory).publish("action", asdict(action)), (result,)
        change = _remembering(change, replace(change.row.memory, carried=replace(carried, pending=pending)), pending)
        if pending.kind == "confirm":
            return self._ask(change, turn, result, pending), (result,)
        if pending.kind == "verify":
            return await self._send_code(change, turn, carried.by, result)
        phrase = self._services.catalogue.phrase(carried.tool, carried.arguments, {}, self._voice(change))
        return self._say(change, turn, "waiting_for_approval", phrase=phrase), (result,)

    def _ask(self, change: Change, turn: StoredTurn, result: CallResult, pending: Pending) -> Change:
        """Put exactly this call to the customer, after what must be disclosed."""
        for obligation in result.decision.obligations:
            if obligation.type == "disclose":
                change = self._say(change, turn, "disclosure", text=obligation.text)
        return self._say(change, turn, "confirm", phrase=pending.summary)

    async def _send_code(self, change: Change, turn: StoredTurn, by: str, result: CallResult) -> Step:
        """Let the customer prove who they are; without an address on file the call is let go."""
        customer = change.row.memory.customer
        assert customer is not None
        sent = await self._call(change, turn, by, "crm.start_verification", customer_id=customer.id)
        if sent.outcome is None or not sent.outcome.succeeded:
            return await self._drop(change, turn, ""), (result, sent)
        memory = replace(change.row.memory, identification=Identification("code", customer.id))
        change = _remembering(change, memory, change.row.pending)
        return self._say(change, turn, "code_sent", sent_to=sent.outcome.data["sent_to"]), (result, sent)

    async def _answered(self, change: Change, turn: StoredTurn, heard: Understanding, pending: Pending) -> Step:
        """A yes to exactly this lets the call go on, a no drops it; anything else is for the representative."""
        carried = change.row.memory.carried
        assert carried is not None
        if heard.answer == "no" or heard.changes_mind:
            return await self._drop(change, turn, "withdrawn"), ()
        if heard.answer != "yes" or turn.request.get("question") != name_question(pending):
            return change, ()
        try:
            await self._services.gate.confirm(self._context(change, turn, carried.by), pending.id)
        except Conflict:
            change = self._say(change, turn, "confirmation_expired") if pending.is_expired(turn.at) else change
        return await self._propose(change, turn)

    async def _proven(self, change: Change, turn: StoredTurn, heard: Understanding) -> Step:
        """The right code proves the customer and lets the call go on; after too many wrong ones it is let go."""
        carried, customer = change.row.memory.carried, change.row.memory.customer
        code = heard.first("code")
        if code is None or carried is None or customer is None:
            return change, ()
        named = {"customer_id": customer.id, "code": str(code.value)}
        checked = await self._call(change, turn, carried.by, "crm.check_verification", **named)
        memory = change.row.memory
        if checked.outcome and checked.outcome.succeeded and checked.outcome.data["verified"]:
            strong = Customer(CustomerId(customer.id), AuthLevel.STRONG, turn.at)
            memory = replace(memory, customer=strong, identification=None)
            change, results = await self._propose(_remembering(change, memory, None), turn)
            return change, (checked, *results)
        who = memory.identification or Identification("code", customer.id)
        if who.misses + 1 >= MAX_MISSES:
            return await self._drop(change, turn, ""), (checked,)
        memory = replace(memory, identification=replace(who, misses=who.misses + 1))
        change = _remembering(change, memory, change.row.pending)
        return self._say(change, turn, "code_wrong", attempts_left=MAX_MISSES - who.misses - 1), (checked,)

    async def _approved(self, change: Change, turn: StoredTurn, pending: Pending) -> Step:
        if turn.request.get("id") != pending.id:
            return change, ()
        if turn.request["approved"]:
            return await self._propose(change, turn)
        return _remembering(change, replace(change.row.memory, carried=None), None), ()

    async def _drop(self, change: Change, turn: StoredTurn, reply: str) -> Change:
        carried = change.row.memory.carried
        if carried is not None and carried.pending is not None:
            await self._services.gate.withdraw(self._context(change, turn, carried.by), carried.pending.id)
        change = _remembering(change, replace(change.row.memory, carried=None, identification=None), None)
        return self._say(change, turn, reply) if reply else change

    async def _call(self, change: Change, turn: StoredTurn, by: str, tool: str, **arguments: Any) -> CallResult:
        call = ToolCall(CallId(f"{turn.id}/identity/{tool}"), tool, arguments)
        return await self._services.gate.call(self._context(change, turn, by), call)

    def _read(self, change: Change, turn: StoredTurn, text: str, pending: Pending) -> Understanding:
        memory = change.row.memory
        context = ReadContext(
            timezone=memory.profile.timezone if memory.profile else "UTC",
            currency=self._voice(change).currency,
            recent=(),
            current_procedure="",
        )
        words = screen(formatter_of(change.row.channel).hear(text), memory.digits).text
        return self._services.reader.read(words, locale=memory.locale, pending=pending, now=turn.at, context=context)

    def _context(self, change: Change, turn: StoredTurn, by: str) -> CallContext:
        """A representative acts for the conversation's customer."""
        row = change.row
        principal = Principal(row.tenant, row.memory.customer, Agent(by, "representative"))
        return CallContext(
            row.id, TurnId(turn.id), principal, row.channel, row.memory.locale, formats=row.memory.formats
        )

    def _voice(self, change: Change) -> Voice:
        row = change.row
        return self._services.voice_for(row.tenant, row.memory, row.channel)

    def _say(self, change: Change, turn: StoredTurn, reply: str, **facts: Any) -> Change:
        text = self._services.catalogue.word(Saying(reply, facts), self._voice(change))
        row = change.row
        change = _remembering(change, row.memory.heard("assistant", text), row.pending)
        return self._services.append_spoken(change, "assistant", text, turn.at)


def _remembering(change: Change, memory: Memory, pending: Pending | None = None) -> Change:
    """The change with this memory and what is pending, which is told where it is news, with its answers."""
    pending, known = with_options(pending, memory), change.row.pending
    change = replace(change, row=replace(change.row, memory=memory, pending=pending))
    return change.publish("pending", pending_news(pending)) if pending is not None and pending != known else change
