"""Learns from a company's own labelled messages, and refuses a model that would be worse than what is in force."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.errors import BadRequest
from understanding.intents.classifier import Classifier, Weights
from understanding.intents.examples import Example
from understanding.intents.fitting import fit_apart
from understanding.intents.models import keep_version, list_versions, put_in_force, version_in_force
from understanding.intents.wishes import specialist_of
from understanding.language.text import clean, fold, words
from understanding.reader import Reader
from understanding.training.accepted_rows import keep_accepted, load_accepted
from understanding.training.evaluation import LabelledText, RoutingReport, evaluate_routing, read_rows
from understanding.training.labels import LabelAgreement, look_at_labels

FEWEST_ROWS = 100
"""Fewer labelled messages than this say nothing about a model."""
FLOOR = 0.6
"""A model that is right on fewer of the messages held out than this is refused, however bad the present one is."""
KNOWN_FLOOR = 0.9
KNOWN_LOSS = 0.02
"""On what is known (shipped examples, rows accepted before) it is right this often, and hardly less than now."""
KNOWN_SHARE = 0.1
"""Of the shipped examples this share is looked at."""
WORSE_BY = 0.02
"""A label whose F1 falls by more than this is reported."""


@dataclass(frozen=True, slots=True)
class HeldOutTrial:
    """What an evaluation on the messages held out is measured with."""

    now: datetime
    currency: str
    route_from: float = 0.6
    held_out: float = 0.1


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What came of training: figures on the held-out messages before and after, and the version where accepted.

    `version` is 0 where the new model was refused, and `refusal` says why. `known` is the same on the fixed check:
    shipped examples and rows that were accepted before, None where there are none. `labels` is the look at the labels.
    """

    learnt_from: int
    held_out: int
    before: RoutingReport
    after: RoutingReport
    version: int
    refusal: str = ""
    known: tuple[RoutingReport, RoutingReport] | None = None
    labels: LabelAgreement | None = None

    @property
    def accepted(self) -> bool:
        """Whether the new model is in force."""
        return self.version > 0

    @property
    def worse(self) -> list[dict[str, Any]]:
        """The labels that the new model finds worse than the present one, on either check."""
        found = _worse("held out", self.before, self.after)
        return found + (_worse("known words", *self.known) if self.known else [])

    def as_json(self) -> dict[str, Any]:
        """The report as a JSON document."""
        return {
            "accepted": self.accepted,
            "version": self.version,
            "refusal": self.refusal,
            "worse": self.worse,
            "known_words": [report.as_json() for report in self.known] if self.known else None,
            "labels": self.labels.as_json() if self.labels else None,
            "learnt_from": self.learnt_from,
            "held_out": self.held_out,
            "before": self.before.as_json(),
            "after": self.after.as_json(),
        }


def train(
    rows: Sequence[LabelledText], examples: Iterable[Example], reader: Reader, folder: Path, trial: HeldOutTrial
) -> TrainingReport:
    """Learn which specialist takes a message, from labelled rows and the shipped examples together.

    A tenth of the rows (the same ones every time) is held out. The model is kept in `folder` as a new version and put
    in force only where its macro-F1 on them is no worse than that of `reader`, the understanding in force, and above a
    floor; and where it still knows the shipped examples and the rows that were accepted before. Labels are
    specialists, `human` and `out_of_scope`, or whole intents.

    Raises:
        BadRequest: too few rows, labels that the reader does not know, or labels that contradict what is surely read.
    """
    known = {specialist_of(intent) for intent in reader.intents}
    rows = [LabelledText(row.text, specialist_of(row.label), row.locale) for row in rows]
    _check(rows, known)
    labels = look_at_labels(read_rows(reader, rows, trial.now, trial.currency))
    examples = tuple(examples)
    held = [row for row in rows if _is_held_out(row.text, trial.held_out)]
    learnt = [row for row in rows if not _is_held_out(row.text, trial.held_out)]
    accepted = load_accepted(folder)
    weights = _learn([*learnt, *accepted], examples, folder)
    desks = Classifier(weights)
    candidate = reader.with_desks(lambda: desks)
    before, after = _compare(reader, candidate, held, trial)
    sure = [*_sample(examples), *accepted]
    on_known = _compare(reader, candidate, sure, trial) if sure else None
    refusal = _find_refusal(before, after, on_known)
    version = 0 if refusal else keep_version(folder, weights)
    if version:
        keep_accepted(folder, version, rows)
    return TrainingReport(len(learnt), len(held), before, after, version, refusal, on_known, labels)


def _compare(
    reader: Reader, candidate: Reader, rows: Sequence[LabelledText], trial: HeldOutTrial
) -> tuple[RoutingReport, RoutingReport]:
    """How the present reader and the candidate do on the same rows."""
    first, second = (
        evaluate_routing(each, rows, now=trial.now, currency=trial.currency, route_from=trial.route_from)
        for each in (reader, candidate)
    )
    return first, second


def _find_refusal(
    before: RoutingReport, after: RoutingReport, known: tuple[RoutingReport, RoutingReport] | None
) -> str:
    """Why a model is refused; empty where it is not."""
    if after.macro_f1 < before.macro_f1:
        return f"macro-F1 on the messages held out would fall from {before.macro_f1:.3f} to {after.macro_f1:.3f}"
    if after.accuracy < FLOOR:
        return f"only {after.accuracy:.0%} of the messages held out would be read right; {FLOOR:.0%} are needed"
    if known and known[1].accuracy < max(KNOWN_FLOOR, known[0].accuracy - KNOWN_LOSS):
        return f"accuracy on known words would fall from {known[0].accuracy:.3f} to {known[1].accuracy:.3f}"
    return ""


def _worse(where: str, before: RoutingReport, after: RoutingReport) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for label, figures in before.labels.items():
        now = after.labels[label].f1 if label in after.labels else 0.0
        if now < figures.f1 - WORSE_BY:
            found.append({"label": label, "where": where, "before": round(figures.f1, 3), "after": round(now, 3)})
    return found


def _sample(examples: Sequence[Example]) -> list[LabelledText]:
    """A part of the shipped examples, always the same."""
    taken = [example for example in examples if _is_held_out(example.text, KNOWN_SHARE)]
    return [LabelledText(each.text, specialist_of(each.intent), each.locale) for each in taken]


def roll_back(folder: Path) -> int:
    """Put the version before the one in force back in force, and say which that is; 0 is the shipped understanding.

    Raises:
        BadRequest: the shipped understanding is in force already.
    """
    current = version_in_force(folder)
    if current == 0:
        raise BadRequest("the shipped understanding is in force; there is nothing to go back to")
    earlier = max((version for version in list_versions(folder) if version < current), default=0)
    put_in_force(folder, earlier)
    return earlier


def _check(rows: Sequence[LabelledText], known: set[str]) -> None:
    different = len({" ".join(word for word in words(fold(row.text)) if not word.isdigit()) for row in rows})
    if different < FEWEST_ROWS:
        told = f"{different} different labelled messages" if different < len(rows) else f"{different} labelled messages"
        raise BadRequest(f"{told} are too few to learn from; {FEWEST_ROWS} are needed, numbers and marks aside")
    unknown = sorted({row.label for row in rows} - known)
    if unknown:
        raise BadRequest(f"unknown labels: {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def _is_held_out(text: str, share: float) -> bool:
    drawn = int.from_bytes(hashlib.sha256(clean(text).casefold().encode()).digest()[:4], "big")
    return drawn < share * 2**32


def _learn(rows: Sequence[LabelledText], examples: Iterable[Example], folder: Path) -> Weights:
    folder.mkdir(parents=True, exist_ok=True)
    taught = [(clean(row.text), row.label) for row in rows]
    taught += [(example.text, specialist_of(example.intent)) for example in examples]
    candidate = folder / "candidate.npz"
    fit_apart([text for text, _ in taught], [label for _, label in taught], candidate)
    try:
        return Weights.load(candidate)
    finally:
        candidate.unlink(missing_ok=True)
