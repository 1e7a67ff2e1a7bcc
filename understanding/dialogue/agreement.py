"""Recognises agreement that takes whole sentences: a yes, the reasons for it, and what is said besides.

Agreement counts only where nothing in the message steers it elsewhere: no condition, no other figure, no doubt, no
question about what it costs or brings. What a customer says why they agree, or tells of themselves, steers nothing.
"""

import re
from dataclasses import dataclass
from functools import cache

from understanding.dialogue.stance import (
    LISTS,
    SENTENCE,
    agrees_outright,
    listed,
    listed_phrases,
    plain,
    without_reason,
)
from understanding.language.lexicon import shipped_lexicon
from understanding.language.phrases import phrase_lists, phrase_pattern, whole_words
from understanding.language.text import words

_PART = re.compile(r"[,:\n]+|\s-+\s")
_ASKS = re.compile(
    r"(?:and |also |but )?(?:what|whose?|(?:where|when)(?:'s| (?:is|are|do|does|did|can|could|will|would|should|was))|"
    r"may i (?:know|have|get)|(?:can|could) (?:you|i) (?:also |please )?"
    r"(?:tell|give|know|get|have|let me know)|do you (?:know|happen)|please (?:give|tell|inform|let|provide)|"
    r"is there|give me the)\b"
)
"""How a question about a fact begins, with a question mark or without."""
_QUERIES = re.compile(r"(?:is|are|does|do|did|has|have) (?:\w+ ){1,6}\w+$")
"""A question that a yes or no answers, written without its mark."""
_OTHERS = re.compile(
    r"\b(?:but|only|unless|except|instead|others?|another|different|change|wait|stop|cancel|anything|else|how about"
    r"|what about|(?<!one )more(?! thing)|less|move|make)\b"
)
_IT = re.compile(r"\b(?:it|them)\b")
_ENDINGS = re.compile(r"(?<!\w)'\w{1,2}(?!\w)|\b[a-z]+(?:ly|ment)\b")
_ORDERS = re.compile(
    r"\d|\b(?:want|need|like|would|must|have to|has to|get|send|use|pay|book|move|call|give|"
    r"refund|cancel|please|one|was|were|did)\b"
)
_TOO_LITTLE = re.compile(r"\b(?:why not|yeah right|i think so|pourquoi pas)\b")
"""What may be said in earnest or not, where no outright yes stands before it."""
_FIGURES = re.compile(r"\b(?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b")
_NEGATIONS = re.compile(
    r"\b(?:no|not|nope|nah|never|none|nothing|neither|(?:do|does|did|is|are|was|were|wo|ca|could|would|should|have|has|had|ai)n'?t|cannot|nein|nicht|kein\w*|nie|pas|jamais|rien|nunca|nada|tampoco"
    r"|nahi|nahin|nhi|mat|na)\b|नहीं|नही|मत"
)  # fmt: skip
OF_US = re.compile(
    r"(?:(?:and|then|also|so|y|tambien|ademas|luego|und|auch|dann|et|aussi|puis|aur|phir) )+"
    r"(?:you|they|ustedes|ihr|sie|vous|on|aap)\b"
    r"(?! (?:can|could|may|should|might|konnten?|konnt|pouvez|pourriez|podrian?|pueden?))"
)
"""What is told of us beside a yes ("and then you charge me again") is no wish, and often scorn."""
_STEM = 4
_CLOSE = frozenset(
    {
        *("money", "charge", "fee", "refund", "compensation", "pay", "link", "autopay", "balance", "copy", "email"),
        *("contact_detail", "update", "reschedule", "cancel", "leave", "account", "plan", "complaint", "card"),
        *("person", "policy", "giveback", "notice"),
    }
)
"""Concepts that a story leaves alone: who names one of them speaks of what is to be done, not of themselves."""
_AT_IT = _CLOSE - {"contact_detail"}
"""The same where no yes is told from a no: somebody may be on the phone."""


_JOINT = re.compile(r"(?:[,;:!.\n।]+|\s-+)\s*(?:(?:and|und|et|y|aur|और)\s)?|\s(?:and|und|et|y|aur|और)\s")
"""Where a message goes on behind a yes to something else."""
_UNIT = re.compile(r"(?<=[.!?\n।])\s*")
_ITSELF = re.compile(r"\b(?:it|its|this|that|these|those|they|their|es|dessen|deren|eso|esto|ca|cela|[iu]sk[ai])\b")
"""Words that speak of what was asked: who wants to know more of it first has not agreed."""
_COURTEOUS = re.compile(r"\b(?:please|pls|bitte|por favor|s'?il (?:vous|te) plait|svp|stp|kripya)\b|(?<=\w)-moi\b|कृपया")
_VISITS = frozenset({"visit", "technician"})
"""What something can be remarked about that whoever comes should know."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The folded words that agree, with what they tell; and what is asked or wished `beside` them.

    A `remark` is meant for whoever does it ("please ring at the side door") and asks for nothing else.
    """

    words: str
    beside: str
    remark: bool = False


def find_added(folded: str, asked: str) -> Agreement | None:
    """A plain yes in the first clause, behind which something else is asked, wished or remarked in the same sentence.

    None where the rest negates, binds, corrects or may be about what was `asked` itself.
    """
    start = _end_of_consent(folded, asked)
    rest = folded[start:].strip()
    units = [each.strip() for each in _UNIT.split(rest) if any(map(str.isalnum, each))]
    if not start or not units or any(OF_US.match(plain(each)) for each in units):
        return None
    kinds = [_kind_beside(each, asked) for each in units]
    if not all(kinds):
        return None
    return Agreement(folded[:start], rest, remark=set(kinds) == {"remark"})


def _end_of_consent(folded: str, asked: str) -> int:
    """Where the clauses end that plainly agree and say nothing else; 0 where the first one does not."""
    start = 0
    for joint in _JOINT.finditer(folded):
        clause = folded[start : joint.start()]
        agrees = _consents(clause, asked) and (start or agrees_outright(clause))
        if not agrees and not (start and _adds_nothing(plain(clause), asked)):
            break
        start = joint.end()
    return start


def _kind_beside(unit: str, asked: str) -> str:
    """What a sentence beside a yes is: a question, a wish for something else, a remark; empty where it may be more."""
    said = plain(without_reason(unit))
    if _asks_when(said) and not (_OTHERS.search(said) or _negates(said)):
        return "question"
    if _OTHERS.search(said) or _negates(said) or _binds(said):
        return ""
    if "?" in unit or _ASKS.match(said):
        unclear = _money() if _ASKS.match(said) else _about_it()
        about = _ITSELF.search(said) is not None or unclear.search(said) is not None
        return "" if about else "question"
    concepts = frozenset(shipped_lexicon().concepts(words(said)))
    told = _COURTEOUS.sub(" ", said)
    if _IT.search(said) or _FIGURES.search(said) or concepts & (_CLOSE - {"copy"}) or _steering().search(_told(told)):
        return ""
    known = frozenset(shipped_lexicon().concepts(words(asked)))
    if concepts & frozenset(phrase_lists("acts/signs")["things"]["any"]) - known:
        return "wish"
    turns = any(phrase_pattern(LISTS, group).search(_told(told)) for group in ("turns", "elsewhere"))
    return "remark" if _VISITS & known and len(told.split()) > 1 and not turns else ""


def _asks_when(said: str) -> bool:
    return phrase_pattern(LISTS, "asks_when").search(said) is not None


def find_agreement(folded: str, asked: str) -> Agreement | None:
    """The agreement to exactly what was `asked` (folded); None where a message does not agree, or is steered elsewhere.

    Beside it stand questions about something else, and wishes that are added to it.
    """
    sentences = [each.strip() for each in SENTENCE.split(folded) if each and any(map(str.isalnum, each))]
    if any(OF_US.match(plain(each)) for each in sentences):
        return None
    place = next((at for at, each in enumerate(sentences[:3]) if "?" not in each and _consents(each, asked)), None)
    if place is None:
        return None
    before, after, outright = sentences[:place], sentences[place + 1 :], agrees_outright(sentences[place])
    if any("?" in each or not (_is_story(each) or _adds_nothing(plain(each), asked)) for each in before):
        return None
    added = next((at for at, each in enumerate(after) if _adds(each)), len(after))
    if not all(_leaves_alone(each, asked, outright=outright) for each in after[:added]):
        return None
    if not all(_stands_alone(each) for each in after[added:]):
        return None
    beside = [each for at, each in enumerate(after) if at >= added or _asks(each)]
    agreeing = [without_reason(each) for each in sentences if each not in beside]
    return Agreement(". ".join(agreeing), ". ".join(beside))


def _consents(sentence: str, asked: str) -> bool:
    sentence = without_reason(sentence)
    parts = [part for part in (plain(each) for each in _PART.split(sentence)) if part]
    whole = " ".join(parts)
    doubtful = _TOO_LITTLE.search(whole) is not None and not agrees_outright(whole)
    whole = _TOO_LITTLE.sub(" ", whole)
    if doubtful or not parts or _steers(whole, asked) or _agreement().search(whole) is None:
        return False
    return all(_adds_nothing(_TOO_LITTLE.sub(" ", part), asked) for part in parts)


def _adds_nothing(part: str, asked: str) -> bool:
    left = _small().sub(" ", _ENDINGS.sub(" ", _agreement().sub(" ", part)))
    known = {word[:_STEM] for word in asked.split() if len(word) >= _STEM} | set(asked.split())
    extra = (word for word in left.replace("-", " ").split() if not word.startswith("'"))
    return all(word in known or word[:_STEM] in known for word in extra)


def _asks(sentence: str) -> bool:
    said = plain(sentence)
    return "?" in sentence or _ASKS.match(said) is not None or _QUERIES.match(said) is not None


def _adds(sentence: str) -> bool:
    """Whether a sentence adds a wish of its own to what was agreed ("I also need …")."""
    return phrase_pattern(LISTS, "adds").search(plain(sentence)) is not None


def _leaves_alone(sentence: str, asked: str, *, outright: bool) -> bool:
    said = plain(without_reason(sentence))
    if not outright and ("?" in sentence or _ASKS.match(said)):
        return False
    if _asks(sentence):
        unclear = _about_it() if _ASKS.match(said) is None else _money()
        return not unclear.search(said) and not _negates(said) and not _OTHERS.search(said)
    if outright and _is_story(sentence):
        return True
    if _steers(said, asked) or phrase_pattern(LISTS, "elsewhere").search(_told(said)):
        return False
    return _adds_nothing(said, asked) or (_is_story(sentence) and not _ORDERS.search(said))


def _stands_alone(sentence: str) -> bool:
    """Whether a wish that is added, or what is said of it, takes nothing back and binds nothing."""
    said = plain(without_reason(sentence))
    return not (_OTHERS.search(said) or _IT.search(said) or _negates(said) or _binds(said))


def _binds(said: str) -> bool:
    """Whether something is agreed under a condition, or only for when something else has happened."""
    return any(phrase_pattern(LISTS, group).search(_told(said)) for group in ("conditional", "defers"))


def _told(said: str) -> str:
    """Plain words without denials that deny nothing."""
    return phrase_pattern(LISTS, "harmless").sub(" ", said)


def _is_story(sentence: str) -> bool:
    """Whether a sentence tells about the customer or somebody else, and asks for nothing."""
    said = plain(without_reason(sentence))
    turning = any(phrase_pattern(LISTS, group).search(_told(said)) for group in ("turns", "elsewhere"))
    turns = turning or _negates(said) or _binds(said)
    return _begins_story(said) and not turns and _CLOSE.isdisjoint(shipped_lexicon().concepts(words(said)))


def tells_why(sentence: str) -> bool:
    """Whether a folded sentence only tells what its customer is at ("I'm on a call over this line"): no wish, no no."""
    said = plain(sentence)
    turns = any(phrase_pattern(LISTS, group).search(_told(said)) for group in ("turns", "adds"))
    named = shipped_lexicon().concepts(words(said))
    return _begins_story(said) and not (turns or _negates(said) or _binds(said)) and _AT_IT.isdisjoint(named)


def _begins_story(said: str) -> bool:
    return phrase_pattern(LISTS, "tells").match(said) is not None and " " in said


def _steers(said: str, asked: str) -> bool:
    if _negates(said) or _FIGURES.search(_without(said, asked)):
        return True
    return _steering().search(_agreement().sub(" ", _told(said))) is not None


def _without(said: str, asked: str) -> str:
    known = set(asked.split())
    return " ".join(word for word in said.split() if word not in known and word != "one")


def _negates(said: str) -> bool:
    return _NEGATIONS.search(_agreement().sub(" ", _told(said))) is not None


@cache
def _agreement() -> re.Pattern[str]:
    return whole_words(f"{listed_phrases(phrase_lists('dialogue/answers')['yes'])}|{listed('agree')}")


@cache
def _small() -> re.Pattern[str]:
    return whole_words(f"{listed_phrases(phrase_lists('dialogue/answers')['filler'])}|{listed('small')}")


@cache
def _steering() -> re.Pattern[str]:
    return whole_words(listed("steers"))


@cache
def _money() -> re.Pattern[str]:
    return whole_words(listed("money"))


@cache
def _about_it() -> re.Pattern[str]:
    return whole_words(f"{listed('about_it')}|{listed('money')}")
