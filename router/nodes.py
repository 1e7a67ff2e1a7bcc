"""What happens at each stop of a turn; the graph says in which order."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from agents.handoff.subjects import find_subject
from agents.procedure import Ask, Case, HandOff
from agents.replay import ProcedureBroken, next_step
from domain.conversation import LOCALES
from domain.errors import PolicyUnavailable
from domain.understanding import Intent, Understanding
from router.arrivals import name_question
from router.beside import feel_with, tell_hours
from router.casework import HANDOFF, IDENTIFY, RESPOND, Casework, leave_offer, put_once_more, queued, remind
from router.churn import weigh_churn
from router.contact_points import recognise
from router.contacts.returning import Returning
from router.feelings import UPSET
from router.formatters import formatter_of
from router.left_out import facts_for
from router.llm_assist import LlmAssist
from router.memory.state import Memory, TurnState, Wish
from router.options import awaits_more, heed_option, note_offered
from router.outcome import pending_of
from router.parting import Farewell, Rated, remember_done, take_leave, take_rating
from router.partners import TALK, bring_back, can_work, waits_for_consent
from router.profile import learn_profile
from router.routes import (
    Aside,
    Begin,
    CaseAnswer,
    Clarify,
    Explain,
    No,
    Prove,
    Remind,
    Repeat,
    Route,
    SmallTalk,
    TakeUpOffer,
    Yes,
)
from router.routing import OUT_OF_SCOPE, Thresholds, choose
from router.services import Services
from understanding.acts.reading import Setting as Said
from understanding.acts.reading import setting_of
from understanding.language.text import fold
from understanding.reader import ReadContext
from understanding.screening.secrets import screen, without_codes

MAX_MOODS = 5
CARD = "card_number"
HUMAN = "human"
ASKED = "asked_for_person"
DELICATE = ("sensitive_topic", "vulnerable_customer")
"""Reasons that choose their own queue, words and urgency."""
ABILITIES = "what_you_can_do"
LET_GO = ("nothing_begun", "nothing_more", "left_at_that")
"""Replies to who turns down what was asked about: a later yes is none to it."""
PAYMENT_LINK = "billing.send_payment_link"
"""What a card number in a message is answered with."""
LINK_TOOL = "payments.create_payment_link"


class Nodes:
    """The nodes that are no specialist's. Those that choose the way return the next node's name too."""

    def __init__(self, services: Services, casework: Casework) -> None:
        self._services = services
        self._casework = casework
        self._brain = LlmAssist(services, casework)
        self._returning = Returning(services, casework)

    async def recover(self, turn: TurnState) -> TurnState:
        """Learn who the customer is and what is needed of them, once; let go of what nobody approved in time.

        What this turn already did before a crash needs nothing here: the gate answers each repeated proposal with the
        recorded outcome.
        """
        turn = await recognise(self._services, _let_go_of_expired(turn))
        return await learn_profile(self._services, turn)

    async def understand(self, turn: TurnState) -> TurnState:
        """Read the message."""
        memory, case = turn.memory, turn.memory.current
        context = ReadContext(
            timezone=memory.profile.timezone if memory.profile else "UTC",
            currency=self._services.voice(turn).currency,
            recent=tuple(text for role, text in memory.window[:-1] if role == "customer"),
            current_procedure=case.procedure if case else "",
            said=_last_said(memory),
            channel=turn.channel,
            asks=tuple(case.question["kinds"]) if case and case.asked else (),
        )
        pending, reader = case.pending if case else None, self._services.reader
        heard = reader.read(turn.text, locale=memory.locale, pending=pending, now=turn.now, context=context)
        heard = heed_question(await self._brain.read(turn, heard), turn)
        if awaits_more(memory) and heard.text.strip():
            heard = reader.read_together(memory.question, heard, turn.now, context)
        heard = heed_option(heard, memory, turn.text)
        memory = replace(memory, moods=(*memory.moods, heard.sentiment)[-MAX_MOODS:])
        if heard.locale in LOCALES:
            memory = replace(memory, locale=heard.locale)
        return replace(turn, memory=memory, understanding=heard)

    async def route(self, turn: TurnState) -> tuple[TurnState, str]:
        """Decide what the message is, and who goes on."""
        heard = turn.understanding
        if turn.kind in ("approval", "consent"):
            return await self._casework.approval(turn) if turn.kind == "approval" else bring_back(turn)
        if turn.kind == "continuation":
            return self._casework.after(turn)
        if turn.kind == "handoff":
            return await self._ask_for_person(turn)
        if heard is None:
            return turn, HANDOFF
        left_out = facts_for(heard.text, turn.request)
        turn = turn.say("file_not_kept", **left_out) if left_out else turn
        if heard.text.strip() or turn.request.get("attachments"):
            return await self._route_words(turn, heard)
        return turn if left_out else turn.say("empty_message"), RESPOND

    async def _ask_for_person(self, turn: TurnState) -> tuple[TurnState, str]:
        """Hand over for the reason that was given; what policy knows as delicate about this customer goes before it."""
        asked = HandOff(turn.request.get("reason") or ASKED)
        silent = Understanding("", turn.memory.locale, wants_person=True)
        judged = await self._judge(turn, silent, 0)
        decided = judged["handoff"] if judged else None
        if decided and decided["reason"] in DELICATE and asked.reason not in DELICATE:
            return _hand_off(turn, decided)
        return replace(turn, handoff=asked), HANDOFF

    async def _route_words(self, turn: TurnState, heard: Understanding) -> tuple[TurnState, str]:
        """A person first, where policy says so; else by what the words are."""
        judged = await self._judge(turn, heard, 0)
        if judged is None:
            return turn.say("policy_down"), RESPOND
        if judged["handoff"] or turn.request.get("attachments"):
            return _hand_off(turn, judged["handoff"]) if judged["handoff"] else _let_people_see(turn)
        thresholds = Thresholds(**judged["thresholds"])
        turn = weigh_churn(turn, heard, thresholds)
        if turn.card and _has_link(turn.memory):
            return turn, RESPOND
        if turn.card:
            return self._casework.begin(turn, (Wish(PAYMENT_LINK, heard.text, heard.entities),))
        turn, node = tell_hours(turn, heard, self._services)
        if not node:
            turn, node = await self._returning.meet(turn, heard, thresholds)
        if node:
            return turn, node
        return await self._follow(turn, heard, choose(turn.memory, heard, thresholds, self._question))

    async def _follow(self, turn: TurnState, heard: Understanding, route: Route) -> tuple[TurnState, str]:
        """Go the way that was chosen."""
        match route:
            case Yes(wishes, told):
                return await self._casework.confirm(_settled(turn.say(told) if told else turn), wishes)
            case No(wishes):
                return await self._drop(feel_with(_settled(turn), heard, (), mind=False), wishes)
            case CaseAnswer():
                turn, current = queued(turn, route.wishes), turn.memory.current
                heard = route.taken(heard)
                return replace(turn, answering=True, understanding=heard), current.specialist if current else RESPOND
            case Begin(wishes):
                turn = feel_with(turn, heard, wishes)
                return self._casework.begin(turn.remember(_meant(turn.memory, heard, wishes[0].intent)), wishes)
            case Explain() | TakeUpOffer() | Remind() | Clarify():
                turn = feel_with(turn, heard, ()) if isinstance(route, Clarify) and route.options else turn
                return await self._put_again(turn, heard, route)
            case _:
                return self._answer(turn, heard, route)

    async def _put_again(
        self, turn: TurnState, heard: Understanding, route: Explain | TakeUpOffer | Remind | Clarify
    ) -> tuple[TurnState, str]:
        """What is pending once more, as it was or mended; or which of several journeys was meant."""
        mended = None if isinstance(route, Explain | Clarify) else await self._casework.mend(turn)
        match route:
            case Explain(reply):
                return put_once_more(turn.say(reply)), RESPOND
            case TakeUpOffer():
                return mended or self._casework.take_up_offer(turn)
            case _:
                return mended or await self._ask_back(turn, heard, route)

    def _answer(
        self, turn: TurnState, heard: Understanding, route: Prove | SmallTalk | Farewell | Rated | Aside | Repeat
    ) -> tuple[TurnState, str]:
        """Routes that need no specialist."""
        match route:
            case Aside(reply):
                waiting = turn.memory.parked[-1][0].procedure if turn.memory.parked else ""
                topic = self._services.catalogue.title(waiting, self._services.voice(turn), "about") if waiting else ""
                return turn.say(reply, "", topic=topic), RESPOND
            case Repeat():
                memory = _meant(replace(turn.memory, clarifications=turn.memory.clarifications + 1), heard, "")
                return turn.remember(memory).say("said_again", "", text=_said_last(turn.memory)), RESPOND
            case Farewell():
                turn = leave_offer(turn)
                memory = replace(turn.memory, clarifications=0, cases=(), wishes=())
                turn = turn.remember(_meant(memory, heard, "goodbye"))
                return take_leave(turn, self._services), RESPOND
            case Rated(score):
                return take_rating(turn, score), RESPOND
            case Prove():
                return turn, IDENTIFY
            case SmallTalk(reply):
                turn = leave_offer(turn)
                count = turn.memory.clarifications + 1 if reply in (OUT_OF_SCOPE, UPSET) else 0
                memory = _meant(replace(turn.memory, clarifications=count), heard, reply)
                memory = replace(memory, options=(), question="") if reply in LET_GO else memory
                return turn.remember(memory).say(reply, "", **self._abilities(turn, reply)), RESPOND

    def _abilities(self, turn: TurnState, reply: str) -> dict[str, Any]:
        """The first journey of each specialist, for who asked what can be done, and for partners where that cannot."""
        if reply != ABILITIES and not (reply == OUT_OF_SCOPE and turn.memory.partner):
            return {}
        catalogue, voice = self._services.catalogue, self._services.voice(turn)
        known = [name for name in catalogue.titles if catalogue.procedure(name) and name != TALK]
        known = [name for name in known if can_work(self._services, turn, name)]
        first = {name.partition(".")[0]: name for name in reversed(known)}
        return {"topics": [catalogue.title(first[each], voice) for each in sorted(first)]}

    async def _drop(self, turn: TurnState, wishes: tuple[Wish, ...]) -> tuple[TurnState, str]:
        """Let go of what is pending; there is always an answer to a no."""
        turn, node = await self._casework.withdraw(turn, wishes)
        return (turn.say("anything_else"), RESPOND) if node == RESPOND and not turn.sayings else (turn, node)

    async def _ask_back(self, turn: TurnState, heard: Understanding, route: Remind | Clarify) -> tuple[TurnState, str]:
        """Put what is pending once more, or ask which was meant; when that did not help before, a person comes in."""
        count = turn.memory.clarifications
        judged = await self._judge(turn, heard, count)
        if judged is not None and judged["handoff"]:
            return _hand_off(turn, judged["handoff"])
        if isinstance(route, Remind):
            return remind(turn.remember(replace(turn.memory, clarifications=count + 1))), RESPOND
        return await self._clarify(turn, heard, route.options)

    async def _clarify(self, turn: TurnState, heard: Understanding, options: tuple[str, ...]) -> tuple[TurnState, str]:
        """Let a model work on what no journey surely fits; without one, or where it fails, ask which was meant."""
        turn, node = await self._brain.work(turn)
        if node:
            return turn, node
        options = tuple(name for name in options if can_work(self._services, turn, name)) or options
        memory = replace(
            turn.memory, clarifications=turn.memory.clarifications + 1, options=options, question=heard.text[:500]
        )
        voice = self._services.voice(turn)
        form = "question" if len(options) == 1 else "noun"
        titles = [self._services.catalogue.title(name, voice, form) for name in options]
        turn = turn.remember(_meant(memory, heard, ""))
        if not titles:
            return turn.say("not_understood"), RESPOND
        if len(titles) == 1:
            return turn.say("clarify_one", "", first=titles[0]), RESPOND
        return turn.say("clarify_between", "", first=titles[0], second=titles[1]), RESPOND

    async def _judge(self, turn: TurnState, heard: Understanding, clarifications: int) -> dict[str, Any] | None:
        """Ask the escalation policy; None where it does not answer."""
        try:
            return await self._services.judge.escalate(signals(turn, heard, clarifications))
        except PolicyUnavailable:
            return None

    def _question(self, case: Case) -> Ask | None:
        """The question that a case waits with."""
        procedure = self._services.catalogue.procedure(case.procedure)
        if procedure is None:
            return None
        try:
            step = next_step(procedure.function, case)
        except ProcedureBroken:
            return None
        return step if isinstance(step, Ask) else None

    async def respond(self, turn: TurnState) -> TurnState:
        """Put into words what there is to say."""
        turn = remember_done(turn, self._services.groups)
        voice = self._services.voice(turn)
        drafts = [self._services.catalogue.word(saying, voice) for saying in turn.sayings]
        pairs = zip(turn.sayings, drafts, strict=True)
        texts = tuple([await self._brain.word(turn, saying, draft) for saying, draft in pairs])
        memory = turn.memory
        for text in texts:
            memory = memory.heard("assistant", text)
        spoken = self._services.speak(turn.channel, turn.tenant, turn.memory, texts)
        memory = note_offered(memory, self._services, turn.tenant, turn.channel)
        return replace(turn, memory=memory, texts=texts, spoken=spoken)


async def screen_message(turn: TurnState) -> TurnState:
    """Take the channel's new words, and redact secrets before anything is read, stored, logged, traced or sent on.

    The code that was asked for is read in this turn and remembered in none of its forms.
    """
    memory = turn.memory
    screened = screen(formatter_of(turn.channel).hear(turn.text), memory.digits)
    who, kept, digits = memory.identification, screened.text, screened.digits
    if who is not None and who.stage == "code":
        kept = without_codes(kept)
        digits = digits if kept == screened.text else ""
    memory = replace(memory, digits=digits).heard("customer", kept)
    turn = replace(turn, text=screened.text, memory=memory)
    return replace(turn, card=True).say("card_redacted") if CARD in screened.kinds else turn


def _let_people_see(turn: TurnState) -> tuple[TurnState, str]:
    """Hand over with what the customer sent, which nobody but people opens."""
    return replace(turn.say("person_sees_file"), handoff=HandOff("not_understood")), HANDOFF


def _last_said(memory: Memory) -> Said:
    """What the assistant's last words ask for."""
    waits = memory.current is not None and (memory.current.pending is not None or memory.current.asked)
    if waits or memory.options or memory.offers_earlier or memory.identification is not None:
        return "asked"
    said = setting_of(next((text for role, text in reversed(memory.window) if role == "assistant"), ""))
    return "more" if said == "asked" else said


def _said_last(memory: Memory) -> str:
    """What the assistant said before the customer's present message, whole."""
    said: list[str] = []
    for role, text in reversed(memory.window[:-1]):
        if role != "assistant":
            break
        said.append(text)
    return "\n".join(reversed(said))


def heed_question(heard: Understanding, turn: TurnState) -> Understanding:
    """A yes counts only for what was put to the customer when they said it, not for what came up meanwhile."""
    asked = name_question(pending_of(turn.memory, ()))
    if heard.answer != "yes" or not asked or turn.request.get("question") == asked:
        return heard
    return replace(heard, answer="other")


def _person_confidence(heard: Understanding) -> float:
    """How likely nothing but a person was meant, though no rule recognised the words."""
    top = heard.intents[0] if heard.intents else Intent("", 0.0)
    return max(top.confidence * (top.name == HUMAN), top.rival_confidence * (top.rival == HUMAN))


def _let_go_of_expired(turn: TurnState) -> TurnState:
    """Nobody decided in time: what waited for it is over."""
    waiting = tuple(chain for chain in turn.memory.parked if not _is_expired(chain[-1], turn.now))
    if waiting == turn.memory.parked:
        return turn
    lost = any(waits_for_consent(chain[-1]) for chain in turn.memory.parked if chain not in waiting)
    return turn.remember(replace(turn.memory, parked=waiting)).say("consent_expired" if lost else "approval_expired")


def _is_expired(case: Case, now: datetime) -> bool:
    return case.pending is not None and case.pending.is_expired(now)


def signals(turn: TurnState, heard: Understanding, clarifications: int) -> dict[str, Any]:
    """The escalation policy's input."""
    memory: Memory = turn.memory
    intent = heard.intents[0].name if heard.intents else ""
    procedure = memory.current.procedure if memory.current else intent
    specialist = procedure.partition(".")[0] if "." in procedure else find_subject(fold(heard.text))
    return {
        "tenant": turn.tenant,
        "wants_person": heard.wants_person,
        "person": _person_confidence(heard),
        "sentiment": heard.sentiment,
        "sentiment_trend": memory.trend,
        "topics": list(heard.topics),
        "flags": list(memory.profile.flags if memory.profile else ()),
        "clarifications": clarifications,
        "tool_failures": memory.tool_failures,
        "evidence_failures": memory.evidence_failures,
        "locale_supported": heard.locale in LOCALES,
        "procedure": procedure,
        "specialist": specialist,
    }


def _has_link(memory: Memory) -> bool:
    """Whether the customer has just been given a payment link: the rest of a card number asks for no second one."""
    return bool(memory.parting.done) and memory.parting.done[-1].tool == LINK_TOOL


def _settled(turn: TurnState) -> TurnState:
    """The turn once what was pending has its answer: the questions back so far no longer count."""
    return turn.remember(replace(turn.memory, clarifications=0))


def _meant(memory: Memory, heard: Understanding, name: str) -> Memory:
    """Keep what the message was taken to mean; an answer to a question leaves the intent as it was."""
    found = next((intent for intent in heard.intents if intent.name == name), None)
    return replace(memory, intent=found or (heard.intents[0] if heard.intents else memory.intent))


def _hand_off(turn: TurnState, decided: dict[str, str]) -> tuple[TurnState, str]:
    end = HandOff(decided["reason"], queue=decided["queue"], priority=decided["priority"])
    return replace(turn, handoff=end), HANDOFF
