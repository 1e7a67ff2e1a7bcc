"""What plans there are, and what they cost."""

from agents.comparison import find_compared
from agents.procedure import Call, Case, Choice, Declined, Facts, Journey, Resolved
from agents.retention.plans import name_plan

OPEN_TO_STRANGERS = True


def plan_prices(case: Case) -> Journey:
    """Tell whoever asks which plans are on sale and what they cost; nothing is changed.

    1. List the plans that are on sale. There are none: say so, and offer a person.
    2. One is named, by its name, its speed or as the fastest or cheapest: tell that one.
    3. Else tell each with its price a month, the cheapest first.
    """
    plans = (yield Call("erp.list_plans"))["items"]
    if not plans:
        return Declined("none_on_sale")
    meant = name_plan(case.text, plans) or _compared(case.text, plans)
    if meant is not None:
        return Resolved(
            "one_on_sale", plan_name=meant["name"], **{key: meant[key] for key in ("monthly_minor", "down_mbps")}
        )
    return Resolved("on_sale", plans=[{"name": each["name"], "monthly_minor": each["monthly_minor"]} for each in plans])


def _compared(words: str, plans: list[Facts]) -> Facts | None:
    """The plan that is the fastest or the cheapest of them all, where the words ask for that one."""
    choices = tuple(Choice(each, each["name"], rank=each["monthly_minor"]) for each in plans)
    found = find_compared(choices, None, words)
    return found.value if found else None
