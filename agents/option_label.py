"""What a button says for an answer on offer: in the customer's language, with their own figures and days."""

from agents.procedure import Facts
from agents.wording import Voice
from agents.wording.forms import Forms


def label_of(shown: Facts, voice: Voice) -> str:
    """The label of a choice, from what it is shown as: see `Choice.shown`."""
    forms, names = Forms(voice), shown.get("names", {})
    parts = [names.get(voice.locale.partition("-")[0]) or names.get("en") or shown.get("name", "")]
    parts += [forms.money(shown["money"])] if "money" in shown else []
    parts += [forms.day(shown["day"])] if shown.get("day") else []
    parts += [forms.day_time(shown["day_time"])] if shown.get("day_time") else []
    return ", ".join(str(part) for part in parts if part)
