"""Measures the understanding on labelled messages: which desk it would send them to, and how sure it rightly is."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, cast

from domain.conversation import LOCALES
from domain.errors import BadRequest
from domain.understanding import Intent, Understanding
from understanding.intents.wishes import specialist_of
from understanding.reader import ReadContext, Reader

HUMAN = "human"
NOTHING = "out_of_scope"
_BINS = 10


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A message and the desk that should take it, or the whole intent (`billing.pay_bill`)."""

    text: str
    label: str
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How well one label was found."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Messages whose confidence lies in one tenth: the mean confidence, and the share that was right."""

    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True, slots=True)
class RoutingReport:
    """The figures of one evaluation. `confusion` is true label, then predicted label, then count.

    `right`, `question_back` and `wrong` are shares of all messages at the confidence from which a message is routed.
    """

    count: int
    accuracy: float
    macro_f1: float
    labels: dict[str, LabelFigures]
    confusion: dict[str, dict[str, int]]
    calibration_error: float
    reliability: tuple[ReliabilityBin, ...]
    right: float
    question_back: float
    wrong: float
    person_recall: float
    person_false_alarms: float
    milliseconds: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """The report as a JSON document."""
        return {
            "count": self.count,
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "labels": {
                name: {"precision": one.precision, "recall": one.recall, "f1": one.f1, "support": one.support}
                for name, one in self.labels.items()
            },
            "confusion": self.confusion,
            "calibration_error": self.calibration_error,
            "reliability": [
                {"confidence": one.confidence, "accuracy": one.accuracy, "count": one.count} for one in self.reliability
            ],
            "shares": {"right": self.right, "question_back": self.question_back, "wrong": self.wrong},
            "person": {"recall": self.person_recall, "false_alarm_rate": self.person_false_alarms},
            "milliseconds": self.milliseconds,
        }


@dataclass(frozen=True, slots=True)
class LabelledReading:
    """How one labelled message was read; `lead` is how far the reading is ahead of the next one."""

    text: str
    label: str
    predicted: str
    confidence: float
    milliseconds: float
    lead: float = 1.0

    @property
    def right(self) -> bool:
        """Whether the message was taken for what it is."""
        return self.label == self.predicted

    def is_routed(self, route_from: float, margin: float) -> bool:
        """Whether the customer is served at once, and not asked back."""
        return self.confidence >= route_from and self.lead >= margin


def load_rows(file: Path) -> list[LabelledText]:
    """Read labelled messages, one JSON object with `text` and `label` on each line.

    Raises:
        BadRequest: the file cannot be read, or a line is not such an object; the message names the line.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{file}: cannot be read ({error})") from error
    return [_row(file, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def predict_label(understood: Understanding) -> tuple[str, float]:
    """Name the desk that a message goes to, with its confidence: a person if asked for, else for the first wish."""
    if understood.wants_person:
        return HUMAN, 1.0
    if not understood.intents:
        return NOTHING, 0.0
    first = understood.intents[0]
    return specialist_of(first.name), first.confidence


def evaluate_routing(
    reader: Reader,
    rows: Sequence[LabelledText],
    *,
    now: datetime,
    currency: str,
    route_from: float,
    margin: float = 0.0,
) -> RoutingReport:
    """Read every row on its own and compare where it would go with its label.

    `route_from` is the policy's confidence threshold: below it the customer is asked back instead of routed, and so is
    one whose words have a second reading within `margin`.

    Raises:
        BadRequest: there are no rows.
    """
    return summarise(read_rows(reader, rows, now, currency), route_from, margin)


def read_rows(reader: Reader, rows: Sequence[LabelledText], now: datetime, currency: str) -> list[LabelledReading]:
    """Read every row on its own, as customers write who pay in a currency.

    Raises:
        BadRequest: there are no rows.
    """
    if not rows:
        raise BadRequest("there are no labelled messages to evaluate")
    return [_read(reader, row, now, currency) for row in rows]


def summarise(readings: Sequence[LabelledReading], route_from: float, margin: float = 0.0) -> RoutingReport:
    """Turn readings into figures."""
    total = len(readings)
    labels = _label_figures(readings)
    bins = _reliability(readings)
    routed = [reading for reading in readings if reading.is_routed(route_from, margin)]
    right = sum(reading.right for reading in routed) / total
    return RoutingReport(
        count=total,
        accuracy=_share(readings, lambda reading: reading.right),
        macro_f1=sum(one.f1 for one in labels.values()) / len(labels),
        labels=labels,
        confusion=_confusion(readings),
        calibration_error=sum(abs(one.confidence - one.accuracy) * one.count for one in bins) / total,
        reliability=bins,
        right=right,
        question_back=1 - len(routed) / total,
        wrong=len(routed) / total - right,
        person_recall=_share([one for one in readings if one.label == HUMAN], lambda one: one.predicted == HUMAN),
        person_false_alarms=_share([one for one in readings if one.label != HUMAN], lambda one: one.predicted == HUMAN),
        milliseconds=_latency([reading.milliseconds for reading in readings]),
    )


def _row(file: Path, number: int, line: str) -> LabelledText:
    try:
        row = cast("dict[str, Any]", json.loads(line))
        text, label, locale = row["text"], row["label"], row.get("lang", "en")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRequest(f"{file}, line {number}: expected an object with `text` and `label` ({error})") from error
    if not isinstance(text, str) or not isinstance(label, str):
        raise BadRequest(f"{file}, line {number}: `text` and `label` must be strings")
    return LabelledText(text, label, locale if locale in LOCALES else "en")


def _read(reader: Reader, row: LabelledText, now: datetime, currency: str) -> LabelledReading:
    start = perf_counter()
    understood = reader.read(row.text, locale=row.locale, pending=None, now=now, context=ReadContext(currency=currency))
    spent = (perf_counter() - start) * 1000
    predicted, confidence = predict_label(understood)
    first = understood.intents[0] if understood.intents else Intent(predicted, confidence)
    exact = first.name if "." in row.label and predicted != HUMAN else predicted
    lead = confidence - first.rival_confidence if "." in first.rival else 1.0
    return LabelledReading(row.text, row.label, exact, confidence, spent, lead)


def _share(readings: Sequence[LabelledReading], holds: Callable[[LabelledReading], bool]) -> float:
    return sum(map(holds, readings)) / len(readings) if readings else 0.0


def _label_figures(readings: Sequence[LabelledReading]) -> dict[str, LabelFigures]:
    said = Counter(reading.predicted for reading in readings)
    meant = Counter(reading.label for reading in readings)
    hit = Counter(reading.label for reading in readings if reading.right)
    return {label: _figures(hit[label], said[label], meant[label]) for label in sorted(meant)}


def _figures(hit: int, said: int, meant: int) -> LabelFigures:
    precision, recall = hit / said if said else 0.0, hit / meant if meant else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return LabelFigures(precision, recall, f1, meant)


def _confusion(readings: Sequence[LabelledReading]) -> dict[str, dict[str, int]]:
    pairs = Counter((reading.label, reading.predicted) for reading in readings)
    names = sorted({name for pair in pairs for name in pair})
    return {label: {said: pairs[label, said] for said in names} for label in names}


def _reliability(readings: Sequence[LabelledReading]) -> tuple[ReliabilityBin, ...]:
    filled: dict[int, list[LabelledReading]] = {}
    for reading in readings:
        filled.setdefault(min(int(reading.confidence * _BINS), _BINS - 1), []).append(reading)
    return tuple(_bin(filled[at]) for at in sorted(filled))


def _bin(readings: list[LabelledReading]) -> ReliabilityBin:
    confidence = sum(reading.confidence for reading in readings) / len(readings)
    return ReliabilityBin(confidence, _share(readings, lambda reading: reading.right), len(readings))


def _latency(spent: Iterable[float]) -> dict[str, float]:
    ordered = sorted(spent)
    ranks = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    at = {name: round(ordered[min(int(rank * len(ordered)), len(ordered) - 1)], 3) for name, rank in ranks.items()}
    return {**at, "mean": round(sum(ordered) / len(ordered), 3), "max": round(ordered[-1], 3)}
