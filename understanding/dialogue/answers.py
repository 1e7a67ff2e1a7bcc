"""Recognises a plain yes or no to exactly what is pending; whatever is not plain is `other`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from domain.calls import Pending
from domain.understanding import Answer, Entity
from understanding.dialogue.agreement import OF_US, Agreement, find_added, find_agreement
from understanding.dialogue.stance import beside_a_refusal, refuses, stops, without_dropping
from understanding.language.phrases import phrase_lists, phrase_pattern, whole_words
from understanding.language.spelling import Spelling
from understanding.language.text import fold

_COMPARED = ("amount", "reference", "date", "time", "customer_number", "code", "email", "phone")
_SPLIT = re.compile(r"[,.;!\n:]+|(?<=\w) (?=and also |and then |also |y tambien |y ademas |und auch |et aussi |aur )")
_DECORATION = re.compile(r"[^\w\s'?\u0900-\u097f-]+")
_SOUND = re.compile(r"(?:m+[ -]?h?m*|h+m+|m+h+m*)(?:[ ,.-]+(?:m+[ -]?h?m*|h+m+|m+h+m*))*[ .!]*")
"""Sounds that may mean yes, no, or that somebody listens."""
_AGREEING_EMOJI = re.compile("(?:[\U0001f44d\U0001f44c\U0001f197\u2705\u2714][\ufe0f\U0001f3fb-\U0001f3ff]*\\s*)+")
_REFUSING_EMOJI = re.compile(
    "(?:[\U0001f44e\U0001f645\U0001f6ab\U0001f6d1\u26d4\u274c\u274e][\ufe0f\u2640\u2642\U0001f3fb-\U0001f3ff]*\\s*)+"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a message says to the thing that is pending, and what it says besides.

    `leaves_it` says that a no leaves it at that ("no, it's fine"): a change of mind where something was asked, and none
    where somebody only wants nothing more.
    """

    answer: Answer
    changes_mind: bool = False
    rest: str = ""
    leaves_it: bool = False
    remark: bool = False


def read_answer(text: str, pending: Pending | None, entities: Iterable[Entity]) -> Reply:
    """Recognise a yes or no. A yes with a condition, a question about it or another figure is `other`."""
    bare = text.strip()
    if _AGREEING_EMOJI.fullmatch(bare):
        return Reply("yes")
    if _REFUSING_EMOJI.fullmatch(bare):
        return Reply("no")
    folded = _mended(fold(bare))
    if _listens(folded) or (len(folded) == 1 and folded != bare.casefold()):
        return Reply("other", rest=bare)
    named = tuple(entities)
    refusal = _refusal(folded, _action_words(pending.tool) if pending else _NOTHING)
    if refusal is not None:
        return refusal
    if _agrees(folded, pending, named):
        return Reply("yes", rest=_consent_and_rest(folded)[1].strip())
    return _in_whole_sentences(folded, pending, named) or Reply("other", rest=bare)


def _listens(folded: str) -> bool:
    return bool(_SOUND.fullmatch(folded) or phrase_pattern("dialogue/answers", "listens").fullmatch(_plain(folded)))


def beside_answer(reply: Reply, shown: str, pending: Pending | None) -> str:
    """The words in which a wish is looked for: what stands beside an answer, or all of them."""
    if reply.answer == "yes":
        return reply.rest
    if pending is None and reply.answer == "other":
        return without_dropping(shown)
    return beside_a_refusal(reply.rest) if reply.answer == "no" and pending is not None else shown


def _mended(folded: str) -> str:
    """A single word that is a yes but for one slip of the fingers, as it was meant; anything else as it is."""
    word = folded.strip(" .!_")
    meant = _YESES.mend(word) if word.isalpha() and word.isascii() else word
    return meant if meant != word else folded


_YESES = Spelling(
    ["yeah", "sure", "definitely", "absolutely", "certainly", "correct", "affirmative", "perfect", "exactly", "yess"],
    shortest=4,
    settled=frozenset(
        {
            *("year", "years", "your", "yard", "yarn", "yell", "sire", "sore", "cure", "pure", "lure", "surf", "usure"),
            *("unsure", "bear", "hear", "yeas"),
        }
    ),
)
"""Words of agreement, found again in a slip; what is a word of its own, in any of our languages, stays itself."""


def _in_whole_sentences(folded: str, pending: Pending | None, named: tuple[Entity, ...]) -> Reply | None:
    """A yes or no that takes a sentence to say; words of the pending action itself may mean either."""
    repeats = pending is not None and _action_words(pending.tool).search(folded) is not None
    if stops(folded) and not repeats:
        return Reply("no", changes_mind=True)
    if pending is None:
        return None
    agreed = find_agreement(folded, _asked(pending))
    if agreed is not None and _repeats_exactly(pending, _named_in(agreed.words, named)):
        return Reply("yes", rest=agreed.beside)
    if refuses(folded):
        return Reply("no", rest=folded)
    added = find_added(folded, _asked(pending))
    if added is None or not _repeats_exactly(pending, _compared_beside(added, named)):
        return None
    return Reply("yes", rest=added.beside, remark=added.remark)


def _asked(pending: Pending) -> str:
    """The words that were put to the customer, which an answer may repeat."""
    listed = phrase_lists("dialogue/answers")["actions"].get(pending.tool.partition(".")[2], [])
    return f"{_plain(fold(pending.summary))} {' '.join(listed)}"


def _refusal(folded: str, wanted: re.Pattern[str]) -> Reply | None:
    clauses = [clause for clause in (_plain(part) for part in _SPLIT.split(folded)) if _OPENING.sub("", f"{clause} ")]
    harmless = phrase_pattern("dialogue/answers", "harmless_no")
    if not clauses or "?" in clauses[0] or harmless.fullmatch(_without_opening(clauses[0])):
        return None
    if _waits_for_an_answer(clauses):
        return None
    if wanted.match(_without_opening(clauses[0])):
        return None
    changes = any(_opens_with(clause, "change") for clause in clauses[:2])
    if _opens_with(clauses[0], "change"):
        return Reply("no", changes_mind=True, rest=_after_refusal(clauses))
    if _opens_with(clauses[0], "no"):
        left = clauses[1:] and phrase_pattern("dialogue/answers", "dismisses").fullmatch(clauses[1])
        return Reply("no", changes, leaves_it=bool(left), rest=_after_refusal(clauses))
    return None


def _waits_for_an_answer(clauses: list[str]) -> bool:
    """Whether a message stops only to ask something ("wait, until when?"): nothing is taken back by that."""
    asks = phrase_pattern("acts/signs", "asks")
    said = _NO_BEFORE.sub("", clauses[0])
    pause = phrase_pattern("acts/signs", "holds").fullmatch(said) is not None
    return pause and any("?" in clause or asks.match(clause) for clause in clauses[1:])


_NO_BEFORE = re.compile(r"^(?:no|non|nein|nee|na|nahi) (?=\S)")


def _after_refusal(clauses: list[str]) -> str:
    left = [_strip_refusal(clause) for clause in clauses]
    return ", ".join(clause for clause in left if clause)


def _strip_refusal(clause: str) -> str:
    """What a clause says besides its no; nothing where the no is about just that ("do not book it")."""
    left = _without_opening(clause)
    if phrase_pattern("dialogue/answers", "denies").match(left):
        return ""
    for group in ("change", "no"):
        left = phrase_pattern("dialogue/answers", group).sub("", left, count=1) if _opens_with(clause, group) else left
    return left.strip()


def _opens_with(clause: str, group: str) -> bool:
    if phrase_pattern("dialogue/answers", "harmless_no").match(_without_opening(clause)):
        return False
    found = phrase_pattern("dialogue/answers", group).match(_without_opening(clause))
    return found is not None


def _without_opening(clause: str) -> str:
    return _OPENING.sub("", clause)


_OPENING = re.compile(
    r"^(?:(?:oh|um+|uh+|ugh+|hm+|actually|sorry|please|well|ah|bitte|por favor|ok|okay|hey|pardon|perdon|"
    r"also|eh|er|euh|ach|ay|arre|अरे|अं|then|so|entonces|pues|bueno|dann|na|alors|bon|तो)\s+)+"
)


def _agrees(folded: str, pending: Pending | None, entities: tuple[Entity, ...]) -> bool:
    if "?" in folded or not _repeats_exactly(pending, entities):
        return False
    consent, rest = _consent_and_rest(folded)
    plain = _plain(_without_texts(consent, entities))
    if pending is not None:
        plain = _action_words(pending.tool).sub(" ", plain)
    if not phrase_pattern("dialogue/answers", "yes").search(plain) or phrase_pattern(
        "dialogue/answers", "condition"
    ).search(plain):
        return False
    return _only_consent(plain) and _is_another_wish(rest, pending)


def _consent_and_rest(folded: str) -> tuple[str, str]:
    found = phrase_pattern("dialogue/answers", "also").search(folded)
    if found is None:
        return folded, ""
    clause_start = max(folded.rfind(mark, 0, found.start()) for mark in ",.;!\n:") + 1
    between = folded[clause_start : found.start()]
    start = found.start() if phrase_pattern("dialogue/answers", "yes").search(between) else clause_start
    return (folded[:start], folded[start:]) if start else (folded, "")


def _only_consent(plain: str) -> bool:
    left = phrase_pattern("dialogue/answers", "yes").sub(" ", plain)
    left = phrase_pattern("dialogue/answers", "filler").sub(" ", left)
    return not left.replace("-", " ").strip()


def _is_another_wish(rest: str, pending: Pending | None) -> bool:
    if not rest:
        return True
    if phrase_pattern("dialogue/answers", "condition").search(_plain(rest)):
        return False
    about_it = pending is not None and _IT.search(rest) is not None
    return not (about_it or OF_US.match(_plain(rest))) and (
        pending is None or not pending.tool or not _action_words(pending.tool).search(rest)
    )


_IT = re.compile(r"\b(?:it|them|(?:cambi|hag|pong|mand|envi)\w+l[oa]s?)\b|\bes (?:auch|auf)\b")
"""Words that speak of what is asked itself: who wants something else done to it adds no wish."""


def names_action(text: str, tool: str) -> bool:
    """Whether words speak of what this tool does."""
    return _action_words(tool).search(fold(text)) is not None


def _action_words(tool: str) -> re.Pattern[str]:
    listed = phrase_lists("dialogue/answers")["actions"].get(tool.partition(".")[2])
    return whole_words("|".join(sorted(map(fold, listed), key=len, reverse=True))) if listed else _NOTHING


_NOTHING = re.compile(r"(?!)")


def _repeats_exactly(pending: Pending | None, entities: tuple[Entity, ...]) -> bool:
    compared = [entity for entity in entities if entity.kind in _COMPARED]
    if not compared:
        return True
    if pending is None:
        return False
    return all(_is_pending_value(entity, pending) for entity in compared)


def _named_in(words: str, named: tuple[Entity, ...]) -> tuple[Entity, ...]:
    return tuple(each for each in named if fold(each.text) in words)


def _compared_beside(added: Agreement, named: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """What has to be the pending value: all that a remark names, and any sum; a wish may name a day of its own."""
    return tuple(each for each in named if added.remark or each.kind == "amount" or fold(each.text) in added.words)


def _is_pending_value(entity: Entity, pending: Pending) -> bool:
    if fold(entity.text) in fold(pending.summary):
        return True
    values: list[Any] = list(pending.arguments.values())
    if entity.kind == "amount":
        return entity.value in [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    return any(isinstance(value, str) and str(entity.value).casefold() in value.casefold() for value in values)


def _without_texts(folded: str, entities: tuple[Entity, ...]) -> str:
    for entity in entities:
        if entity.kind in _COMPARED:
            folded = folded.replace(fold(entity.text), " ")
    return folded


def _plain(folded: str) -> str:
    return " ".join(_DECORATION.sub(" ", folded).split())
