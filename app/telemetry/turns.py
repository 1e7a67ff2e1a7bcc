"""Turns, watched: a span each, and what came of them once it is committed."""

from functools import partial
from time import perf_counter

from typing_extensions import override

from app.telemetry.spans import span
from domain.conversation import Status, Turn
from domain.ids import ConversationId
from router.memory.store import Stored, StoredTurn
from router.turn import Turns
from storage.unit_of_work import open_unit


class WatchedTurns(Turns):
    """See `router.turn.Turns`; a message that is sent again is answered from the store and not counted again."""

    @override
    async def _run(self, row: Stored, turn: StoredTurn, text: str) -> Turn:
        began = perf_counter()
        try:
            with span("turn", conversation=row.id, turn=turn.id, kind=turn.kind, channel=row.channel) as opened:
                done = await super()._run(row, turn, text)
                opened.set_attribute("switchboard.status", done.status.value)
                opened.set_attribute("switchboard.procedure", done.procedure)
        except BaseException:
            self._services.metrics.turn_ended(turn.kind, "failed", perf_counter() - began)
            raise
        open_unit().publish(partial(self._count, row, turn, done, began))
        return done

    @override
    async def _finish(self, row: Stored, turns: tuple[StoredTurn, ...]) -> Stored:
        if turns:
            self._services.metrics.lease_taken_over()
        return await super()._finish(row, turns)

    @override
    async def _take_over(self, conversation_id: ConversationId) -> int:
        finished = await super()._take_over(conversation_id)
        if finished:
            self._services.metrics.lease_taken_over()
        return finished

    def _count(self, row: Stored, turn: StoredTurn, done: Turn, began: float) -> None:
        metrics = self._services.metrics
        metrics.turn_ended(turn.kind, done.status.value, perf_counter() - began)
        if done.handoff is not None and done.handoff != row.memory.handoff:
            metrics.handed_off(done.handoff.queue, done.handoff.reason)
        if done.status is Status.CLOSED and row.status is not Status.CLOSED:
            metrics.conversation_closed(row.channel)
