"""Which of their bills a customer means who asks for several at once: by their numbers, their months, or how many."""

import re
from collections.abc import Sequence

from agents.billing.mentions import months, references
from agents.folding import fold
from agents.procedure import Case, Facts

NUMBER_WORDS = {
    2: ("two", "dos", "zwei", "deux", "दो", "do"),
    3: ("three", "tres", "drei", "trois", "तीन", "teen"),
    4: ("four", "cuatro", "vier", "quatre", "चार", "chaar", "char"),
    5: ("five", "cinco", "fünf", "cinq", "पाँच", "पांच", "paanch"),
    6: ("six", "seis", "sechs", "six", "छह", "छः", "chhah"),
}
MOST = 6
"""So many bills are told or sent at once."""
_LAST = (
    "last", "latest", "past", "previous", "ultim[ao]s", "letzten?", "vergangenen", "derni[eè]re?s?", "pichh?l[ei]",
    "पिछल[ेी]", "aakhri", "akhri", "आख़?िरी",
)  # fmt: skip
_NO_TIME = r"(?!\s+(?:days?|weeks?|dias|semanas|tagen?|wochen?|jours|semaines|din|hafte|दिन|हफ़्ते))"


def name_several(case: Case, invoices: Sequence[Facts]) -> list[Facts]:
    """The bills that the customer named, the oldest first, where they named more than one; else none."""
    newest = sorted(invoices, key=lambda each: each["issued_on"], reverse=True)
    numbered = [each for each in newest if each["invoice_id"] in references(case)]
    said = months(case.text, case.locale)
    by_month = {each["issued_on"][5:7]: each for each in reversed(newest[:12]) if int(each["issued_on"][5:7]) in said}
    for found in (numbered, [each for each in newest if each in by_month.values()], newest[: _how_many(case.text)]):
        if len(found) > 1:
            return sorted(found[:MOST], key=lambda each: each["issued_on"])
    return []


def _how_many(text: str) -> int:
    """How many of the last bills are meant; 0 where no number says so."""
    said = fold(text)
    last = "|".join(map(fold, _LAST))
    for number, words in NUMBER_WORDS.items():
        counted = "|".join((str(number), *map(fold, words)))
        if re.search(rf"(?<!\w)(?:(?:{last})\s+(?:{counted})|(?:{counted})\s+(?:{last}))(?!\w){_NO_TIME}", said):
            return number
    return 0
