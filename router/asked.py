"""Deciding what a message is to a procedure's question: its answer, something beside it, or a new wish. Pure."""

from agents.answers import find_answer, is_unsure
from agents.procedure import Ask, Case
from agents.retention.taking_offers import stays
from domain.understanding import Intent, Understanding
from router.memory.state import Wish
from router.parting import Farewell
from router.routes import Aside, Begin, CaseAnswer, Route, SmallTalk
from router.telling import READS_WORDS, TELLING, asks_terms, find_terms, find_told, only_asks
from understanding.acts.plainness import QUESTION
from understanding.acts.wishing import names_ending
from understanding.dialogue.social import asks_something, has_yes, opens_with_yes, says_goodbye, social_intent
from understanding.dialogue.stance import doubts, postpones
from understanding.language.text import fold

OUT_OF_SCOPE = "out_of_scope"
SMALL_TALK = ("greeting", "thanks", "goodbye", "are_you_human", "what_you_can_do", OUT_OF_SCOPE)
PROBABLE = 0.5
"""How sure an act must be to count where nothing else is recognised."""
OFFERING = frozenset({"retention.cancel_subscription", "retention.offer_to_stay"})
"""The journeys that make an offer."""
SHORT_QUESTION = 8
"""A question of at most so many words is none of the words that were asked for."""


def question_beside(case: Case, heard: Understanding, sure: tuple[Wish, ...], wishes: tuple[Wish, ...]) -> Begin | None:
    """A question in the middle of a case: its own journey where one is surely meant, else the articles answer it."""
    if heard.act != "question" or heard.act_confidence < PROBABLE or case.procedure == QUESTION:
        return None
    told = find_terms(case, heard, wishes) or find_told(heard, sure)
    if told:
        return Begin(told)
    return Begin((next((wish for wish in wishes if wish.intent == QUESTION), Wish(QUESTION, heard.text)),))


def while_asked(ask: Ask | None, case: Case, heard: Understanding, wishes: tuple[Wish, ...]) -> Route:
    """The answer to the question where it answers it, any words where any are asked for; else something new."""
    if ask is None:
        return CaseAnswer()
    asks, remains = _asks_about(ask, heard, wishes), case.procedure in OFFERING and stays(heard.text)
    if asks or (remains and "yes_no" not in ask.kinds):
        return CaseAnswer(again=asks, declines=not asks)
    known = heard.entities if ask.afresh else (*heard.entities, *case.entities)
    answered = find_answer(ask, known, heard) is not None
    beside = _with_half_a_yes(ask, heard, wishes)
    if beside is None and (not answered or "text" in ask.kinds):
        beside = _aside(ask, case, heard, wishes)
    if beside is not None:
        return beside
    said = heard.act == "answer" and heard.act_confidence >= PROBABLE and not heard.wants_person
    if not wishes or said:
        return CaseAnswer()
    if "text" in ask.kinds and "?" in heard.text and len(heard.text.split()) <= SHORT_QUESTION:
        return Begin(wishes)
    return CaseAnswer() if answered else Begin(wishes)


def _with_half_a_yes(ask: Ask, heard: Understanding, wishes: tuple[Wish, ...]) -> CaseAnswer | None:
    """What a yes with more behind it is: none to an offer, put again; one to an arrangement ("yes, not Monday").

    Who asks for what is put, or says at once when it suits, agrees to it as well. Whatever is done is confirmed later.
    """
    asks = heard.act == "question" or "?" in heard.text
    if heard.answer != "other" or (asks and not (ask.meant and any(each.intent == ask.meant for each in wishes))):
        return None
    if ask.offers:
        return CaseAnswer(again=True) if not wishes and has_yes(heard.text) else None
    arranges = ask.kinds == ("yes_no",) and ask.proposes is None and not ask.factual and not _goes_back(heard)
    others = [wish for wish in wishes if wish.intent != ask.meant]
    when = heard.first("availability", "date", "time", "ordinal") is not None
    meant = when or has_yes(heard.text) or any(intent.name == ask.meant for intent in heard.intents)
    agrees = meant and not others if ask.meant else when and opens_with_yes(heard.text)
    return CaseAnswer(agrees=True) if arranges and agrees else None


def _goes_back(heard: Understanding) -> bool:
    turned = heard.refused or heard.changes_mind or heard.wants_person or heard.answer == "no"
    return bool(turned) or heard.act in ("refusal", "change_of_mind", "goodbye", "thanks", "hold", "repeat_request")


def _asks_about(ask: Ask, heard: Understanding, wishes: tuple[Wish, ...]) -> bool:
    """Whether a message only asks about the terms of what is put: a question is no answer to it."""
    terms = asks_terms(heard.text)
    asks = terms or (heard.act == "question" and heard.act_confidence >= PROBABLE) or asks_something(heard.text)
    said = heard.answer == "other" or only_asks(heard.text)
    plain = said and not heard.refused and not heard.changes_mind and not heard.wants_person
    told = all(wish.intent in TELLING | READS_WORDS for wish in wishes)
    return bool(ask.explained) and asks and plain and told and (terms or not names_ending(heard.text))


def _aside(ask: Ask, case: Case, heard: Understanding, wishes: tuple[Wish, ...]) -> Route | None:
    """What is said beside a question: goodbye, or a question back, which is about an offer unless it names more."""
    if case.offering:
        asks = (heard.act == "question" and heard.act_confidence >= PROBABLE) or asks_something(heard.text)
        if not asks or heard.answer != "other" or heard.wants_person:
            return None
        told = find_told(heard, wishes)
        return Begin(told) if told else CaseAnswer(again=True)
    leaves = heard.act == "goodbye" and heard.act_confidence >= PROBABLE and "text" not in ask.kinds
    if leaves or social_intent(heard.text) == "goodbye":
        return Farewell()
    if "text" in ask.kinds:
        return question_beside(case, heard, wishes, wishes) if _asks_back(heard) else None
    return _thinks_or_thanks(ask, heard, wishes) or question_beside(case, heard, wishes, wishes)


def _asks_back(heard: Understanding) -> bool:
    """Whether a message that may be any words is a question all the same."""
    asks = heard.act == "question" and heard.act_confidence >= PROBABLE
    return "?" in heard.text or (asks and len(heard.text.split()) <= SHORT_QUESTION and asks_terms(heard.text))


def _thinks_or_thanks(ask: Ask, heard: Understanding, wishes: tuple[Wish, ...]) -> Route | None:
    """Who wants to think about it, or only says thanks, has not answered; thanks for a list leaves it at that."""
    if ask.factual or wishes or heard.answer != "other":
        return None
    if social_intent(heard.text) == "thanks":
        return CaseAnswer(declines=bool(ask.choices) and not ask.optional, again=not ask.choices)
    if is_undecided(heard) and not heard.entities:
        return Farewell() if says_goodbye(heard.text) else Aside("take_your_time")
    return None


def is_undecided(heard: Understanding) -> bool:
    """Whether a message puts off its answer, or leaves it open; not to know the answer is another matter."""
    said = fold(heard.text)
    asks = heard.act == "question" or "?" in heard.text
    return (postpones(said) or doubts(said)) and not asks and not is_unsure(heard.text)


def chat(heard: Understanding, route: float) -> SmallTalk | None:
    """Words that surely ask for no action."""
    top = heard.intents[0] if heard.intents else Intent("", 0.0)
    return SmallTalk(top.name) if top.name in SMALL_TALK and top.confidence >= route else None
