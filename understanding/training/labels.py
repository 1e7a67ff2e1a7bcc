"""A look at labels before anything is learnt from them: what is surely read, and labelled otherwise."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.errors import BadRequest
from understanding.training.evaluation import NOTHING, LabelledReading

SURE_FROM = 0.9
"""From this confidence on the present reading is trusted to tell a label that contradicts it.

That something is outside of our work is never sure enough: a company's own words are unknown before they are learnt.
"""
FEWEST_SURE = 30
LEAST_AGREEMENT = 0.6


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Of the messages that are surely read now: how many are labelled so, whole and by label."""

    sure: int
    share: float
    by_label: dict[str, tuple[int, int]]

    def as_json(self) -> dict[str, Any]:
        """In plain values: by label the messages that are surely read, and how many agree."""
        by_label = {name: {"sure": sure, "agree": agree} for name, (sure, agree) in self.by_label.items()}
        return {"sure": self.sure, "agreement": round(self.share, 4), "by_label": by_label}


def look_at_labels(readings: Sequence[LabelledReading]) -> LabelAgreement:
    """Hold labels against the present reading.

    Raises:
        BadRequest: most of what is surely read, in all or under one label, is labelled otherwise; the message names
            the labels.
    """
    sure = [each for each in readings if each.confidence >= SURE_FROM and each.predicted != NOTHING]
    counts, agreeing = Counter(each.label for each in sure), Counter(each.label for each in sure if each.right)
    share = agreeing.total() / len(sure) if sure else 1.0
    found = LabelAgreement(len(sure), share, {name: (counts[name], agreeing[name]) for name in sorted(counts)})
    doubtful = {name: each for name, each in found.by_label.items() if _contradict(*each)}
    if doubtful or _contradict(len(sure), agreeing.total()):
        named = ", ".join(f"{name} {agree} of {of}" for name, (of, agree) in (doubtful or found.by_label).items())
        raise BadRequest(
            f"the labels look wrong: only {share:.0%} of the {len(sure)} messages that are surely read now are "
            f"labelled so ({named}). Nothing was learnt; compare them with `switchboard eval routing FILE`"
        )
    return found


def _contradict(sure: int, agreeing: int) -> bool:
    return sure >= FEWEST_SURE and agreeing < LEAST_AGREEMENT * sure
