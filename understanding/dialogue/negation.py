"""Leaves out of a message what its customer does not want done: a negated wish starts nothing."""

import re
from functools import cache
from itertools import pairwise

from understanding.language.phrases import fold_pattern, phrase_lists, phrase_pattern, whole_words
from understanding.language.text import fold

_CUT = re.compile(r"[,.;:!?\n।]+\s*|\s-+\s")
_REPORTS = re.compile(
    r"\b(?:said|say|saying|told (?:you|them)|meant?|meaning|think|thought|dije|digo|dicho|gesagt|sage|behauptet|dit|dis"
    r"|kaha|bola|कहा)"
    r"(?: that| to you| que| dass| ki)?,? *$"
)
"""Words after which somebody's words are told: what follows is no wish that stands beside them."""
_COURTESY = re.compile(
    r"^(?:(?:no|nope|nein|non|nahi|hi|hello|hey|hallo|hola|bonjour|sorry|please|well|actually|and|also|ok(?:ay)?|so|oh|y|und|et|"
    r"aur|por favor|bitte|s'il vous plait)\s+)+"
)


def wanted_part(text: str) -> str:
    """The message without the parts that say what is not wanted; empty where it says nothing else.

    A message without such a part is given back as it was written.
    """
    parts = [part for part in _parts(text) if part.strip(" ,.;:!?-")]
    wanted = [part for part in parts if not is_refused(part)]
    return text if len(wanted) == len(parts) else " ".join(part.strip(" ,;:-") for part in wanted)


def meant_part(text: str) -> str:
    """What a message is about, without what it is not about ("it is not the password, it is the range")."""
    folded = fold(text)
    found = phrase_pattern("dialogue/negation", "not_but").match(folded) if len(folded) == len(text) else None
    return text[found.end() :].strip() if found else text


def is_refused(part: str) -> bool:
    """Whether these words name something that is not to be done. Not wanting a service any more is a wish to leave,
    and nobody to come on some day is a wish for another day.
    """
    said = " ".join(fold(part).strip(" ,.;:!?-").split())
    bare = _COURTESY.sub("", said)
    if _refused().match(said) is None and _refused().match(bare) is None:
        return False
    return not ceases(said) and phrase_pattern("dialogue/negation", "not_then").search(said) is None


def ceases(text: str) -> bool:
    """Whether words say that something is not wanted any more (a service, messages): a wish that sounds like a no."""
    return phrase_pattern("dialogue/negation", "ceasing").search(" ".join(fold(text).split())) is not None


def _parts(text: str) -> list[str]:
    """A message cut at its marks, and before the words that say what is wanted instead."""
    parts: list[str] = []
    for piece in _pieces(text):
        folded = fold(piece)
        starts = [found.start() for found in _begins().finditer(folded) if found.start() > 0]
        starts = [start for start in starts if _REPORTS.search(folded[:start]) is None]
        if len(folded) != len(piece) or not starts:
            parts.append(piece)
            continue
        borders = [0, *starts, len(piece)]
        parts += _joined([piece[one:other] for one, other in pairwise(borders)])
    return parts


def _pieces(text: str) -> list[str]:
    """The pieces between marks, each with its mark."""
    ends = [found.end() for found in _CUT.finditer(text)]
    borders = [0, *ends, len(text)]
    return [text[one:other] for one, other in pairwise(borders)]


def _joined(parts: list[str]) -> list[str]:
    """Parts of one sentence: only one that is refused stands alone, the others stay together."""
    together: list[str] = []
    for part in parts:
        if together and not is_refused(together[-1]) and not is_refused(part):
            together[-1] += part
        else:
            together.append(part)
    return together


@cache
def _refused() -> re.Pattern[str]:
    listed = phrase_lists("dialogue/negation")["refused"]
    return whole_words("|".join(fold_pattern(str(each)) for phrases in listed.values() for each in phrases))


@cache
def _begins() -> re.Pattern[str]:
    listed = phrase_lists("dialogue/negation")["begins"]["any"]
    return whole_words("|".join(sorted(map(fold_pattern, listed), key=len, reverse=True)))
