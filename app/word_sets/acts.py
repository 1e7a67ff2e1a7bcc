"""`eval acts`: what a message does, in the light of what was said to the customer."""

from collections.abc import Sequence
from pathlib import Path

from app.word_sets.figures import Figures, Target, Verdict, macro_f1, share
from app.word_sets.listening import ReaderInForce
from app.word_sets.rows import Row, Selection, load_set

NAME = "dialogue_acts"
TARGETS = (Target("macro_f1", 0.85),)


def judge(listener: ReaderInForce, place: Path, selection: Selection) -> list[Verdict]:
    """Read every row after its context, where it has one."""
    return [_judge(listener, row) for row in load_set(place, NAME, ("text", "label"), selection)]


def count(verdicts: Sequence[Verdict]) -> Figures:
    """Macro-F1 over the labels of the rows, and each label's recall."""
    labels = sorted({one.label for one in verdicts})
    recalls = {
        f"recall {label}": share([one for one in verdicts if one.label == label], lambda one: one.right)
        for label in labels
    }
    return {"macro_f1": macro_f1(verdicts), "accuracy": share(verdicts, lambda one: one.right), **recalls}


def _judge(listener: ReaderInForce, row: Row) -> Verdict:
    context = row.get("context")
    if context:
        heard = listener.hear_answer(row["text"], context, row["lang"])
    else:
        heard = listener.hear(row["text"], row["lang"])
    said = heard.act
    right = said in {row["label"], *row.get("accept", ())}
    return Verdict(row, said, right, not right)
