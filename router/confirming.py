"""Deciding what a message is to a call that waits for the customer's yes. Pure."""

from dataclasses import replace

from agents.answers import tells_done_before
from agents.procedure import Case
from agents.terms import find_term
from domain.understanding import Understanding
from router.asked import PROBABLE, question_beside
from router.instead import find_instead, find_next
from router.memory.state import Wish
from router.routes import Aside, Begin, Explain, No, Remind, Route, Yes
from router.telling import find_about, find_told
from understanding.acts.plainness import QUESTION
from understanding.acts.wishing import names_thing
from understanding.dialogue.answers import names_action
from understanding.dialogue.returning import says_all_is_well
from understanding.dialogue.social import asks_something, social_intent
from understanding.dialogue.stance import doubts, postpones
from understanding.language.clauses import split_sentences
from understanding.language.text import fold
from understanding.unwanted.rules import STOP_MESSAGES

COUNTER = 5
"""Words within which a question that names a day or a time is a counter-proposal."""


_TOLD_BY_DOING = ("as_put", "done_after_yes", "nothing_if_no", "taken_off_at_once")
"""Answers to questions about a call that tell nothing once it is agreed to: what is said of it then tells more."""


def while_pending(case: Case, heard: Understanding, wishes: tuple[Wish, ...], sure: tuple[Wish, ...]) -> Route:
    """Only a plain yes is a yes; a no or a change of mind drops what is pending; a question about it is answered.

    Of the `wishes` those are `sure` that are believed although they came along with an answer.
    """
    silence = sure and all(wish.intent == STOP_MESSAGES for wish in sure)
    if silence and (
        heard.unwanted == "only" or (not heard.unwanted and heard.answer == "no" and names_thing(heard.text))
    ):
        return Begin(sure)  # no to messages, and not to what was asked
    if silence and heard.unwanted == "also" and heard.changes_mind:
        return No(sure)
    needless = tells_done_before(heard.text) or is_mended(case, heard)
    needless = needless and heard.answer == "other" and "?" not in heard.text
    if heard.changes_mind or heard.answer == "no" or needless or social_intent(heard.text) == "goodbye":
        instead = find_instead(case, heard, tuple(wish for wish in wishes if not _is_the_same(case, wish, heard)))
        if instead:
            return No(instead)
        only = heard.act == "refusal" and heard.act_confidence >= PROBABLE and len(split_sentences(heard.text)) == 1
        wanted = tuple(wish for wish in sure if not (only or _is_the_same(case, wish, heard)))
        return No(wanted or (find_next(heard, ()) if not sure else ()))
    if heard.answer == "yes":
        return _yes_and_more(case, heard, wishes if heard.beside else sure, sure)
    return _beside_a_yes(case, heard, wishes, sure)


def _yes_and_more(case: Case, heard: Understanding, wishes: tuple[Wish, ...], sure: tuple[Wish, ...]) -> Yes:
    """A yes with what stands beside it: wishes and questions are served after it, what cannot be passed on is said.

    A question that may be about the very thing ("and when is the money there?") begins nothing that is not `sure`.
    """
    if heard.remark:
        return Yes(told="remark_not_passed_on")
    about = find_about(case, replace(heard, text=heard.beside, act="question"), sure) if heard.beside else ""
    if about and not (about == "as_put" and wishes):
        return Yes(told="" if about in _TOLD_BY_DOING else about)
    if wishes or not asks_something(heard.beside):
        return Yes(wishes)
    return Yes((Wish(QUESTION, heard.beside),))


def is_mended(case: Case, heard: Understanding) -> bool:
    """Whether a customer who waits to have something mended says that it works."""
    return case.specialist == "troubleshooting" and says_all_is_well(heard.text) is True


def _is_the_same(case: Case, wish: Wish, heard: Understanding) -> bool:
    """Whether a wish that came with a no is what was just refused, read once more in the words of the no."""
    tool = case.pending.tool if case.pending is not None else ""
    same = wish.intent.partition(".")[0] == case.specialist and names_action(heard.text, tool)
    return same and heard.first("reference", "date", "amount", "ordinal") is None


def _beside_a_yes(case: Case, heard: Understanding, wishes: tuple[Wish, ...], sure: tuple[Wish, ...]) -> Route:
    """Neither a yes nor a no: what is not surely wished for begins nothing."""
    if (doubts(fold(heard.text)) or postpones(fold(heard.text))) and not sure:
        return Aside("take_your_time")
    term = find_term(case.pending.tool, heard.text) if case.pending is not None else ""
    if term:
        return Explain(term)
    if sure and all(_is_the_same(case, wish, heard) for wish in sure) and not find_told(heard, sure):
        return Remind()  # "can somebody restart it?" asks for what is put already
    about = find_about(case, heard, sure)
    if about:
        return Explain(about)
    counters = heard.first("date", "time") is not None and len(heard.text.split()) <= COUNTER
    if counters or (heard.act in ("correction", "answer") and heard.act_confidence >= PROBABLE):
        return Begin(sure) if sure and heard.act == "answer" else Remind()
    return question_beside(case, heard, sure, wishes) or (Begin(sure) if sure else Remind())
