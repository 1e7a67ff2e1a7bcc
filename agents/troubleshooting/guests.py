"""Visitors who are to get online without the customer's own password."""

import re

from agents.folding import fold

GUESTS = {
    "en": "guest network Wi-Fi for guests",
    "es": "red de invitados wifi",
    "de": "Gastnetz WLAN für Gäste",
    "fr": "réseau invité Wi-Fi",
    "hi": "मेहमान वाई-फ़ाई guest wifi",
}
"""What the articles are searched for, in the customer's language."""
_VISITORS = re.compile(
    r"(?<!\w)(?:guests?|visitors?|friends?|amig[oa]s?|freunde?n?|amis|dost\w*|दोस्त\w*|invitad\w+|visitas?|gast\w*|besuch\w*|invit\w+|visiteurs?|mehma\w+|मेहमान\w*)"
)
_APART = re.compile(
    r"(?<!\w)(?:without|separate|own (?:network|wi-?fi)|don'?t want to|sin|aparte|no quiero|ohne|eigene\w*|nicht geben"
    r"|sans|separe|ne veux pas|bina|alag|बिना|अलग)(?!\w)"
)


def wants_guests_apart(words: str) -> bool:
    """Whether visitors are to get online without the customer's own password."""
    said = fold(words)
    return _VISITORS.search(said) is not None and _APART.search(said) is not None
