"""Reading a customer's words as the answer to a question that a procedure asked."""

import re
from dataclasses import dataclass
from typing import Any

from agents.comparison import find_compared
from agents.folding import fold
from agents.procedure import Ask, Choice
from domain.understanding import Entity, Understanding

DAY_PARTS = {"morning": (0, 12), "afternoon": (12, 17), "evening": (17, 24)}
"""Hours of the day, from and before, of a part of the day."""
SURE = 0.9
"""How sure it must be that a longer message does nothing but change its customer's mind."""
TURNS_DOWN = 0.6
"""How sure an act must be to turn a question down where no rule heard a no."""
TROUBLE = frozenset(f"troubleshooting.{kind}_connection" for kind in ("no", "slow", "unstable"))
"""Who tells more of the trouble ("the light is red") still has it; that is an answer to whether it works."""
BARE = 4
"""Words within which a change of mind says nothing else."""
_START = r"(?<!\w)"
_UNSURE = re.compile(
    _START
    + r"(?:not (?:really |quite |so )?sure|unsure|no idea|no clue|dunno|don[’']?t know|do not know|can[’']?t tell"
    r"|no (?:lo )?s[eé](?!\w)|no estoy segur[oa]|ni idea|no me acuerdo|no recuerdo"
    r"|wei(?:ß|ss) (?:es |ich |das )?nicht|keine ahnung|nicht sicher|unsicher"
    r"|(?:sais|suis) pas(?: s[uû]re?)?|aucune idée|pas s[uû]re?"
    r"|पता नहीं|नहीं पता|मालूम नहीं|नहीं मालूम|पक्का नहीं|pata nahi|nahi pata|maloom nahi|pakka nahi)",
    re.IGNORECASE,
)
"""How people say that they do not know, in the five languages."""


_PLAIN_SUM = re.compile(r"(?<![\w.,:/-])(\d{1,6})(?:[.,](\d{1,2}))?(?![\w:/%-]|[.,]\d)")
_CARD_ENDING = re.compile(
    r"\b(?:end\w*|termin\w*|finiss\w*|last (?:four|4)|letzten? (?:vier|4)|aa?khri)\W+(?:\w+\W+){0,2}?\d{4}\b",
    re.IGNORECASE,
)
"""The end of a card's number, which is no sum."""
_FIGURES = re.compile(r"\d+(?:[.,]\d+)?")
"""A figure without its currency, which will do where a sum was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A value for a slot, and the entities that it used up."""

    value: Any
    used: tuple[Entity, ...] = ()


def find_answer(ask: Ask, known: tuple[Entity, ...], reply: Understanding | None) -> Answer | None:
    """The value that the customer gave for a slot, or None where it must be asked.

    `known` are entities named so far and not used yet; `reply` is the message that answers this very question, None
    where the question was not put yet.
    """
    if reply is not None and takes_back(ask, reply):
        return None
    if ask.choices:
        return _chosen(ask, known, reply) or _when(ask, known)
    if "availability" in ask.kinds and (found := _when(ask, known)) is not None:
        return found
    entity = next((each for each in known if each.kind in ask.kinds), None)
    if entity is not None:
        return Answer(entity.value, (entity,))
    return _spoken(ask, reply) if reply is not None else None


def _when(ask: Ask, known: tuple[Entity, ...]) -> Answer | None:
    """All that was said of when it suits; the days and times that it names are used up with it."""
    said = next((each for each in known if each.kind == "availability"), None)
    if said is None or "availability" not in ask.kinds:
        return None
    return Answer(said.value, tuple(each for each in known if each.kind in ("availability", "date", "time")))


def takes_back(ask: Ask, reply: Understanding) -> bool:
    """Whether the customer wants none of it any more ("never mind"), where a plain no could be an answer."""
    if reply.entities or "yes_no" in ask.kinds or not reply.changes_mind:
        return False
    return len(reply.text.split()) <= BARE or (reply.act == "change_of_mind" and reply.act_confidence >= SURE)


def declines(ask: Ask, reply: Understanding | None) -> bool:
    """Whether the customer turned the question down instead of answering it."""
    if reply is None or is_unsure(reply.text):
        return False
    turns_down = reply.act in ("refusal", "change_of_mind") and reply.act_confidence >= TURNS_DOWN
    no = reply.answer == "no" or (turns_down and reply.answer == "other" and not reply.entities and not ask.optional)
    return no and "yes_no" not in ask.kinds and "text" not in ask.kinds


def is_unsure(words: str) -> bool:
    """Whether the words say that the customer does not know the answer."""
    return _UNSURE.search(words) is not None


def chooses_any(reply: Understanding) -> bool:
    """Whether the customer leaves the choice to us; who wants none of them leaves nothing."""
    said = reply.first("availability")
    return said is not None and bool(said.value.get("any")) and reply.answer != "no"


def _spoken(ask: Ask, reply: Understanding) -> Answer | None:
    """Answers that only the reply to the question itself can give."""
    if "yes_no" in ask.kinds and reply.answer != "other" and not (ask.factual and _acknowledges(reply.text)):
        return Answer(reply.answer == "yes")
    if ask.factual and tells_done_before(reply.text):
        said = fold(reply.text)
        return Answer(_WORKS.search(said) is not None and _NOT.search(said) is None)
    asks = reply.act in ("hold", "question") or "?" in reply.text
    if ask.factual and not asks and any(each.name in TROUBLE for each in reply.intents):
        return Answer(False)
    if (
        "amount" in ask.kinds
        and (plain := _PLAIN_SUM.search(_CARD_ENDING.sub(" ", reply.text)))
        and len(_FIGURES.findall(reply.text)) == 1
    ):
        units, cents = plain.group(1), plain.group(2) or "0"
        return Answer(int(units) * 100 + int(cents.ljust(2, "0")))
    says = reply.text.strip() and (reply.legible or ask.named) and not (reply.puzzled or _only_agrees(reply))
    if "text" in ask.kinds and says:
        return Answer(reply.text.strip())
    return None


def _only_agrees(reply: Understanding) -> bool:
    """Whether a reply is a yes and nothing else: it does not say who, what or why."""
    return reply.answer == "yes" and len(reply.text.split()) <= BARE and not reply.entities


_ACKNOWLEDGEMENT = re.compile(
    r"(?:(?:ok(?:ay|ey)?|k|al(?:l )?right|fine|right|got it|will do|i(?:'ll| will) (?:try|do) (?:it|that)|vale|bueno"
    r"|de acuerdo|entendido|in ordnung|alles klar|gut|na gut|mach(?:e)? ich|verstanden|d'accord|bon|entendu|tres bien"
    r"|compris|theek hai|thik hai|theek|accha|acha|ठीक है|ठीक|अच्छा|thanks?|thank you|thx|ty|cheers|gracias|danke"
    r"|dank|vielen|merci|beaucoup|schon|shukriya|dhanyavad|शुक्रिया|धन्यवाद|very much|so much|a lot|many|muchas|sehr|then"
    r"|dann|alors|ji|जी)(?:[\s,.!]+|$))+"
)
"""Words that only take note of what was said."""


_DONE_BEFORE = re.compile(
    r"\b(?:(?:tried|done|did) (?:all )?(?:that|it|this|so)\b|already (?:tried|done|did)"
    r"|ya (?:l[oa]s? )?(?:he )?(?:hic\w+|hecho|prob\w+|intent\w+|reinici\w+|apag\w+)"
    r"|(?:schon|bereits) (?:\w+ )?(?:gemacht|probiert|versucht|\w*gestartet|ausgeschaltet)"
    r"|(?:deja|ai) (?:fait|essaye|tente|redemarre|eteint)\b"
    r"|(?:kar|karke) (?:liya|chuk\w+|dekh\w*)|(?:re)?start kiya|kiya tha)|कर(?:के)? (?:लिया|चुक\S+|देख\S*)|किया था"
)
"""Words that say that what was asked for was done before: it has not helped, unless they say that it did."""
_WORKS = re.compile(
    r"\b(?:work(?:s|ing|ed)?|fixed|better|back|fine|funciona|mejor|va|anda|geht\w*|lauft|klappt|besser|marche|fonctionne"
    r"|mieux|chal\w*|theek|thik)\b|चल|ठीक|बेहतर"
)
_NOT = re.compile(
    r"\b(?:no|not|nothing|never|still|isn'?t|doesn'?t|won'?t|didn'?t|nada|sigue|tampoco|nicht|nichts|kein\w*|immer noch"
    r"|pas|rien|toujours|nahi\w?|nhi|kuch)\b|नहीं|नही|कुछ"
)


def tells_done_before(words: str) -> bool:
    """Whether words say that what was asked for, or put to the customer, was done already."""
    return _DONE_BEFORE.search(fold(words)) is not None


def tells_more(reply: Understanding) -> bool:
    """Whether a reply tells something, and neither waits, thanks nor only takes note."""
    still = reply.act in ("hold", "thanks", "goodbye", "greeting", "refusal") or reply.changes_mind
    return not still and not _acknowledges(reply.text) and not is_unsure(reply.text)


def _acknowledges(words: str) -> bool:
    """Whether a message only takes note, and tells nothing of how it is."""
    return _ACKNOWLEDGEMENT.fullmatch(fold(words).strip()) is not None


def _chosen(ask: Ask, known: tuple[Entity, ...], reply: Understanding | None) -> Answer | None:
    """The one choice that was meant, if it can only be one."""
    choices = ask.choices
    if reply is not None and len(choices) == 1 and reply.answer == "yes":
        return Answer(choices[0].value)
    compared = find_compared(choices, ask.than, reply.text) if reply is not None else None
    if compared is not None:
        return Answer(compared.value, tuple(each for each in known if each.kind == "availability"))
    for find in (_by_place, _by_reference, _by_time):
        found, used = find(choices, known)
        if found is not None:
            return Answer(found.value, used)
    return _by_words(choices, reply) or _by_meaning(choices, reply) if reply is not None else None


Found = tuple[Choice | None, tuple[Entity, ...]]


def _by_place(choices: tuple[Choice, ...], known: tuple[Entity, ...]) -> Found:
    """ "The second one", "the last": ordinals count from 1, -1 is the last."""
    for entity in known:
        if entity.kind == "ordinal" and isinstance(entity.value, int):
            index = entity.value - 1 if entity.value > 0 else len(choices) + entity.value
            if 0 <= index < len(choices):
                return choices[index], (entity,)
    return None, ()


def _by_reference(choices: tuple[Choice, ...], known: tuple[Entity, ...]) -> Found:
    """A reference or an amount that is one choice's value or stands among its words."""
    for entity in known:
        if entity.kind in ("reference", "amount", "choice"):
            hits = [choice for choice in choices if entity.value == choice.value or str(entity.value) in choice.words]
            if len(hits) == 1:
                return hits[0], (entity,)
    return None, ()


def _by_time(choices: tuple[Choice, ...], known: tuple[Entity, ...]) -> Found:
    """A day, a time or a part of the day that leaves one choice."""
    used = tuple(entity for entity in known if entity.kind in ("date", "time"))
    left = [choice for choice in choices if all(_fits(choice, entity) for entity in used)]
    return (left[0], used) if used and len(left) == 1 else (None, ())


def _fits(choice: Choice, entity: Entity) -> bool:
    """Whether a choice is on that day, at that time or in that part of the day."""
    if entity.kind == "date":
        return choice.date == entity.value
    if entity.value in DAY_PARTS and choice.time:
        start, end = DAY_PARTS[entity.value]
        return start <= int(choice.time[:2]) < end
    return bool(choice.time) and choice.time[:5] == str(entity.value)[:5]


def _by_words(choices: tuple[Choice, ...], reply: Understanding) -> Answer | None:
    """A choice of which a word was said and no other choice's."""
    said = f" {' '.join(reply.text.casefold().split())} "
    place = said.strip(" .)#")
    if place.isdigit() and 1 <= int(place) <= len(choices):
        return Answer(choices[int(place) - 1].value)
    longest = [max(map(len, _wanted_words(choice, said)), default=0) for choice in choices]
    best = max(longest, default=0)
    return Answer(choices[longest.index(best)].value) if best and longest.count(best) == 1 else None


def _by_meaning(choices: tuple[Choice, ...], reply: Understanding) -> Answer | None:
    """What the reply means of the choices although it names none of them."""
    meant = reply.first("meant")
    known = meant is not None and any(each.value == meant.value for each in choices)
    return Answer(meant.value, (meant,)) if meant is not None and known else None


def _wanted_words(choice: Choice, said: str) -> list[str]:
    """Those of a choice's words that were said, but not only to be set against another ("rather this than that")."""
    words = _said_words(choice, said)
    return [word for word in words if not _SET_AGAINST.search(said[: said.find(word)]) and not _is_replaced(word, said)]


_SET_AGAINST = re.compile(
    r"(?:\b(?:rather|sooner|lieber|eher|besser)\b.{1,60}\b(?:than|als)|\bplut[ôo]t\b(?:.{1,60}\b)?qu[e'’]"
    r"|\b(?:antes (?:de )?que|mejor que|rather than|instead of|in place of|en vez de|en lugar de)\b"
    r"|\b(?:anstatt|anstelle|statt)\b"
    r"|\bau lieu d[e'’])[^,.;:!?]{0,28}$"
)
"""Words before what is not chosen, in favour of something else."""


def _is_replaced(word: str, said: str) -> bool:
    after = said[said.find(word) + len(word) :]
    return re.match(r"\w*(?: \S+){0,2} (?:ki jagah|ke badle|की जगह|के बदले)(?!\w)", after) is not None


def said_choice(choices: tuple[Choice, ...], words: str) -> Any:
    """The value of the one choice that words name without turning it down, None where they name none or several."""
    said = f" {' '.join(words.casefold().split())} "
    named = [each for each in choices if any(_is_wanted(said, word) for word in _said_words(each, said))]
    return named[0].value if len(named) == 1 else None


_TURNED_DOWN = re.compile(
    r"(?:\b(?:no|not|never|without|instead of|rather than|ni|sin|nunca|kein\w*|nicht|statt|ne|pas|sans|jamais)\b"
    r"|\b(?:nahi|nahin|mat)\b|n['’]t\b|\bn['’]|नहीं|मत)[^,.;:!?]{0,28}$"
)
"""Words just before a choice that turn it down."""


def _is_wanted(said: str, word: str) -> bool:
    start = said.find(word)
    after = re.match(r"\w*(?: \w+){0,3} (?:nicht|nahi|nahin|mat|नहीं|मत)(?!\w)", said[start + len(word) :])
    return _TURNED_DOWN.search(said[:start]) is None and after is None


def _said_words(choice: Choice, said: str) -> list[str]:
    """Those of a choice's words that words said begin with; the longer match of two choices is the one meant.

    A choice's word that brings blanks of its own has to be said with them: then no longer name is meant.
    """
    names = (name.casefold() for name in (choice.label, *choice.words))
    return [name for name in names if name and re.search(rf"{'' if name[0] == ' ' else _START}{re.escape(name)}", said)]
