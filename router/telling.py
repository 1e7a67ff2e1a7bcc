"""What may be asked in the middle of something else, because the answer changes nothing."""

import re

from domain.understanding import Understanding
from router.memory.state import Wish
from understanding.acts.plainness import QUESTION
from understanding.acts.wishing import named_things, names_thing
from understanding.dialogue.social import asks_something
from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

TELLING = frozenset({
    QUESTION, "retention.plan_prices",
    "billing.check_balance", "billing.explain_bill", "scheduling.track_order", "scheduling.track_technician",
    "troubleshooting.wifi_password", "troubleshooting.check_outage",
})  # fmt: skip
"""The journeys that a question may begin in the middle of another: they tell something, and change nothing."""
_GOES_ON = re.compile(r"\s*(?:and|und|et|y|aur|और)\s", re.IGNORECASE)
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


def find_news(told: str, heard: Understanding, wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """What somebody asks who wants to know when it comes that was just spoken of ("and how long does that take?").

    Who names something else, or surely wishes for it, is not asking that; "when do I get it back" may sound like a wish
    for another refund.
    """
    tells = NEWS.get(told, "")
    asked = phrase_pattern("acts/signs", "when").search(" ".join(fold(heard.text).split())) is not None
    waits = heard.answer == "other" and heard.act != "hold" and not (heard.changes_mind or heard.refused)
    if not (tells and asked and waits) or named_things(heard.text) - _ITSELF[tells]:
        return ()
    same = _REFUNDS if tells in _REFUNDS else {tells}
    return (Wish(tells, heard.text, heard.entities),) if all(wish.intent in same for wish in wishes) else ()


def find_told(heard: Understanding, wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """The wishes that only want to be told something, where the words name what."""
    named = names_thing(heard.text)
    return tuple(wish for wish in wishes if wish.intent in TELLING and (named or wish.intent in NAMES_ITSELF))


def find_follow_up(told: str, heard: Understanding, likely: tuple[str, ...]) -> tuple[Wish, ...]:
    """What a question goes on about after something was told ("and the fastest?" after the prices).

    One that goes on with "and" and surely means no other journey is a question like any other.
    """
    if told not in TELLING | READS_WORDS or not asks_something(heard.text):
        return ()
    goes_on = _GOES_ON.match(heard.text) or _WHICH.match(heard.text)
    if told in likely or (told in READS_WORDS and not likely and goes_on):
        return (Wish(told, heard.text, heard.entities),)
    return (Wish(QUESTION, heard.text),) if _GOES_ON.match(heard.text) and heard.act == "question" else ()
