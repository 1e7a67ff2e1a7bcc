"""What a number alone is, by what waits for an answer: a sum, or the number that was asked for."""

import re

from domain.calls import Pending
from domain.understanding import Entity
from understanding.entities.coding import encode
from understanding.language.text import fold

_SUM = re.compile(r"(?<![\w.,:/-])(\d{1,6})(?:[.,](\d{1,2}))?(?![\w:/%-]|[.,]\d)")
_NEXT = re.compile(r"\W*([^\W\d_]+)")
_MAY_FOLLOW = frozenset(
    word
    for words in (
        "please only would is are will instead then max at and or but not no thanks enough",
        "por basta bastan esta estan es son nada mejor solo gracias y o pero",
        "bitte reicht reichen genugt statt ist sind ware waren nur und oder aber danke",
        "svp s suffit suffisent seulement est sont et ou mais plutot merci",
        "ही काफी काफ़ी बस दो दीजिए कर hi kaafi kafi bas do dijiye kar theek",
    )
    for word in words.split()
)
"""Words that may stand behind a sum; behind "6 days" or "2 rooms" the figure counts something else."""
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBER = re.compile(r"(?<= )(?:[#n](?P<whole>\d+)|D(?P<parts>\d+\.\d+))(?= )")
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_DENIED = re.compile(r" (?:not|nicht|pas) (?:k:\w+ |in |en )*$")
_ONE = re.compile(r"(?<= )k:un(?= (?:u:|\$|[.,!] \$))")
"""The article that is a number as well, where it stands alone or before a unit of time."""


def find_number(text: str, locale: str) -> list[Entity]:
    """The one number of a message that answers how many, in figures or in words ("three days"); none of several."""
    notation = f"{encode(_COMMA.sub('.', text), locale).notation}$ "
    found = (match for match in _NUMBER.finditer(notation) if not _DENIED.search(notation[: match.start()]))
    said = [match["whole"] or match["parts"] for match in found]
    numbers = {float(each) if "." in each else int(each) for each in said} or ({1} if _ONE.search(notation) else set())
    return [Entity("number", numbers.pop(), text)] if len(numbers) == 1 else []


def with_bare_sum(entities: tuple[Entity, ...], text: str, pending: Pending | None) -> tuple[Entity, ...]:
    """The entities with the one figure of a message as an amount, where it answers a question about one ("only 30")."""
    if pending is None or "amount_minor" not in pending.arguments or entities:
        return entities
    found = _SUM.search(text)
    if found is None or len(_FIGURES.findall(text)) != 1:
        return entities
    following = _NEXT.match(text, found.end())
    if following is not None and fold(following.group(1)) not in _MAY_FOLLOW:
        return entities
    units, cents = found.group(1), (found.group(2) or "").ljust(2, "0")
    return (Entity("amount", int(units) * 100 + int(cents), found.group(0)),)
