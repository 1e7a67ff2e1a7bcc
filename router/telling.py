"""What may be asked in the middle of something else, because the answer changes nothing."""

import re

from agents.procedure import Case
from agents.terms import find_asked
from domain.understanding import Understanding
from router.memory.state import Wish
from understanding.acts.plainness import QUESTION
from understanding.acts.wishing import named_things, names_thing
from understanding.dialogue.social import asks_something
from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

TELLING = frozenset({
    QUESTION, "retention.plan_prices", "billing.contract_facts",
    "billing.check_balance", "billing.explain_bill", "scheduling.track_order", "scheduling.track_technician",
    "troubleshooting.wifi_password", "troubleshooting.check_outage",
})  # fmt: skip
"""The journeys that a question may begin in the middle of another: they tell something, and change nothing."""
_ASKED = 0.5
"""How sure a question must be to be one."""
_GOES_ON = re.compile(r"\s*(?:and|und|et|y|aur|और)\s", re.IGNORECASE)
_FEW = 6
"""Words in which another one of what was told may be named."""
_CONTINUED = frozenset({"billing.explain_bill"})
"""The journeys that tell of one of several, as named by its number or month."""
_WHICH = re.compile(
    r"\W*(?:which|cual(?:es)?|cuál(?:es)?|welche\w*|(?:le|la|les)?quel\w*|kaun ?s[aie]|कौन ?स[ाेी])\s?", re.IGNORECASE
)
"""How a question begins that asks for one of several things that were told."""
NAMES_ITSELF = frozenset({"troubleshooting.check_outage"})
"""Those that are asked for without a name: "is it back now?"."""
NEWS = {
    "billing.refund_duplicate_charge": "billing.track_refund",
    "billing.request_refund": "billing.track_refund",
    "billing.track_refund": "billing.track_refund",
    "scheduling.book_visit": "scheduling.track_technician",
    "scheduling.reschedule_visit": "scheduling.track_technician",
    "scheduling.missed_visit": "scheduling.track_technician",
    "scheduling.track_technician": "scheduling.track_technician",
    "scheduling.track_order": "scheduling.track_order",
}
"""Who tells when it comes, after one of these: a refund, a visit, an order."""
_ITSELF = {
    "billing.track_refund": frozenset({"refund", "money", "compensation", "giveback", "forgot"}),
    "scheduling.track_technician": frozenset({"visit", "technician"}),
    "scheduling.track_order": frozenset({"order"}),
}
"""The things by which what was spoken of may be named again; who names another asks about that. To get money back is
what one does with a forgotten password in French and Spanish (`récupérer`)."""
_REFUNDS = frozenset(name for name, tells in NEWS.items() if tells == "billing.track_refund")
READS_WORDS = frozenset({"billing.contract_facts", "retention.plan_prices"})
"""Those that tell of a contract or a plan what the words ask for ("and how fast is that?")."""

_INFORMS = {"retention.cancel_subscription": "billing.contract_facts"}
"""What tells the terms of what another does: who asks for them has not decided."""


def what_is_asked(wish: str, heard: Understanding) -> str:
    """The journey that a wish is for: where a message only asks for the terms of an ending, the one that tells them."""
    asks = only_asks(heard.text) or (heard.act == "question" and heard.act_confidence >= _ASKED)
    return _INFORMS.get(wish, wish) if asks and asks_terms(heard.text) else wish


def find_terms(case: Case | None, heard: Understanding, wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """What tells the terms of an ending that is under way, where somebody asks for them and for nothing else."""
    tells = _INFORMS.get(case.procedure, "") if case is not None else ""
    others = {wish.intent for wish in wishes} - {tells, QUESTION, "retention.plan_prices"}
    if case is None or not tells or others or not asks_terms(heard.text):
        return ()
    return (Wish(tells, f"{case.text} {heard.text}"),)


def asks_terms(text: str) -> bool:
    """Whether words ask what would follow, when, or at what cost."""
    said = " ".join(fold(text).split())
    return any(phrase_pattern("acts/signs", group).search(said) for group in ("consequences", "when"))


def only_asks(text: str) -> bool:
    """Whether words say that their customer only wants to know something."""
    return phrase_pattern("acts/signs", "only_asks").search(" ".join(fold(text).split())) is not None


def find_news(told: str, heard: Understanding, wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """What somebody asks who wants to know whether it is done, or when it comes, that was just spoken of.

    Who names something else, or surely wishes for it, is not asking that; "when do I get it back" may sound like a wish
    for another refund.
    """
    tells = NEWS.get(told, "")
    said = " ".join(fold(heard.text).split())
    done = _asks_whether_done(heard, said)
    asked = done or phrase_pattern("acts/signs", "when").search(said) is not None
    waits = (heard.answer == "other" or done) and heard.act != "hold" and not (heard.changes_mind or heard.refused)
    if not (tells and asked and waits) or named_things(heard.text) - _ITSELF[tells]:
        return ()
    same = _REFUNDS if tells in _REFUNDS else {tells}
    return (Wish(tells, heard.text, heard.entities),) if all(wish.intent in same for wish in wishes) else ()


def _asks_whether_done(heard: Understanding, said: str) -> bool:
    """Whether a message is the question "is it done?" and nothing else; without its mark it may be a remark."""
    marked = "?" in heard.text or heard.act == "question"
    return marked and phrase_pattern("acts/signs", "went_through").fullmatch(said.strip(" ?.!¿")) is not None


def find_told(heard: Understanding, wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """The wishes that only want to be told something, where the words name what."""
    named = names_thing(heard.text)
    return tuple(wish for wish in wishes if wish.intent in TELLING and (named or wish.intent in NAMES_ITSELF))


_WAYS = frozenset({"money", "charge", "refund", "fee", "card", "account", "person", "plan"})
"""Things that every proposal speaks of, in other words."""
_WHATEVER_IS_NAMED = ("nothing_if_no", "only_that_changes", "line_back_when_paid")
"""Answers that are so whatever else the question names ("will I lose my number?")."""


def find_about(case: Case, heard: Understanding, sure: tuple[Wish, ...]) -> str:
    """The reply to a question about the very call that waits for a yes; empty where it is about something else."""
    asks = asks_something(heard.text) or (heard.act == "question" and heard.act_confidence >= _ASKED)
    if case.pending is None or not asks or find_told(heard, sure):
        return ""
    named = named_things(heard.text)
    reply = find_asked(case.pending.tool, heard.text)
    if reply in _WHATEVER_IS_NAMED:
        return reply
    others = named - named_things(case.pending.summary) - _WAYS
    return "" if others or (named - _WAYS and any(wish.intent != QUESTION for wish in sure)) else reply


def _names_another(heard: Understanding) -> bool:
    """Whether a few words only name another one of what was told ("the one of October")."""
    plain = heard.answer == "other" and not (heard.refused or heard.changes_mind or heard.wants_person)
    few = plain and len(heard.text.split()) <= _FEW and heard.act not in ("refusal", "thanks", "goodbye", "hold")
    another = phrase_pattern("acts/signs", "another_one").search(" ".join(fold(heard.text).split())) is not None
    return few and (another or heard.first("reference") is not None)


def find_follow_up(told: str, heard: Understanding, likely: tuple[str, ...]) -> tuple[Wish, ...]:
    """What a question goes on about after something was told ("and the fastest?" after the prices).

    One that goes on with "and" and surely means no other journey is a question like any other.
    """
    if told in _CONTINUED and not likely and _names_another(heard):
        return (Wish(told, heard.text, heard.entities),)
    if told not in TELLING | READS_WORDS or not asks_something(heard.text):
        return ()
    goes_on = _GOES_ON.match(heard.text) or _WHICH.match(heard.text)
    if told in likely or (told in READS_WORDS and not likely and goes_on):
        return (Wish(told, heard.text, heard.entities),)
    return (Wish(QUESTION, heard.text),) if _GOES_ON.match(heard.text) and heard.act == "question" else ()
