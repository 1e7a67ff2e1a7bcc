"""What a rule says of its decision, in the language of whoever reads it, with its figures in the account's own form."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from agents.wording import Text, Voice, render

Sentences = Mapping[str, Mapping[str, Text]]
"""By what a rule says, with a name in braces for what it puts in: the sentence in each language."""

MONEY = "_minor"
"""How the name of an amount ends."""
COMPUTED = "{}"
"""What a compiled bundle has where a rule puts something in. See `policy.engines.annotations`."""
_NAME = re.compile(r"\{(\w+)\}")
_AMOUNT = r"(?P<{name}>-?\d+\.\d\d) (?P<{name}_in>[A-Z]{{3}})"
_WORD = r"(?P<{name}>[^\s.]+(?:\.[^\s.]+)*)"


def say_reason(sentences: Sentences, message: str, voice: Voice) -> str:
    """One reason, or several with spaces between, in the reader's language; as policy wrote it where one is unknown."""
    told, rest = list[str](), message.strip()
    while rest:
        found = _begin(sentences, rest, voice)
        if found is None:
            return message
        sentence, length = found
        told.append(sentence)
        rest = rest[length:].strip()
    return " ".join(told)


def find_unsaid(sentences: Sentences, messages: Collection[str]) -> list[str]:
    """Those of a bundle's messages, with `COMPUTED` for what is put in, that have no sentence."""
    known = [_NAME.sub(COMPUTED, each) for each in sentences]
    return [each for each in messages if not any(re.fullmatch(_loose(each), other) for other in known)]


def facts_in(key: str) -> tuple[str, ...]:
    """The names of what a rule puts into its message."""
    return tuple(_NAME.findall(key))


def _begin(sentences: Sentences, message: str, voice: Voice) -> tuple[str, int] | None:
    """The sentence for what a message begins with, and how much of the message that was."""
    for key in _longest_first(tuple(sentences)):
        found = _pattern(key).match(message)
        facts = None if found is None else _facts(found, voice.currency)
        if found is not None and facts is not None:
            return render(sentences[key], voice, facts), found.end()
    return None


def _facts(found: re.Match[str], currency: str) -> dict[str, int | str] | None:
    """What was put in; none where an amount is of another currency than the account's."""
    given, facts = found.groupdict(), dict[str, int | str]()
    for name in found.re.groupindex:
        if name.endswith("_in"):
            continue
        value = given[name]
        if not name.endswith(MONEY):
            facts[name] = int(value) if value.isdigit() else value
        elif given[f"{name}_in"] != currency:
            return None
        else:
            facts[name] = int(value.replace(".", ""))
    return facts


@lru_cache(maxsize=8)
def _longest_first(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The most particular first: those with the most words of their own."""
    return tuple(sorted(keys, key=lambda key: -len(_NAME.sub("", key))))


@lru_cache(maxsize=1024)
def _pattern(key: str) -> re.Pattern[str]:
    made = re.sub(r"\\{(\w+)\\}", lambda found: _value(found[1]), re.escape(key))
    return re.compile(rf"{made}(?=\s|$)")


def _value(name: str) -> str:
    return (_AMOUNT if name.endswith(MONEY) else _WORD).format(name=name)


def _loose(message: str) -> str:
    """A pattern of everything that a message may be."""
    return ".+".join(re.escape(part) for part in message.split(COMPUTED))
