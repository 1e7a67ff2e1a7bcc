"""Learns from the house's own labelled messages, and refuses a model that would be worse than what is in force."""

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
from understanding.language.text import clean
from understanding.reader import Reader
from understanding.training.evaluation import LabelledText, RoutingReport, evaluate_routing

FEWEST_ROWS = 100
"""Fewer labelled messages than this say nothing about a model."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an evaluation on the messages held out is measured with."""

    now: datetime
    route_from: float = 0.6
    held_out: float = 0.1


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What came of training: figures on the held-out messages before and after, and the version where accepted.

    `version` is 0 where the new model was refused.
    """

    learnt_from: int
    held_out: int
    before: RoutingReport
    after: RoutingReport
    version: int

    @property
    def accepted(self) -> bool:
        """Whether the new model is in force."""
        return self.version > 0

    def as_json(self) -> dict[str, Any]:
        """The report as a JSON document."""
        return {
            "accepted": self.accepted,
            "version": self.version,
            "learnt_from": self.learnt_from,
            "held_out": self.held_out,
            "before": self.before.as_json(),
            "after": self.after.as_json(),
        }


def train(
    rows: Sequence[LabelledText], examples: Iterable[Example], reader: Reader, folder: Path, trial: Trial
) -> TrainingReport:
    """Learn which specialist takes a message, from labelled rows and the shipped examples together.

    A tenth of the rows (the same ones every time) is held out. The model is kept in `folder` as a new version and put
    in force only where its macro-F1 on them is no worse than that of `reader`, the understanding in force. Labels are
    specialists, `human` and `out_of_scope`, or whole intents.

    Raises:
        BadRequest: too few rows, or labels that the reader does not know.
    """
    known = {specialist_of(intent) for intent in reader.intents}
    rows = [LabelledText(row.text, specialist_of(row.label), row.locale) for row in rows]
    _check(rows, known)
    held = [row for row in rows if _is_held_out(row.text, trial.held_out)]
    learnt = [row for row in rows if not _is_held_out(row.text, trial.held_out)]
    weights = _learn(learnt, examples, folder)
    before = evaluate_routing(reader, held, now=trial.now, route_from=trial.route_from)
    candidate = reader.with_desks(Classifier(weights))
    after = evaluate_routing(candidate, held, now=trial.now, route_from=trial.route_from)
    version = keep_version(folder, weights) if after.macro_f1 >= before.macro_f1 else 0
    return TrainingReport(len(learnt), len(held), before, after, version)


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
    if len(rows) < FEWEST_ROWS:
        raise BadRequest(f"{len(rows)} labelled messages are too few to learn from; {FEWEST_ROWS} are needed")
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
