"""Plans: which way a customer wants to change, and to which plan."""

import re
from typing import Literal

from agents.procedure import Choice, Facts

Direction = Literal["up", "down", ""]
WORD_ENDS = (" ", ".", ",", "!", "?", "।")
ON_OFFER = 4
"""Plans named in one question."""

# fmt: off
UP = (
    "upgrade", "faster", "bigger", "more speed", "higher", "better plan",
    "más rápid", "mas rapid", "mejorar", "más veloc", "superior", "subir",
    "schneller", "größer", "upgraden", "mehr bandbreite", "höher",
    "plus rapide", "supérieur", "plus gros", "plus de débit", "augmenter",
    "तेज़", "तेज", "बड़ा", "अपग्रेड", "tez", "bada plan",
)
DOWN = (
    "downgrade", "cheaper", "pay less", "paying less", "paying too much", "too expensive", "reduce",
    "smaller", "less expensive", "lower", "slower plan", "save money",
    "más barat", "mas barat", "pagar menos", "ahorrar", "más económic", "inferior", "bajar", "reducir",
    "günstiger", "billiger", "weniger zahl", "weniger bezahl", "sparen", "kleiner", "downgraden", "niedriger",
    "moins cher", "payer moins", "plus petit", "baisser", "économis", "inférieur", "réduire",
    "सस्ता", "सस्ते", "छोटा", "डाउनग्रेड", "sasta", "saste", "chhota",
)
# fmt: on


def read_direction(words: str) -> Direction:
    """Whether the customer's words ask for more or for less, empty where for neither or both."""
    said = " ".join(words.casefold().split())
    up, down = any(mark in said for mark in UP), any(mark in said for mark in DOWN)
    return "" if up == down else ("up" if up else "down")


def name_plan(words: str, plans: list[Facts]) -> Facts | None:
    """The one plan that the words name, by its name or its speed; None where they name none or several."""
    said = " ".join(words.casefold().split())
    named = [each for each in plans if re.search(rf"(?<!\w){re.escape(each['name'].casefold())}(?!\w)", said)]
    numbers = set(re.findall(r"\d+", said))
    by_speed = [each for each in plans if str(each["down_mbps"]) in numbers]
    meant = named or by_speed
    return meant[0] if len(meant) == 1 else None


def list_choices(plans: list[Facts], current: Facts, direction: Direction) -> list[Facts]:
    """The plans on offer in place of the current one: in the wished direction, the nearest prices first."""
    others = [each for each in plans if each["plan_id"] != current["plan_id"]]
    fitting = [each for each in others if _fits(each, current, direction)]
    nearest = sorted(fitting, key=lambda each: abs(each["monthly_minor"] - current["monthly_minor"]))[:ON_OFFER]
    return sorted(nearest, key=lambda each: each["monthly_minor"])


def _fits(plan: Facts, current: Facts, direction: Direction) -> bool:
    """Whether a plan lies in the wished direction."""
    difference = plan["monthly_minor"] - current["monthly_minor"]
    return {"up": difference > 0, "down": difference < 0, "": True}[direction]


def as_choices(plans: list[Facts]) -> tuple[Choice, ...]:
    """Plans as answers on offer, known by name, speed and price, and compared by price."""
    return tuple(
        Choice(
            each["plan_id"],
            f"{each['name']} [{each['plan_id']}]",
            _name_ways(each),
            rank=each["monthly_minor"],
            shown={"name": each["name"], "money": each["monthly_minor"]},
        )
        for each in plans
    )


def _name_ways(plan: Facts) -> tuple[str, ...]:
    """How a plan is said, each way as a whole word: "home 10" is not said by "home 100"."""
    names = (plan["name"], str(plan["down_mbps"]), plan["plan_id"])
    ways = (f" {name.casefold()}{end}" for name in names for end in WORD_ENDS)
    return (*ways, str(plan["monthly_minor"]))
