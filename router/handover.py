"""Handing a conversation to people: queue, priority, context packet, and what the customer is told."""

from dataclasses import replace

from agents.handoff.packet import ChurnRisk, Circumstances, build_packet, choose_queue
from agents.procedure import HandOff
from domain.conversation import Handoff
from router.memory.state import MAX_DEEDS, TurnState
from router.outcome import act
from router.services import Services, context_of

TOLD = {
    "evidence_failed": "code_failed_handoff",
    "tool_failure": "tool_trouble",
    "language": "language_unsupported",
}
"""Replies for reasons that the customer should hear."""


class Handover:
    """The handoff agent's work at the end of a turn."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def hand_over(self, turn: TurnState) -> TurnState:
        """Put the conversation into a queue with all that a representative needs; what waits for a yes is dropped."""
        end = turn.handoff or HandOff("asked_for_person")
        await self._drop_confirmations(turn)
        specialist = turn.memory.specialist
        queue, priority = choose_queue(end.reason, specialist)
        handoff = Handoff(end.queue or queue, end.priority or priority, end.reason, f"CP-{turn.turn_id}")
        memory = replace(turn.memory, handoff=handoff, identification=None, options=())
        packet = build_packet(self._circumstances(turn, handoff))
        turn = replace(turn, memory=memory, packet=packet)
        return turn.say(_told(handoff), "", queue=handoff.queue)

    async def _drop_confirmations(self, turn: TurnState) -> None:
        for case in turn.memory.cases:
            if case.pending is not None:
                context = context_of(turn, case.specialist, case.procedure)
                await self._services.gate.withdraw(context, case.pending.id)

    def _circumstances(self, turn: TurnState, handoff: Handoff) -> Circumstances:
        """What the packet is made from."""
        memory = turn.memory
        actions = tuple(action for result in turn.results if (action := act(result)) is not None)
        return Circumstances(
            conversation_id=turn.conversation_id,
            handoff=handoff,
            channel=turn.channel,
            locale=memory.locale,
            customer=memory.customer,
            customer_name=memory.profile.name if memory.profile else "",
            flags=memory.profile.flags if memory.profile else (),
            cases=memory.cases,
            summary=memory.summary,
            window=memory.window,
            actions=(*memory.deeds, *actions)[-MAX_DEEDS:],
            moods=memory.moods,
            churn_risk=ChurnRisk(memory.churn.level, memory.churn.signals),
            waiting_since=turn.now,
            suggestions=tuple(result.suggestion for result in turn.results if result.suggestion is not None),
        )


def _told(handoff: Handoff) -> str:
    """The reply that tells the customer why and what happens next."""
    return TOLD.get(handoff.reason, "handed_off_urgent" if handoff.priority == "urgent" else "handed_off")
