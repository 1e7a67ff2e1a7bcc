"""Every text rendered: for each locale and channel, with facts as they usually are and as they seldom are."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from jinja2 import Environment, meta, nodes

from agents.catalogue import TITLES, Catalogue
from agents.specialist import Procedure
from agents.wording import Terms, Text, Voice, render
from agents.wording.forms import FILTERS, Forms
from domain.conversation import LOCALES
from domain.errors import Misconfigured
from router.formatters import Addressee, formatter_of

CHANNELS = ("chat", "email", "sms", "voice", "whatsapp")
LATE, EARLY = "2026-11-27T13:00:00+00:00", "2027-01-01T01:00:00+00:00"
WORDS = ("I never ordered this.", "It's Ana O'Brien's line")
TERMS = Terms("Acme", "example.com/help", "911", "988")
_CALLS = ("tools/", "done/", "effects/")
CASES = ("usual", "single", "awkward")
"""The sets of facts: several of everything, one of everything, and what is hardest to put into a sentence."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One text as it is said: where it stands, to whom, with which facts, and the messages that say it.

    `unsaid` is why it could not be said with these facts; then there are no words.
    """

    place: str
    locale: str
    channel: str
    case: str
    text: str
    messages: tuple[str, ...]
    unsaid: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The languages and the currency in which texts are said."""

    locales: tuple[str, ...] = LOCALES
    currency: str = "USD"


def render_all(catalogue: Catalogue, spoken: Spoken | None = None) -> list[Rendered]:
    """Every reply, proposal, account of what was done and name of a journey."""
    spoken = spoken or Spoken()
    return [
        _rendered(place, texts, Voice(locale, spoken.currency, "UTC", channel, TERMS), case, facts)
        for place, texts in places(catalogue)
        for case in CASES
        for facts in (facts_of(place, texts, case),)
        for locale in spoken.locales
        for channel in CHANNELS
    ]


def places(catalogue: Catalogue) -> Iterator[tuple[str, Mapping[str, Text]]]:
    """Every text with where it stands: `specialist.procedure/reply`, `replies/reply`, `tools/tool`, `effects/tool`."""
    groups = {
        "replies": catalogue.replies,
        "done": catalogue.done,
        "tools": catalogue.tools,
        "effects": catalogue.effects,
    }
    for group, texts in groups.items():
        yield from ((f"{group}/{key}", text) for key, text in texts.items())
    for name, titles in catalogue.titles.items():
        yield from ((f"journeys/{name}.{form}", titles[form]) for form in TITLES)
    for procedure in _procedures(catalogue):
        yield from ((f"{procedure.name}/{key}", text) for key, text in procedure.replies.items())


def facts_of(place: str, texts: Mapping[str, Text], case: str) -> dict[str, Any]:
    """A value for every fact that a text names, as it may be in that case."""
    sources = [source for text in texts.values() for source in _sources(text)]
    names = {name for source in sources for name in names_in(source)}
    facts = {name: _value(name, CASES.index(case)) for name in sorted(names)}
    facts |= _fields_of(names - _NAMED.keys(), sources, CASES.index(case))
    rows = {name: each[CASES.index(case)] for name, each in _ROWS.items() if f" in {name} " in sources[0]}
    rows = {name: _rows_of(name, sources, case) for name in names if name not in (*_NAMED, *_ROWS)} | rows
    rows = {name: each for name, each in rows.items() if each is not None}
    facts |= rows | {name: value for name, value in _BY_PLACE.get(place, {}).items() if name in facts}
    if place.startswith(_CALLS) and facts.get("name") == "":
        facts |= _VISITOR  # what is written down is somebody's name
    return facts | ({"resource": {}} if place.startswith("tools/") and case != "usual" else {})


def _rendered(place: str, texts: Mapping[str, Text], voice: Voice, case: str, facts: dict[str, Any]) -> Rendered:
    group, _, key = place.partition("/")
    try:
        text = render(texts, voice, facts)
    except Misconfigured as error:
        unsaid = f"{error} (facts: {', '.join(sorted(facts)) or 'none'})"
        return Rendered(place, voice.locale, voice.channel, case, "", (), unsaid)
    part = group in ("tools", "effects", "done", "journeys") or key in ("earlier_contact", "look_up", "title_about")
    spoken = Forms(voice).sentence(text) if part else text
    messages = formatter_of(voice.channel).speak((spoken,), Addressee(voice.locale, "Ana", currency=voice.currency))
    return Rendered(place, voice.locale, voice.channel, case, text, messages)


def _procedures(catalogue: Catalogue) -> Iterator[Procedure]:
    for specialist in catalogue.specialists.values():
        yield from (*specialist.procedures.values(), *specialist.unasked.values())


def _sources(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text.values())


@cache
def names_in(source: str) -> AbstractSet[str]:
    """The facts that a template names."""
    return meta.find_undeclared_variables(_syntax().parse(source)) - set(Terms.__slots__)


@cache
def _syntax() -> Environment:
    """What reads templates without rendering them."""
    syntax = Environment(autoescape=True)
    syntax.filters.update(dict.fromkeys(FILTERS, str))
    return syntax


def _fields_of(names: AbstractSet[str], sources: list[str], case: int) -> dict[str, Any]:
    """The facts of which a text reads fields (`order.id`), as a tool's results are, with a value for each field."""
    found: dict[str, Any] = {}
    for source in sources:
        for path in sorted(_paths_in(source), key=len, reverse=True):
            if path[0] in names:
                inner = found.setdefault(path[0], {})
                for part in path[1:-1]:
                    inner = inner.setdefault(part, {})
                inner.setdefault(path[-1], _value(path[-1], case))
    return found


@cache
def _paths_in(source: str) -> AbstractSet[tuple[str, ...]]:
    """Every field of a fact that a template reads, as names from the fact on."""
    found: set[tuple[str, ...]] = set()
    for node in _syntax().parse(source).find_all((nodes.Getattr, nodes.Getitem)):
        path: list[str] = []
        at: nodes.Node = node
        while isinstance(at, nodes.Getattr | nodes.Getitem):
            key = at.attr if isinstance(at, nodes.Getattr) else getattr(at.arg, "value", None)
            path, at = [str(key), *path], at.node
        if isinstance(at, nodes.Name):
            found.add((at.name, *path))
    return found


def _rows_of(name: str, sources: list[str], case: str) -> list[dict[str, object]] | None:
    """Rows with every field that a company's own text reads of them; None where nothing goes through them."""
    loops = [re.search(rf"for (\w+) in {name}\b", source) for source in sources]
    loop = next(filter(None, loops), None)
    if loop is None:
        return None
    fields = {field for source in sources for field in re.findall(rf"\b{loop[1]}\.(\w+)", source)}
    row = {field: _value(field, CASES.index(case)) for field in sorted(fields)}
    row |= {"description": _PAYMENT["description"]} if "description" in row else {}
    return [row, row] if case == "usual" else [row]


def _value(name: str, case: int) -> object:
    """What a fact of that name may be in a case: by its own name, else by its ending."""
    if name in _NAMED:
        found = _NAMED[name]
        return cast("tuple[object, ...]", found)[min(case, 2)] if isinstance(found, tuple) else found
    for ending, values in _BY_ENDING.items():
        if name.endswith(ending):
            return values[case]
    return WORDS[0] if case else "Fibre 300"


_LABEL = ("Visa •••• 4242", "American Express •••• 0005", "Bank account")
_MOMENT = (LATE, LATE, EARLY)
_DAY = ("2026-11-27", "2026-11-27", "2027-01-01")
_MINOR = (123456, 100, 99)
_BILL = {"invoice_id": "INV-3001", "issued_on": "2026-11-01", "due_on": "2027-01-01", "status": "overdue"}
_PAYMENT = {"payment_id": "P-5001", "captured_at": EARLY, "description": "Set-up fee", "method": _LABEL[0]}
_CONTRACT = {
    "plan_name": "Fibre 300",
    "monthly_minor": 3999,
    "down_mbps": 300,
    "started_on": "2026-01-01",
    "contract_ends_on": "2027-01-01",
    "earliest_end_on": "2027-01-01",
    "effective_on": "2027-01-01",
    "final_bill_minor": 3999,
    "notice_days": 30,
    "suspended": False,
}
_OPEN_END = {
    "plan_name": "O'Brien's line",
    "monthly_minor": 100,
    "down_mbps": 0,
    "started_on": "2026-01-01",
    "contract_ends_on": "",
    "earliest_end_on": "2026-12-01",
    "effective_on": "2026-12-01",
    "final_bill_minor": 0,
    "notice_days": 1,
    "suspended": True,
}
_BY_ENDING: dict[str, tuple[Any, Any, Any]] = {
    "_minor": _MINOR,
    "_at": _MOMENT,
    "_on": _DAY,
    "_by": _DAY,
    "_id": ("A-1001", "A-1", "A-1001"),
    "_name": ("Fibre 300", "Fibre 300", "O'Brien's line"),
    "_percent": (20, 1, 0.2),
    "_mbps": (300, 1, 0.5),
    "_minutes": (5, 1, 0),
    "_left": (2, 1, 1),
}


def _rows(*rows: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """Three rows, one, and one with the smallest amount."""
    small = {key: 99 if key.endswith("_minor") else value for key, value in rows[0].items()}
    return [*rows, *rows][:3], [dict(rows[0])], [small]


_VISITOR = {"name": "Ana O'Brien"}
_BY_PLACE: dict[str, dict[str, Any]] = {
    "replies/clarify_one": {"first": "A copy of bill INV-3001."},
    "billing.outage_credit/several_due": {"count": 2},
    "billing.dispute_charge/already_open": {"subject": "P-5001"},
    **{f"scheduling.track_technician/{key}": _VISITOR for key in ("assigned", "expected", "on_the_way")},
}
"""Facts that a text is never said without."""
_ROWS = {"instalments": _rows({"amount_minor": 2000, "due_on": "2027-01-01"})}
"""Facts that are a count in some texts and rows in others."""
_NAMED: dict[str, Any] = {
    "phrase": ("refund $39.99 of payment P-5001", "restart your router. It takes a minute", f"say “{WORDS[0]}”"),
    "text": (*WORDS, WORDS[0]),
    "description": (*WORDS, WORDS[0]),
    "title": "Wi-Fi",
    "sent_to": ("•••• ••34", "•••• ••34", "a•••@example.com"),
    "to": ("•••• ••34", "•••• ••34", "a•••@example.com"),
    "method": _LABEL,
    "label": _LABEL,
    "labels": (list(_LABEL[:2]), list(_LABEL[:1]), []),
    "choices": ([{"label": each} for each in _LABEL], [{"label": _LABEL[0]}], [{"label": _LABEL[2]}]),
    "queue": ("billing", "technical", "general"),
    "first": ("your bill", "the late fee", "your order"),
    "second": "your visit",
    "topic": "your bill",
    "noun": "your bill",
    "steps": (["your bill", "the late fee", "your order"], ["your bill", "your order"], ["your bill", "your order"]),
    "done": (["$1.00 was paid", "a visit was booked", "a note was sent"], ["a visit was booked"], ["it was paid."]),
    "contact": "You wrote to us yesterday about your bill",
    "standing": ("open", "person", "approval"),
    "name": ("Ana García", "Ana", ""),
    "at": _MOMENT,
    "week": (
        [
            {"first": 0, "last": 4, "spans": [["08:00:00", "20:00:00"]]},
            {"first": 5, "last": 5, "spans": [["09:00:00", "17:00:00"]]},
        ],
        [{"first": 5, "last": 5, "spans": [["01:00:00", "13:00:00"]]}],
        [{"first": 0, "last": 6, "spans": [["08:00:00", "12:00:00"], ["13:00:00", "00:00:00"]]}],
    ),
    "zone": ("America/New_York", "UTC", "Europe/Berlin"),
    "open": (True, False, False),
    "until": _DAY,
    "day": _DAY,
    "latest": _DAY,
    "months": (6, 1, 12),
    "days": (3, 1, 2),
    "count": (3, 1, 2),
    "position": (3, 1, 2),
    "sums": ([3999, 100], [3999], [99, 100]),
    "currency": "USD",
    "away": (False, False, True),
    "urgent": (False, False, True),
    "fewest": 2,
    "most": 6,
    "instalments": (3, 1, 2),
    "score": 4,
    "field": ("email", "phone", "address"),
    "value": ("new@example.com", "+12025550101", "12 O'Brien Street, Springfield"),
    "values": (["one@example.com", "two@example.com"], ["one@example.com"], ["12 First Street"]),
    "enabled": (True, False, True),
    "subject": ("P-5001", "INV-3001", ""),
    "reference": "P-5001",
    "reason": "other",
    "item": ("Wi-Fi extender", "router", "the O'Brien box"),
    "named": "WO-7001",
    "names": (["Fibre 300", "Fibre 100"], ["Fibre 300", "O'Brien's line"], ["Fibre 300", "Fibre 100"]),
    "cause": ("a cut cable", "", WORDS[0]),
    "event_text": ("Left the depot", WORDS[0], WORDS[0]),
    "url": "https://example.com/pay/1",
    "language": ("en", "es", "de"),
    "starts": ([LATE, EARLY, LATE], [LATE], [EARLY]),
    "ended": (["Helpwise", "Movewell"], ["Helpwise"], ["O'Brien Care"]),
    "where": "https://example.com/chat",
    "partner": ("Helpwise", "Movewell", "O'Brien Care"),
    "tools": (["payments.list_payments", "payments.refund_payment"], ["erp.get_invoice"], ["erp.book_appointment"]),
    "own": (True, False, True),
    "orders": (["A-1: router", "A-2: cable"], ["A-1: router"], ["A-1: router"]),
    "plans": _rows({"name": "Fibre 500", "monthly_minor": 4999}),
    "payments": _rows({**_PAYMENT, "amount_minor": 3999, "invoice_id": "INV-3001"}),
    "charges": [{**_PAYMENT, "amount_minor": 3999}, {**_PAYMENT, "payment_id": "P-5002", "amount_minor": 3999}],
    "refunds": _rows({**_PAYMENT, "amount_minor": 3999, "refunded_at": EARLY, "arrives_by": "2027-01-01"}),
    "contracts": ([_CONTRACT], [_OPEN_END], [_CONTRACT, _OPEN_END]),
    "asked": (["price", "end", "notice"], ["end"], ["plan", "speed"]),
    "topics": (["explaining your bill", "moving a visit"], ["moving a visit"], ["your Wi-Fi", "O'Brien's line"]),
    "invoices": _rows({**_BILL, "balance_minor": 3999}, {**_BILL, "balance_minor": 100, "status": "open"}),
    "fees": _rows({**_BILL, "amount_minor": 1000}),
    "credits": _rows({"amount_minor": 1200, "started_at": EARLY, "invoice_id": "INV-3001"}),
    "cases": _rows({"case_id": "CS-1", "reason": "complaint", "opened_at": EARLY}),
    "lines": _rows(
        {"description": "Fibre 300, monthly", "amount_minor": 3999}, {"description": "Fee", "amount_minor": -99}
    ),
    "changes": _rows(
        {"change": "removed", "kind": "promotion", "description": "Welcome", "amount_minor": 2000, "before_minor": 0},
        {"change": "added", "kind": "one_off", "description": "Set-up", "amount_minor": 100, "before_minor": 0},
        {"change": "changed", "kind": "plan", "description": "Fibre 300", "amount_minor": 99, "before_minor": 100},
    ),
    "changed": (
        [{"field": "email", "value": "a@example.com", "notified": "a•••@example.com"}],
        [{"field": "phone", "value": "+12025550101", "notified": "•••• ••34"}],
        [],
    ),
    "restored": (True, False, True),
    "difference_minor": (1000, -100, 0),
    "left_minor": (100, 0, 99),
    "balance_minor": (3999, 0, 99),
    "paid_before": (False, True, True),
    "arrives_by": _DAY,
    "resource": {
        "account": {"partner_consents": [{"consent_id": "A-1001", "tools": ["payments.refund_payment"]}]},
        "payment": {"method": _LABEL[0]},
        "methods": {"items": [{"method_id": "A-1001", "label": _LABEL[1]}]},
        "slots": {"items": [{"slot_id": "A-1001", "starts_at": EARLY}]},
        "appointments": {"items": [{"appointment_id": "A-1001", "starts_at": LATE}]},
        "device": {"model": "Hub 6"},
        "quote": {"plan_name": "Fibre 500", "new_monthly_minor": 4999, "effective_on": "2027-01-01"},
        "subscriptions": {
            "items": [
                {
                    "subscription_id": "A-1001",
                    "plan_name": "Fibre 300",
                    "monthly_minor": 3999,
                    "cancellation": {"effective_on": "2027-01-01", "final_bill_minor": 99},
                }
            ]
        },
    },
}
