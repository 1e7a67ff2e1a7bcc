"""Words that correct: of what a message names before and after them, the latter is meant."""

from collections.abc import Iterable

from domain.understanding import Entity
from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

_KINDS = frozenset({"date", "time", "availability", "ordinal", "amount", "phone", "email", "code"})


def part_after_correction(text: str) -> str:
    """What follows the last words that correct something; empty where there are none, or nothing follows."""
    folded = fold(text)
    found = [match.end() for match in phrase_pattern("entities/corrections", "marks").finditer(folded) if match.start()]
    return folded[found[-1] :] if found and len(folded) == len(text) else ""


def corrected(before: Iterable[Entity], after: Iterable[Entity]) -> tuple[Entity, ...]:
    """The entities of a message without those of a kind that is named again behind a correction."""
    again = tuple(each for each in after if each.kind in _KINDS)
    kinds = {each.kind for each in again}
    kinds |= {"date", "time", "availability"} if kinds & {"date", "time", "availability"} else set()
    return (*(each for each in before if each.kind not in kinds), *again) if again else tuple(before)
