"""Which words of a message may hold a wish, by what they do: nothing begins that was not asked for.

A sentence that refuses, waits, greets, thanks, leaves or did not understand wishes nothing. One that corrects, turns
round, complains or answers wishes something only where it names a thing that a company has to do with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from domain.understanding import Act
from understanding.acts.reading import Doing
from understanding.acts.reading import Setting as Said
from understanding.dialogue.answers import read_answer
from understanding.intents.features import plain_words
from understanding.language.clauses import split_sentences
from understanding.language.lexicon import shipped_lexicon
from understanding.language.phrases import phrase_lists, phrase_pattern
from understanding.language.text import fold

STILL: frozenset[Act] = frozenset({"refusal", "hold", "goodbye", "thanks", "greeting", "repeat_request"})
"""Acts that wish nothing."""
STATED: frozenset[Act] = frozenset({"correction", "change_of_mind", "frustration", "answer"})
"""Acts that wish something where they name it."""
_STILL_FROM = 0.4
"""How sure an act that wishes nothing must be."""
_TURNING: frozenset[Act] = frozenset({"refusal", "correction", "change_of_mind"})
"""Acts whose words may still be a wish that was put clumsily: it is asked about."""
_JUDGES = frozenset({"dispute"})
"""What words are about that only say what is thought of something: it is not named ("that is wrong")."""
_SURELY = 0.6
"""How sure a refusal or a change of mind must be to be one where nothing was asked."""
_COMPOUND = 10
"""Letters from which a word may be made of several."""
_SERVED_FROM: dict[Said, float] = {"nothing": 0.7, "told": 0.7, "more": 0.7, "asked": 0.85}
"""How sure it must be at least that words mean what some procedure serves, to count more than what they seem to do."""
_STRICT_FROM = 0.5
"""How sure it must be that a whole message states something for each of its sentences to have to name a thing."""


@dataclass(frozen=True, slots=True)
class Wishing:
    """The words that may hold a wish; `doubtful` where what they name is only named in a refusal: it is asked about."""

    text: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """How one sentence is read: what it `does`, and how sure it is (0 to 1) that it means what is `served`."""

    does: Callable[[str], Doing]
    served: Callable[[str], float]


def find_wishing(words: str, text: str, doing: Doing, hearing: Hearing, said: Said) -> Wishing:
    """The part of `words` that may hold a wish: what stands beside an answer in the message `text`, or all of it.

    `doing` is what the whole message does, `said` is what was said to the customer last.
    Where nothing was asked, there is nothing to refuse: a refusal that names a thing speaks of that thing, and words
    that are surer of a wish than of what they seem to do hold that wish. Where nothing was said at all, who says that
    something is to end wishes it.
    """
    sentences = split_sentences(words)
    strict = doing.act in STILL | STATED and doing.confidence >= _STRICT_FROM

    def judge(part: str, whole: str, does: Doing) -> Wishing:
        if _may_be_mistaken(part, does, said) and hearing.served(part) >= max(_SERVED_FROM[said], does.confidence):
            return Wishing(part)
        return _judge(part, whole, does, said, strict=strict)

    if len(sentences) < 2 or all(" " not in sentence.strip() for sentence in sentences):
        return judge(words, text, doing if words == text else hearing.does(words))
    parts = [judge(sentence, sentence, hearing.does(sentence)) for sentence in sentences]
    kept = [part for part in parts if part.text and not part.doubtful]
    if len(kept) == len(parts):
        return Wishing(words)
    if kept:
        return Wishing(" ".join(part.text.strip() for part in kept))
    return next((part for part in parts if part.text), Wishing(""))


def names_thing(text: str) -> bool:
    """Whether words name something that a company has to do with: a bill, a visit, a router, a fault."""
    return bool(named_things(text)) or not _advertising().isdisjoint(plain_words(text))


def named_things(text: str) -> frozenset[str]:
    """The things that words name, by their concepts."""
    return _things() & concepts_of(text)


def tells_of_calling(text: str) -> bool:
    """Whether somebody tells that they called or wrote themselves: the messages that they mean are their own."""
    return phrase_pattern("acts/signs", "called").search(" ".join(fold(text).split())) is not None


def names_ending(text: str) -> bool:
    """Whether words say that something is to be ended or called off."""
    return not {"cancel", "leave"}.isdisjoint(concepts_of(text))


def calls_off(text: str) -> bool:
    """Whether words say that something is to be cancelled, in words that do not mean leaving the company."""
    return "cancel" in concepts_of(text)


def keeps_away(text: str) -> bool:
    """Whether words say that whoever was to come is not to."""
    return phrase_pattern("acts/signs", "stays_away").search(" ".join(fold(text).split()).strip(" .!")) is not None


@cache
def _things() -> frozenset[str]:
    return frozenset(phrase_lists("acts/signs")["things"]["any"])


@cache
def _advertising() -> frozenset[str]:
    return frozenset(phrase_lists("acts/signs")["advertising"]["any"])


@lru_cache(maxsize=512)
def concepts_of(text: str) -> frozenset[str]:
    """The concepts of a text's words, and of what its long words end with: German writes a late fee as one word."""
    tokens = plain_words(text)
    ends = [token[at:] for token in tokens if len(token) >= _COMPOUND for at in range(3, len(token) - 4)]
    lexicon = shipped_lexicon()
    return frozenset(lexicon.concepts(tokens)).union(*(lexicon.concepts([end]) for end in ends))


def _judge(words: str, text: str, doing: Doing, said: Said, *, strict: bool) -> Wishing:
    asked = said == "asked"
    if wavers(words) or _only_seems_still(words, doing, said):
        return Wishing(words)
    if said == "nothing" and doing.act in _TURNING | {"frustration"} and _says_ending(words, doing):
        return Wishing(words)
    if words != text and (names_ending(words) if not asked else _prefers_ending(words)):
        return Wishing(words)  # "I want to cancel, no offers please": what is left of a refusal is plainly wished for
    leaves_unheard = doing.act == "goodbye" and said == "nothing"
    still = doing.act in STILL and doing.confidence >= (_SURELY if leaves_unheard else _STILL_FROM)
    stated = strict or (doing.act in STATED and (said != "nothing" or doing.confidence >= _STILL_FROM))
    if not still and not (stated and not names_thing(text)):
        return Wishing(words)
    if doing.act not in _TURNING or (asked and not names_thing(words)):
        return Wishing("")
    names = doing.act == "refusal" and not asked and names_thing(words) and not _turns_down(words, doing)
    return Wishing(words) if names else Wishing(words, doubtful=True)


def wavers(words: str) -> bool:
    """Whether words say that their customer does not know whether to stay: it is asked about."""
    return phrase_pattern("acts/signs", "wavers").search(" ".join(fold(words).split())) is not None


def _only_seems_still(words: str, doing: Doing, said: Said) -> bool:
    """Whether a first message that seems to wish nothing names a thing, and is not sure enough to be taken so."""
    return said == "nothing" and doing.act == "hold" and doing.confidence < _SURELY and names_thing(words)


def _may_be_mistaken(words: str, doing: Doing, said: Said) -> bool:
    """Whether words may wish something all the same: they turn nothing down, and name what they judge."""
    if doing.act in _TURNING or concepts_of(words) == _JUDGES:
        return False
    return said != "asked" or doing.act in STILL


def _says_ending(words: str, doing: Doing) -> bool:
    """Whether words say that something is to end or is not wanted any more, and no word before that says no to it.

    A plain word for ending is also in what turns an ending down: it counts where that is not what the words surely do.
    """
    said = " ".join(fold(words).split())
    denies = phrase_pattern("acts/signs", "denies")
    found = phrase_pattern("acts/signs", "ends").search(said)
    if found is not None:
        return denies.search(said[: found.start()]) is None
    return names_ending(words) and doing.confidence < _SURELY and denies.search(said) is None


def _prefers_ending(words: str) -> bool:
    """Whether words would rather end the contract than what was asked; ending only what was asked is a mere no."""
    said = " ".join(fold(words).split())
    prefers = phrase_pattern("acts/signs", "prefers").search(said)
    leaves = phrase_pattern("acts/signs", "leaves").search(said)
    denies = phrase_pattern("acts/signs", "denies").search(said)
    return prefers is not None and leaves is not None and denies is None


def _turns_down(words: str, doing: Doing) -> bool:
    """Whether a refusal is one although nothing was asked: it opens with a no, or is a sure one."""
    return doing.confidence >= _SURELY or read_answer(words, None, ()).answer == "no"
