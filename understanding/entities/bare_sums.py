"""A figure without its currency is a sum where a sum waits for the customer's yes."""

import re

from domain.calls import Pending
from domain.understanding import Entity

_SUM = re.compile(r"(?<![\w.,:/-])(\d{1,6})(?:[.,](\d{1,2}))?(?![\w:/%-]|[.,]\d)")
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")


def with_bare_sum(entities: tuple[Entity, ...], text: str, pending: Pending | None) -> tuple[Entity, ...]:
    """The entities with the one figure of a message as an amount, where it answers a question about one ("only 30")."""
    if pending is None or "amount_minor" not in pending.arguments or entities:
        return entities
    found = _SUM.search(text)
    if found is None or len(_FIGURES.findall(text)) != 1:
        return entities
    units, cents = found.group(1), (found.group(2) or "").ljust(2, "0")
    return (Entity("amount", int(units) * 100 + int(cents), found.group(0)),)
