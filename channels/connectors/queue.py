"""The queue of deliveries: in order within a conversation, tried again later and later, given up after days."""

from collections.abc import Collection
from dataclasses import fields
from random import random
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, func, or_, select, update

from channels.connectors.connector import LONGEST_ERROR, Delivery, Receipt
from domain.vault import Tags
from router.memory.outbox import LABELS
from storage.record_heads import heads_of
from storage.tables.connectors import deliveries, webhooks
from storage.tables.control import data_keys
from storage.transactions import Transactions

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 3600.0
ATTEMPTS = 80
"""With pauses that grow from seconds to an hour: about three days."""
KEPT_S = 30 * 86400.0
"""For so long it is shown what became of deliveries."""
UNCERTAIN = "?"
_RANKS = {"queued": 1, "sending": 2, "sent": 3, "delivered": 4, "undelivered": 4, "failed": 4, "read": 5}
_COLUMNS = deliveries.c
_EARLIER = deliveries.alias()
_EARLIER_LABELS = and_(_EARLIER.c.kind == LABELS, _EARLIER.c.event_id > _COLUMNS.event_id)
"""Those that were entered before: their numbers fall."""
_KNOWN = _COLUMNS.reference.not_in(("", UNCERTAIN))
_FIELDS = tuple(each.name for each in fields(Delivery))


class DeliveryQueue:
    """Finds what is due, and keeps what became of it. `now` is in seconds since 1970."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def due_targets(self, now: float) -> list[str]:
        """Where something is to be sent."""
        query = select(_COLUMNS.target).where(_COLUMNS.state == "waiting", _COLUMNS.due_at <= now).distinct()
        return await self._transactions.read(lambda connection: list(connection.execute(query).scalars()))

    async def due(self, target: str, now: float, limit: int) -> list[Delivery]:
        """What is to be sent there, the oldest first; of each conversation only the first that is not sent yet.

        Labels wait for all else, and nothing for them: no words are held up by what they are filed under.
        """
        labels, others = _COLUMNS.kind == LABELS, _EARLIER.c.kind != LABELS
        before = or_(and_(others, or_(labels, _EARLIER.c.event_id < _COLUMNS.event_id)), and_(labels, _EARLIER_LABELS))
        earlier = and_(
            _EARLIER.c.target == _COLUMNS.target,
            _EARLIER.c.conversation_id == _COLUMNS.conversation_id,
            _EARLIER.c.state == "waiting",
            before,
        )
        query = select(deliveries).where(
            _COLUMNS.target == target, _COLUMNS.state == "waiting", _COLUMNS.due_at <= now, ~exists().where(earlier)
        )
        return await self._read(query.order_by(_COLUMNS.made_at, _COLUMNS.event_id).limit(limit))

    async def settle(self, delivery: Delivery, receipt: Receipt, now: float) -> str:
        """Keep what became of a try; returns the state. Where the other side is back, what waits for it is due."""
        state, due_at = _outcome(delivery, receipt, now)
        values = {
            "state": state,
            "attempts": delivery.attempts + 1,
            "due_at": due_at,
            "done_at": None if state == "waiting" else now,
            "status": receipt.status,
            "error": receipt.error[:LONGEST_ERROR],
            "reference": receipt.reference[:64],
        }

        def work(connection: Connection) -> None:
            still = (_COLUMNS.id == delivery.id, _COLUMNS.state == "waiting")
            connection.execute(update(deliveries).where(*still).values(**values))
            if state == "delivered":
                connection.execute(_release(delivery.target, now))

        await self._transactions.write(work)
        return state

    async def mark_begun(self, delivery: Delivery) -> None:
        """Write down that the other side may have taken it from now on, before it is handed over."""
        mine = update(deliveries).where(_COLUMNS.id == delivery.id).values(reference=UNCERTAIN)
        await self._transactions.write(lambda connection: connection.execute(mine))

    async def note_remote(self, target: str, reference: str, remote: str, error: str, now: float) -> bool:
        """Keep how something that was sent stands at the other side; late news of an earlier state changes nothing."""
        mine = (_COLUMNS.target == target, _COLUMNS.reference == reference)

        def work(connection: Connection) -> bool:
            row = connection.execute(select(deliveries).where(*mine)).mappings().first()
            if row is None or _RANKS.get(remote, 0) <= _RANKS.get(row["remote"], 0):
                return False
            failed = {"state": "dead", "error": error[:LONGEST_ERROR], "done_at": now} if error else {}
            connection.execute(update(deliveries).where(*mine).values(remote=remote, **failed))
            return True

        return await self._transactions.write(work)

    async def find_reference(self, target: str, conversation_id: str) -> str:
        """What the other side, where its deliveries are one conversation, calls that; empty while that is not known."""
        mine = (_COLUMNS.target == target, _COLUMNS.conversation_id == conversation_id, _KNOWN)
        query = select(_COLUMNS.reference).where(*mine).order_by(_COLUMNS.event_id.desc()).limit(1)
        return await self._transactions.read(lambda connection: connection.execute(query).scalar()) or ""

    async def find_conversation(self, target: str, reference: str) -> str:
        """Which conversation the other side calls so; empty while that is not known."""
        query = select(_COLUMNS.conversation_id).where(_COLUMNS.target == target, _COLUMNS.reference == reference)
        query = query.where(_KNOWN).limit(1)
        return await self._transactions.read(lambda connection: connection.execute(query).scalar()) or ""

    async def owes(self, target: str, conversation_id: str, *, besides: str = "") -> bool:
        """Whether something of a conversation, of another kind than `besides`, waits to be sent there."""
        mine = (_COLUMNS.target == target, _COLUMNS.conversation_id == conversation_id, _COLUMNS.state == "waiting")
        query = select(exists().where(*mine, _COLUMNS.kind != besides))
        return bool(await self._transactions.read(lambda connection: connection.execute(query).scalar()))

    async def browse(self, target: str, state: str, limit: int) -> list[Delivery]:
        """What was and is to be sent to a target, the newest first; of one state, or of any."""
        query = select(deliveries).where(_COLUMNS.target == target)
        query = query.where(_COLUMNS.state == state) if state else query
        return await self._read(query.order_by(_COLUMNS.made_at.desc(), _COLUMNS.event_id.desc()).limit(limit))

    async def count(self, targets: Collection[str]) -> dict[str, dict[str, int]]:
        """How many deliveries there are of each state, by target."""
        query = (
            select(_COLUMNS.target, _COLUMNS.state, func.count())
            .where(_COLUMNS.target.in_(targets))
            .group_by(_COLUMNS.target, _COLUMNS.state)
        )
        found: dict[str, dict[str, int]] = {}
        for target, state, number in await self._transactions.read(lambda c: c.execute(query).all()):
            found.setdefault(target, {})[state] = number
        return found

    async def send_again(self, target: str, delivery_id: str = "") -> int:
        """Have one delivery sent again, whatever became of it; without one, all that were given up or wait."""
        mine = [_COLUMNS.target == target]
        mine += [_COLUMNS.id == delivery_id] if delivery_id else [_COLUMNS.state.in_(("dead", "waiting"))]
        values = {"state": "waiting", "due_at": 0.0, "attempts": 0, "done_at": None, "error": "", "reference": ""}
        statement = update(deliveries).where(*mine).values(**values)
        return await self._transactions.write(lambda connection: connection.execute(statement).rowcount)

    async def forget_old(self, now: float) -> int:
        """Delete what came to its end long ago."""
        old = delete(deliveries).where(_COLUMNS.state != "waiting", _COLUMNS.done_at < now - KEPT_S)
        return await self._transactions.write(lambda connection: connection.execute(old).rowcount)

    async def _read(self, query: Any) -> list[Delivery]:
        rows = await self._transactions.read(lambda connection: connection.execute(query).mappings().all())
        return [Delivery(**{name: row[name] for name in _FIELDS}) for row in rows]


def give_up_all(connection: Connection, target: str, reason: str, now: float) -> None:
    """Give up what waits for a target, within the caller's transaction; it can be sent again."""
    values = {"state": "dead", "error": reason, "done_at": now}
    connection.execute(
        update(deliveries).where(_COLUMNS.target == target, _COLUMNS.state == "waiting").values(**values)
    )


def forget_target(connection: Connection, tags: Tags, target: str) -> None:
    """Delete a webhook, its key and all that was and is to be sent to it, within the caller's transaction."""
    connection.execute(delete(deliveries).where(_COLUMNS.target == target))
    connection.execute(delete(webhooks).where(webhooks.c.id == target))
    connection.execute(delete(data_keys).where(data_keys.c.conversation_id == target))
    heads_of(connection, tags).drop(connection, [target])


def _outcome(delivery: Delivery, receipt: Receipt, now: float) -> tuple[str, float]:
    if receipt.dropped:
        return "dropped", now
    if not receipt.error:
        return "delivered", now
    if receipt.final or delivery.attempts + 1 >= ATTEMPTS:
        return "dead", now
    pause = min(FIRST_PAUSE_S * 2 ** min(delivery.attempts, 20), LONGEST_PAUSE_S) * (1 + random() / 4)
    return "waiting", now + max(pause, min(receipt.wait_s, LONGEST_PAUSE_S))


def _release(target: str, now: float) -> Any:
    """What waits only because the other side was away is due as soon as it is back."""
    away = (_COLUMNS.status.in_((0, 429)) | (_COLUMNS.status >= 500)) & (_COLUMNS.attempts > 0)
    waiting = (_COLUMNS.target == target, _COLUMNS.state == "waiting", _COLUMNS.due_at > now, away)
    return update(deliveries).where(*waiting).values(due_at=0.0)
