"""Recognises somebody who was here before: who wants to go on, mentions an earlier contact, or answers a check."""

import re
from typing import Literal

from understanding.language.phrases import phrase_pattern
from understanding.language.text import fold

Return = Literal["", "resume", "refer", "case", "news", "any_news"]
_MARKS = re.compile(r"[^\w\s'\u0900-\u097f-]+")
_MANNERS = re.compile(
    r"^(?:(?:yes|ok|okay|well|please|hi|hello|hey|good (?:morning|afternoon|evening)|hola|buenos dias|buenas tardes"
    r"|por favor|hallo|guten (?:tag|morgen|abend)|bitte|ja|bonjour|bonsoir|oui|s'il vous plait|namaste|नमस्ते|हां)\s+)+"
    r"|(?:\s+(?:please|now|thanks|thank you|por favor|gracias|bitte|danke|jetzt|s'il vous plait|merci|kripya|कृपया))+$"
)
"""Greetings and courtesies around what is really said."""
_GLAD = re.compile(
    r"(?<!\w)(?:yes|ok(?:ay)?|oh|hey|great|perfect|super|cool|nice|lovely|brilliant|finally|hurray|si|genial"
    r"|perfecto|por fin|que bien|ja|prima|toll|endlich|oui|parfait|enfin|haan|badhiya"
    r"|हां|बढ़िया|बहुत अच्छा|many|so much)(?!\w)"
)
"""How people are glad around the news that something works."""


def find_return(text: str) -> Return:
    """How a message speaks of something earlier: asks to go on with it, mentions it, or asks how it stands."""
    folded = " ".join(_MARKS.sub(" ", fold(text)).split())
    if not folded or len(folded) > 200:
        return ""
    bare = _MANNERS.sub("", folded).strip()
    if phrase_pattern("dialogue/returning", "resume").fullmatch(bare):
        return "resume"
    if phrase_pattern("dialogue/returning", "case").search(bare):
        return "case"
    if phrase_pattern("dialogue/returning", "news").search(bare):
        return "news"
    if phrase_pattern("dialogue/returning", "any_news").fullmatch(bare):
        return "any_news"
    return "refer" if phrase_pattern("dialogue/returning", "refer").search(folded) else ""


def says_it_works_again(text: str) -> bool:
    """Whether a whole message says that something works again, give or take manners."""
    folded = " ".join(_MARKS.sub(" ", fold(text)).split())
    bare = " ".join(_GLAD.sub(" ", phrase_pattern("dialogue/social", "thanks").sub(" ", folded)).split())
    return any(phrase_pattern("dialogue/returning", "works_again").fullmatch(each) for each in (folded, bare))


def says_all_is_well(text: str) -> bool | None:
    """Whether a message says that it works, came, is fine (True), or that it does not (False); None says neither."""
    folded = " ".join(_MARKS.sub(" ", fold(text)).split())
    if phrase_pattern("dialogue/returning", "unwell").search(folded):
        return False
    return True if phrase_pattern("dialogue/returning", "well").search(folded) else None
