"""What may be asked in the middle of something else, because the answer changes nothing."""

from domain.understanding import Understanding
from router.memory.state import Wish
from understanding.acts.plainness import QUESTION
from understanding.acts.wishing import names_thing

TELLING = frozenset({
    QUESTION, "retention.plan_prices",
    "billing.check_balance", "billing.explain_bill", "scheduling.track_order", "scheduling.track_technician",
    "troubleshooting.wifi_password",
})  # fmt: skip
"""The journeys that a question may begin in the middle of another: they tell something, and change nothing."""


def find_told(heard: Understanding, wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """The wishes that only want to be told something, where the words name what."""
    return tuple(wish for wish in wishes if wish.intent in TELLING) if names_thing(heard.text) else ()
