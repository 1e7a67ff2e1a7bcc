"""The language model's part in a turn: it understands, works on the long tail and words; it never has the last word."""

from dataclasses import replace
from typing import Any

from agents.handoff.subjects import find_subject
from agents.language_model import Assignment, LoopResult, ToolOffer
from agents.procedure import Case, HandOff
from agents.proposed_call import NAME as PROPOSED_CALL
from agents.reply_checks import Grounds
from agents.specialist import Saying
from domain.calls import CallResult, ToolCall
from domain.conversation import Message
from domain.digest import digest
from domain.errors import ModelUnavailable
from domain.ids import CallId, MessageId
from domain.principal import AuthLevel
from domain.understanding import Understanding
from router.casework import HANDOFF, RESPOND, Casework
from router.memory.state import Memory, TurnState
from router.services import BoundCaller, Services, context_of
from understanding.language.detection import detect_language
from understanding.language.text import fold
from understanding.screening.secrets import without_codes

SMALL_TALK = {
    "human": "wants to talk to a person",
    "out_of_scope": "nothing for this service desk",
    "greeting": "only greets",
    "thanks": "only thanks",
    "goodbye": "only says goodbye",
    "are_you_human": "asks whether this is a person or a machine",
    "what_you_can_do": "asks who or what this is, or what it can do",
}
"""What the intents mean that are no procedure's."""
GENERAL = "troubleshooting"
"""Whose scope holds questions about anything: knowledge articles."""
CHANGED_FROM = 3
"""Words from which a model is believed that the customer now writes another language."""
FIXED = ("confirm", "ask_yes_or_no", "disclosure", "alarm", "said_again")
"""Replies whose exact words matter: they are never worded anew."""


class LlmAssist:
    """Everything that a configured language model adds; where it fails, the first brain's work stands."""

    def __init__(self, services: Services, casework: Casework) -> None:
        self._services = services
        self._casework = casework
        self._candidates = self._describe_intents()

    async def read(self, turn: TurnState, heard: Understanding) -> Understanding:
        """The message as the model reads it, within what rules allow; as it was read already where the model fails.

        A yes stays a yes only if the model has no doubt. Codes are not shown to it, whenever they were given.
        """
        who = turn.memory.identification
        if turn.model is None or not heard.text.strip() or (who is not None and who.stage == "code"):
            return heard
        recent = [without_codes(text) for _, text in turn.memory.window]
        text = without_codes(heard.text)
        try:
            reading = await turn.model.understand(text, self._candidates, recent, turn.memory.locale)
        except ModelUnavailable:
            return heard
        return replace(
            heard,
            intents=reading.intents or heard.intents,
            locale=_language(text, reading.locale, heard.locale, turn.memory.locale),
            sentiment=min(reading.sentiment, heard.sentiment),
            wants_person=heard.wants_person or reading.wants_person,
            answer="other" if heard.answer == "yes" and reading.veto_yes else heard.answer,
        )

    async def work(self, turn: TurnState) -> tuple[TurnState, str]:
        """Let the model work on the long tail with one specialist's tools.

        The node is empty where the first brain has to go on: there is no model or specialist for it, or the model
        failed before it changed anything.
        """
        specialist = self._specialist(turn)
        if turn.model is None or specialist not in self._services.offers:
            return turn, ""
        caller = BoundCaller(self._services, context_of(turn, specialist))

        async def propose(tool: str, arguments: dict[str, Any]) -> CallResult:
            call = ToolCall(_name_call(turn, tool, arguments), tool, arguments)
            return await caller.call(call)

        try:
            done = await turn.model.work(self._assignment(turn, specialist), propose)
        except ModelUnavailable:
            return turn, ""
        done = replace(done, results=_each_once(done.results))
        turn = _tried(turn, done.results)
        changes = self._changes(specialist, done)
        if done.end == "unfinished" and not changes:
            return turn, ""
        return self._after(self._worked(turn, specialist, done), specialist, done, changes)

    def _worked(self, turn: TurnState, specialist: str, done: LoopResult) -> TurnState:
        """The turn as this specialist's; a reply that rests on no result and asks back is a clarifying question."""
        asks_back = done.reply.endswith("?") and not any(one.outcome and one.outcome.succeeded for one in done.results)
        intents = turn.understanding.intents if turn.understanding else ()
        memory = replace(
            turn.memory,
            specialist=specialist,
            procedure="",
            intent=intents[0] if intents else turn.memory.intent,
            clarifications=turn.memory.clarifications + 1 if asks_back else 0,
            options=(),
        )
        return turn.remember(memory)

    def _after(
        self, turn: TurnState, specialist: str, done: LoopResult, changes: tuple[CallResult, ...]
    ) -> tuple[TurnState, str]:
        """Go on by how the loop ended; what was changed is told from the record where the model cannot tell it."""
        if done.end == "replied":
            return turn.say("model_reply", "", text=done.reply), RESPOND
        voice = self._services.voice(turn)
        for change in changes:
            phrase = self._services.catalogue.past_phrase(
                change.call.tool, {**change.call.arguments, **(change.outcome.data if change.outcome else {})}, voice
            )
            turn = turn.say("carried_out", "", phrase=phrase)
        if done.end == "held" and done.pending is not None:
            return self._casework.hold(turn.remember(_holding(turn, specialist, done)), done.results[-1])
        if done.end == "refused" and not changes:
            return turn.say("refused", "", message=""), RESPOND
        reason = "not_understood" if done.end == "unfinished" else "policy_limit"
        return replace(turn, handoff=HandOff(reason)), HANDOFF

    async def word(self, turn: TurnState, saying: Saying, draft: str) -> str:
        """A procedure's reply in the brand's tone; the draft where exact words matter or the model fails."""
        specialist = self._services.catalogue.specialists.get(saying.procedure.partition(".")[0])
        if turn.model is None or specialist is None or saying.reply in FIXED:
            return draft
        return await turn.model.word(draft, self._evidence(turn, saying.facts), specialist.prompt)

    def _assignment(self, turn: TurnState, specialist: str) -> Assignment:
        customer = turn.memory.customer
        window = tuple(
            Message(MessageId(str(number)), role, without_codes(text), turn.now)  # pyright: ignore[reportArgumentType]
            for number, (role, text) in enumerate(turn.memory.window)
        )
        facts = {"customer_id": customer.id} if customer else {}
        return Assignment(
            prompt=self._services.catalogue.specialists[specialist].prompt,
            tools=self._tools(turn, specialist),
            window=window,
            evidence=self._evidence(turn, facts),
            facts=facts,
        )

    def _evidence(self, turn: TurnState, facts: dict[str, Any]) -> Grounds:
        """What words may rest on in this turn."""
        succeeded = [result for result in turn.results if result.outcome is not None and result.outcome.succeeded]
        voice = self._services.voice(turn)
        return Grounds(
            tool_results=(facts, *(result.outcome.data for result in succeeded if result.outcome)),
            customer_words=tuple(text for role, text in turn.memory.window if role == "customer"),
            locale=voice.language,
            performed=frozenset(result.call.tool for result in succeeded),
            timezone=voice.timezone,
            today=turn.now.date(),
        )

    def _tools(self, turn: TurnState, specialist: str) -> tuple[ToolOffer, ...]:
        """What the model may propose; for a stranger only what is public, as procedures know how to ask for proof."""
        customer, offers = turn.memory.customer, self._services.offers[specialist]
        known = customer is not None and customer.auth_level is not AuthLevel.ANONYMOUS
        return offers if known else tuple(offer for offer in offers if offer.public)

    def _changes(self, specialist: str, done: LoopResult) -> tuple[CallResult, ...]:
        """The calls that left something else than it was."""
        writes = {offer.name for offer in self._services.offers[specialist] if offer.changes}
        return tuple(one for one in done.results if one.outcome and one.outcome.succeeded and one.call.tool in writes)

    def _specialist(self, turn: TurnState) -> str:
        """Whose tools fit best: by what the message most likely is about, else who worked last, else by its words."""
        intents = turn.understanding.intents if turn.understanding else ()
        likely = [intent.name.partition(".")[0] for intent in intents if "." in intent.name]
        text = turn.understanding.text if turn.understanding else ""
        return (likely[0] if likely else turn.memory.specialist) or find_subject(fold(text)) or GENERAL

    def _describe_intents(self) -> dict[str, str]:
        procedures = {
            name: procedure.text.partition("\n")[0]
            for specialist in self._services.catalogue.specialists.values()
            for name, procedure in specialist.procedures.items()
            if name != "handoff.talk_to_person"
        }
        return {**procedures, **SMALL_TALK}


def _language(text: str, read: str, heard: str, used: str) -> str:
    """The customer's language: a model's word for another one counts where the words could well be in it."""
    if read in (heard, used):
        return read
    return read if len(text.split()) >= CHANGED_FROM and detect_language(text, read) == read else heard


def _name_call(turn: TurnState, tool: str, arguments: dict[str, Any]) -> CallId:
    """Name a call by its content: a model that goes in circles, or is asked again after a crash, acts once."""
    return CallId(f"{turn.turn_id}/model/{digest([tool, arguments])[-16:]}")


def _each_once(results: tuple[CallResult, ...]) -> tuple[CallResult, ...]:
    """What became of each proposal at last, however often it was made."""
    latest: dict[CallId, CallResult] = {}
    for result in results:
        latest.pop(result.call.id, None)
        latest[result.call.id] = result
    return tuple(latest.values())


def _tried(turn: TurnState, results: tuple[CallResult, ...]) -> TurnState:
    """The turn with the calls that were proposed; systems that failed count as they do in a procedure."""
    failed = [result for result in results if result.outcome and not result.outcome.succeeded]
    counted = sum(1 for result in failed if "gate/invalid_arguments" not in result.decision.rules)
    memory = replace(turn.memory, tool_failures=turn.memory.tool_failures + counted)
    return replace(turn.remember(memory), results=turn.results + results)


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
