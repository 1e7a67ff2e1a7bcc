"""`eval slots`: days, times, amounts, numbers and addresses as people say them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unicodedata import decimal

from app.word_sets.figures import Figures, Target, Verdict, share
from app.word_sets.listening import NOON, ReaderInForce
from app.word_sets.rows import Row, Selection, load_set
from domain.understanding import Understanding

NAME = "slots"
TARGETS = (Target("right", 0.9), Target("wrong", 0.03, at_most=True))
KINDS = ("date", "time", "datetime", "amount", "phone", "email")
"""The kinds of values that a journey asks for."""


def judge(listener: ReaderInForce, place: Path, selection: Selection) -> list[Verdict]:
    """Read every row on the day of its reference, and compare the first value of its kind that is found."""
    rows = load_set(place, NAME, ("text", "kind", "value"), selection)
    return [_judge(listener, row) for row in rows if row["kind"] in KINDS]


def count(verdicts: Sequence[Verdict]) -> Figures:
    """Right, wrong (another value), and the rest, which is asked about; the same for each kind."""
    figures: Figures = {
        "right": share(verdicts, lambda one: one.right),
        "wrong": share(verdicts, lambda one: one.wrong),
    }
    for kind in sorted({one.row["kind"] for one in verdicts}):
        those = [one for one in verdicts if one.row["kind"] == kind]
        figures[f"{kind} right"] = share(those, lambda one: one.right)
        figures[f"{kind} wrong"] = share(those, lambda one: one.wrong)
    return figures


def _judge(listener: ReaderInForce, row: Row) -> Verdict:
    reference = row.get("reference_time")
    now = datetime.fromisoformat(reference).replace(tzinfo=UTC) if reference else NOON
    found = _readings(listener.hear(row["text"], row["lang"], now=now), row, now)
    right = any(_is_same(row, each, value) for each in found for value in row["value"])
    return Verdict(row, str(found[0]) if found else "None", right, bool(found) and not right)


def _readings(heard: Understanding, row: Row, now: datetime) -> list[Any]:
    """The first value of the row's kind; a phone number also as it was written, since the rows have no country."""
    if row["kind"] == "datetime":
        return _moment(heard, row, now)
    entity = heard.first(row["kind"])
    if entity is None:
        return []
    return [entity.value, entity.text] if row["kind"] == "phone" else [entity.value]


def _moment(heard: Understanding, row: Row, now: datetime) -> list[str]:
    """The day and the time together; the day of the reference where the row says that it is implied."""
    day, time = heard.first("date"), heard.first("time")
    if time is None or (day is None and not row.get("time_alone_ok")):
        return []
    return [f"{day.value if day else now.date().isoformat()}T{time.value}"]


def _is_same(row: Row, found: Any, value: Any) -> bool:
    match row["kind"]:
        case "amount":
            scale = 1 if _HUNDREDTHS.match(str(row.get("currency"))) else 100
            return abs(float(found) - float(value) * scale) < 1
        case "phone":
            return _digits(found) == _digits(value)
        case "datetime":
            return str(found)[:16] == str(value)[:16]
        case "email":
            return str(found).lower() == str(value).lower()
        case _:
            return str(found) == str(value)


_HUNDREDTHS = re.compile(r"cent|pence|penny|centime|centavo|pais", re.IGNORECASE)
"""Currencies of rows whose value counts hundredths."""


def _digits(said: Any) -> str:
    return "".join(str(decimal(sign)) for sign in str(said) if sign.isdecimal())
