"""Recognises manners: a message that only greets, thanks, says goodbye or asks whether we are human."""

import re

from understanding.language.clauses import split_sentences
from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

_KINDS = ("what_you_can_do", "are_you_human", "goodbye", "thanks", "greeting")
_MARKS = re.compile(r"[^\w\s'\u0900-\u097f-]+")


def social_intent(text: str) -> str:
    """Name the manner that a whole message is, or nothing where it says more."""
    folded = " ".join(_MARKS.sub(" ", fold(text)).split())
    if not folded or len(folded) > 120:
        return ""
    bare = phrase_pattern("dialogue/social", "greeting").sub("", folded, count=1).strip() or folded
    return next((kind for kind in _KINDS if _is_only(kind, bare) or _is_only(kind, folded)), "")


def asks_how_long(text: str) -> bool:
    """Whether a whole message asks how long it takes until somebody comes, or whether anybody is there."""
    return _is_whole("waits", text)


def says_goodbye(text: str) -> bool:
    """Whether a message takes leave in so many words, and does not only say that this is all."""
    return phrase_pattern("acts/signs", "parts").search(" ".join(fold(text).split())) is not None


def opens_with_yes(text: str) -> bool:
    """Whether a message begins with a yes, whatever it goes on to say; that is no consent to anything."""
    said = " ".join(_MARKS.sub(" ", fold(text)).split())
    return phrase_pattern("acts/signs", "agrees").match(said) is not None


def opens_with_no(text: str) -> bool:
    """Whether a message begins with a no that stands by itself ("no!! my data"), and is no first word of a wish."""
    first = re.split(r"[,.;:!?\n]+", fold(text).strip(), maxsplit=1)[0]
    return _NO_ALONE.fullmatch(" ".join(first.split())) is not None


_NO_ALONE = re.compile(
    r"(?:no|nope|nah|nein|nee|ne|non|nahi|nahin|नहीं|नही)(?: (?:no|nein|non|danke|gracias|merci|thanks))*"
)


def has_yes(text: str) -> bool:
    """Whether a sentence or part of a message begins with a yes."""
    return any(opens_with_yes(part) for sentence in split_sentences(text) for part in re.split(r"[,;]", sentence))


def asks_something(text: str) -> bool:
    """Whether a message is a question, by its mark or by how it begins."""
    said = " ".join(fold(text).split())
    tagged = phrase_pattern("dialogue/social", "tags").search(said) is not None
    return "?" in text or tagged or phrase_pattern("acts/signs", "asks").match(said) is not None


def without_greeting(text: str) -> str:
    """A message behind its greetings; all of it where nothing follows, or too little without a mark between."""
    told = _INTRODUCTION.match(text)
    if told is not None and len(text) - told.end() > _SHORTEST_REST:
        return text[told.end() :]
    folded = fold(text)
    found = phrase_pattern("dialogue/social", "greeting").match(folded) if len(folded) == len(text) else None
    if found is None or not found.end():
        return text
    behind = text[found.end() :]
    rest = behind.lstrip(" ,.!;:\n-")
    marked = behind.lstrip(" ")[:1] in tuple(",.!;:\n-") and len(rest) > _SHORTEST_REST
    return without_greeting(rest) if marked or len(rest.split()) >= _SHORTEST_REST else text


_INTRODUCTION = re.compile(
    r"\s*(?:(?:yes|ja|oui|s[ií]|um+|äh+|euh)[ ,]+)*"
    r"(?:(?:hi|hello|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|bonjour|bonsoir|all[oô]|hola"
    r"|buen[oa]s \w+|namaste)[ ,.!]+)?"
    r"(?:(?:this is|hier spricht|(?:mein|der) name ist|ich hei(?:ß|ss)e|je m'appelle|habla|me llamo)(?! my\b)"
    r"(?: (?:the|die|der|la|le|el|mrs?|ms|miss|frau|herr|madame|monsieur|m|mme|señora?|don|doña)\b\.?)*"
    r"|(?:it'?s|hier ist|c'est|ici|soy)"
    r"(?: (?:die|der))? (?:mrs?|ms|miss|frau|herr|madame|monsieur|m|mme|la señora|el señor)\b\.?) "
    r"[^\W\d_][\w'-]*(?: [^\W\d_][\w'-]*)?(?: (?:here|speaking|am apparat|à l'appareil|al aparato|calling))?"
    r"\s*[,.!:;\n]+\s*",
    re.IGNORECASE,
)
"""Who calls tells their name first."""
_SHORTEST_REST = 3
"""Words behind a greeting, or letters behind a mark, from which a message is about them."""


def without_good_morning(text: str) -> str:
    """A message whose German good morning is no word for tomorrow any more; what follows stands where it stood."""
    return _GOOD_MORNING.sub(lambda found: " " * len(found[0]), text)


_GOOD_MORNING = re.compile(r"\b(?:guten|sch[öo]nen|moin) morgen\b|\bmorgen (?=zusammen\b|allerseits\b)", re.IGNORECASE)


def without_hours(text: str) -> str:
    """A message without its parts that ask when somebody is there; the whole of it where none does.

    Long sentences that only mention it ask for something else.
    """
    parts = [part for sentence in split_sentences(text) for part in _PARTS.split(sentence)]
    left = [part for part in parts if part.strip() and not _asks_hours(part)]
    return text if len(left) == len([part for part in parts if part.strip()]) else " ".join(left)


def _asks_hours(part: str) -> bool:
    said = " ".join(fold(part).split())
    found = len(said.split()) <= _LONGEST_HOURS and phrase_pattern("dialogue/social", "hours").search(said) is not None
    return found and phrase_pattern("dialogue/social", "not_hours").search(said) is None


_LONGEST_HOURS = 12
"""Words of a question about opening hours, with what is around it."""
_PARTS = re.compile(
    r"(?<=[?,])\s+|\s+(?=(?:and|but|also|und|aber|außerdem|et|mais|aussi|y|pero|además|aur|lekin|और|लेकिन)\s)"
)
"""Where a sentence may go on to something else."""


def _is_whole(kind: str, text: str) -> bool:
    folded = " ".join(_MARKS.sub(" ", fold(text)).split())
    return 0 < len(folded) <= 120 and _is_only(kind, folded)


def _is_only(kind: str, folded: str) -> bool:
    return phrase_pattern("dialogue/social", kind).fullmatch(folded) is not None
