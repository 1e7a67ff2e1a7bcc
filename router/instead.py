"""What a customer wants instead of what they turn down, in the same message ("no, move it instead")."""

import re

from agents.procedure import Case
from domain.understanding import Understanding
from router.memory.state import Wish
from understanding.acts.plainness import QUESTION
from understanding.dialogue.answers import names_action
from understanding.dialogue.stance import without_dropping
from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

_OTHER_WAY = {
    "scheduling.cancel_visit": ("erp.reschedule_appointment", "scheduling.reschedule_visit"),
    "scheduling.reschedule_visit": ("erp.cancel_appointment", "scheduling.cancel_visit"),
}
"""What may be done instead with the very thing that a journey is about: by the words of the tool that does it."""
_ENDS = frozenset({"scheduling.cancel_visit"})
"""Those whose words also only stop what is asked ("no, cancel that"): they are wanted where they are preferred."""
_FIRST = re.compile(r"^\W*\S+\W*")


def find_instead(case: Case, heard: Understanding, wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """What is wanted in place of what a message turns down; nothing where it only turns it down.

    A wish that was heard counts where the words correct or prefer something; without one, what else may be done with
    the same thing, where they name it.
    """
    said = " ".join(fold(heard.text).split())
    prefers = prefers_other(said)
    if wishes and (prefers or heard.act == "correction"):
        return tuple(wish for wish in wishes if wish.intent != case.procedure)
    tool, procedure = _OTHER_WAY.get(case.procedure, ("", ""))
    rest = _FIRST.sub("", said, count=1)
    named = bool(tool) and names_action(rest, tool) and phrase_pattern("acts/signs", "denies").search(rest) is None
    if not named or "?" in said or not (prefers or procedure not in _ENDS):
        return ()
    return (Wish(procedure, heard.text, heard.entities),)


def find_next(heard: Understanding, wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """What a message goes on to that drops what was put ("forget it, what do I owe?"): a wish, or the question left.

    Nothing where nothing is dropped, or nothing more is said.
    """
    left = without_dropping(heard.text)
    if not heard.changes_mind or left == heard.text or prefers_other(left):
        return ()
    return wishes or ((Wish(QUESTION, left.strip()),) if "?" in left else ())


def prefers_other(text: str) -> bool:
    """Whether words say that something else would be better ("rather", "instead")."""
    return phrase_pattern("acts/signs", "prefers").search(" ".join(fold(text).split())) is not None
