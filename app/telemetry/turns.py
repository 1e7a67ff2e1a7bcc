"""Turns, watched: one trace each, and what came of them."""

from time import perf_counter

from typing_extensions import override

from app.telemetry.spans import span
from domain.conversation import Status, Turn
from router.store import Stored, StoredTurn
from router.turn import Turns


class WatchedTurns(Turns):
    """See `router.turn.Turns`; a message that is sent again is answered from the store and not counted again."""

    @override
    async def _run(self, row: Stored, turn: StoredTurn, text: str) -> Turn:
        metrics, began, outcome = self._services.metrics, perf_counter(), "failed"
        try:
            with span("turn", conversation=row.id, turn=turn.id, kind=turn.kind, channel=row.channel) as opened:
                done = await super()._run(row, turn, text)
                opened.set_attribute("switchboard.status", done.status.value)
                opened.set_attribute("switchboard.procedure", done.procedure)
            outcome = done.status.value
        finally:
            metrics.turn_ended(turn.kind, outcome, perf_counter() - began)
        if done.handoff is not None and done.handoff != row.memory.handoff:
            metrics.handed_off(done.handoff.queue, done.handoff.reason)
        if done.status is Status.CLOSED:
            metrics.conversation_closed(row.channel)
        return done
