"""What the customer's opening words say about records: numbers, amounts, days, months and descriptions."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from babel.dates import get_month_names

from agents.folding import fold
from agents.procedure import Case, Facts

STEM = 5
"""Words are compared by this many first letters, so that inflections and near cognates meet."""
VERBS = frozenset({"may", "march"})
"""English months that are more often verbs; they count only behind one of `MONTH_MARKERS`."""
MONTH_MARKERS = r"(?:in|for|of|from|since|my|the|last|this)"

_LIKE = r"than|compared (?:to|with)|qu[e']|als|wie|gegenuber|par rapport (?:a|au)"
_MORE = "|".join(map(fold, ("zyada", "jyada", "adhik", "kam", "ज़्यादा", "ज्यादा", "अधिक", "कम")))
_COMPARED = re.compile(
    rf"\b(?:{_LIKE})\s*(?:it was |what i paid )?(?:back )?"
    r"(?:in|en|im|for|last|el de|la de|le mois de|celle d[e'])\s*\S+"
    rf"|\S+ (?:se|से) (?:\S+ ){{0,2}}?(?:{_MORE})(?!\w)"
)
"""A month that another is compared with: "more than in October" speaks of the bill that is not October's."""


@dataclass(frozen=True, slots=True)
class Marks:
    """By which fields a kind of record can be named: `slot` is the fact that names it outright."""

    slot: str
    ids: tuple[str, ...]
    amounts: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    words: str = ""


INVOICE = Marks("invoice_id", ("invoice_id",), ("balance_minor", "total_minor"), ("issued_on", "due_on"))
PAYMENT = Marks(
    "payment_id",
    ("payment_id", "invoice_id", "order_id", "duplicate_of"),
    ("amount_minor",),
    ("captured_at",),
    "description",
)
REFUND = Marks("refund_id", ("refund_id", "payment_id"), ("amount_minor",), ("refunded_at",))
OUTAGE = Marks("outage_id", ("outage_id",), ("credit_due_minor",), ("started_at", "ended_at"), "cause")


def narrow(case: Case, records: Sequence[Facts], marks: Marks) -> list[Facts]:
    """Keep the records that the customer's words fit best; words that fit none leave all of them."""
    left = list(records)
    for fits in (_by_itself, _by_reference, _by_amount, _by_round_amount, _by_day, _by_month, _by_last_month):
        left = [record for record in left if fits(case, record, marks)] or left
    return _described(case.text, left, marks.words) if marks.words else left


def unknown_reference(case: Case, records: Iterable[Facts], marks: Marks, prefix: str) -> str:
    """A reference of that prefix which the customer named and no record bears, else an empty string."""
    known = {str(record.get(name)) for record in records for name in marks.ids}
    return next((each for each in references(case) if each.startswith(prefix) and each not in known), "")


def references(case: Case) -> tuple[str, ...]:
    """The references that the customer named, as written in records."""
    return tuple(str(entity.value) for entity in case.opening if entity.kind == "reference")


def amounts(case: Case) -> tuple[int, ...]:
    """The amounts that the customer named, in minor units."""
    return tuple(entity.value for entity in case.opening if entity.kind == "amount" and isinstance(entity.value, int))


def months(text: str, locale: str) -> frozenset[int]:
    """The months named in a text, in the customer's language or in English, as numbers from 1."""
    folded = _COMPARED.sub(" ", fold(text))
    named = (_month_names(language) for language in {locale, "en"})
    return frozenset(number for names in named for number, name in names.items() if _names_month(folded, fold(name)))


def _month_names(language: str) -> dict[int, str]:
    names: Any = get_month_names("wide", "format", language)
    return dict(names)


def _names_month(folded: str, name: str) -> bool:
    marker = rf"\b{MONTH_MARKERS}\s+" if name in VERBS else r"(?<!\w)"
    return re.search(rf"{marker}{re.escape(name)}(?!\w)", folded) is not None


def _by_itself(case: Case, record: Facts, marks: Marks) -> bool:
    """By its own reference, before any other record that only refers to it."""
    return record.get(marks.ids[0]) in (case.facts.get(marks.slot), *references(case))


def _by_reference(case: Case, record: Facts, marks: Marks) -> bool:
    """By a reference that it bears, or by the number alone ("payment 5002")."""
    ids = [str(record[name]) for name in marks.ids if record.get(name)]
    said = (case.facts.get(marks.slot), *references(case))
    numbers = re.findall(r"(?<![\w.,-])\d{4,}(?![\w.,-]*\d)", case.text)
    return any(each in said or each.rpartition("-")[2] in numbers for each in ids)


def _by_amount(case: Case, record: Facts, marks: Marks) -> bool:
    return any(abs(record.get(name) or 0) == amount for name in marks.amounts for amount in amounts(case) if amount)


def _by_round_amount(case: Case, record: Facts, marks: Marks) -> bool:
    """By a plain number that is its amount: "the 450" of a payment of 450.00."""
    said = {100 * int(number) for number in re.findall(r"(?<![\w.,-])[1-9]\d{1,5}(?![\w.,-]*\d)", case.text)}
    return any(abs(record.get(name) or 0) in said for name in marks.amounts)


def _by_day(case: Case, record: Facts, marks: Marks) -> bool:
    said = {entity.value for entity in case.opening if entity.kind == "date"}
    return any(str(record.get(name) or "")[:10] in said for name in marks.days)


def _by_month(case: Case, record: Facts, marks: Marks) -> bool:
    said = months(case.text, case.locale)
    return any(int(str(record[name])[5:7]) in said for name in marks.days if record.get(name))


_LAST_MONTH = re.compile(
    r"\b(?:last month'?s|(?:one|bill|invoice|charge|payment) (?:from|of|for) last month"
    r"|(?:die|der|das|rechnung|abbuchung) (?:vom|von|aus dem) (?:letzten|vorigen|vergangenen) monat"
    r"|(?:la|el|factura|recibo|cobro) del mes (?:pasado|anterior)"
    r"|(?:celle|celui|facture) du mois (?:dernier|passe|d'avant)"
    r"|pichh?le mah(?:i|ee)ne (?:ka|ki|ke|wal[aie]))\b|पिछले महीने (?:का|की|के|वाल[ाीे])(?!\w)"
)
"""How a record of last month is named; "more than last month" names none."""


_THE_MONTH_BEFORE = re.compile(
    r"\b(?:last month|(?:mes|el) (?:pasado|anterior)|(?:letzten|vorigen|vergangenen) monat|mois (?:dernier|passe)"
    r"|pichh?le mah(?:i|ee)ne)\b|पिछले महीने"
)


def named_months(case: Case) -> frozenset[int]:
    """The months that a question about the past names, by their names or as the last one."""
    said = months(case.text, case.locale)
    if said or _THE_MONTH_BEFORE.search(fold(case.text)) is None:
        return said
    return frozenset({(case.today.replace(day=1) - timedelta(days=1)).month})


def _by_last_month(case: Case, record: Facts, marks: Marks) -> bool:
    if _LAST_MONTH.search(fold(case.text).replace("’", "'")) is None:
        return False
    last = case.today.replace(day=1) - timedelta(days=1)
    return any(str(record[name])[:7] == f"{last:%Y-%m}" for name in marks.days[:1] if record.get(name))


def _described(text: str, records: list[Facts], field: str) -> list[Facts]:
    """The records whose description shares most words with the text, not counting words that all of them share."""
    stems = [_stems(str(record.get(field) or "")) for record in records]
    common = frozenset[str]().union(*stems).intersection(*stems) if len(stems) > 1 else frozenset[str]()
    said = _stems(text)
    scores = [len((each - common) & said) for each in stems]
    best = max(scores, default=0)
    return [record for record, score in zip(records, scores, strict=True) if score == best]


def long_words(text: str) -> list[str]:
    """A text's longer words, folded: those that tell something."""
    return [word for word in re.findall(r"\w+", fold(text)) if len(word) >= STEM]


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in long_words(text))
