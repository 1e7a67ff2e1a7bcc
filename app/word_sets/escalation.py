"""`eval escalation`: who wants a person, and who only sounds like it."""

from collections.abc import Sequence
from pathlib import Path

from app.word_sets.figures import Figures, Target, Verdict, share
from app.word_sets.listening import ReaderInForce
from app.word_sets.rows import Row, Selection, load_set

NAME = "escalation"
WANTED = "human_request"
TARGETS = (Target("recall", 0.98), Target("false_alarms", 0.005, at_most=True))


def judge(listener: ReaderInForce, place: Path, selection: Selection) -> list[Verdict]:
    """Read every row on its own."""
    return [_judge(listener, row) for row in load_set(place, NAME, ("text", "label"), selection)]


def count(verdicts: Sequence[Verdict]) -> Figures:
    """How many of the wishes for a person are heard, and how often one is heard that was none."""
    wanted = [one for one in verdicts if one.label == WANTED]
    others = [one for one in verdicts if one.label != WANTED]
    return {
        "recall": share(wanted, lambda one: one.said == WANTED),
        "false_alarms": share(others, lambda one: one.said == WANTED),
    }


def _judge(listener: ReaderInForce, row: Row) -> Verdict:
    heard = listener.hear(row["text"], row["lang"])
    said = WANTED if heard.wants_person else "other"
    right = (said == WANTED) == (row["label"] == WANTED)
    return Verdict(row, said, right, not right)
