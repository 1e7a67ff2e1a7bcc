"""One turn of a conversation: locked, run through the graph, stored, told."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import uuid4

import structlog
from pydantic import TypeAdapter

from agents.language_model import ModelUsage
from agents.specialist import Saying
from agents.wording import Voice
from domain.caller import Caller
from domain.conversation import Status, Turn
from domain.digest import digest
from domain.errors import Conflict, NotFound, SwitchboardError
from domain.ids import ConversationId, PendingId, TurnId
from domain.record import Note
from router.carried import CarriedCalls
from router.churn import note_churn
from router.contacts.contact import known_as
from router.contacts.takeover import Takeover, take_over
from router.follow_ups.delivery import Deliveries, Means
from router.graph import RECURSION_LIMIT, TurnGraph
from router.manners import manner_of
from router.outcome import act, conclude
from router.services import context_of
from router.state import GraphState, TurnKind, TurnState
from router.store import Change, Stored, StoredTurn
from understanding.screening.secrets import screen, without_codes

log = structlog.get_logger()
CONTACTS = 5
"""So many earlier contacts are looked at, those with the newest words."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A customer's message as the channel sent it; the same id with the same text is the same turn."""

    client_message_id: str
    text: str


class Turns:
    """Runs turns, one at a time per conversation. A turn that was begun is finished even if nobody waits for it."""

    def __init__(self, graph: TurnGraph, means: Means) -> None:
        self.deliveries = Deliveries(means)
        self._graph = graph
        self._means = means
        self._services = means.services
        self._store = means.store
        self._locks = means.locks
        self._feed = means.feed
        self._carrier = CarriedCalls(means.services)
        self._running: set[asyncio.Task[Turn]] = set()

    async def take(self, caller: Caller, conversation_id: ConversationId, incoming: Incoming) -> Turn:
        """Answer a customer's message.

        Raises:
            NotFound: no such conversation in the caller's tenant.
            Conflict: the message id was used with other text, or the conversation is closed.
        """
        return await self._detached(self._take(caller, conversation_id, incoming))

    async def _take(self, caller: Caller, conversation_id: ConversationId, incoming: Incoming) -> Turn:
        async with self._locks.hold(conversation_id):
            found, turn = await self._store.recall(conversation_id, incoming.client_message_id)
            row = _own(caller, conversation_id, found)
            spelling = spell(incoming.text)
            if turn is not None and turn.request.get("spelling") != spelling:
                raise Conflict("client_message_id was already used with another text")
            if turn is not None and turn.result is not None:
                return turn.result
            if row.status is Status.CLOSED:
                raise Conflict("this conversation is closed")
            request = {"spelling": spelling}
            shown = _shown(row, incoming.text)
            turn = turn or await self._begin(row, incoming.client_message_id, "message", shown, request)
            return await self._run(row, turn, incoming.text)

    async def hand_off(self, caller: Caller, conversation_id: ConversationId, reason: str) -> Turn:
        """Give the conversation to a person at once.

        Raises:
            NotFound: no such conversation in the caller's tenant.
            Conflict: the conversation is closed.
        """
        return await self._detached(self._special(caller, conversation_id, "handoff", {"reason": reason}))

    async def approval_decided(
        self, caller: Caller, conversation_id: ConversationId, pending_id: PendingId, *, approved: bool, reason: str
    ) -> Turn:
        """Go on with the case that waited for this approval."""
        request = {"id": pending_id, "approved": approved, "reason": reason}
        return await self._detached(self._special(caller, conversation_id, "approval", request))

    async def suggestion_accepted(
        self, caller: Caller, conversation_id: ConversationId, carried: dict[str, Any]
    ) -> Turn:
        """Have a suggested call made in the name of the representative who accepted it, `carried` says which.

        Raises:
            NotFound: no such conversation in the caller's tenant.
            Conflict: the conversation is closed, or is not the representative's any more.
        """
        return await self._detached(self._special(caller, conversation_id, "proposal", carried))

    async def _special(
        self, caller: Caller, conversation_id: ConversationId, kind: TurnKind, request: dict[str, Any]
    ) -> Turn:
        """A turn without words of the customer."""
        async with self._locks.hold(conversation_id):
            row = await self.find(caller, conversation_id)
            if row.status is Status.CLOSED:
                raise Conflict("this conversation is closed")
            if kind == "proposal":
                await self._see_claimed(row, request["by"])
            named = request.get("id") or request.get("suggestion") or uuid4().hex
            turn = await self._begin(row, f"{kind}:{named}", kind, "", request)
            return turn.result or await self._run(row, turn, "")

    async def _see_claimed(self, row: Stored, by: str) -> None:
        """See, under the conversation's lock, that nobody released it since the representative decided."""
        handoff = await self._store.handoff(row.id)
        if row.memory.handoff is None or handoff is None or (handoff.state, handoff.claimed_by) != ("claimed", by):
            raise Conflict(f"claim {row.id} first")

    async def finish_interrupted(self) -> int:
        """Run the turns again that a crash interrupted; what they already did is not done twice. Returns how many."""
        turns = await self._store.unfinished()
        for turn in turns:
            async with self._locks.hold(turn.conversation_id):
                row = await self._store.load(turn.conversation_id)
                if row is None:
                    continue
                try:
                    await self._run(row, turn, turn.text)
                except SwitchboardError as error:
                    log.warning("turn_not_recovered", turn=turn.id, error=str(error))
        return len(turns)

    async def find(self, caller: Caller, conversation_id: ConversationId) -> Stored:
        """The conversation's row, if it is the caller's tenant's.

        Raises:
            NotFound: unknown, or another tenant's.
        """
        return _own(caller, conversation_id, await self._store.load(conversation_id))

    async def withdraw_all(self, row: Stored) -> None:
        """Drop every pending action of a conversation, for good."""
        state = TurnState(row.id, TurnId(""), row.tenant, row.channel, self._services.clock(), row.memory)
        for case in (*row.memory.cases, *(case for chain in row.memory.parked for case in chain)):
            if case.pending is not None:
                context = context_of(state, case.specialist, case.procedure)
                await self._services.gate.withdraw(context, case.pending.id)
        await self.withdraw_carried(row)

    async def withdraw_carried(self, row: Stored) -> None:
        """Drop what a representative was having made, for good."""
        carried = row.memory.carried
        if carried is not None and carried.pending is not None:
            state = TurnState(row.id, TurnId(""), row.tenant, row.channel, self._services.clock(), row.memory)
            await self._services.gate.withdraw(context_of(state, "handoff"), carried.pending.id)

    async def _begin(
        self, row: Stored, client_message_id: str, kind: TurnKind, text: str, request: dict[str, Any]
    ) -> StoredTurn:
        """Write the turn down before anything is done for it."""
        turn_id = TurnId(f"T-{uuid4().hex[:20]}")
        turn = StoredTurn(turn_id, row.id, client_message_id, text, kind, self._services.clock(), request)
        return await self._store.begin_turn(turn, row.messages)

    async def _run(self, row: Stored, turn: StoredTurn, text: str) -> Turn:
        """Run a turn and keep it; those who listen hear that somebody is at work, and if it broke off."""
        carried = self._carrier.concerns(row, turn)
        person = carried or (row.memory.handoff is not None and turn.kind != "approval")
        if not person:
            self._feed.tell_work(row.id, turn.id, row.status, working=True)
        try:
            return await self._run_and_keep(row, turn, text, person)
        except BaseException:
            self._feed.tell_work(row.id, turn.id, row.status, working=False)
            raise

    async def _run_and_keep(self, row: Stored, turn: StoredTurn, text: str, person: bool) -> Turn:
        """Run the graph, unless a person has the conversation, and keep what came of it with the turn's record."""
        change = Change(row)
        if turn.kind == "message":
            change = change.utter("customer", turn.text, turn.at)
        if person:
            return await self._keep(await self._with_person(change, turn, text), turn, ())
        return await self._work(change, turn, text)

    async def _work(self, change: Change, turn: StoredTurn, text: str) -> Turn:
        """Run the graph; where the customer goes on with an earlier conversation, run on with what was left there."""
        async with AsyncExitStack() as locks:
            state = await self._walk(await self._begin_state(change.row, turn, text))
            taken = await take_over(locks, self._means, state) if state.resuming else None
            if taken is not None:
                state = await self._walk(taken.turn)
            elif state.resuming:
                state = await self._walk(replace(state.say("nothing_to_continue"), kind="continuation", resuming=None))
            notes = (*_model_notes(state), *note_churn(change.row.memory, state))
            done = await self._keep(conclude(change, state, turn), turn, notes, taken)
            if taken is not None:
                await self._services.gate.flush(taken.left.row.id, taken.notes()[1:])
                await self.deliveries.carry_out_of(taken.left.row.id)
                self._feed.wake(taken.left.row.id)
        return done

    async def _keep(
        self, change: Change, turn: StoredTurn, notes: tuple[Note, ...], taken: Takeover | None = None
    ) -> Turn:
        """Keep a turn with its record, all or nothing; then see to what it owes at once."""
        if change.handoff is not None:
            notes += _handoff_note(change, turn)
        if taken is not None:
            notes += taken.notes()[:1]
        changes = (change,) if taken is None else (change, taken.left)
        await self._services.gate.flush(change.row.id, notes, partial(self._store.write_all, changes=changes))
        self._feed.wake(change.row.id)
        if any(owed.due_at <= turn.at for owed in change.follow_ups):
            await self.deliveries.carry_out_of(change.row.id)
        assert change.turn is not None
        return change.turn

    async def _with_person(self, change: Change, turn: StoredTurn, text: str) -> Change:
        """The customer talks to a person: the words are passed on, and no specialist answers.

        While nobody has claimed the conversation, the customer hears that it is not forgotten.
        """
        memory = change.row.memory.heard("customer", turn.text) if turn.kind == "message" else change.row.memory
        handoff = await self._store.handoff(change.row.id)
        if handoff is not None and handoff.state == "queued":
            waits = self._services.catalogue.word(Saying("still_with_person"), Voice(memory.locale))
            change = self._services.tell(change, "system", waits, turn.at)
        change = replace(change, row=replace(change.row, memory=memory))
        change, results = await self._carrier.take(change, turn, text)
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
        since = turn.at - self._means.remembered
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


def _handoff_note(change: Change, turn: StoredTurn) -> tuple[Note, ...]:
    handoff = change.handoff
    assert handoff is not None
    rationale = f"Handed to {handoff.queue} ({handoff.priority}): {handoff.reason}."
    packet = {"packet": handoff.packet["id"]}
    return (Note(change.row.id, turn.id, change.row.tenant, "handoff", rationale, packet),)


def spell(text: str) -> str:
    """What tells one message from another under the same id, without keeping secrets that are in it."""
    return digest(without_codes(screen(text).text))


def _own(caller: Caller, conversation_id: ConversationId, row: Stored | None) -> Stored:
    if row is None or row.tenant != caller.tenant:
        raise NotFound(f"no conversation {conversation_id}")
    return row


def _shown(row: Stored, text: str) -> str:
    """The message as it may be kept: without secrets, and without the code that was asked for.

    A secret that shows only once the words are read as the channel means them is taken out of that reading.
    """
    shown = screen(text, row.memory.digits)
    fresh = manner_of(row.channel).hear(text)
    heard = shown if fresh == text else screen(fresh, row.memory.digits)
    who = row.memory.identification
    if who is not None and who.stage == "code":
        return without_codes(heard.text)
    return shown.text if set(heard.kinds) <= set(shown.kinds) else heard.text
