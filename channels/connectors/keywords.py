"""The keywords of carriers: STOP, START and HELP, as the whole of a text message, in five languages."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from understanding.language.text import fold
from understanding.unwanted.rules import hear_unwanted

Keyword = Literal["stop", "start", "help"]
WORDS = Path(__file__).with_suffix(".yaml")
ANSWERS: dict[Keyword, str] = {"stop": "stopped", "start": "started", "help": "helped"}


@dataclass(frozen=True, slots=True)
class HeardKeyword:
    """A keyword, and the language that it is a word of; empty where it is a word of many."""

    keyword: Keyword
    locale: str = ""


def hear_keyword(text: str, channel: str) -> HeardKeyword | None:
    """The keyword that a message is; None where it says anything else."""
    whole = " ".join(fold(text).strip(" .!,;:?¡¿।\"'").split())
    for keyword in ("start", "help"):
        for locale, words in _words()[keyword].items():
            if whole in words:
                return HeardKeyword(keyword, "" if locale == "en" else locale)
    if whole in _words()["stop"]["en"]:
        return HeardKeyword("stop")
    unwanted = hear_unwanted(text, channel) if channel == "sms" else None
    return HeardKeyword("stop") if unwanted is not None and unwanted.keyword and unwanted.sure else None


def answer(heard: HeardKeyword, locale: str, brand: str, contact_point: str) -> str:
    """What carriers want to be answered."""
    texts = _words()[ANSWERS[heard.keyword]]
    where = f" {contact_point}." if contact_point else ""
    return texts[heard.locale or (locale if locale in texts else "en")].format(brand=brand, where=where)


@cache
def _words() -> dict[str, Any]:
    found = cast("dict[str, Any]", yaml.safe_load(WORDS.read_text("utf-8")))
    lists = ("start", "help", "stop")
    return {
        name: {locale: [fold(word) for word in words] for locale, words in group.items()} if name in lists else group
        for name, group in found.items()
    }
