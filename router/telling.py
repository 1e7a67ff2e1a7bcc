"""What may be asked in the middle of something else, because the answer changes nothing."""

import re

from domain.understanding import Understanding
from router.memory.state import Wish
from understanding.acts.plainness import QUESTION
from understanding.acts.wishing import names_thing
from understanding.dialogue.social import asks_something

TELLING = frozenset({
    QUESTION, "retention.plan_prices",
    "billing.check_balance", "billing.explain_bill", "scheduling.track_order", "scheduling.track_technician",
    "troubleshooting.wifi_password", "troubleshooting.check_outage",
})  # fmt: skip
"""The journeys that a question may begin in the middle of another: they tell something, and change nothing."""
_GOES_ON = re.compile(r"\s*(?:and|und|et|y|aur|और)\s", re.IGNORECASE)
NAMES_ITSELF = frozenset({"troubleshooting.check_outage"})
"""Those that are asked for without a name: "is it back now?"."""


def find_told(heard: Understanding, wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """The wishes that only want to be told something, where the words name what."""
    named = names_thing(heard.text)
    return tuple(wish for wish in wishes if wish.intent in TELLING and (named or wish.intent in NAMES_ITSELF))


def find_follow_up(told: str, heard: Understanding, likely: tuple[str, ...]) -> tuple[Wish, ...]:
    """What a question goes on about after something was told ("and the fastest?" after the prices).

    One that goes on with "and" and surely means no other journey is a question like any other.
    """
    if told not in TELLING or not asks_something(heard.text):
        return ()
    if told in likely:
        return (Wish(told, heard.text, heard.entities),)
    return (Wish(QUESTION, heard.text),) if _GOES_ON.match(heard.text) and heard.act == "question" else ()
