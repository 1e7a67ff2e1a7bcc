"""Deciding what a message is: an answer, a new wish, small talk, or not understood. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agents.procedure import Ask, Case
from agents.retention.taking_offers import takes_up_offer
from domain.understanding import Intent, Understanding
from router.asked import OFFERING, OUT_OF_SCOPE, PROBABLE, chat, is_undecided, while_asked
from router.confirming import while_pending
from router.feelings import UPSET, closes_with_thanks, is_upset, objects, reply_to_refusal
from router.instead import find_instead, find_next, prefers_other
from router.memory.state import Identification, Memory, Wish
from router.parting import closes, find_parting, speaks_of_what_waits
from router.partners import waits_for_consent
from router.routes import (
    Aside,
    Begin,
    CaseAnswer,
    Clarify,
    No,
    Prove,
    Repeat,
    Route,
    SmallTalk,
    TakeUpOffer,
)
from router.telling import (
    TELLING,
    find_follow_up,
    find_news,
    find_terms,
    find_told,
    what_is_asked,
)
from router.undoing import find_called_off, find_undoing
from understanding.acts.passing_on import is_for_the_technician
from understanding.acts.plainness import QUESTION
from understanding.acts.wishing import names_thing
from understanding.dialogue.answers import names_action
from understanding.dialogue.social import (
    asks_something,
    has_yes,
    opens_with_no,
    opens_with_yes,
    says_goodbye,
)
from understanding.language.clauses import split_sentences
from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold
from understanding.unwanted.rules import STOP_MESSAGES

_PLAIN = 0.8
"""How sure an act must be to go before a yes or no that the same words may be."""
IDENTITY_KINDS = ("customer_number", "email", "phone")
NEW_CODE = re.compile(
    r"new code|another code|re-?send|send .*again|(not|n.t) (get|got|receive|arrive)"
    r"|otro c|nuevo c|reenv|no (me )?(ha )?lleg"
    r"|neuen code|nochmal|erneut|nicht (bekommen|erhalten|angekommen)"
    r"|nouveau code|renvo|pas reçu|naya|dobara|nahi mila|नया|दोबारा",
    re.IGNORECASE,
)
"""Asking for another code, in the five languages."""
BARE_ANSWER_WORDS = 4
"""A yes or no of at most so many words says nothing else, where one was waited for."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Policy data: what confidences are enough for.

    From `route` on an intent is acted on, where no other reading of the same words is within `margin` of it; from
    `clarify` on it is asked about. From `with_answer` on a wish is believed that came along with a yes or a no, from
    `person` on a wish for a person that no rule recognised (escalation reads that one). Signs that a customer may leave
    are noted from `churn` on, and answered with an offer from `offer` on.
    """

    route: float = 0.6
    clarify: float = 0.35
    margin: float = 0.1
    with_answer: float = 0.85
    person: float = 0.9
    churn: float = 0.5
    offer: float = 0.7


NextAsk = Callable[[Case], Ask | None]


def choose(memory: Memory, heard: Understanding, thresholds: Thresholds, next_ask: NextAsk) -> Route:
    """Say what a message is in the light of what the conversation waits for.

    `next_ask` gives the question that a case waits with, None where it waits with none.
    """
    wishes = find_wishes(memory, heard, thresholds)
    at_once = _whatever_waits(memory, heard, wishes)
    if at_once is not None:
        return at_once
    if memory.identification is not None:
        return _while_identifying(memory, memory.identification, heard, wishes)
    if memory.current is not None and (memory.current.pending is not None or memory.current.asked):
        return _while_waiting(memory, memory.current, heard, wishes, thresholds, next_ask)
    if memory.options:
        return _while_clarifying(memory, heard, wishes, thresholds)
    standing = _about_what_waits(memory, heard, wishes) or _about_what_was_said(memory, heard)
    standing = standing or find_parting(memory, heard, wishes, thresholds.route)
    return standing or _afresh(memory, heard, wishes, thresholds)


def _whatever_waits(memory: Memory, heard: Understanding, wishes: tuple[Wish, ...]) -> Route | None:
    """What means the same whatever is under way: a word for whoever comes, a pause, an offer taken, an undoing."""
    if is_for_the_technician(heard):
        return Aside("remark_not_passed_on")
    if heard.act == "hold" and not wishes and heard.act_confidence >= (PROBABLE if _is_put(memory) else _PLAIN):
        return Aside("take_your_time")
    if _takes_up_offer(memory, heard):
        return TakeUpOffer()
    return No(wishes) if _takes_back_what_waits(memory, heard) else None


def _is_put(memory: Memory) -> bool:
    """Whether a question or a confirmation is before the customer, which stays while they look for something."""
    return memory.current is not None and (memory.current.pending is not None or memory.current.asked > 0)


def _while_waiting(
    memory: Memory,
    case: Case,
    heard: Understanding,
    wishes: tuple[Wish, ...],
    thresholds: Thresholds,
    next_ask: NextAsk,
) -> Route:
    """What a message is to a case that waits for a yes or for an answer."""
    called_off = find_called_off(memory, heard)
    if case.pending is not None:
        sure = tuple(wish for wish in wishes if _confidence(heard, wish) >= thresholds.with_answer)
        return while_pending(case, heard, wishes, sure)
    instead = find_instead(case, heard, ()) if heard.answer == "no" or heard.changes_mind else ()
    instead = instead or (find_next(heard, wishes) if case.procedure not in OFFERING else ())
    if instead:
        return CaseAnswer(declines=True, wishes=instead)
    if called_off and heard.answer == "other" and not heard.changes_mind:
        return Begin(called_off)
    route = while_asked(next_ask(case), case, heard, wishes)
    chats = isinstance(route, CaseAnswer) and case.offering and heard.answer == "other"
    return chat(heard, thresholds.route) or route if chats else route


def _takes_back_what_waits(memory: Memory, heard: Understanding) -> bool:
    """Whether what waits for a supervisor is not wanted any more, while nothing else is put to the customer."""
    if not memory.parked or memory.current is not None or memory.identification is not None:
        return False
    pending = memory.parked[-1][-1].pending
    named = pending is not None and names_action(heard.refused, pending.tool)
    return heard.changes_mind or named


def _takes_up_offer(memory: Memory, heard: Understanding) -> bool:
    """Whether an offer that was made before is taken after all; while it is put, the answer to it is its own."""
    put = memory.current is not None and memory.current.pending is None
    proves = memory.identification is not None and (memory.current is None or memory.current.procedure not in OFFERING)
    free = not put and not proves and OFFERING.intersection(memory.worked)
    return bool(free) and takes_up_offer(heard.text) is not None


def _about_what_waits(memory: Memory, heard: Understanding, wishes: tuple[Wish, ...]) -> Aside | None:
    """A question about what waits for a supervisor, or another figure for it, that names nothing else."""
    if not memory.parked:
        return None
    news = bool(find_news(memory.parked[-1][0].procedure, heard, wishes))
    if not news and (wishes or heard.answer == "yes" or heard.act_confidence < PROBABLE):
        return None
    if news or (heard.act == "question" and not names_thing(heard.text)):
        return Aside("consent_still_waits" if waits_for_consent(memory.parked[-1][-1]) else "approval_still_waits")
    amends = heard.act in ("correction", "change_of_mind") and heard.first("amount", "date", "time") is not None
    return Aside("approval_stays_as_asked") if amends else None


def _about_what_was_said(memory: Memory, heard: Understanding) -> Repeat | None:
    """A wish to hear it again, once."""
    if heard.puzzled and not memory.clarifications and any(role == "assistant" for role, _ in memory.window):
        return Repeat()
    return None


def find_wishes(memory: Memory, heard: Understanding, thresholds: Thresholds) -> tuple[Wish, ...]:
    """The new journeys that were asked for surely enough, in the order said, each once."""
    if _is_bare_answer(memory, heard, thresholds):
        return ()
    running = {case.procedure for case in memory.cases}
    names = dict.fromkeys(
        what_is_asked(intent.name, heard)
        for intent in heard.intents
        if intent.confidence >= _floor(heard, intent, thresholds) and "." in intent.name and intent.name not in running
        if not _has_near_rival(intent, thresholds)
    )
    return tuple(Wish(name, heard.text, heard.entities) for name in names)


def _floor(heard: Understanding, intent: Intent, thresholds: Thresholds) -> float:
    """How sure a wish must be to be begun: words that refuse, take back, thank or part seldom hold one."""
    ends = heard.act in ("refusal", "change_of_mind", "goodbye", "thanks") and intent.name not in TELLING
    return thresholds.with_answer if ends else thresholds.route


def _is_bare_answer(memory: Memory, heard: Understanding, thresholds: Thresholds) -> bool:
    """Whether the words only answer. "Stop" where nothing waits for an answer answers nothing: it stops messages."""
    if heard.answer == "other" or heard.unwanted:
        return False
    stops = any(each.name == STOP_MESSAGES and each.confidence >= thresholds.with_answer for each in heard.intents)
    if memory.waits:
        more = names_thing(heard.text) and (stops or prefers_other(heard.text))
        return len(heard.text.split()) <= BARE_ANSWER_WORDS and not more
    return len(heard.text.split()) <= 1 and not stops


def _has_near_rival(intent: Intent, thresholds: Thresholds) -> bool:
    """Whether the same words may as well mean another journey; a question is answered before something is done."""
    near = intent.confidence - intent.rival_confidence < thresholds.margin
    return near and "." in intent.rival and intent.name != QUESTION


def _while_identifying(memory: Memory, who: Identification, heard: Understanding, wishes: tuple[Wish, ...]) -> Route:
    """A code or an identifier, or the customer whom a partner has named by now, goes before all but another wish."""
    kinds = ("code",) if who.stage == "code" else IDENTITY_KINDS
    beside = _beside_a_code(memory, who, heard, wishes) if heard.first(*kinds) is None else None
    if beside is not None:
        return beside
    if who.stage == "code" and NEW_CODE.search(heard.text) and not heard.changes_mind:
        return Prove()
    leaves = heard.act in ("refusal", "change_of_mind", "goodbye") and heard.act_confidence >= PROBABLE
    if heard.answer == "no" or heard.changes_mind or (leaves and heard.first(*kinds) is None):
        return No()
    return Prove()


def _beside_a_code(memory: Memory, who: Identification, heard: Understanding, wishes: tuple[Wish, ...]) -> Route | None:
    """Another wish, a question or a doubt, where the customer is to prove who they are."""
    terms = find_terms(memory.current, heard, wishes) if heard.answer == "other" else ()
    if terms:
        return Begin(terms)
    if wishes:
        instead = heard.answer == "no" and heard.act in ("refusal", "change_of_mind") and not find_told(heard, wishes)
        return No(wishes) if instead or find_next(heard, wishes) else Begin(wishes)
    asks = heard.act == "question" and heard.act_confidence >= PROBABLE and not heard.wants_person
    asks = asks and (who.stage == "code" or memory.customer is None)
    if heard.first(*IDENTITY_KINDS) is None and asks and heard.answer == "other":
        return Begin(find_told(heard, wishes) or (Wish(QUESTION, heard.text),))
    if is_undecided(heard) and heard.answer == "other":
        return No() if says_goodbye(heard.text) else Aside("take_your_time")
    return None


def _confidence(heard: Understanding, wish: Wish) -> float:
    return max(intent.confidence for intent in heard.intents if intent.name == wish.intent)


def _while_clarifying(memory: Memory, heard: Understanding, wishes: tuple[Wish, ...], thresholds: Thresholds) -> Route:
    """Which of the offered intents was meant, by a yes to the only one, its place, or better words."""
    place = heard.first("ordinal")
    told = _terms_of_option(memory, heard)
    if told:
        return Begin(told)
    if len(memory.options) == 1 and _takes_it_up(heard) and (not wishes or has_yes(heard.text)):
        also = wishes if len(split_sentences(heard.text)) > 1 else ()
        return Begin((_taken_up(memory, heard, thresholds), *also))
    if place is not None and isinstance(place.value, int) and 0 < place.value <= len(memory.options):
        return Begin((Wish(memory.options[place.value - 1], memory.question or heard.text),))
    joined = [
        each
        for each in _joined(heard, thresholds.clarify)
        if each.name in TELLING or not _has_near_rival(each, thresholds)
    ]
    readings = (*heard.intents, *joined)
    offered = [intent.name for intent in readings if intent.name in memory.options]
    turned_down = len(memory.options) == 1 and opens_with_no(heard.text)
    if offered and not wishes and not turned_down:
        return Begin((Wish(offered[0], f"{memory.question} {heard.text}", heard.named),))
    return _afresh(memory, heard, wishes, thresholds)


def _taken_up(memory: Memory, heard: Understanding, thresholds: Thresholds) -> Wish:
    """The only journey that was asked about, or what more than a yes surely means with the words before it."""
    if heard.answer == "yes" and memory.question:
        return Wish(memory.options[0], memory.question, heard.named)
    surely = [each.name for each in _joined(heard, thresholds.with_answer) if "." in each.name]
    return Wish((surely or memory.options)[0], f"{memory.question} {heard.text}".strip(), heard.named)


def _terms_of_option(memory: Memory, heard: Understanding) -> tuple[Wish, ...]:
    """What tells the terms of the journey that was asked about, where the answer is a question about them."""
    asks = heard.act == "question" or asks_something(heard.text)
    meant = what_is_asked(memory.options[0], heard) if asks and len(memory.options) == 1 else ""
    if meant in ("", memory.options[0]):
        return ()
    return (Wish(meant, f"{memory.question} {heard.text}"),)


def _joined(heard: Understanding, floor: float) -> tuple[Intent, ...]:
    """What a message means, at least so surely, with the one that was asked about; who turns it down adds nothing.

    That no messages are wanted is never read from two messages that do not say so by themselves.
    """
    adds = heard.answer == "other" and not _turns_down(heard) and not _asks_to_act(heard)
    adds = adds and heard.joined is not None and heard.joined.name != STOP_MESSAGES
    return (heard.joined,) if adds and heard.joined is not None and heard.joined.confidence >= floor else ()


def _asks_to_act(heard: Understanding) -> bool:
    """Whether a question would, with what went before it, begin something that does more than tell."""
    asks = heard.act == "question" or asks_something(heard.text)
    return asks and heard.joined is not None and heard.joined.name not in TELLING


def _whole(memory: Memory, heard: Understanding, thresholds: Thresholds) -> tuple[Wish, ...]:
    """The wish that a message and the one before it, which was not understood, are together."""
    meant = [each for each in _joined(heard, thresholds.route) if "." in each.name]
    surely = [each for each in meant if not _has_near_rival(each, thresholds)]
    return tuple(Wish(each.name, f"{memory.question} {heard.text}", heard.named) for each in surely)


def _turns_down(heard: Understanding) -> bool:
    turned = heard.refused or heard.changes_mind or heard.answer == "no" or heard.wants_person
    return bool(turned) or heard.act in ("refusal", "change_of_mind", "goodbye", "thanks", "hold")


def _takes_it_up(heard: Understanding) -> bool:
    """Whether the only journey that was asked about is meant: a yes, however it goes on, or at once what it needs."""
    if _turns_down(heard):
        return False
    names = heard.act != "question" and heard.first("date", "time", "availability", "amount", "reference") is not None
    reasons = phrase_pattern("acts/signs", "because").match(" ".join(fold(heard.text).split())) is not None
    return heard.answer == "yes" or opens_with_yes(heard.text) or reasons or names


def _afresh(memory: Memory, heard: Understanding, wishes: tuple[Wish, ...], thresholds: Thresholds) -> Route:
    """A message that answers nothing."""
    told = f"{memory.specialist}.{memory.procedure}"
    likely = _likely(heard, thresholds)
    wishes = (
        find_called_off(memory, heard)
        or find_undoing(memory, heard, wishes)
        or find_news(told, heard, wishes)
        or wishes
    )
    wishes = wishes or find_follow_up(told, heard, likely)
    wishes = wishes or (() if likely else _whole(memory, heard, thresholds))
    if wishes:
        return Begin(wishes)
    if heard.answer == "no" and not heard.refused and speaks_of_what_waits(memory) and not closes(heard):
        return No()
    felt = _with_feeling(memory, heard) if not likely else None
    if felt is not None:
        return felt
    turns_down = heard.act == "refusal" and not likely and " " in heard.text
    spoken = any(role == "assistant" for role, _ in memory.window)
    if spoken and (heard.refused or (turns_down and (memory.options or not asks_something(heard.text)))):
        return SmallTalk(reply_to_refusal(memory, heard))
    tells = heard.answer == "no" and bool(likely) and len(heard.text.split()) > BARE_ANSWER_WORDS  # "no parcel came"
    if heard.answer != "other" and likely != (STOP_MESSAGES,) and not tells:
        return SmallTalk("anything_else" if heard.answer == "yes" else "left_at_that")
    top = heard.intents[0] if heard.intents else Intent("", 0.0)
    again = top.name == OUT_OF_SCOPE and memory.clarifications
    return (None if again else chat(heard, thresholds.route)) or Clarify(() if again else likely)


def _with_feeling(memory: Memory, heard: Understanding) -> SmallTalk | None:
    """What is said to somebody who wishes nothing, but minds what they were told, or thinks better of it."""
    if closes_with_thanks(memory, heard):
        return SmallTalk("thanks")
    if not memory.clarifications and (is_upset(heard) or objects(memory, heard)):
        return SmallTalk(UPSET)
    drops = heard.answer == "other" and heard.act == "change_of_mind" and heard.act_confidence >= PROBABLE
    return SmallTalk("left_at_that") if drops else None


def _likely(heard: Understanding, thresholds: Thresholds) -> tuple[str, ...]:
    """At most two journeys to choose from, the likeliest first: of several wishes, or of two readings of one."""
    readings = [(intent.name, intent.confidence) for intent in heard.intents]
    readings += [(intent.rival, intent.rival_confidence) for intent in heard.intents]
    names = dict.fromkeys(name for name, sure in readings if "." in name and sure >= thresholds.clarify)
    return tuple(names)[:2]
