"""Carrying out follow-ups through the gate: once each, later where policy says so, and visibly."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from domain.calls import CallResult, ToolCall
from domain.decision import Effect
from domain.errors import Busy, LeaseLost, StorageUnavailable, SwitchboardError
from domain.ids import CallId, ConversationId, TenantId
from domain.record import Note
from router.events import EventFeed
from router.follow_ups.compose import Errand, compose, context_for
from router.memory.follow_up import FollowUp
from router.memory.follow_up_book import FollowUpBook
from router.memory.store import Change, Store, Stored
from router.services import Services
from storage.unit_of_work import UnitsOfWork, open_unit

log = structlog.get_logger()

BATCH = 50
PAUSES = (1, 5, 15, 60)
"""Minutes between tries; the last one goes on."""
MAX_ATTEMPTS = 24
QUIET_HOURS = "messages/quiet_hours"
PASSING = ("gate/policy_unavailable", "gate/facts_unavailable", "gate/tool_unavailable", "gate/overtaken")
"""Refusals that say only that it cannot be done right now."""
DayBegins = Callable[[TenantId], int]
"""The minute of the customer's day from which policy lets messages go out."""


@dataclass(frozen=True, slots=True)
class DeliveryDependencies:
    """What turns and deliveries work with, given by the wiring; earlier contacts are `remembered` for so long, and so
    many `turns` are worked on at once."""

    services: Services
    store: Store
    work: UnitsOfWork
    feed: EventFeed
    book: FollowUpBook
    day_begins: DayBegins
    remembered: timedelta = timedelta(days=14)
    turns: int = 100


class Deliveries:
    """Sees to it that what is owed is done. Killed at any point and run again, each follow-up has one effect."""

    def __init__(self, given: DeliveryDependencies) -> None:
        self._given = given

    async def carry_out_due(self) -> int:
        """Carry out a batch of what is due, whichever conversation owes it; returns how many came to an end.

        Raises:
            StorageUnavailable: the database does not answer; what was not carried out is still owed.
        """
        due = await self._given.book.due(self._given.services.clock(), BATCH)
        return sum([await self._carry_out(each) for each in due])

    async def carry_out_of(self, conversation_id: ConversationId) -> None:
        """Carry out what one conversation owes by now; the caller holds its lease. Trouble is left for later."""
        for follow_up in await self._given.book.waiting_of(conversation_id, self._given.services.clock()):
            try:
                await self._see_to(follow_up.id, conversation_id)
            except SwitchboardError as error:
                log.warning("follow_up_not_carried_out", follow_up=follow_up.id, error=str(error))

    async def _carry_out(self, follow_up: FollowUp) -> bool:
        """One try, unless somebody is at work on the conversation. What cannot even be tried is put off."""
        try:
            async with self._given.work.open(follow_up.conversation_id, patience_s=0):
                return await self._see_to(follow_up.id, follow_up.conversation_id)
        except StorageUnavailable:
            raise
        except (Busy, LeaseLost):
            return False
        except Exception as error:  # noqa: BLE001 - the next customer does not wait for this one's trouble
            log.error("follow_up_not_carried_out", follow_up=follow_up.id, error=type(error).__name__)
            await self._put_off(follow_up)
            return False

    async def _put_off(self, follow_up: FollowUp) -> None:
        async with self._given.work.open(follow_up.conversation_id):
            row = await self._given.store.load(follow_up.conversation_id)
            if row is not None:
                await self._later(follow_up, row, "it could not be carried out")

    async def _see_to(self, follow_up_id: str, conversation_id: ConversationId) -> bool:
        """One try; whether the follow-up is over now. It is looked up afresh, since somebody may have been faster."""
        follow_up = await self._given.book.find(follow_up_id)
        row = await self._given.store.load(conversation_id)
        if follow_up is None or row is None or follow_up.state != "waiting":
            return False
        return (await self._try(follow_up, row)).state != "waiting"

    async def _try(self, follow_up: FollowUp, row: Stored) -> FollowUp:
        now = self._given.services.clock()
        if row.memory.customer is None:
            return await self._keep(replace(follow_up, state="refused", reason="the customer is not known"), row)
        if follow_up.until is not None and now >= follow_up.until:
            return await self._keep(replace(follow_up, state="missed", reason="its time went by"), row)
        holds = await self._still_holds(follow_up, row)
        if holds is None:
            return await self._later(follow_up, row, "it could not be looked up whether it still holds")
        if not holds:
            return await self._keep(replace(follow_up, state="called_off", reason="it does not hold any more"), row)
        errand = compose(follow_up, row, self._given.services)
        result = await self._given.services.gate.call(errand.context, errand.call)
        return await self._after(follow_up, row, errand, result)

    async def _still_holds(self, follow_up: FollowUp, row: Stored) -> bool | None:
        """Whether what was promised about is still as it was; None where the system does not say."""
        holds = follow_up.facts.get("holds")
        if not holds:
            return True
        look = ToolCall(CallId(f"{follow_up.id}/{follow_up.attempts}"), holds["tool"], holds["arguments"])
        result = await self._given.services.gate.call(context_for(follow_up, row), look)
        if result.outcome is None or not result.outcome.succeeded:
            return None
        items: list[dict[str, Any]] = result.outcome.data["items"]
        return any(all(item.get(name) == value for name, value in holds["item"].items()) for item in items)

    async def _after(self, follow_up: FollowUp, row: Stored, errand: Errand, result: CallResult) -> FollowUp:
        """Go on by what became of the call."""
        if result.outcome is not None and result.outcome.succeeded:
            return await self._keep(replace(follow_up, state="done"), row, errand.text)
        if result.outcome is not None or result.pending is not None or _passes(result):
            error = result.outcome.error if result.outcome else result.decision.rationale
            return await self._later(follow_up, row, error)
        if result.decision.rules == (QUIET_HOURS,):
            return await self._in_the_morning(follow_up, row)
        return await self._keep(replace(follow_up, state="refused", reason=_why(result)), row)

    async def _in_the_morning(self, follow_up: FollowUp, row: Stored) -> FollowUp:
        """Nobody is written to at night: wait for the customer's morning, unless that is too late."""
        begins = self._given.day_begins(row.tenant)
        morning = next_morning(self._given.services.clock(), row, begins)
        if follow_up.until is not None and morning >= follow_up.until:
            return await self._keep(replace(follow_up, state="missed", reason="only quiet hours were left"), row)
        return await self._keep(replace(follow_up, due_at=morning, reason="moved out of the quiet hours"), row)

    async def _later(self, follow_up: FollowUp, row: Stored, error: str) -> FollowUp:
        """Try again after a while; after many tries it has failed."""
        attempts = follow_up.attempts + 1
        if attempts >= MAX_ATTEMPTS:
            return await self._keep(replace(follow_up, state="failed", reason=error[:200], attempts=attempts), row)
        pause = timedelta(minutes=PAUSES[min(attempts, len(PAUSES)) - 1])
        due_at = self._given.services.clock() + pause
        later = replace(follow_up, due_at=due_at, attempts=attempts, reason=error[:200])
        return await self._keep(later, row)

    async def _keep(self, follow_up: FollowUp, row: Stored, text: str = "") -> FollowUp:
        """Keep what became of a follow-up with its note and, where the customer was written to, the words."""
        now = self._given.services.clock()
        if follow_up.state != "waiting":
            follow_up = replace(follow_up, done_at=now)
        said = Change(row, sent_otherwise=True)  # the CRM sent it to the customer, once
        change = self._given.services.append_spoken(said, "system", text, now) if text else None
        if change is not None and follow_up.asks:
            memory = change.row.memory
            asked = replace(memory, parting=replace(memory.parting, check=follow_up.procedure))
            change = replace(change, row=replace(change.row, memory=asked))

        notes = (_note(follow_up),) if follow_up.state != "waiting" or follow_up.attempts <= 1 else ()
        unit = open_unit()
        unit.append(partial(self._given.book.write, follow_up=follow_up))
        if change is not None:
            self._given.store.save(change)
        self._given.services.gate.finish(row.id, notes)
        unit.announce(row.id)
        await unit.commit()
        return follow_up


def next_morning(now: datetime, row: Stored, begins: int) -> datetime:
    """The next moment at which the customer's day begins, `begins` minutes after their midnight."""
    zone = ZoneInfo(row.memory.profile.timezone if row.memory.profile else "UTC")
    local = now.astimezone(zone)
    morning = local.replace(hour=begins // 60, minute=begins % 60, second=0, microsecond=0)
    if morning <= local:
        morning = (local + timedelta(days=1)).replace(hour=begins // 60, minute=begins % 60, second=0, microsecond=0)
    return morning.astimezone(now.tzinfo)


def _passes(result: CallResult) -> bool:
    """Whether it is worth trying again: nobody could be asked, or the assistant is held back for a while."""
    held_back = result.decision.effect is Effect.HANDOFF
    return held_back or any(rule in PASSING for rule in result.decision.rules)


def _why(result: CallResult) -> str:
    return f"{', '.join(result.decision.rules)}: {result.decision.rationale}"[:200]


def _note(follow_up: FollowUp) -> Note:
    """The record's line about what became of a follow-up."""
    named = follow_up.kind.replace("_", " ")
    became = follow_up.state.replace("_", " ") if follow_up.state != "waiting" else "put off"
    about = f" about {follow_up.about}" if follow_up.about else ""
    reason = f" ({follow_up.reason})" if follow_up.reason else ""
    rationale = f"Follow-up {named}{about}: {became}{reason}."
    payload = {"follow_up": follow_up.id, "state": follow_up.state, "due_at": follow_up.due_at.isoformat()}
    return Note(follow_up.conversation_id, follow_up.turn_id, follow_up.tenant, "note", rationale, payload)
