"""Going on with an earlier conversation's unfinished matter in the present one."""

from dataclasses import dataclass, replace

from agents.procedure import Case
from agents.specialist import Saying
from domain.conversation import Status
from domain.ids import TurnId
from domain.record import Note
from router.ending import closed, written_down
from router.follow_ups.compose import voice_of
from router.follow_ups.delivery import DeliveryDependencies
from router.memory.contact import known_as
from router.memory.state import Memory, TurnState
from router.memory.store import Change, Stored
from router.outcome import pending_of, status_of
from router.services import context_of
from storage.unit_of_work import open_unit

CONTINUED = "continued"


@dataclass(frozen=True, slots=True)
class Takeover:
    """What the earlier conversation becomes when the present turn is kept; both are kept together."""

    turn: TurnState
    left: Change

    def notes(self) -> tuple[Note, Note]:
        """The record's lines here and there; each names the other conversation."""
        here, there = self.turn.conversation_id, self.left.row.id
        begun = Note(here, self.turn.turn_id, self.turn.tenant, "note", f"Goes on with what was begun in {there}.")
        left = Note(there, TurnId(""), self.turn.tenant, "note", f"What was begun here goes on in {here}.")
        return replace(begun, payload={"continues": there}), replace(left, payload={"continued_in": here})


async def take_over(given: DeliveryDependencies, turn: TurnState) -> Takeover | None:
    """Take the unfinished cases and wishes of the conversation that the turn resumes; None where there are none.

    Its lease joins the turn's unit of work, so that nothing happens there meanwhile, and two that want each other's
    wait no longer than any other. What waited there for a yes or a code is withdrawn and is proposed afresh here; what
    waits for a supervisor stays.
    """
    assert turn.resuming is not None
    await open_unit().join(turn.resuming)
    row = await given.store.load(turn.resuming)
    if row is None or not _may_go_on(turn, row) or await given.store.is_busy(row.id):
        return None
    await _withdraw(given, row)
    return Takeover(_taken(turn, row.memory), _left(given, row, turn))


def _may_go_on(turn: TurnState, row: Stored) -> bool:
    """Whether it is the same customer's, is nobody else's to work on, and has something unfinished."""
    customer = known_as(turn.memory.customer)
    mine = row.tenant == turn.tenant and bool(customer) and known_as(row.memory.customer) == customer
    free = row.status is not Status.CLOSED and row.memory.handoff is None and not row.memory.partner
    return mine and free and bool(row.memory.cases or row.memory.wishes)


async def _withdraw(given: DeliveryDependencies, row: Stored) -> None:
    """Drop what waits for the customer there; evidence holds only in the conversation that it was given in."""
    state = TurnState(row.id, TurnId(""), row.tenant, row.channel, given.services.clock(), row.memory)
    for case in row.memory.cases:
        if case.pending is not None:
            context = context_of(state, case.specialist, case.procedure)
            await given.services.gate.withdraw(context, case.pending.id)


def _taken(turn: TurnState, past: Memory) -> TurnState:
    """The present turn with the cases and wishes of the past one; open questions are put again, answers stay given."""
    memory = turn.memory
    memory = replace(
        memory,
        cases=tuple(_unheld(case) for case in past.cases),
        wishes=past.wishes,
        serial=max(memory.serial, past.serial),
        summary=(*past.summary, *memory.summary),
        specialist=past.specialist,
        procedure=past.procedure,
        intent=past.intent,
    )
    return replace(turn, memory=memory, kind="continuation", resuming=None)


def _unheld(case: Case) -> Case:
    return replace(case, asked=0, held=None, pending=None)


def _left(given: DeliveryDependencies, row: Stored, turn: TurnState) -> Change:
    """The earlier conversation without what went on elsewhere: closed, unless something there waits for approval."""
    text = given.services.catalogue.word(Saying("went_on_elsewhere"), voice_of(row, given.services))
    change = written_down(Change(row), given.services, CONTINUED)
    change = change.append_message("system", text, turn.now)
    if not row.memory.parked:
        given.services.metrics.conversation_closed(row.channel)
        return closed(change)
    memory = replace(change.row.memory, cases=(), wishes=(), options=(), identification=None)
    pending = pending_of(memory, ())
    change = replace(change, row=replace(change.row, memory=memory, status=status_of(memory), pending=pending))
    return change.publish("status", {"status": change.row.status.value})
