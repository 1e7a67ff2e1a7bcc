"""Handing a conversation to people: queue, priority, context packet, and what the customer is told."""

from collections.abc import Iterable
from dataclasses import replace

from agents.handoff.desk_words import DeskWords
from agents.handoff.packet import ChurnRisk, Circumstances, build_packet, choose_queue
from agents.procedure import HandOff
from domain.conversation import Handoff
from router.handoff_status import facts_of, state_of
from router.memory.state import MAX_DEEDS, ToldWaiting, TurnState
from router.memory.waiting import QueuePlace
from router.outcome import act, refusals_of
from router.services import Services, context_of

TOLD = {
    "evidence_failed": "code_failed_handoff",
    "tool_failure": "tool_trouble",
    "language": "language_unsupported",
    "anger": "handed_off_upset",
}
"""Replies for reasons that the customer should hear."""
TOLD_OF = {"self_harm": "handed_off_self_harm", "bereavement": "handed_off_bereavement"}
"""Replies for what somebody wrote about, where feeling comes before everything else."""


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
        place = QueuePlace(turn.tenant, turn.conversation_id, handoff.queue, handoff.priority, turn.now)
        handoff = await self._services.waiting.foresee(handoff, place, turn.now)
        memory = replace(turn.memory, handoff=handoff, identification=None, options=(), told_waiting=None)
        memory = replace(memory, desk=self._services.desks.get(turn.tenant, ""))
        words = DeskWords(self._services.catalogue, self._services.desk_voice(turn.tenant, turn.memory))
        packet = build_packet(self._circumstances(turn, handoff), words)
        turn = replace(turn, memory=memory, packet=packet)
        topics = turn.understanding.topics if turn.understanding else ()
        told = _told(handoff, topics, warned=bool(end.reply))
        turn = turn.say(told, "", queue=handoff.queue)
        if handoff.priority == "urgent" and handoff.on_duty is not False:
            return turn  # who is in trouble is not told a number
        urgent = handoff.priority == "urgent" and told == "handed_off_urgent" and not end.reply
        told_waiting = ToldWaiting(state_of(handoff), turn.now, answered=False)
        turn = turn.remember(replace(turn.memory, told_waiting=told_waiting))
        return turn.say("queue_state", "", **{**facts_of(handoff), "urgent": urgent})

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
            refusals=dict((*memory.refusals, *refusals_of(turn.results))),
            suggestions=tuple(result.suggestion for result in turn.results if result.suggestion is not None),
        )


def _told(handoff: Handoff, topics: Iterable[str], *, warned: bool) -> str:
    """The reply that tells the customer why and what happens next; a danger is not named twice."""
    delicate = [TOLD_OF[topic] for topic in TOLD_OF if topic in topics and handoff.reason == "sensitive_topic"]
    usual = "handed_off"
    if handoff.priority == "urgent":
        usual = "handed_off_danger" if handoff.reason == "vulnerable_customer" and not warned else "handed_off_urgent"
    return delicate[0] if delicate else TOLD.get(handoff.reason, usual)
