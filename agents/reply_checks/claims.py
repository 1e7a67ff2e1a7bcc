"""Claims that something was done, in five languages, and which of them the record does not bear."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from agents.reply_checks.text import normal, sentences, words

_CLAUSE = re.compile(r"[,;:—–()]+\s+|\s+-\s+")
_BEFORE = 24


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to claim an action: by whom (`done`: by us, `state`: of the thing) and told by its verb or its noun."""

    made: Literal["done", "state"]
    told_by: Literal["verb", "noun"]
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Family:
    """One kind of action: how it is claimed, and what makes the claim true."""

    tools: frozenset[str]
    states: frozenset[str]
    forms: tuple[_Form, ...]

    def bears(self, form: _Form, performed: Collection[str], states: Collection[str]) -> bool:
        """Whether the action was performed, or a claim about the thing is what the record says of it."""
        return bool(self.tools & set(performed)) or (form.made == "state" and bool(self.states & set(states)))


@dataclass(frozen=True, slots=True)
class _Language:
    """The words of one language that carry or cancel a claim; without a word of `any_action` there is none."""

    any_action: re.Pattern[str]
    negation: re.Pattern[str]
    condition: re.Pattern[str]
    families: tuple[_Family, ...]


def claims_in(text: str, performed: Collection[str], states: Collection[str]) -> Iterator[str]:
    """Every claim of an action in a normalised text that neither a performed tool nor a state of record bears."""
    for sentence in sentences(text):
        if sentence.rstrip().endswith("?"):
            continue
        for clause in _CLAUSE.split(sentence):
            if clause and any(_unborne(language, clause, performed, states) for language in _languages()):
                yield clause.strip()


def _unborne(language: _Language, clause: str, performed: Collection[str], states: Collection[str]) -> bool:
    """Whether some claim in a clause is not borne.

    A verb that belongs to several families (changed, moved) is borne by any of them; of several nouns before one verb
    (the refund of your payment was processed) each must be.
    """
    if not language.any_action.search(clause):
        return False
    borne: dict[tuple[str, int], list[bool]] = {}
    for family, form, end in _claims(language, clause):
        borne.setdefault((form.told_by, end), []).append(family.bears(form, performed, states))
    return any(not (any if told_by == "verb" else all)(votes) for (told_by, _), votes in borne.items())


def _claims(language: _Language, clause: str) -> Iterator[tuple[_Family, _Form, int]]:
    """Each claim in a clause, with where it ends; what reads as done by us is not read as a state as well."""
    for family in language.families:
        seen: set[tuple[str, int]] = set()
        for form in family.forms:
            ends = {
                match.end() for match in form.pattern.finditer(clause) if not _cancelled(language, clause, match, form)
            }
            for end in sorted(ends):
                if (form.told_by, end) not in seen:
                    seen.add((form.told_by, end))
                    yield family, form, end


def _cancelled(language: _Language, clause: str, match: re.Match[str], form: _Form) -> bool:
    """Whether a denial or a condition stands close before; for a state, a condition may also begin the clause."""
    around = clause[max(0, match.start() - _BEFORE) : match.end()]
    if language.negation.search(around) or language.condition.search(around):
        return True
    return form.made == "state" and bool(language.condition.match(clause.strip()))


@cache
def _languages() -> tuple[_Language, ...]:
    source = yaml.safe_load(normal(Path(__file__).with_name("claims.yaml").read_text(encoding="utf-8")))
    return tuple(_language(name, grammar, source["families"]) for name, grammar in source["grammar"].items())


def _language(name: str, grammar: dict[str, str], families: dict[str, Any]) -> _Language:
    nouns = words(*(family["nouns"][name] for family in families.values()))
    verbs = [
        family[part][name] for family in families.values() for part in ("verbs", "infinitives") if name in family[part]
    ]
    return _Language(
        re.compile("|".join((nouns, words(*verbs))) if verbs else nouns, re.IGNORECASE),
        re.compile(rf"{words(grammar['negation'])}|n't\b", re.IGNORECASE),
        re.compile(words(grammar["condition"]), re.IGNORECASE),
        tuple(_family(name, grammar, family, nouns) for family in families.values()),
    )


def _family(language: str, grammar: dict[str, str], family: dict[str, Any], nouns: str) -> _Family:
    noun = words(family["nouns"][language])
    if language == "hi":
        forms = _hindi(grammar, noun, nouns)
    else:
        verbs = (family["verbs"][language], *_infinitives(language, grammar, family))
        forms = (*_by_verb(grammar, words(*verbs)), *_by_noun(grammar, noun))
    return _Family(frozenset(family["tools"]), frozenset(family["states"]), forms)


def _infinitives(language: str, grammar: dict[str, str], family: dict[str, Any]) -> tuple[str, ...]:
    return (f"{grammar['just']}(?:{family['infinitives'][language]})",) if "just" in grammar else ()


def _by_verb(grammar: dict[str, str], verb: str) -> tuple[_Form, ...]:
    done, state, conjunction = words(grammar["done"]), words(grammar["state"]), words(grammar["conjunction"])
    after = rf"|{verb}\s+{words(grammar['after'])}" if "after" in grammar else ""
    return (
        _form("done", "verb", rf"{done}\s+{verb}|^\W*{verb}|{conjunction}\s+{verb}"),
        _form("state", "verb", rf"{state}\s+{verb}|(?:^|{conjunction})\W*(?:\S+\s+){{1,3}}{verb}{after}"),
    )


def _by_noun(grammar: dict[str, str], noun: str) -> tuple[_Form, ...]:
    done, state, carried = words(grammar["done"]), words(grammar["state"]), words(grammar["carried_out"])
    ours = rf"{done}\s+{carried}.{{0,40}}?{noun}|{done}.{{0,40}}?{noun}.{{0,30}}?{carried}"
    theirs = rf"{noun}.{{0,60}}?(?:{state}\s+{carried}|{words(grammar['plain'])})|^\W*(?:\w+\s+)?{noun}\s+{carried}"
    return _form("done", "noun", ours), _form("state", "noun", theirs)


def _hindi(grammar: dict[str, str], noun: str, nouns: str) -> tuple[_Form, ...]:
    """In Hindi the verb stands last and the noun nearest to it is what was done."""
    told = rf"{noun}(?:(?!{nouns}).){{0,80}}?{words(grammar['carried_out'])}"
    return _form("done", "verb", rf"{words(grammar['done'])}\s*{told}"), _form("state", "verb", told)


def _form(made: Literal["done", "state"], told_by: Literal["verb", "noun"], pattern: str) -> _Form:
    return _Form(made, told_by, re.compile(pattern, re.IGNORECASE))
