"""What a rewording may not lose besides figures: the question, the statement, and that something was not done."""

import re

_NEGATIONS = {
    "en": re.compile(r"\b(?:no|not|nothing|nobody|never|without|cannot|neither)\b|n['’]t\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:no|nada|nadie|nunca|ni|sin|ningun[oa]?|ningún)\b", re.IGNORECASE),
    "de": re.compile(r"\b(?:nicht|nichts|kein\w*|niemand|nie|ohne|weder)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?:ne|rien|pas|aucune?|personne|jamais|sans|ni)\b|\bn['’]", re.IGNORECASE),
    "hi": re.compile(r"नहीं|बिना|मत(?=\s)|(?<=\s)न(?=\s)"),
}
SHORTEST = 0.4
"""The share of a draft's length that a rewording has at least: what is shorter has left something out."""


def loses(worded: str, draft: str, locale: str) -> bool:
    """Whether a rewording asks less or more than the draft, hides a "not", or is too short to say all of it."""
    negation = _NEGATIONS.get(locale.partition("-")[0], _NEGATIONS["en"])
    hidden = bool(negation.search(draft)) and not negation.search(worded)
    return worded.count("?") != draft.count("?") or hidden or len(worded) < SHORTEST * len(draft)
