"""Conversations in which nobody says anything any more: written down and closed."""

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from agents.specialist import Saying
from domain.conversation import Status
from domain.errors import Busy, LeaseLost, StorageUnavailable
from domain.ids import ConversationId
from router.ending import closed, written_down
from router.follow_ups.compose import voice_of
from router.follow_ups.delivery import DeliveryDependencies
from router.memory.store import Change, Stored
from router.turn import Turns

log = structlog.get_logger()
BATCH = 50


@dataclass(frozen=True, slots=True)
class IdleLimits:
    """After how long without words a conversation is closed; where something is unfinished it takes longer."""

    settled: timedelta = timedelta(hours=24)
    unfinished: timedelta = timedelta(days=14)


class IdleConversations:
    """Closes what lies idle; what is with a representative is theirs to close."""

    def __init__(self, turns: Turns, given: DeliveryDependencies, patience: IdleLimits) -> None:
        self._turns = turns
        self._given = given
        self._patience = patience

    async def close_idle(self) -> int:
        """Close a batch of idle conversations, longest idle first; returns how many were closed.

        Raises:
            StorageUnavailable: the database does not answer; what was closed so far is closed.
        """
        now = self._given.services.clock()
        found = await self._given.store.idle(now - self._patience.settled, now - self._patience.unfinished, BATCH)
        return sum([await self._try_to_close(conversation_id) for conversation_id in found])

    async def _try_to_close(self, conversation_id: ConversationId) -> bool:
        """Close one, unless somebody is at work on it; the others do not wait for its trouble."""
        try:
            return await self._close(conversation_id)
        except StorageUnavailable:
            raise
        except (Busy, LeaseLost):
            return False
        except Exception as error:  # noqa: BLE001 - looked at again in the next run
            log.error("conversation_not_closed", conversation=conversation_id, error=type(error).__name__)
            return False

    async def _close(self, conversation_id: ConversationId) -> bool:
        async with self._given.work.open(conversation_id, patience_s=0) as unit:
            row = await self._given.store.load(conversation_id)
            if row is None or not self._is_idle(row) or await self._given.store.is_busy(conversation_id):
                return False
            await self._turns.withdraw_all(row)
            words = self._given.services.catalogue.word(Saying("closed"), voice_of(row, self._given.services))
            change = closed(written_down(Change(row, sent_otherwise=True), self._given.services))
            change = self._given.services.append_spoken(change, "system", words, self._given.services.clock())
            self._given.store.save(replace(change, row=replace(change.row, last_at=row.last_at)))
            unit.announce(conversation_id)
            await unit.commit()
            self._given.services.metrics.conversation_closed(row.channel)
            await self._turns.deliveries.carry_out_of(conversation_id)
        return True

    def _is_idle(self, row: Stored) -> bool:
        """Whether nobody wrote since it was found."""
        quiet = self._given.services.clock() - (row.last_at or row.created_at)
        return row.status not in (Status.CLOSED, Status.WITH_REPRESENTATIVE) and quiet >= self._patience.settled
