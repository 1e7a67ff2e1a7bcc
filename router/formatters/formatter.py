"""The contract of a channel's manners, and finding them by the channel's name."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, cast

import yaml

from domain.conversation import LOCALES

FOLDER = Path(__file__).parent
PLAIN = "chat"
"""Whose manners a channel has that has none of its own."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is spoken to: language, name (empty where it is not known), and the currency of bare money signs."""

    locale: str = "en"
    name: str = ""
    currency: str = field(kw_only=True)


class ChannelFormatter(Protocol):
    """How a channel's customers are heard and spoken to. Pure: no I/O, and the same words come out the same."""

    def hear(self, text: str) -> str:
        """The words of a message that are new and meant for us; empty where there are none."""
        ...

    def speak(self, texts: Sequence[str], to: Addressee) -> tuple[str, ...]:
        """The messages that say these replies as the channel's customers expect it; no fact is changed or left out."""
        ...

    def entitle(self, subject: str, locale: str) -> str:
        """The subject of all our messages in a conversation; empty on channels whose messages have none."""
        ...


@cache
def formatter_of(channel: str) -> ChannelFormatter:
    """The manners of a channel: `FORMATTER` of the module here that has the channel's name, else chat's."""
    name = f"{__package__}.{channel}"
    found = channel.isidentifier() and find_spec(name) is not None
    module = importlib.import_module(name) if found else None
    return getattr(module, "FORMATTER", None) or importlib.import_module(f"{__package__}.{PLAIN}").FORMATTER


@cache
def phrases(channel: str) -> dict[str, Any]:
    """The words that a channel's manners add or know: `<channel>.yaml` here."""
    return cast("dict[str, Any]", yaml.safe_load((FOLDER / f"{channel}.yaml").read_text("utf-8")))


def in_language(texts: dict[str, Any], locale: str) -> Any:
    """What is listed for a language, for English where we do not speak it."""
    return texts[locale if locale in LOCALES else "en"]
