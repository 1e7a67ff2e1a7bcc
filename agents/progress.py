"""Carrying a case forward: taking its steps until it must wait, delegate or end."""

from dataclasses import asdict, replace

from agents.answers import chooses_any, declines, find_answer, is_unsure, takes_back, tells_more
from agents.procedure import BARRED, Ask, Call, Case, Consider, Declined, Delegate, End, HandOff, Resolved, Say, Step
from agents.replay import ProcedureBroken, answer_anew, next_step
from agents.specialist import Asked, CaseProgress, Delegated, Finished, Held, Procedure, Saying, Stop, ToolCaller
from domain.approval import ALREADY_WAITING
from domain.calls import CallResult, ToolCall
from domain.decision import Effect
from domain.ids import CallId, TurnId
from domain.understanding import Understanding

MAX_STEPS = 60
"""Steps of one case in one turn; a procedure that takes more is broken."""
MAX_ASKED = 2
"""How often a question is put before a person takes over."""
FACT_AGAIN = "does_it_work"
"""The reply that asks once more how it is, without what was said around the question."""

SYSTEM_DOWN = frozenset({"gate/facts_unavailable", "gate/tool_unavailable"})
"""The gate's rules where a system that a call needs does not answer, so that nothing was done."""
DIAL = "autonomy/"
"""Rules of the autonomy dial: what they hand over is within the limits, but held back by operators."""


class Walk:
    """One turn's walk along one case. Used once.

    `reply` is the customer's message where it answers the question that the case waits with. `worked` are the
    procedures that the conversation worked or offered before: none of them is offered again.
    """

    def __init__(
        self,
        procedure: Procedure,
        case: Case,
        caller: ToolCaller,
        turn_id: TurnId,
        reply: Understanding | None,
        worked: tuple[str, ...] = (),
    ) -> None:
        self._worked = worked
        self._procedure = procedure
        self._case = case
        self._caller = caller
        self._turn_id = turn_id
        self._reply = reply if case.asked else None
        self._sayings: list[Saying] = []
        self._results: list[CallResult] = []
        self._agreed = ""

    async def advance(self) -> CaseProgress:
        """Take steps until the case waits, delegates or ends; a broken procedure ends in a handoff."""
        stop: Stop | None = None
        try:
            for _ in range(MAX_STEPS):
                step = next_step(self._procedure.function, self._case)
                stop = await self._take(step)
                if stop is not None:
                    break
        except ProcedureBroken:
            stop = Finished(HandOff("tool_failure"))
        return CaseProgress(
            self._case,
            tuple(self._sayings),
            tuple(self._results),
            stop or Finished(HandOff("tool_failure")),
            self._agreed,
        )

    async def _take(self, step: Step | End) -> Stop | None:
        """Take one step; say why to stop, None to go on."""
        match step:
            case Call():
                return await self._call(step)
            case Consider():
                return await self._consider(step)
            case Ask():
                return self._offer(step)
            case Say():
                if not self._bars(step.needs):
                    self._say(step.reply, step.facts)
                self._case = self._case.took(step, "value")
                return None
            case Delegate():
                return self._delegate(step)
            case Resolved() | Declined() | HandOff():
                if step.reply:
                    self._say(step.reply, step.facts)
                return Finished(step)

    def _offer(self, step: Ask) -> Stop | None:
        """Put a question as far as what it offers is for whoever asks."""
        if self._bars(step.needs):
            self._case = self._case.took(step, "value", None)
            return None
        if self._bars(step.begins):
            self._say(step.reply, step.facts)
            return Finished(Declined(""))
        step.choices = tuple(each for each in step.choices if not self._bars(each.needs))
        return self._ask(step)

    def _bars(self, name: str) -> bool:
        """Whether whoever asks may not have this procedure or tool."""
        return bool(name) and self._caller.bars(name)

    def _delegate(self, step: Delegate) -> Stop | None:
        """Let the other procedure do its part, but for one that the journey spares whoever may not have it."""
        if not (step.spared and self._bars(step.procedure)):
            return Delegated(step.procedure, step.facts)
        self._case = self._case.took(step, "ended", asdict(BARRED))
        return None

    def _say(self, reply: str, facts: dict[str, object]) -> None:
        self._sayings.append(Saying(reply, dict(facts), self._procedure.name))

    async def _call(self, step: Call) -> Stop | None:
        """Propose the call and read what became of it into the case."""
        if self._caller.withholds(step.tool):
            self._case = self._case.took(step, "refused", {"rules": [], "message": ""})
            return None
        call = self._identified(step)
        result = await self._caller.call(call)
        self._results.append(result)
        if result.pending is not None:
            self._case = replace(self._case, held=call, pending=result.pending)
            return Held(result.pending)
        if result.outcome is None:
            return self._turned_down(step, result)
        if result.outcome.succeeded:
            self._case = self._case.took(step, "value", result.outcome.data)
        else:
            down = bool(SYSTEM_DOWN & set(result.decision.rules))
            known = {"uncertain": result.outcome.uncertain, "down": down}
            told = {name: True for name, so in known.items() if so}
            self._case = self._case.took(step, "failed", {"error": result.outcome.error, **told})
        return None

    async def _consider(self, step: Consider) -> Stop | None:
        """Learn whether the customer's yes would do for a call."""
        call = ToolCall(self._next_id(), step.tool, step.arguments)
        decision = await self._caller.consider(call, step.procedure)
        self._case = self._case.took(step, "value", decision.effect is Effect.ALLOW)
        return None

    def _turned_down(self, step: Call, result: CallResult) -> Stop | None:
        """A denial is the procedure's to answer; a handoff is not."""
        if result.decision.effect == "handoff":
            held_back = all(rule.startswith(DIAL) for rule in result.decision.rules)
            return Finished(HandOff("held_back" if held_back else "policy_limit"))
        if ALREADY_WAITING in result.decision.rules:
            self._case = self._case.took(step, "withdrawn", {"by": "switchboard", "reason": ALREADY_WAITING})
            return None
        data = {"rules": list(result.decision.rules), "message": result.decision.rationale}
        self._case = self._case.took(step, "refused", data)
        return None

    def _identified(self, step: Call) -> ToolCall:
        """The same proposal keeps its id over retries, and while it waits for evidence."""
        held = self._case.held
        if held is not None and held.tool == step.tool and held.arguments == step.arguments:
            return held
        return ToolCall(self._next_id(), step.tool, step.arguments)

    def _next_id(self) -> CallId:
        return CallId(f"{self._turn_id}/{self._case.serial}/{len(self._case.history)}")

    def _ask(self, step: Ask) -> Stop | None:
        """Take the answer that is there, or put the question; after two misses a person takes over."""
        reply, self._reply = self._reply, None
        if step.slot in self._case.facts:
            self._case = self._case.took(step, "value", self._case.facts[step.slot])
            return None
        if reply is not None and step.explained and reply.puzzled and self._case.asked <= MAX_ASKED:
            self._say(step.explained, step.facts)
            return self._put(step)
        known = (reply.entities if reply else ()) if step.afresh else self._case.entities
        answer = find_answer(step, known, reply)
        if answer is not None:
            if step.proposes is not None and answer.value is True and reply is not None:
                self._agreed = step.proposes.fingerprint
            left = tuple(entity for entity in self._case.entities if entity not in answer.used)
            self._case = replace(self._case.took(step, "value", answer.value), entities=left)
            return None
        if step.offers in self._worked and reply is None:
            self._case = self._case.took(step, "value", None)
            return None
        if reply is not None:
            return None if self._corrects(reply) else self._missed(step, reply)
        return self._put(step)

    def _missed(self, step: Ask, reply: Understanding) -> Stop | None:
        """The reply did not answer: let go, or ask once more, or give up."""
        again = step.factual and tells_more(reply)
        if (reply.puzzled or not reply.legible or again) and self._case.asked < MAX_ASKED:
            if not reply.legible:
                self._say("not_understood", {})
            return self._put(step, FACT_AGAIN if again else "")
        if step.missed and self._is_missed(step, reply):
            return self._put_again(step, reply)
        if step.optional and not takes_back(step, reply) and not self._lets_it_be(step, reply):
            self._case = self._case.took(step, "value", False if step.offers else None)
            return None
        if takes_back(step, reply) or declines(step, reply):
            self._case = self._case.took(step, "withdrawn", {"by": "customer"})
            return None
        if self._case.asked >= MAX_ASKED:
            return Finished(HandOff("not_understood"))
        self._say("not_sure" if is_unsure(reply.text) else "no_answer_yet", {})
        return self._put(step)

    def _corrects(self, reply: Understanding) -> bool:
        """Whether the reply gives an earlier question another answer ("no, four"): the case goes on from there."""
        if reply.answer != "no" and reply.act not in ("correction", "change_of_mind"):
            return False
        history = answer_anew(self._procedure.function, self._case, reply)
        if history is None:
            return False
        self._case = replace(self._case, history=history, entities=reply.entities, asked=0)
        return True

    def _is_missed(self, step: Ask, reply: Understanding) -> bool:
        """Whether an optional question is put once more: the answer is none, and no plain no or `I do not know`."""
        if is_unsure(reply.text) or chooses_any(reply) or takes_back(step, reply):
            return False
        return self._case.asked <= MAX_ASKED and not declines(step, reply)

    def _lets_it_be(self, step: Ask, reply: Understanding) -> bool:
        """Whether a no to a question without choices is a no to it all: `no, leave it as it is`."""
        return bool(step.missed) and not step.choices and declines(step, reply)

    def _put_again(self, step: Ask, reply: Understanding) -> Stop:
        missing = reply.first("no_such_day")
        if missing is not None and "date" in step.kinds:
            self._say("no_such_day", {"said": missing.text})
        else:
            self._say(step.missed, {})
        return self._put(step)

    def _put(self, step: Ask, reply: str = "") -> Stop:
        """Put the question to the customer, in the words of this `reply` where it is given."""
        choices = [
            {"value": each.value, "label": each.label, "date": each.date, "time": each.time} for each in step.choices
        ]
        self._say(reply or step.reply, {**step.facts, "choices": choices})
        question = {"slot": step.slot, "kinds": list(step.kinds), "choices": [each.value for each in step.choices]}
        question["shown"] = [{"name": each.label, **each.shown} for each in step.choices]
        self._case = replace(self._case, asked=self._case.asked + 1, question=question, offering=step.offers)
        return Asked(step.slot, step.offers)
