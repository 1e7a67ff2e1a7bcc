"""Not the whole but a part: what is refused is only how much, and what is wanted is the rest of the same wish."""

import re
from collections.abc import Iterable

from domain.understanding import Entity
from understanding.language.text import fold

_WHOLE = re.compile(
    r"(?<!\w)(?:whole|all|entire|full|everything|todo|toda|todos|enter[oa]|complet[oae]s?|ganze[nrsm]?|gesamte[nrsm]?|alles|voll\w*|"
    r"tout|toute|entier|entiere|integral\w*|poora|pura|poore|saara|sara|पूरा|पूरी|पूरे|सारा|सारे)(?![\w\u0900-\u097f])"
)
_NEGATION = re.compile(
    r"(?<!\w)(?:do not|don'?t|did not|didn'?t|not|no|nicht|ne|pas|nahi|nahin|(?:n')|नहीं|नही)(?![\w\u0900-\u097f]) ?"
)


def narrows(text: str, wanted: Iterable[Entity]) -> bool:
    """Whether a message refuses the whole of something and names a sum or a share of it instead."""
    return any(each.kind in ("amount", "share") for each in wanted) and _WHOLE.search(fold(text)) is not None


def whole_topic(text: str) -> str:
    """The message without the words that refuse, so that its wish is heard."""
    return " ".join(_NEGATION.sub(" ", fold(text)).split())
