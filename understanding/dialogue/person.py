"""Recognises the wish for a person, however indirect, and the sentences that only sound like one."""

import re
from functools import cache

from understanding.language.phrases import fold_pattern, phrase_lists, phrase_pattern, whole_words
from understanding.language.spelling import Spelling
from understanding.language.text import fold

_MASK = " · "
_KEY_WORDS = (
    "talk talking speak speaking chat chatting contact someone somebody person people human agent operator "
    "assistant representative customer service support transfer connect supervisor manager advisor"
)
_SETTLED = (
    "chart charting peak taking walk humane gent serve chats tall contract contracts persons humans agents services "
    "humain humano humana humaine agente agentes persona personas personne personnes contacto contacte contacter "
    "contactar servicio operador operadora connecter perdon pardon"
)
_GERMAN_FORMS = (
    r"(?:sprechen|reden|verbind\w*|kontakt\w*|erreich\w*|weiterleit\w*|weitergeleitet|durchstell\w*|durchgestellt|"
    r"telefonier\w*|chatten|unterhalten|wenden|vermitteln|schreiben)"
)


def wants_person(text: str) -> bool:
    """Whether these words ask for a human being: outright, or by refusing a machine."""
    folded = " ".join(re.sub(r"[^\w\s'\u0900-\u097f-]+", " ", fold(text)).split())
    if not folded:
        return False
    folded = " ".join(_spelling().mend(word) for word in folded.split(" "))
    if phrase_pattern("dialogue/person", "bare").fullmatch(folded):
        return True
    told = phrase_pattern("dialogue/person", "never").sub(_MASK, folded)
    if phrase_pattern("dialogue/person", "indirect").search(told):
        return True
    return any(pattern.search(told) for pattern in _reaching())


@cache
def _reaching() -> tuple[re.Pattern[str], ...]:
    listed = phrase_lists("dialogue/person")
    who = {locale: "|".join(map(fold_pattern, phrases)) for locale, phrases in listed["who"].items()}
    reach = {locale: "|".join(map(fold_pattern, phrases)) for locale, phrases in listed["reach"].items()}
    filler = r"(?:(?:please|directly|just|now|immediately|por favor|bitte|svp|goddamn|fucking|damn|freaking|bloody) )?"
    return (
        whole_words(rf"(?:{reach['en']}) {filler}(?:{who['en']})"),
        whole_words(rf"(?:{reach['es']}) {filler}(?:{who['es']})"),
        whole_words(
            rf"(?:{who['de']})(?: \w+){{0,4}} {_GERMAN_FORMS}|"
            rf"{_GERMAN_FORMS}(?: \w+){{0,3}} (?:mit|zu|an) (?:{who['de']})"
        ),
        whole_words(rf"(?:{_german_wishes()})(?: \w+){{0,2}} (?:{who['de']})"),
        whole_words(rf"(?:{reach['fr']}) {filler}(?:{who['fr']})"),
        whole_words(rf"(?:{who['hi']}) (?:{'|'.join(map(fold_pattern, listed['reach_hi']['hi']))})\w*"),
    )


@cache
def _spelling() -> Spelling:
    return Spelling(_KEY_WORDS.split(), shortest=4, settled=frozenset(_SETTLED.split()))


def _german_wishes() -> str:
    return fold_pattern(phrase_lists("dialogue/person")["reach"]["de"][1])
