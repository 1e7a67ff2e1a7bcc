"""`eval mail`: what the writer of a mail added to its thread."""

import re
from collections.abc import Sequence
from pathlib import Path

from app.word_sets.figures import Figures, Verdict, share
from app.word_sets.listening import ReaderInForce
from app.word_sets.rows import Row, Selection, load_set
from router.formatters.incoming.letter import new_words

NAME = "emails"
TARGETS = ()
_WORD = re.compile(r"\w+")


def judge(listener: ReaderInForce, place: Path, selection: Selection) -> list[Verdict]:
    """Read every mail, and compare what remains of it with what its library keeps."""
    del listener
    return [_judge(row) for row in load_set(place, NAME, ("raw", "visible"), selection)]


def count(verdicts: Sequence[Verdict]) -> Figures:
    """Exact, and right apart from a closing or signature; history that leaks through, and own words that are lost."""
    return {
        "exact": share(verdicts, lambda one: "exact" in one.marks),
        "right": share(verdicts, lambda one: one.right),
        "history_leaks": share(verdicts, lambda one: "leaks" in one.marks),
        "words_lost": share(verdicts, lambda one: "loses" in one.marks),
    }


def _judge(row: Row) -> Verdict:
    kept, wanted = " ".join(new_words(row["raw"]).split()), " ".join(row["visible"].split())
    marks = {"exact"} if kept == wanted else set[str]()
    if kept != wanted:
        marks |= {"leaks"} if _more(kept, wanted) else set()
        marks |= {"loses"} if _more(_unsigned(row["visible"]), kept) else set()
    right = not marks & {"leaks", "loses"}
    return Verdict({**row, "label": "visible"}, kept[:160], right, not right, frozenset(marks))


def _more(one: str, other: str) -> bool:
    """Whether the first has words that the second lacks, by their number."""
    left = _WORD.findall(other)
    for word in _WORD.findall(one):
        if word not in left:
            return True
        left.remove(word)
    return False


def _unsigned(text: str) -> str:
    """A text without its greeting line's and signature's worth of words, as far as our own reading takes them away."""
    return " ".join(new_words(text).split())
