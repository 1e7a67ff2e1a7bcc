"""Working a case within a turn: begin, advance, hold, delegate, end, come back to what was interrupted."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from agents.handoff.desk_words import DeskWords
from agents.handoff.packet_language import settle
from agents.procedure import Call, Case, Delegate, End, HandOff, Resolved
from agents.progress import Walk
from agents.replay import is_unknown_customer
from agents.specialist import Asked, CaseProgress, Delegated, Finished, Held
from domain.calls import CallResult, Pending
from domain.errors import Conflict
from router.churn import LEAVES, STAY, Offering
from router.corrections import asks_at_length, correct, why_withdrawn
from router.follow_ups.promises import keep_promise
from router.memory.state import MAX_CASES, MAX_WISHES, Ending, Identification, Memory, TurnState, Wish
from router.partners import can_work, foresee_refusal, needs_customer, tell_lack, tell_where, waits_for_consent
from router.services import BoundCaller, Services, context_of
from understanding.acts.plainness import QUESTION
from understanding.language.clauses import split_sentences

RESPOND = "respond"
HANDOFF = "handoff"
IDENTIFY = "identify"
PERMISSIONS = "retention.partner_permissions"
STRANGER = "unknown"
"""The customer of a case that was begun before anybody said who they are; no system knows one of this name."""


class Casework:
    """Carries the present case forward. Every method returns the turn and the name of the node that goes on."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def begin(self, turn: TurnState, wishes: tuple[Wish, ...]) -> tuple[TurnState, str]:
        """Begin the first wish on top of what is under way, and remember the others."""
        turn = leave_offer(turn)
        first, later = wishes[0], (*turn.memory.wishes, *wishes[1:])
        memory = replace(
            turn.memory, wishes=later[:MAX_WISHES], options=(), question="", clarifications=0, identification=None
        )
        turn = turn.remember(memory)
        titles = [self._title(turn, wish.intent) for wish in wishes if can_work(self._services, turn, wish.intent)]
        if len(titles) > 1:
            turn = turn.say("plan", "", steps=titles)
        return self._open(turn, first.intent, first, self._around(turn, first))

    def _around(self, turn: TurnState, wish: Wish) -> dict[str, str]:
        """What a question in the middle of a journey may be about: that journey."""
        current = turn.memory.current
        return {"about": self._title(turn, current.procedure)} if wish.intent == QUESTION and current else {}

    def take_up_offer(self, turn: TurnState) -> tuple[TurnState, str]:
        """Go back to the offer that was not taken; its yes is said, its terms are put to the customer as ever."""
        text = turn.understanding.text if turn.understanding else ""
        return self._open(turn, LEAVES, Wish(LEAVES, text), {"reason": "not_given", "stay": True})

    def _known_to(self, turn: TurnState, procedure: str) -> dict[str, Any]:
        """What a journey about partners has to know: what customers call their companies."""
        return {"companies": dict(self._services.voice(turn).terms.partners)} if procedure == PERMISSIONS else {}

    async def work(self, turn: TurnState) -> tuple[TurnState, str]:
        """Advance the present case as far as it goes."""
        case = turn.memory.current
        if case is None:
            return turn, RESPOND
        procedure = self._services.catalogue.procedure(case.procedure)
        if procedure is None:
            return self._hand_off(turn, HandOff("tool_failure"))
        caller = BoundCaller(self._services, context_of(turn, case.specialist, case.procedure))
        refused = await foresee_refusal(self._services, turn, procedure, caller)
        if refused is not None:
            return self._stopped(turn, refused)
        if waits_for_consent(case):
            case, turn = replace(case, pending=None), turn.say("consent_given")
        if turn.memory.customer is None and needs_customer(turn, procedure):
            return turn, IDENTIFY
        reply = turn.understanding if turn.answering else None
        if turn.answering and turn.understanding is not None:
            case = replace(case, entities=_merged(turn.understanding.entities, case.entities))
        progress = await Walk(procedure, case, caller, turn.turn_id, reply, turn.memory.worked).advance()
        turn = replace(turn, answering=False)
        turn = replace(turn, agreed=progress.agreed or turn.agreed)
        if _asked_anew(case.pending, progress):
            turn = turn.say("rules_changed")
        if _was_agreed(turn.agreed, progress):
            return await self._confirm_agreed(turn, progress)
        return self._stopped(turn, progress)

    async def _confirm_agreed(self, turn: TurnState, progress: CaseProgress) -> tuple[TurnState, str]:
        """The customer said yes to exactly this call when it was offered: that yes is its confirmation."""
        case, held = progress.case, progress.results[-1].pending
        assert held is not None
        with suppress(Conflict):  # another process that died in this turn has recorded it
            await self._services.gate.confirm(context_of(turn, case.specialist, case.procedure), held.id)
        sayings, results = turn.sayings + progress.sayings, turn.results + progress.results
        turn = replace(turn, agreed="", sayings=sayings, results=results)
        return turn.remember(turn.memory.with_current(case)), case.specialist

    def _stopped(self, turn: TurnState, progress: CaseProgress) -> tuple[TurnState, str]:
        """Go on by why the case stopped."""
        before = turn.memory.current.pending if turn.memory.current else None
        failed = [
            result.outcome.error for result in progress.results if result.outcome and not result.outcome.succeeded
        ]
        failures = sum(not is_unknown_customer(error) for error in failed)
        memory = replace(
            turn.memory.with_current(progress.case),
            tool_failures=turn.memory.tool_failures + failures,
        )
        turn = replace(
            turn,
            memory=memory,
            sayings=turn.sayings + progress.sayings,
            results=turn.results + progress.results,
        )
        if progress.case.procedure == STAY and not progress.sayings and isinstance(progress.stop, Finished):
            return turn.remember(replace(turn.memory, cases=turn.memory.cases[:-1])), RESPOND
        if isinstance(progress.stop, Finished):
            turn = tell_lack(turn, progress.results)
        specialist, _, procedure = progress.case.procedure.partition(".")
        turn = turn.remember(replace(turn.memory, specialist=specialist, procedure=procedure))
        match progress.stop:
            case Asked(offers=offered):
                return turn.remember(turn.memory.having_worked(offered)), RESPOND
            case Held():
                return self.hold(turn, progress.results[-1], before)
            case Delegated():
                return self._delegate(turn, progress.stop)
            case Finished():
                return self._end(turn, progress.case, progress.stop.end)

    def hold(self, turn: TurnState, result: CallResult, before: Pending | None = None) -> tuple[TurnState, str]:
        """Put the present case's held call to whoever can give the evidence; `before` is what the case waited with."""
        pending = result.pending
        if pending is None:
            return turn, RESPOND
        if pending.kind == "verify":
            return turn, IDENTIFY
        if pending.kind == "consent":
            return self.after(_park(tell_where(turn, pending, before)))
        if pending.kind == "approve":
            return self.after(_park(turn.say("waiting_for_approval", "", phrase=self._phrase(turn, pending, before))))
        for obligation in result.decision.obligations:
            if obligation.type == "disclose":
                turn = turn.say("disclosure", "", text=obligation.text)
        return turn.say("confirm", "", phrase=pending.summary), RESPOND

    def _delegate(self, turn: TurnState, stop: Delegated) -> tuple[TurnState, str]:
        """Let another procedure do its part with all that is known."""
        parent = turn.memory.cases[-1]
        wish = Wish(stop.procedure, parent.text, parent.entities)
        turn, node = self._open(turn, stop.procedure, wish, {**parent.facts, **stop.facts})
        memory = turn.memory
        later = tuple(wish for wish in memory.wishes if wish.intent != stop.procedure)  # what is done now waits no more
        memory = replace(memory, wishes=later)
        return turn.remember(memory.with_current(replace(memory.cases[-1], delegated=True))), node

    def _open(self, turn: TurnState, procedure: str, wish: Wish, facts: dict[str, Any]) -> tuple[TurnState, str]:
        """Put a new case on the stack."""
        memory = turn.memory
        case = Case(
            procedure=procedure,
            serial=memory.serial + 1,
            customer_id=memory.customer.id if memory.customer else STRANGER,
            locale=memory.locale,
            channel=turn.channel,
            text=wish.text,
            opened_at=turn.now,
            facts={**self._known_to(turn, procedure), **facts},
            opening=wish.entities,
            entities=wish.entities,
        )
        if len(memory.cases) >= MAX_CASES or self._services.catalogue.procedure(procedure) is None:
            return self._hand_off(turn, HandOff("not_understood"))
        memory = replace(memory, cases=(*memory.cases, case), serial=case.serial).having_worked(procedure)
        return replace(turn, memory=memory, answering=False), case.specialist

    def _end(self, turn: TurnState, case: Case, end: End) -> tuple[TurnState, str]:
        """Close a case and go on with whoever waits for its end."""
        self._services.metrics.procedure_ended(case.procedure, end.kind)
        if isinstance(end, HandOff):
            return self._hand_off(turn, end)
        settled = settle(case.procedure, end)
        words = DeskWords(self._services.catalogue, self._services.desk_voice(turn.tenant, turn.memory))
        memory = turn.memory.noted(settled.said(words), settled)
        if not case.delegated:
            memory = replace(memory, parting=memory.parting.ends(Ending(case.procedure, end.kind, end.reply)))
        turn = turn.remember(replace(memory, cases=memory.cases[:-1]))
        turn = keep_promise(turn, case, end) if isinstance(end, Resolved) else turn
        memory = turn.memory
        if case.delegated and memory.cases:
            parent = memory.cases[-1]
            data = {"kind": end.kind, "reply": end.reply, "facts": end.facts}
            parent = parent.took(Delegate(case.procedure), "ended", data)
            return turn.remember(memory.with_current(parent)), parent.specialist
        turn, node = self.after(turn)
        if node == RESPOND and isinstance(end, Resolved) and Offering(turn.memory, turn.handoff is not None).is_due:
            return self._open(turn, STAY, Wish(STAY, ""), {})
        return turn, node

    def after(self, turn: TurnState) -> tuple[TurnState, str]:
        """What comes once a case is out of the way: the one it interrupted, the next wish, or the reply."""
        memory = turn.memory
        if memory.current is not None:
            turn = turn.say("resume_topic", "", topic=self._title(turn, memory.current.procedure))
            return turn.remember(memory.with_current(replace(memory.current, asked=0))), memory.current.specialist
        if memory.wishes:
            wish, rest = memory.wishes[0], memory.wishes[1:]
            turn = turn.remember(replace(memory, wishes=rest))
            turn = turn.say("next_topic", "", topic=self._title(turn, wish.intent))
            return self._open(turn, wish.intent, wish, {})
        return turn, RESPOND

    async def confirm(self, turn: TurnState, wishes: tuple[Wish, ...]) -> tuple[TurnState, str]:
        """The customer said yes to exactly what is pending."""
        turn = queued(turn, wishes)
        case = turn.memory.current
        if case is None or case.pending is None:
            return turn, RESPOND
        try:
            await self._services.gate.confirm(context_of(turn, case.specialist, case.procedure), case.pending.id)
        except Conflict:  # also where another process that died in this turn has confirmed: then nothing is asked again
            turn = turn.say("confirmation_expired") if case.pending.is_expired(turn.now) else turn
        return turn, case.specialist

    async def withdraw(self, turn: TurnState, wishes: tuple[Wish, ...]) -> tuple[TurnState, str]:
        """The customer said no to what is pending, corrected it, or took back what waits for a supervisor."""
        memory = replace(turn.memory, identification=None)
        if (memory.current is None or memory.current.pending is None) and memory.parked:
            memory = replace(memory, cases=(*memory.cases, *memory.parked[-1]), parked=memory.parked[:-1])
        turn, case = turn.remember(memory), memory.current
        if case is None or case.pending is None:
            return queued(turn, wishes), RESPOND
        if waits_for_consent(case):
            rest = replace(memory, cases=memory.cases[:-1])
            return self.after(queued(turn.remember(rest), wishes).say("withdrawn"))
        await self._services.gate.withdraw(context_of(turn, case.specialist, case.procedure), case.pending.id)
        corrected = self._corrected(case, turn)
        if corrected is not None:
            turn = queued(turn, wishes) if _says_more(turn) else turn
            return turn.remember(turn.memory.with_current(corrected)), case.specialist
        turn = queued(turn, wishes)
        return self.refuse(turn, "customer", why_withdrawn(turn)), case.specialist

    def refuse(self, turn: TurnState, by: str, reason: str = "") -> TurnState:
        """Let the present case know that its call was taken back or rejected."""
        case = turn.memory.cases[-1]
        if case.held is None:
            return turn
        step = Call(case.held.tool, **case.held.arguments)
        case = case.took(step, "withdrawn", {"by": by, "reason": reason})
        return turn.remember(turn.memory.with_current(case))

    def _corrected(self, case: Case, turn: TurnState) -> Case | None:
        """The case with what the customer's words correct, if they correct anything."""
        procedure = self._services.catalogue.procedure(case.procedure)
        return correct(procedure.function, case, turn.understanding) if procedure and turn.understanding else None

    async def mend(self, turn: TurnState) -> tuple[TurnState, str] | None:
        """The customer corrected a value of what is pending: it is taken back, and put anew with what was meant."""
        case, heard = turn.memory.current, turn.understanding
        if case is None or case.pending is None or case.pending.kind not in ("confirm", "verify") or heard is None:
            return None
        mended = None if asks_at_length(heard) else self._corrected(case, turn)
        if mended is None:
            return None
        await self._services.gate.withdraw(context_of(turn, case.specialist, case.procedure), case.pending.id)
        return turn.remember(replace(turn.memory.with_current(mended), identification=None)), case.specialist

    async def approval(self, turn: TurnState) -> tuple[TurnState, str]:
        """A supervisor decided: bring the case back that waited for it."""
        for chain in turn.memory.parked:
            pending = chain[-1].pending
            if pending is not None and pending.id == turn.request["id"]:
                rest = tuple(other for other in turn.memory.parked if other is not chain)
                turn = turn.remember(replace(turn.memory, cases=(*turn.memory.cases, *chain), parked=rest))
                if turn.request["approved"]:
                    holds = pending.policy_revision == self._services.judge.revision
                    return turn.say("approved_done") if holds else turn, chain[-1].specialist
                return self.refuse(turn, "supervisor", turn.request["reason"]), chain[-1].specialist
        return turn, RESPOND

    def restart(self, turn: TurnState) -> tuple[TurnState, str]:
        """Begin the present case anew for the customer who is known now; what was said so far stays known."""
        case = turn.memory.current
        customer = turn.memory.customer
        if case is None or customer is None:
            return self.after(turn)
        if case.customer_id != customer.id:
            case = replace(case, customer_id=customer.id, history=(), asked=0, held=None, pending=None)
        return turn.remember(turn.memory.with_current(case)), case.specialist

    def _hand_off(self, turn: TurnState, end: HandOff) -> tuple[TurnState, str]:
        return replace(turn, handoff=end), HANDOFF

    def _phrase(self, turn: TurnState, pending: Pending, before: Pending | None = None) -> str:
        """What the call will do: as the customer confirmed it, else from its arguments alone.

        An approval's own summary is in the supervisors' words; what was disclosed just now need not be said twice.
        """
        if before is not None and before.kind == "confirm" and before.arguments_digest == pending.arguments_digest:
            return before.summary
        voice = self._services.voice(turn)
        return self._services.catalogue.phrase(pending.tool, pending.arguments, {}, voice)

    def _title(self, turn: TurnState, procedure: str) -> str:
        return self._services.catalogue.title(procedure, self._services.voice(turn))


def _says_more(turn: TurnState) -> bool:
    """Whether there is more than the one sentence in which something was corrected."""
    return turn.understanding is not None and len(split_sentences(turn.understanding.text)) > 1


def leave_offer(turn: TurnState) -> TurnState:
    """Let go of an offer that nobody asked for and nobody took up: it is not put again."""
    memory = turn.memory
    if memory.current is None or not memory.current.offering:
        return turn
    return turn.remember(replace(memory, cases=memory.cases[:-1]))


def _was_agreed(agreed: str, progress: CaseProgress) -> bool:
    """Whether a call waits for nothing but the yes that the customer gave when it was offered."""
    held = progress.case.held
    if not agreed or held is None or not isinstance(progress.stop, Held) or progress.stop.pending.kind != "confirm":
        return False
    tells_more = any(each.type == "disclose" for each in progress.results[-1].decision.obligations)
    return not tells_more and Call(held.tool, **held.arguments).fingerprint == agreed


def _asked_anew(before: Pending | None, progress: CaseProgress) -> bool:
    """Whether the very call that was held is held again because the policy's bundle changed meanwhile."""
    held = progress.results[-1].pending if progress.results and isinstance(progress.stop, Held) else None
    if before is None or held is None or held.tool != before.tool:
        return False
    return held.arguments_digest == before.arguments_digest and held.policy_revision != before.policy_revision


def queued(turn: TurnState, wishes: tuple[Wish, ...]) -> TurnState:
    """Remember wishes for later."""
    known = {wish.intent for wish in turn.memory.wishes}
    later = (*turn.memory.wishes, *(wish for wish in wishes if wish.intent not in known))
    return turn.remember(replace(turn.memory, wishes=later[:MAX_WISHES]))


def _merged(new: tuple[Any, ...], old: tuple[Any, ...]) -> tuple[Any, ...]:
    """What was named just now goes before what was named earlier, kind by kind."""
    kinds = {entity.kind for entity in new}
    return (*new, *(entity for entity in old if entity.kind not in kinds))


def _park(turn: TurnState) -> TurnState:
    """Set the present case, with those that wait for its end, aside until a supervisor decides."""
    cases = turn.memory.cases
    start = len(cases) - 1
    while start > 0 and cases[start].delegated:
        start -= 1
    memory = replace(turn.memory, cases=cases[:start], parked=(*turn.memory.parked, cases[start:]))
    return turn.remember(memory)


def put_once_more(turn: TurnState) -> TurnState:
    """Put what is pending in the words of the first time, after a question about it was answered."""
    case = turn.memory.current
    return turn.say("confirm", "", phrase=case.pending.summary) if case and case.pending else turn


def remind(turn: TurnState) -> TurnState:
    """Put what is pending once more."""
    case = turn.memory.current
    if case is None or case.pending is None:
        return turn
    return turn.say("ask_yes_or_no", "", phrase=case.pending.summary)


def identification_for(memory: Memory) -> Identification:
    """Where to begin: a known customer gets a code, an unknown one is asked who they are."""
    if memory.customer is None:
        return Identification("who")
    return Identification("code", memory.customer.id)
