"""The language model's part in a turn: it understands, works on the long tail and words; it never has the last word."""

from dataclasses import replace
from typing import Any

from agents.language_model import Assignment, LoopResult, ModelTurn
from agents.procedure import Case, HandOff
from agents.proposed_call import NAME as PROPOSED_CALL
from agents.reply_checks import Evidence
from agents.specialist import Saying
from domain.calls import CallResult, ToolCall
from domain.conversation import Message
from domain.errors import ModelUnavailable
from domain.ids import CallId, MessageId
from domain.understanding import Understanding
from router.casework import HANDOFF, RESPOND, Casework
from router.services import Services, context_of
from router.state import Memory, TurnState

SMALL_TALK = {
    "human": "wants to talk to a person",
    "out_of_scope": "nothing for this service desk",
    "greeting": "only greets",
    "thanks": "only thanks",
    "goodbye": "only says goodbye",
    "are_you_human": "asks whether this is a person or a machine",
}
"""What the intents mean that are no procedure's."""
FIXED = ("confirm", "ask_yes_or_no", "disclosure")
"""Replies whose exact words matter: they are never worded anew."""


class SecondBrain:
    """Everything that a configured language model adds; where it fails, the first brain's work stands."""

    def __init__(self, services: Services, casework: Casework) -> None:
        self._services = services
        self._casework = casework
        self._candidates = self._describe_intents()

    async def read(self, turn: TurnState, heard: Understanding) -> Understanding:
        """The message as the model reads it, within what rules allow; as it was read already where the model fails.

        A yes stays a yes only if the model has no doubt. Codes are not shown to it.
        """
        who = turn.memory.identification
        if turn.model is None or not heard.text.strip() or (who is not None and who.stage == "code"):
            return heard
        recent = [text for _, text in turn.memory.window]
        try:
            reading = await turn.model.understand(heard.text, self._candidates, recent, turn.memory.locale)
        except ModelUnavailable:
            return heard
        return replace(
            heard,
            intents=reading.intents or heard.intents,
            locale=reading.locale,
            sentiment=min(reading.sentiment, heard.sentiment),
            wants_person=heard.wants_person or reading.wants_person,
            answer="other" if heard.answer == "yes" and reading.veto_yes else heard.answer,
        )

    def fits(self, turn: TurnState) -> bool:
        """Whether there is a model that may work on what no procedure covers."""
        return turn.model is not None and self._specialist(turn) in self._services.offers

    async def work(self, turn: TurnState) -> tuple[TurnState, str]:
        """Let the model work on the long tail with one specialist's tools.

        Raises:
            ModelUnavailable: nothing was proposed and nothing can be said.
        """
        specialist = self._specialist(turn)
        model: ModelTurn | None = turn.model
        if model is None:
            raise ModelUnavailable("no model is configured")
        count = 0

        async def propose(tool: str, arguments: dict[str, Any]) -> CallResult:
            nonlocal count
            count += 1
            call = ToolCall(CallId(f"{turn.turn_id}/model/{count}"), tool, arguments)
            return await self._services.gate.call(context_of(turn, specialist), call)

        done = await model.work(self._assignment(turn, specialist), propose)
        memory = replace(turn.memory, specialist=specialist, procedure="", clarifications=0, options=())
        return self._after(replace(turn, memory=memory, results=turn.results + done.results), specialist, done)

    def _after(self, turn: TurnState, specialist: str, done: LoopResult) -> tuple[TurnState, str]:
        """Go on by how the loop ended."""
        if done.end == "replied":
            return turn.say("model_reply", "", text=done.reply), RESPOND
        if done.end == "held" and done.pending is not None:
            return self._casework.hold(turn.remember(_holding(turn, specialist, done)), done.results[-1])
        if done.end == "handoff":
            return replace(turn, handoff=HandOff("policy_limit")), HANDOFF
        if done.end == "refused":
            return turn.say("refused", "", message=""), RESPOND
        return replace(turn, handoff=HandOff("not_understood")), HANDOFF

    async def word(self, turn: TurnState, saying: Saying, draft: str) -> str:
        """A procedure's reply in the brand's tone; the draft where exact words matter or the model fails."""
        specialist = self._services.catalogue.specialists.get(saying.procedure.partition(".")[0])
        if turn.model is None or specialist is None or saying.reply in FIXED:
            return draft
        return await turn.model.word(draft, self._evidence(turn, saying.facts), specialist.prompt)

    def _assignment(self, turn: TurnState, specialist: str) -> Assignment:
        customer = turn.memory.customer
        window = tuple(
            Message(MessageId(str(number)), role, text, turn.now)  # pyright: ignore[reportArgumentType]
            for number, (role, text) in enumerate(turn.memory.window)
        )
        facts = {"customer_id": customer.id} if customer else {}
        return Assignment(
            prompt=self._services.catalogue.specialists[specialist].prompt,
            tools=self._services.offers[specialist],
            window=window,
            evidence=self._evidence(turn, facts),
            facts=facts,
        )

    def _evidence(self, turn: TurnState, facts: dict[str, Any]) -> Evidence:
        """What words may rest on in this turn."""
        succeeded = [result for result in turn.results if result.outcome is not None and result.outcome.succeeded]
        voice = self._services.voice(turn)
        return Evidence(
            tool_results=(facts, *(result.outcome.data for result in succeeded if result.outcome)),
            customer_words=tuple(text for role, text in turn.memory.window if role == "customer"),
            locale=voice.locale,
            performed=frozenset(result.call.tool for result in succeeded),
            timezone=voice.timezone,
            today=turn.now.date(),
        )

    def _specialist(self, turn: TurnState) -> str:
        """Whose tools fit best: by what the message most likely is about, else who worked last."""
        intents = turn.understanding.intents if turn.understanding else ()
        likely = [intent.name.partition(".")[0] for intent in intents if "." in intent.name]
        return likely[0] if likely else turn.memory.specialist

    def _describe_intents(self) -> dict[str, str]:
        procedures = {
            name: procedure.text.partition("\n")[0]
            for specialist in self._services.catalogue.specialists.values()
            for name, procedure in specialist.procedures.items()
            if name != "handoff.talk_to_person"
        }
        return {**procedures, **SMALL_TALK}


def _holding(turn: TurnState, specialist: str, done: LoopResult) -> Memory:
    """The memory with a case that waits with the model's held call."""
    held = done.results[-1]
    memory = turn.memory
    case = Case(
        procedure=f"{specialist}.{PROPOSED_CALL}",
        serial=memory.serial + 1,
        customer_id=memory.customer.id if memory.customer else "",
        locale=memory.locale,
        channel=turn.channel,
        text=turn.understanding.text if turn.understanding else "",
        opened_at=turn.now,
        facts={
            "tool": held.call.tool,
            "arguments": held.call.arguments,
            "phrase": held.pending.summary if held.pending else "",
        },
        held=held.call,
        pending=held.pending,
    )
    return replace(memory, cases=(*memory.cases, case), serial=case.serial)
