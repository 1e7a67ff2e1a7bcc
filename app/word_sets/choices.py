"""`eval choices`: which of the things on offer was meant."""

from collections.abc import Sequence
from pathlib import Path

from agents.answers import chooses_any, find_answer
from agents.procedure import Ask, Choice
from app.word_sets.figures import Figures, Target, Verdict, share
from app.word_sets.listening import ReaderInForce
from app.word_sets.rows import Row, Selection, load_set
from understanding.semantics.likeness import with_meant

NAME = "choices"
TARGETS = (Target("right", 0.95), Target("wrong", 0.01, at_most=True))


def judge(listener: ReaderInForce, place: Path, selection: Selection) -> list[Verdict]:
    """Read every row as the answer to the question which of its options it is to be."""
    return [_judge(listener, row) for row in load_set(place, NAME, ("text", "label", "options"), selection)]


def count(verdicts: Sequence[Verdict]) -> Figures:
    """Right, wrong (another option than the one meant), and the rest, which is asked about."""
    return {
        "right": share(verdicts, lambda one: one.right),
        "wrong": share(verdicts, lambda one: one.wrong),
        "asked": share(verdicts, lambda one: not one.right and not one.wrong),
    }


def _judge(listener: ReaderInForce, row: Row) -> Verdict:
    ask = Ask("wanted", choices=tuple(Choice(at, label) for at, label in enumerate(row["options"])))
    heard = listener.hear(row["text"], row["lang"])
    heard = with_meant(heard, row["options"], range(len(row["options"])))
    found = find_answer(ask, heard.entities, heard)
    said = str(found.value) if found else ("any" if chooses_any(heard) else "none")
    right = said in {str(row["label"]), *map(str, row.get("accept", ()))}
    return Verdict(row, said, right, found is not None and not right)
