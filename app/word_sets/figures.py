"""Figures of a set: in all, for each source on its own, for each language, and against an earlier run."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.word_sets.rows import Row
from domain.errors import BadRequest

Figures = dict[str, float]
"""Shares (0 to 1) and counts by name."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one row was read: what was `said` of it, and whether that is right, or wrong and not only asked about."""

    row: Row
    said: str
    right: bool
    wrong: bool = False
    marks: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """What the row's own label says, or its kind where the label is a value."""
        return str(self.row.get("label", self.row.get("kind", "")))


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure must at least, or at most, be."""

    figure: str
    limit: float
    at_most: bool = False

    def is_reached(self, figures: Figures) -> bool:
        """Whether it is."""
        found = figures.get(self.figure)
        return found is not None and (found <= self.limit if self.at_most else found >= self.limit)


Count = Callable[[Sequence[Verdict]], Figures]


def summarise(verdicts: Sequence[Verdict], count: Count, targets: Iterable[Target] = ()) -> dict[str, Any]:
    """The report of one set. Every source is reported on its own: none of them taught the understanding anything."""
    figures = count(verdicts)
    return {
        "count": len(verdicts),
        "figures": figures,
        "targets": [
            {
                "figure": target.figure,
                "limit": target.limit,
                "at_most": target.at_most,
                "reached": target.is_reached(figures),
            }
            for target in targets
        ],
        "sources": _grouped(verdicts, "source", count),
        "languages": _grouped(verdicts, "lang", count),
    }


def share(verdicts: Iterable[Verdict], holds: Callable[[Verdict], bool]) -> float:
    """The share of verdicts for which something holds; 0 of none."""
    listed = list(verdicts)
    return round(sum(map(holds, listed)) / len(listed), 4) if listed else 0.0


def macro_f1(verdicts: Sequence[Verdict]) -> float:
    """The mean F1 over the labels; a row that is right counts as said what its label says."""
    said = Counter(one.label if one.right else one.said for one in verdicts)
    meant = Counter(one.label for one in verdicts)
    hit = Counter(one.label for one in verdicts if one.right)
    scores = [2 * hit[label] / (said[label] + meant[label]) for label in meant]
    return round(sum(scores) / len(scores), 4) if scores else 0.0


def list_misses(verdicts: Iterable[Verdict], most: int) -> list[dict[str, str]]:
    """The rows that were not read right, the wrong ones first."""
    missed = sorted((one for one in verdicts if not one.right), key=lambda one: (not one.wrong, one.label, one.said))
    return [
        {
            "id": str(one.row.get("id", "")),
            "source": str(one.row.get("source", "")),
            "label": one.label,
            "said": one.said,
            "asked": str(one.row.get("asked") or one.row.get("context") or "")[-80:],
            "text": str(one.row.get("text", one.row.get("raw", "")))[:160],
        }
        for one in missed[:most]
    ]


def save_report(file: Path, report: Mapping[str, Any]) -> None:
    """Write a report, to compare a later one with.

    Raises:
        BadRequest: the file cannot be written.
    """
    try:
        file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadRequest(f"{file}: cannot be written ({error})") from error


def read_report(file: Path) -> dict[str, Any]:
    """Read a report that was saved.

    Raises:
        BadRequest: the file is none.
    """
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
        return dict(report) if "figures" in report else {}
    except (OSError, ValueError, TypeError) as error:
        raise BadRequest(f"{file}: not a saved report ({error})") from error


def _grouped(verdicts: Sequence[Verdict], field: str, count: Count) -> dict[str, Any]:
    groups: dict[str, list[Verdict]] = {}
    for one in verdicts:
        groups.setdefault(str(one.row.get(field, "")), []).append(one)
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {name: {"count": len(those), "figures": count(those)} for name, those in ordered}
