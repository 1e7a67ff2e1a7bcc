"""Hears that a customer wants no messages: by the parts that words play, not by whole phrases.

Somebody says no, stop or no need, and names writing, reminding or what is written: then messages are meant, and neither
a visit nor a contract. A single word stops messages where carriers demand it, as the whole message.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold, words

KEYWORD_CHANNELS = ("sms", "email")
"""Where one word ("STOP", "unsubscribe") stops messages, as carriers and mail programs demand."""
STOP_MESSAGES = "retention.stop_messages"
"""The intent of somebody who wants no messages."""
_LISTS = "unwanted/rules"
_CLAUSE = re.compile(r"[.,;:!?\n।¿¡]+|\s-+\s|\s(?:and|but|y|pero|und|aber|et|mais|और|लेकिन|aur|lekin)\s")
_ELISION = re.compile(r"\b([nmdljstc]|qu)'")
_NEAR = 5
"""So many words may stand between a no and what it is about."""
_FAR = 8
"""The same where it is about sending or wanting, which stands between them."""
_LONGEST = 25
"""A clause of more words tells a story."""


@dataclass(frozen=True, slots=True)
class Unwanted:
    """What a message says besides wanting no messages.

    `keyword` is a single word that carriers have obeyed; `sure` is whether nothing else can be meant; `alone` is a
    single word that can mean nothing else where nothing was asked.
    """

    rest: str
    keyword: bool = False
    sure: bool = True
    alone: bool = False


def hear_unwanted(text: str, channel: str) -> Unwanted | None:
    """What a message asks for that wants no messages; None where it does not say so."""
    whole = " ".join(words(_even(text)))
    if _whole("keywords", whole) and channel in KEYWORD_CHANNELS:
        return Unwanted("", keyword=True)
    if _whole("halts", whole):
        return Unwanted("", keyword=True, sure=False)
    clauses = [clause for clause in _CLAUSE.split(text) if clause.strip()]
    rest = [clause for clause in clauses if not refuses_messages(clause)]
    if len(rest) == len(clauses):
        return None
    if _ONE_WAY.search(whole) is not None:
        return Unwanted(text, sure=False)
    return Unwanted(", ".join(each.strip() for each in rest))


_ONE_WAY = re.compile(
    r"\b(?:only|solo|solamente|nur|seulement|uniquement|sirf) (?:\w+ ){0,2}?"
    r"(?:send|text|email|mail|write|sms|whatsapp|mand\w*|envi\w*|escrib\w*|per|por|par|via|schreib\w*|schick\w*|envoy\w*"
    r"|ecri\w*|message|bhej\w*)\b|(?:सिर्फ|केवल) \S* ?(?:भेज|मैसेज|एसएमएस)"
)
"""Who wants to be written to in one way only, wants messages: it is asked about."""


def refuses_messages(text: str) -> bool:
    """Whether a clause says that its customer is not to be written to, reminded or called, or gets no such message."""
    clause = " ".join(words(_even(text)))
    if not 1 < len(clause.split()) <= _LONGEST or _find("other", clause):
        return False
    messages = _find("message", clause) or []
    offers = _find("offers", clause)
    named = [*messages, *offers, *_find("channel", clause)]
    writing = _find("contact", clause)
    refusing, none = _find("no", clause), _find("none", clause)
    return (
        _near(clause, refusing, writing)
        or _near(clause, _find("end", clause), writing + messages + offers)
        or _near(clause, _find("needless", clause), writing + named)
        or _near(clause, none, messages, at_most=2)
        or _near(clause, _find("takes_back", clause), messages, at_most=3)
        or _near(clause, _find("removes", clause), _find("lists", clause))
        or (_asks(clause) and _near(clause, refusing + none, named, at_most=_FAR))
        or (bool(_find("send", clause)) and _near(clause, refusing + none, _find("anything", clause)))
    )


def speaks_of_messages(text: str) -> bool:
    """Whether words name writing, what is written, or a way of it: without it, "no more" may be about anything."""
    said = " ".join(words(_even(text)))
    return any(_find(role, said) for role in ("message", "contact", "channel", "offers", "lists", "send"))


def teaches_silence(examples: Sequence[str]) -> bool:
    """Whether most of an intent's examples want no messages."""
    return sum(hear_unwanted(each, "chat") is not None for each in examples) * 2 > len(examples)


def _asks(clause: str) -> bool:
    """Whether it is about sending or wanting, and not only about an address that is not right."""
    return bool(_find("send", clause) or _find("want", clause))


Span = tuple[int, int]


def _near(clause: str, ones: list[Span], others: list[Span], at_most: int = _NEAR) -> bool:
    """Whether one of these stands near one of those, with no other business of the customer's between them."""
    return any(
        _close(clause[min(one[1], other[1]) : max(one[0], other[0])], at_most)
        for one in ones
        for other in others
        if one[1] <= other[0] or other[1] <= one[0]
    )


def _close(between: str, at_most: int) -> bool:
    return len(between.split()) <= at_most and not _find("business", between)


def _even(text: str) -> str:
    """The words as the lists have them."""
    return _ELISION.sub(r"\1 ", fold(text).replace("e-mail", "email").replace("ई-मेल", "ईमेल"))


def _find(role: str, clause: str) -> list[Span]:
    return [found.span() for found in phrase_pattern(_LISTS, role).finditer(clause)]


def _whole(group: str, text: str) -> bool:
    return phrase_pattern(_LISTS, group).fullmatch(text) is not None
