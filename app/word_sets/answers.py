"""`eval answers`: what people say when they are asked for a yes."""

from collections.abc import Sequence
from pathlib import Path

from app.word_sets.figures import Figures, Target, Verdict, share
from app.word_sets.listening import ReaderInForce
from app.word_sets.rows import Row, Selection, load_set

NAME = "answers"
TARGETS = (
    Target("wrong_yes", 0.001, at_most=True),
    Target("yes_heard", 0.85),
    Target("no_heard", 0.96),
    Target("begun_by_a_no", 0.0, at_most=True),
    Target("begun_afresh", 0.0, at_most=True),
)
_STILL = ("no", "unsure")
_NEITHER = ("other", "unsure", "conditional")


def judge(listener: ReaderInForce, place: Path, selection: Selection) -> list[Verdict]:
    """Read every row as the answer to what was asked, and once more with nothing pending."""
    return [_judge(listener, row) for row in load_set(place, NAME, ("text", "label"), selection)]


def count(verdicts: Sequence[Verdict]) -> Figures:
    """A wrong yes is what matters most: the share of all rows that are none and were taken for one."""
    yes = [one for one in verdicts if one.label == "yes"]
    not_yes = [one for one in verdicts if one.label != "yes" and "yes" not in one.row.get("accept", ())]
    still = [one for one in verdicts if one.label in _STILL]
    return {
        "wrong_yes": share(not_yes, lambda one: one.said == "yes"),
        "yes_heard": share(yes, lambda one: one.said == "yes"),
        "plain_yes_heard": share([one for one in yes if not one.row.get("kind")], lambda one: one.said == "yes"),
        "no_heard": share([one for one in verdicts if one.label == "no"], lambda one: one.right),
        "yes_taken_for_no": share(yes, lambda one: one.said == "no"),
        "begun_by_a_no": share(still, lambda one: "begins" in one.marks),
        "begun_afresh": share(still, lambda one: "begins afresh" in one.marks),
    }


def _judge(listener: ReaderInForce, row: Row) -> Verdict:
    asked = row.get("asked")
    heard = listener.hear_answer(row["text"], asked, row["lang"])
    afresh = listener.hear(row["text"], row["lang"])
    marks = {"begins"} if listener.begins(heard, asked, pending=True) else set[str]()
    marks |= {"begins afresh"} if listener.begins(afresh, asked, pending=False) else set()
    accepted = {row["label"], *row.get("accept", ())}
    right = heard.answer in accepted or (heard.answer == "other" and bool(accepted.intersection(_NEITHER)))
    wrong = heard.answer == "yes" and "yes" not in accepted
    return Verdict(row, heard.answer, right, wrong, frozenset(marks))
