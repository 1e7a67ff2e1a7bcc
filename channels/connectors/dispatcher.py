"""Sends what is due: many at once, few to the same side, so that one that hangs holds nobody else up."""

import asyncio
from collections.abc import Callable
from time import monotonic

import structlog

from channels.connectors.connector import Delivery, Outgoing, Receipt
from channels.connectors.queue import DeliveryQueue
from channels.connectors.targets import OpenTargets
from domain.conversation import Event
from domain.errors import SwitchboardError, Unavailable
from domain.ids import ConversationId
from router.memory.outbox import LABELS
from router.memory.store import Store

log = structlog.get_logger()
AT_ONCE = 8
"""So many deliveries to one target are under way at a time."""
RUN_S = 20.0
"""After so long a run begins nothing new, so that whoever runs it can be another process."""
LOOK_S = 0.5
FORGET_EVERY_S = 3600.0
ERASED = {"erased": True}


class Dispatcher:
    """Sends deliveries by the connectors of their targets; run by one process at a time."""

    def __init__(self, queue: DeliveryQueue, store: Store, targets: OpenTargets, seconds: Callable[[], float]) -> None:
        self._queue = queue
        self._store = store
        self._targets = targets
        self._seconds = seconds
        self._forgotten_at = 0.0

    async def run(self) -> bool:
        """Send all that is due, for some seconds; True where something is left that could be sent at once.

        Raises:
            StorageUnavailable: the database does not answer; what was not sent is still owed.
        """
        await self._forget_old()
        under_way: dict[asyncio.Task[None], Delivery] = {}
        until = monotonic() + RUN_S
        try:
            while True:
                late = monotonic() > until
                if not late:
                    await self._begin(under_way)
                if not under_way:
                    return late
                done, _ = await asyncio.wait(under_way, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    del under_way[each]
                    each.result()
        finally:
            for each in under_way:
                each.cancel()

    async def _forget_old(self) -> None:
        """Now and then, let go of what came to its end long ago."""
        if self._seconds() - self._forgotten_at > FORGET_EVERY_S:
            self._forgotten_at = self._seconds()
            await self._queue.forget_old(self._seconds())

    async def _begin(self, under_way: "dict[asyncio.Task[None], Delivery]") -> None:
        for target in await self._queue.due_targets(self._seconds()):
            known = {each.id for each in under_way.values() if each.target == target}
            if len(known) >= AT_ONCE:
                continue
            for each in await self._queue.due(target, self._seconds(), AT_ONCE):
                if each.id not in known and len(known) < AT_ONCE:
                    known.add(each.id)
                    under_way[asyncio.create_task(self._send(each))] = each

    async def _send(self, delivery: Delivery) -> None:
        receipt = await self._try(delivery)
        state = await self._queue.settle(delivery, receipt, self._seconds())
        if state == "dead":
            log.error("delivery_given_up", delivery=delivery.id, target=delivery.target, error=receipt.error)

    async def _event(self, delivery: Delivery) -> Event | None:
        """What is told; labels are told as they stand when it is."""
        if delivery.kind == LABELS:
            return Event(delivery.event_id, "status")
        return await self._store.event(ConversationId(delivery.conversation_id), delivery.event_id)

    async def _try(self, delivery: Delivery) -> Receipt:
        conversation_id = ConversationId(delivery.conversation_id)
        row = await self._store.load(conversation_id)
        event = await self._event(delivery)
        if row is None or event is None or event.data == ERASED:
            return Receipt(error="its words were deleted", dropped=True)
        connector = await self._targets.connector(delivery.target)
        if connector is None:
            return Receipt(error="nothing of that name is configured any more", final=True)
        try:
            return await connector.send(Outgoing(delivery, row, event, self._store.file))
        except Unavailable:
            raise
        except SwitchboardError as error:
            return Receipt(error=f"{type(error).__name__}: {error}")
        except Exception as error:  # noqa: BLE001 - the next delivery does not wait for this one's trouble
            log.error("delivery_failed", delivery=delivery.id, target=delivery.target, error=type(error).__name__)
            return Receipt(error=type(error).__name__)
