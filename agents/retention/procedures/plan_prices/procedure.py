"""What plans there are, and what they cost."""

from agents.procedure import Call, Case, Declined, Journey, Resolved

OPEN_TO_STRANGERS = True


def plan_prices(case: Case) -> Journey:
    """Tell whoever asks which plans are on sale and what they cost; nothing is changed.

    1. List the plans that are on sale. There are none: say so, and offer a person.
    2. Tell each with its price a month, the cheapest first.
    """
    listed = yield Call("erp.list_plans")
    plans = [{"name": each["name"], "monthly_minor": each["monthly_minor"]} for each in listed["items"]]
    return Resolved("on_sale", plans=plans) if plans else Declined("none_on_sale")
