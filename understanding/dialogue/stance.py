"""Recognises how people turn down, stop, doubt and put off in whole sentences, beyond a plain no.

A refusal counts wherever one is said; agreement is another matter (`agreement.py`).
"""

import re
from functools import cache

from understanding.language.phrases import fold_pattern, phrase_lists, phrase_pattern, whole_words
from understanding.language.text import fold

LISTS = "dialogue/stance"
SENTENCE = re.compile(
    r"(?:[!;\n।]|(?<!\b[dm]r)(?<!\bmrs)\.)+|(?<=\?)|(?:,|\s-+)\s(?=(?:and )?(?:what|where|when|who|whose|how|may i|"
    r"can (?:you|i)|could (?:you|i)|do you|is there|please (?:give|tell|inform|let|provide)|"
    r"i|i'm|i've|i'll|it's|you|you're|he|she|they|we|my|our|then|also|yes|yeah)\b)"
    r"|\s(?=and (?:what|where|when|who|how|may i|can (?:you|i)|could (?:you|i)|do you|then|also)\b)"
)
_WILL = re.compile(
    r"^(?:(?:no|nope|nah|nein|non|nahi|let'?s|we'?ll|i'?ll|i'?d|i would|rather|sooner|just|please|lieber|dann|ich|wir"
    r"|mejor|prefiero|que|je|on|plutot|alors|to)\s+)+"
)
"""How a wish to keep things begins."""
_CLAUSE = re.compile(r"[.!;\n।,]+")
_PART = re.compile(r"[,:\n]+|\s-+\s")
_MARKS = re.compile(r"(?:<3+|[^\w\s'\u0900-\u097f-]|_)+")
_OPENING = re.compile(
    r"^(?:(?:so|oh+|ok(?:ay)?|well|um+|uh+|hm+|ugh|ah|sorry|please|nice|great|thanks?|thank you|actually|and|then|now|"
    r"ai|hey|sorryi|pues|bueno|lo siento|desole|tut mir leid|also|ach|na|agree|d'?accord|je crois que|i think|"
    r"i believe|i am afraid|i must|i gotta|i would|i'?d)\s+)+"
)
_NOW = re.compile(
    r" (?:for (?:now|the moment|today|the time being)|right now|por ahora|de momento|por el momento|fur(?:s| das) erste"
    r"|(?:vor)?erst ?mal|vorlaufig|pour (?:le moment|l'?instant)|(?:filhal|abhi)(?: ke liye)?|फिलहाल|अभी(?: के लिए)?)$"
    r"|^(?:filhal|abhi(?: ke liye)?|फिलहाल|अभी(?: के लिए)?) "
)
"""For how long things are to be left as they are."""
_BUT = re.compile(r"\b(?:but|pero|aber|mais|lekin|magar)\b|लेकिन|मगर")
_LONGEST = 14
"""Words of a clause in which a refusal is looked for anywhere; a longer one refuses in its first words."""


def agrees_outright(folded: str) -> bool:
    """Whether a message begins with an outright yes, whatever it says besides."""
    return _outright().match(plain(folded)) is not None


def stops(folded: str) -> bool:
    """Whether a message does nothing but stop what is under way ("stop the process", "cancela la petición")."""
    said = plain(folded)
    return bool(said) and len(said) <= 120 and _stopping().fullmatch(said) is not None


def refuses(folded: str) -> bool:
    """Whether the first thing that a message says turns down what was put to the customer."""
    if agrees_outright(folded):
        later = _BUT.search(folded)
        return later is not None and postpones(folded[later.end() :])
    if keeps(folded):
        return True
    told = phrase_pattern(LISTS, "not_refused").sub(" · ", folded)
    clauses = [each for each in (plain(without_reason(part)) for part in SENTENCE.split(told)) if each]
    for clause in clauses[:3]:
        said = _OPENING.sub("", clause) or clause
        found = _refusing().match(said) or (
            _refusing().search(said) if len(said.split()) <= _LONGEST else _refusing().search(said[:80])
        )
        if found is not None and "·" not in said[: found.start()]:
            return True
    return False


def without_reason(sentence: str) -> str:
    """A folded sentence without its purpose or reason: the no in "so that I don't forget" refuses nothing.

    What is said to have been promised, a cost or a condition is no mere reason: then the sentence stays whole.
    """
    found = phrase_pattern(LISTS, "reasons").search(sentence)
    if found is None or not sentence[: found.start()].strip(" ,"):
        return sentence
    reason = sentence[found.start() :]
    binds = "?" in reason or any(
        phrase_pattern(LISTS, group).search(reason) for group in ("money", "conditional", "promised")
    )
    return sentence if binds else sentence[: found.start()]


def keeps(folded: str) -> bool:
    """Whether a short message wants things left as they are: a no to whatever was put to the customer."""
    parts = (_NOW.sub("", plain(part)) for part in _CLAUSE.split(folded))
    clauses = [_OPENING.sub("", each) or each for each in parts if each]
    short = len(plain(folded).split()) <= _LONGEST and "?" not in folded
    kept = any(
        phrase_pattern(LISTS, "keeps").fullmatch(each) for part in clauses[:3] for each in (part, _WILL.sub("", part))
    )
    return short and bool(kept or (clauses and phrase_pattern(LISTS, "drops").fullmatch(clauses[-1])))


def conditions(folded: str) -> bool:
    """Whether a short message makes something depend on something else."""
    said = plain(folded)
    return len(said.split()) <= _LONGEST and phrase_pattern(LISTS, "conditional").search(said) is not None


def doubts(folded: str) -> bool:
    """Whether a short message says that its customer does not know, or has not decided."""
    said = plain(folded)
    return len(said.split()) <= _LONGEST and phrase_pattern(LISTS, "doubt").search(said) is not None


def postpones(folded: str) -> bool:
    """Whether a short message puts off what it is about ("no, I'll do that later")."""
    said = plain(folded)
    return len(said.split()) <= _LONGEST and phrase_pattern(LISTS, "postpone").search(said) is not None


def without_dropping(text: str) -> str:
    """A message without the parts that only drop what was said ("no, forget it, I'm staying"); whole where that is all.

    Who tells us to forget something has forgotten nothing.
    """
    parts = _PIECE.split(text)
    left = [
        part for part in parts if phrase_pattern("dialogue/answers", "change").fullmatch(plain(_bare(part))) is None
    ]
    return "".join(left) if any(part.strip(" ,.!;:") for part in left) else text


def _bare(part: str) -> str:
    folded = " ".join(_MARKS.sub(" ", fold(part)).split())
    return _OPENING.sub("", f"{folded} ").strip() or folded


_PIECE = re.compile(r"(?<=[,.;!\n।])")


def beside_a_refusal(words: str) -> str:
    """What is left of a refusal's words once the parts that refuse or put off are taken away."""
    parts = [part.strip() for sentence in SENTENCE.split(words) if sentence for part in _PART.split(sentence)]
    return ", ".join(part for part in parts if part and not refuses(part) and not postpones(part))


def plain(folded: str) -> str:
    """Folded words without the marks between them."""
    return " ".join(_MARKS.sub(" ", folded).split())


def listed(group: str) -> str:
    """The phrases of one of these lists as the alternatives of a pattern."""
    return listed_phrases(phrase_lists(LISTS)[group])


def listed_phrases(by_locale: dict[str, list[str]]) -> str:
    """Phrases of all languages as the alternatives of a pattern, the longest first."""
    phrases = {fold_pattern(str(each)) for phrases in by_locale.values() for each in phrases}
    return "|".join(sorted(phrases, key=lambda each: (-len(each), each)))


@cache
def _outright() -> re.Pattern[str]:
    return whole_words(listed("outright"))


@cache
def _refusing() -> re.Pattern[str]:
    return whole_words(listed("refuse"))


@cache
def _stopping() -> re.Pattern[str]:
    verbs, objects, around = (listed(f"stop_{name}") for name in ("verbs", "objects", "around"))
    loose = f"(?:{around}|{objects})"
    return re.compile(rf"(?:(?:{loose}) )*(?:{verbs})(?: (?:{verbs}|{loose}))*")
