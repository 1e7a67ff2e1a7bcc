"""One turn of a conversation: begun, run through the graph, written as one unit of work, told."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import structlog
from pydantic import TypeAdapter
from sqlalchemy import Connection

from agents.language_model import ModelUsage
from domain.caller import Caller
from domain.conversation import Status, Turn
from domain.errors import Busy, Unavailable
from domain.ids import ConversationId, PendingId, TurnId
from domain.record import Note
from router.admission import Admission
from router.arrivals import Begun, Incoming, MessageArrival, OccasionArrival, own
from router.carried import CarriedCalls
from router.churn import note_churn
from router.closing_answers import ClosingAnswers
from router.contacts.takeover import take_over
from router.follow_ups.delivery import Deliveries, DeliveryDependencies
from router.graph import RECURSION_LIMIT, TurnGraph
from router.left_out import show_beside
from router.memory.contact import known_as
from router.memory.state import GraphState, TurnKind, TurnState
from router.memory.store import Change, Stored, StoredTurn
from router.outcome import act, conclude
from router.partners import waits_for_consent
from router.reassurance import Reassurance
from router.services import context_of
from router.urgency import raise_urgency
from storage.unit_of_work import First, open_unit

log = structlog.get_logger()
CONTACTS = 5
"""So many earlier contacts are looked at, those with the newest words."""
INTERRUPTED_AT_ONCE = 20
"""So many conversations with unfinished turns are taken over in one go."""
LONGEST_PAUSE_S = 60
"""Between two tries to finish a turn that cannot be finished."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a conversation's turns could not be finished, and when they are tried again."""

    tries: int
    due: datetime

    def after(self, now: datetime) -> "Retry":
        """The same after one more failure."""
        pause = timedelta(seconds=min(2**self.tries, LONGEST_PAUSE_S))
        return Retry(self.tries + 1, now + pause)


NEVER_TRIED = Retry(0, datetime.min.replace(tzinfo=UTC))


class Turns:
    """Runs turns, one at a time per conversation. A turn that was begun is finished even if nobody waits for it.

    Whoever holds the conversation first finishes what others left unfinished there, in order. A turn that has a result
    is never run again.
    """

    def __init__(self, graph: TurnGraph, given: DeliveryDependencies) -> None:
        self.deliveries = Deliveries(given)
        self._graph = graph
        self._given = given
        self._services = given.services
        self._store = given.store
        self._work = given.work
        self._feed = given.feed
        self._carrier = CarriedCalls(given.services)
        self._admission = Admission(given.turns)
        self._reassurance = Reassurance(given.services, given.store)
        self._closing = ClosingAnswers(given.services)
        self._running: set[asyncio.Task[Turn]] = set()
        self._retries: dict[ConversationId, Retry] = {}

    async def handle(self, caller: Caller, conversation_id: ConversationId, incoming: Incoming) -> Turn:
        """Answer a customer's message.

        Raises:
            NotFound: no such conversation in the caller's tenant.
            Conflict: the message id was used with other text, or the conversation is closed.
            Unavailable: it could not begin in time, or could not be finished; sent again it is the same turn.
        """
        arrival = MessageArrival(self._store, caller, conversation_id, incoming, self._closing.score)
        first = partial(arrival.begin, now=self._now())
        return await self._detached(self._run_alone(conversation_id, first, incoming.text))

    async def hand_off(self, caller: Caller, conversation_id: ConversationId, reason: str) -> Turn:
        """Give the conversation to a person at once.

        Raises:
            NotFound: no such conversation in the caller's tenant.
            Conflict: the conversation is closed.
        """
        return await self._without_words(caller, conversation_id, "handoff", {"reason": reason})

    async def approval_decided(
        self, caller: Caller, conversation_id: ConversationId, pending_id: PendingId, *, approved: bool, reason: str
    ) -> Turn:
        """Go on with the case that waited for this approval."""
        request = {"id": pending_id, "approved": approved, "reason": reason}
        return await self._without_words(caller, conversation_id, "approval", request)

    async def consent_decided(self, caller: Caller, conversation_id: ConversationId, key: str) -> Turn:
        """Go on where a partner waits for the customer's permission; `key` names the act by which it was decided."""
        return await self._without_words(caller, conversation_id, "consent", {"id": key})

    async def suggestion_accepted(
        self, caller: Caller, conversation_id: ConversationId, carried: dict[str, Any]
    ) -> Turn:
        """Have a suggested call made in the name of the representative who accepted it, `carried` says which.

        Raises:
            NotFound: no such conversation in the caller's tenant.
            Conflict: the conversation is closed, or is not the representative's any more.
        """
        return await self._without_words(caller, conversation_id, "proposal", carried)

    async def _without_words(
        self, caller: Caller, conversation_id: ConversationId, kind: TurnKind, request: dict[str, Any]
    ) -> Turn:
        """A turn without words of the customer."""
        named = request.get("id") or request.get("suggestion") or uuid4().hex
        arrival = OccasionArrival(self._store, caller, conversation_id, kind, f"{kind}:{named}")
        first = partial(arrival.begin, now=self._now(), request=request)
        return await self._detached(self._run_alone(conversation_id, first, ""))

    async def _run_alone(self, conversation_id: ConversationId, first: First[Begun | None], text: str) -> Turn:
        """Hold the conversation, finish what was left there, and run the turn, unless it has a result already."""
        async with self._admission.enter(), self._work.begin(conversation_id, first) as unit:
            begun = unit.first
            assert begun is not None, "a lease was had without beginning the turn"
            if begun.turn.result is not None:
                return begun.turn.result
            row = await self._finish(begun.row, begun.earlier)
            return await self._run(row, begun.turn, text)

    async def _finish(self, row: Stored, turns: tuple[StoredTurn, ...]) -> Stored:
        """Run what was left unfinished; a turn that cannot be finished does not hold up those after it."""
        for turn in turns:
            try:
                await self._run(row, turn, turn.text)
                await open_unit().commit()
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - whatever broke it must not stop the conversation for good
                log.error("turn_not_finished", turn=turn.id, conversation=row.id, error=type(error).__name__)
            row = await self._store.load(row.id) or row
        return row

    async def finish_interrupted(self) -> int:
        """Run the turns that a dead or frozen process left unfinished; what they already did is not done twice.

        Returns how many were finished. One that fails is tried again later, after longer and longer pauses.
        """
        finished = 0
        for conversation_id in await self._store.interrupted(INTERRUPTED_AT_ONCE):
            if self._retries.get(conversation_id, NEVER_TRIED).due > self._now():
                continue
            try:
                finished += await self._take_over(conversation_id)
                self._retries.pop(conversation_id, None)
            except Busy:
                continue
            except Exception as error:  # noqa: BLE001 - the next conversation's turns must not wait for this one's
                retry = self._retries.get(conversation_id, NEVER_TRIED).after(self._now())
                self._retries[conversation_id] = retry
                log.warning("turn_not_recovered", conversation=conversation_id, tries=retry.tries, error=str(error))
        return finished

    async def _take_over(self, conversation_id: ConversationId) -> int:
        """Finish one conversation's turns, if nobody else works on it by now."""

        def look(connection: Connection, held: bool) -> tuple[StoredTurn, ...]:
            return self._store.unfinished(connection, conversation_id) if held else ()

        async with self._work.begin(conversation_id, look, patience_s=0) as unit:
            for turn in unit.first:
                row = await self._store.load(conversation_id)
                if row is not None:
                    await self._run(row, turn, turn.text)
                    await unit.commit()
        return len(unit.first)

    def _now(self) -> datetime:
        return self._services.clock()

    async def find(self, caller: Caller, conversation_id: ConversationId) -> Stored:
        """The conversation's row, if it is the caller's tenant's.

        Raises:
            NotFound: unknown, or another tenant's.
        """
        return own(caller, conversation_id, await self._store.load(conversation_id))

    async def withdraw_all(self, row: Stored) -> None:
        """Drop every pending action of a conversation, for good."""
        state = TurnState(row.id, TurnId(""), row.tenant, row.channel, self._services.clock(), row.memory)
        for case in (*row.memory.cases, *(case for chain in row.memory.parked for case in chain)):
            if case.pending is not None and not waits_for_consent(case):
                context = context_of(state, case.specialist, case.procedure)
                await self._services.gate.withdraw(context, case.pending.id)
        await self.withdraw_carried(row)

    async def withdraw_carried(self, row: Stored) -> None:
        """Drop what a representative was having made, for good."""
        carried = row.memory.carried
        if carried is not None and carried.pending is not None:
            state = TurnState(row.id, TurnId(""), row.tenant, row.channel, self._services.clock(), row.memory)
            await self._services.gate.withdraw(context_of(state, "handoff"), carried.pending.id)

    async def _run(self, row: Stored, turn: StoredTurn, text: str) -> Turn:
        """Run a turn and keep it; those who listen hear that somebody is at work, and if it broke off."""
        if row.status is Status.CLOSED:
            return await self._after_the_end(row, turn)
        carried = self._carrier.concerns(row, turn)
        person = carried or (row.memory.handoff is not None and turn.kind != "approval")
        if not person:
            self._feed.tell_work(row.id, turn.id, row.status, working=True)
        try:
            return await self._run_and_keep(row, turn, text, person)
        except BaseException:
            self._services.gate.forget(row.id)
            self._feed.tell_work(row.id, turn.id, row.status, working=False)
            raise

    async def _after_the_end(self, row: Stored, turn: StoredTurn) -> Turn:
        """Nothing goes on in a closed conversation; whether it helped is taken in."""
        if "score" not in turn.request or not row.memory.parting.asked:
            return self._keep(Change(row, turn=Turn(row.id, turn.id, Status.CLOSED)), ())
        change, note = self._closing.take(Change(row).append_message("customer", turn.text, turn.at), turn)
        done = self._keep(change, (note,))
        await self._see_to_what_is_due(change, turn)
        return done

    async def _run_and_keep(self, row: Stored, turn: StoredTurn, text: str, person: bool) -> Turn:
        """Run the graph, unless a person has the conversation, and keep what came of it with the turn's record."""
        change = Change(row)
        if turn.kind == "message":
            change = change.append_message("customer", show_beside(turn.text, turn.request), turn.at)
            change = replace(change, sent=tuple(turn.request.get("attachments", ())))
        if not person:
            return await self._walk_and_keep(change, turn, text)
        change = await self._with_person(change, turn, text)
        done = self._keep(change, ())
        await self._see_to_what_is_due(change, turn)
        return done

    async def _walk_and_keep(self, change: Change, turn: StoredTurn, text: str) -> Turn:
        """Run the graph; where the customer goes on with an earlier conversation, run on with what was left there."""
        state = await self._walk(await self._begin_state(change.row, turn, text))
        taken = await take_over(self._given, state) if state.resuming else None
        if taken is not None:
            state = await self._walk(taken.turn)
        elif state.resuming:
            state = await self._walk(replace(state.say("nothing_to_continue"), kind="continuation", resuming=None))
        notes = (*_model_notes(state), *note_churn(change.row.memory, state))
        if taken is not None:
            begun, left = taken.notes()
            self._keep(taken.left, (left,))
            notes += (begun,)
        change = conclude(change, state, turn)
        done = self._keep(change, notes)
        await self._see_to_what_is_due(change, turn)
        if taken is not None:
            await open_unit().commit()
            await self.deliveries.carry_out_of(taken.left.row.id)
        return done

    def _keep(self, change: Change, notes: tuple[Note, ...]) -> Turn:
        """Have a change written with its record, all or nothing, and told once it is."""
        if change.handoff is not None and change.turn is not None:
            notes += _handoff_note(change, change.turn.turn_id)
        self._services.gate.finish(change.row.id, notes)
        self._store.save(change)
        open_unit().announce(change.row.id)
        return change.turn or Turn(change.row.id, TurnId(""), change.row.status)

    async def _see_to_what_is_due(self, change: Change, turn: StoredTurn) -> None:
        """Carry out at once what the turn owes by now."""
        if any(owed.due_at <= turn.at for owed in change.follow_ups):
            await open_unit().commit()
            await self.deliveries.carry_out_of(change.row.id)

    async def _with_person(self, change: Change, turn: StoredTurn, text: str) -> Change:
        """The customer talks to a person: the words are passed on, and no specialist answers.

        While nobody has claimed the conversation, the customer hears how it stands.
        """
        memory = change.row.memory.heard("customer", turn.text) if turn.kind == "message" else change.row.memory
        change = replace(change, row=replace(change.row, memory=memory))
        if turn.kind == "message":
            change = await raise_urgency(self._services, self._store, change, text)
            change = self._reassurance.tell_left_out(change, turn)
        if turn.kind in ("message", "handoff"):
            change = await self._reassurance.reassure(change, turn.at, text)
        change, results = await self._carrier.handle(change, turn, text)
        memory, status = change.row.memory, Status.WITH_REPRESENTATIVE
        words = tuple(message for message in change.messages if message.role != "customer")
        done = Turn(change.row.id, turn.id, status, memory.specialist, memory.procedure, messages=words)
        actions = tuple(action for result in results if (action := act(result)) is not None)
        done = replace(done, handoff=memory.handoff, pending=change.row.pending, actions=actions)
        return replace(change, turn=done)

    async def _begin_state(self, row: Stored, turn: StoredTurn, text: str) -> TurnState:
        """The turn at its start; the customer's earlier contacts are looked up once in a conversation."""
        look = turn.kind == "message" and not row.memory.acquainted
        known = look and bool(known_as(row.memory.customer)) and not row.memory.partner
        since = turn.at - self._given.remembered
        return TurnState(
            conversation_id=row.id,
            turn_id=turn.id,
            tenant=row.tenant,
            channel=row.channel,
            now=turn.at,
            memory=replace(row.memory, acquainted=row.memory.acquainted or known),
            kind=turn.kind,  # pyright: ignore[reportArgumentType]
            text=text,
            request=turn.request,
            model=self._services.model.turn() if self._services.model else None,
            contacts=await self._store.contacts(row, since, CONTACTS) if known else (),
        )

    async def _walk(self, state: TurnState) -> TurnState:
        start: GraphState = {"turn": state}
        end: Any = await self._graph.ainvoke(start, {"recursion_limit": RECURSION_LIMIT})
        if state.model is not None:
            self._services.count_model(state.model.usage)
        return end["turn"]

    async def _detached(self, work: Coroutine[Any, Any, Turn]) -> Turn:
        """Wait for work that goes on even if the waiting is cut short."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Wait until the turns under way are done; for shutting down."""
        await asyncio.gather(*self._running, return_exceptions=True)


def _model_notes(state: TurnState) -> tuple[Note, ...]:
    """What the language model cost in this turn, and where it was not heeded, belongs to the record."""
    usage = state.model.usage if state.model else None
    if usage is None or not (usage.calls or usage.fallbacks):
        return ()
    rationale = (
        f"The language model was asked {usage.calls} times ({usage.tokens_in + usage.tokens_out} tokens, "
        f"{usage.seconds:.1f} s); it was passed over {usage.fallbacks} times, and {len(usage.findings)} things "
        "that it said were not borne out."
    )
    payload = TypeAdapter(ModelUsage).dump_python(usage, mode="json")
    payload["name"] = state.model.name if state.model else ""
    return (Note(state.conversation_id, state.turn_id, state.tenant, "note", rationale, {"model": payload}),)


def _handoff_note(change: Change, turn_id: TurnId) -> tuple[Note, ...]:
    handoff = change.handoff
    assert handoff is not None
    rationale = f"Handed to {handoff.queue} ({handoff.priority}): {handoff.reason}."
    packet = {"packet": handoff.packet["id"]}
    return (Note(change.row.id, turn_id, change.row.tenant, "handoff", rationale, packet),)
