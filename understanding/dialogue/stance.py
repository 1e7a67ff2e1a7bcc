"""Recognises how people agree, turn down and stop in whole sentences, beyond a plain yes or no.

The two sides are not alike. A refusal counts wherever one is said. Agreement counts only where nothing in the message
steers it elsewhere: no condition, no other figure, no doubt, no question about what is agreed to.
"""

import re
from functools import cache

from understanding.language.phrases import fold_pattern, phrase_lists, phrase_pattern, whole_words
from understanding.language.text import fold

_LISTS = "dialogue/stance"
_SENTENCE = re.compile(
    r"[.!;\n।]+|(?<=\?)|(?:,|\s-+)\s(?=(?:and )?(?:what|where|when|who|whose|may i|"
    r"can (?:you|i)|could (?:you|i)|do you|please (?:give|tell|inform|let|provide)|"
    r"i|i'm|i've|i'll|it's|you|you're|he|she|they|we)\b)"
)
_WILL = re.compile(
    r"^(?:(?:no|nope|nah|nein|non|nahi|let'?s|we'?ll|i'?ll|i'?d|i would|rather|sooner|just|please|lieber|dann|ich|wir"
    r"|mejor|prefiero|que|je|on|plutot|alors|to)\s+)+"
)
"""How a wish to keep things begins."""
_CLAUSE = re.compile(r"[.!;\n।,]+")
_PART = re.compile(r"[,:\n]+|\s-+\s")
_MARKS = re.compile(r"[^\w\s'\u0900-\u097f-]+")
_OPENING = re.compile(
    r"^(?:(?:so|oh+|ok(?:ay)?|well|um+|uh+|hm+|ugh|ah|sorry|please|nice|great|thanks?|thank you|actually|and|then|now|"
    r"ai|hey|sorryi|pues|bueno|lo siento|desole|tut mir leid|also|ach|na|agree|d'?accord|je crois que|i think|"
    r"i believe|i am afraid|i must|i gotta|i would|i'?d)\s+)+"
)
_ASKS = re.compile(
    r"(?:and |also )?(?:what|where|when|who|whose|may i (?:know|have|get)|(?:can|could) (?:you|i) (?:also |please )?"
    r"(?:tell|give|know|get|have|let me know)|do you (?:know|happen)|please (?:give|tell|inform|let|provide)|"
    r"give me the)\b"
)
"""How a question about a fact begins, with a question mark or without."""
_OTHERS = re.compile(
    r"\b(?:but|only|unless|except|instead|others?|another|different|change|wait|stop|cancel|anything|else|how about"
    r"|what about|any more|move|make)\b"
)
_TELLS = re.compile(
    r"(?:and )?(?:i|i'm|i am|i've|i'll|it's|it (?:is|seems|has)|we|we're|you|you're|he|she|they|thanks?|"
    r"thank you|that (?:should|would|will|gives)"
    r"|this (?:is|will|way)|dr|there|so|can't wait|my|his|her|hope|hopefully|finally|what a|lucky|isn't|seems)\b"
    r"(?: \S+){1,}"
)
_ENDINGS = re.compile(r"(?<!\w)'\w{1,2}(?!\w)|\b[a-z]+(?:ly|ment)\b")
_ORDERS = re.compile(
    r"\d|\b(?:want|need|like|would|must|have to|has to|get|send|use|pay|book|move|call|give|"
    r"refund|cancel|please|one|was|were|did)\b"
)
_COMMANDS = re.compile(
    r"\d|\b(?:want|need|get|send|use|pay|book|move|call|give|refund|cancel|please|make|take|put|change|keep|leave|only)\b"
)
"""Words of a sentence after an outright yes that may steer it; a story in the past or about others has none."""
_LONGEST = 14
"""Words of a clause in which a refusal is looked for anywhere; a longer one refuses in its first words."""
_TOO_LITTLE = re.compile(r"\b(?:why not|yeah right|i think so|pourquoi pas)\b")
"""What may be said in earnest or not."""
_STEM = 4


def stops(folded: str) -> bool:
    """Whether a message does nothing but stop what is under way ("stop the process", "cancela la petición")."""
    plain = _plain(folded)
    return bool(plain) and len(plain) <= 120 and _stopping().fullmatch(plain) is not None


def refuses(folded: str) -> bool:
    """Whether the first thing that a message says turns down what was put to the customer."""
    if _outright().match(_plain(folded)):
        return False
    if keeps(folded):
        return True
    told = phrase_pattern(_LISTS, "not_refused").sub(" · ", folded)
    clauses = [each for each in (_plain(part) for part in _SENTENCE.split(told)) if each]
    for clause in clauses[:3]:
        said = _OPENING.sub("", clause) or clause
        found = _refusing().match(said) or (
            _refusing().search(said) if len(said.split()) <= _LONGEST else _refusing().search(said[:80])
        )
        if found is not None and "·" not in said[: found.start()]:
            return True
    return False


def keeps(folded: str) -> bool:
    """Whether a short message wants things left as they are: a no to whatever was put to the customer."""
    clauses = [_OPENING.sub("", each) or each for each in (_plain(part) for part in _CLAUSE.split(folded)) if each]
    short = len(_plain(folded).split()) <= _LONGEST and "?" not in folded
    kept = any(
        phrase_pattern(_LISTS, "keeps").fullmatch(each) for part in clauses[:3] for each in (part, _WILL.sub("", part))
    )
    return short and bool(kept or (clauses and phrase_pattern(_LISTS, "drops").fullmatch(clauses[-1])))


def conditions(folded: str) -> bool:
    """Whether a short message makes something depend on something else."""
    plain = _plain(folded)
    return len(plain.split()) <= _LONGEST and phrase_pattern(_LISTS, "conditional").search(plain) is not None


def doubts(folded: str) -> bool:
    """Whether a short message says that its customer does not know, or has not decided."""
    plain = _plain(folded)
    return len(plain.split()) <= _LONGEST and phrase_pattern(_LISTS, "doubt").search(plain) is not None


def postpones(folded: str) -> bool:
    """Whether a short message puts off what it is about ("no, I'll do that later")."""
    plain = _plain(folded)
    return len(plain.split()) <= _LONGEST and phrase_pattern(_LISTS, "postpone").search(plain) is not None


def without_dropping(text: str) -> str:
    """A message without the parts that only drop what was said ("no, forget it, I'm staying"); whole where that is all.

    Who tells us to forget something has forgotten nothing.
    """
    parts = _PIECE.split(text)
    left = [
        part for part in parts if phrase_pattern("dialogue/answers", "change").fullmatch(_plain(_bare(part))) is None
    ]
    return "".join(left) if any(part.strip(" ,.!;:") for part in left) else text


def _bare(part: str) -> str:
    folded = " ".join(_MARKS.sub(" ", fold(part)).split())
    return _OPENING.sub("", f"{folded} ").strip() or folded


_PIECE = re.compile(r"(?<=[,.;!\n।])")


def beside_a_refusal(words: str) -> str:
    """What is left of a refusal's words once the parts that refuse or put off are taken away."""
    parts = [part.strip() for sentence in _SENTENCE.split(words) if sentence for part in _PART.split(sentence)]
    return ", ".join(part for part in parts if part and not refuses(part) and not postpones(part))


def agrees_plainly(folded: str, asked: str) -> bool:
    """Whether a message agrees to exactly what was `asked` (folded), and whatever else it says leaves that alone."""
    sentences = [each.strip() for each in _SENTENCE.split(folded) if each and each.strip(" ,")]
    if not sentences or "?" in sentences[0] or not _consents(sentences[0], asked):
        return False
    if (
        any("?" in each or _ASKS.match(_plain(each)) for each in sentences)
        and _outright().match(_plain(sentences[0])) is None
    ):
        return False
    outright = _outright().match(_plain(sentences[0])) is not None
    return all(_leaves_alone(sentence, asked, outright=outright) for sentence in sentences[1:])


def _consents(sentence: str, asked: str) -> bool:
    parts = [part for part in (_plain(each) for each in _PART.split(sentence)) if part]
    whole = " ".join(parts)
    if _TOO_LITTLE.search(whole) or not parts or _steers(whole, asked) or _agreement().search(whole) is None:
        return False
    return all(_adds_nothing(part, asked) for part in parts)


def _adds_nothing(part: str, asked: str) -> bool:
    left = _small().sub(" ", _ENDINGS.sub(" ", _agreement().sub(" ", part)))
    known = {word[:_STEM] for word in asked.split() if len(word) >= _STEM} | set(asked.split())
    return all(word in known or word[:_STEM] in known for word in left.replace("-", " ").split())


def _leaves_alone(sentence: str, asked: str, *, outright: bool) -> bool:
    plain = _plain(sentence)
    if "?" in sentence or _ASKS.match(plain):
        unclear = _about_it() if _ASKS.match(plain) is None else _money()
        return not unclear.search(plain) and not _negates(plain) and not _OTHERS.search(plain)
    if _steers(plain, asked):
        return False
    return _adds_nothing(plain, asked) or _is_chat(plain, _COMMANDS if outright else _ORDERS)


def _is_chat(plain: str, orders: re.Pattern[str]) -> bool:
    """Whether a sentence tells about the customer and asks for nothing: their own story, without a figure in it."""
    return _TELLS.match(plain) is not None and not orders.search(plain)


def _steers(plain: str, asked: str) -> bool:
    if _negates(plain) or re.search(
        r"\b(?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b", _without(plain, asked)
    ):
        return True
    told = phrase_pattern(_LISTS, "harmless").sub(" ", plain)
    return _steering().search(_agreement().sub(" ", told)) is not None


def _without(plain: str, asked: str) -> str:
    known = set(asked.split())
    return " ".join(word for word in plain.split() if word not in known and word != "one")


def _negates(plain: str) -> bool:
    told = _agreement().sub(" ", phrase_pattern(_LISTS, "harmless").sub(" ", plain))
    return re.search(
        r"\b(?:no|not|nope|nah|never|none|nothing|neither|(?:do|does|did|is|are|was|were|wo|ca|could|would|should|have|has|had|ai)n'?t|cannot|nein|nicht|kein\w*|nie|pas|jamais|rien|nunca|nada|tampoco"
        r"|nahi|nahin|nhi|mat|na)\b|नहीं|नही|मत",
        told,
    ) is not None  # fmt: skip


def _plain(folded: str) -> str:
    return " ".join(_MARKS.sub(" ", folded).split())


def _listed(group: str) -> str:
    return _joined(phrase_lists(_LISTS)[group])


def _joined(by_locale: dict[str, list[str]]) -> str:
    phrases = {fold_pattern(str(each)) for listed in by_locale.values() for each in listed}
    return "|".join(sorted(phrases, key=lambda each: (-len(each), each)))


@cache
def _agreement() -> re.Pattern[str]:
    return whole_words(f"{_joined(phrase_lists('dialogue/answers')['yes'])}|{_listed('agree')}")


@cache
def _outright() -> re.Pattern[str]:
    return whole_words(_listed("outright"))


@cache
def _small() -> re.Pattern[str]:
    return whole_words(f"{_joined(phrase_lists('dialogue/answers')['filler'])}|{_listed('small')}")


@cache
def _steering() -> re.Pattern[str]:
    return whole_words(_listed("steers"))


@cache
def _refusing() -> re.Pattern[str]:
    return whole_words(_listed("refuse"))


@cache
def _money() -> re.Pattern[str]:
    return whole_words(_listed("money"))


@cache
def _about_it() -> re.Pattern[str]:
    return whole_words(f"{_listed('about_it')}|{_listed('money')}")


@cache
def _stopping() -> re.Pattern[str]:
    verbs, objects, around = (_listed(f"stop_{name}") for name in ("verbs", "objects", "around"))
    loose = f"(?:{around}|{objects})"
    return re.compile(rf"(?:(?:{loose}) )*(?:{verbs})(?: (?:{verbs}|{loose}))*")
