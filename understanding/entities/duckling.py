"""Facebook's Duckling inside the process: what it reads of days, times and amounts beside our own grammar.

Its runtime (Haskell) ends the process where its locale is not UTF-8, and knows one parse at a time; both are seen to
here. Where its wheel is missing nothing is found, and `duckling_available` says so.
"""

import json
import locale
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import TZPATH

LONGEST = 240
"""Characters that are parsed: Duckling's time grows faster than the length."""
MOST_NUMBERS = 24
"""Figures in a text beyond which it is not parsed, for the same reason."""
_LANGUAGES = {"en": "EN_US", "es": "ES_XX", "de": "DE_XX", "fr": "FR_XX"}
"""Hindi is too thin in it to be asked."""
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class Parsed:
    """One stretch of a text, from and before, and its value as Duckling writes it."""

    start: int
    end: int
    value: dict[str, Any]


def duckling_available() -> bool:
    """Whether the wheel is installed for this platform."""
    return find_spec("duckling") is not None and _zone_folder() is not None


def parse(text: str, language: str, now: datetime, dimension: str) -> tuple[Parsed, ...]:
    """What a text says of one dimension (`time`, `amount-of-money`), in order; nothing where it cannot be asked.

    `now` is the customer's clock without a zone; what is found is written on the same clock.
    """
    if language not in _LANGUAGES or len(text) > LONGEST or sum(map(str.isdigit, text)) > MOST_NUMBERS:
        return ()
    with _LOCK:
        runtime = _runtime()
        if runtime is None:
            return ()
        context = runtime.context(language, now)
        found = json.loads(
            runtime.module.parse_text(text.replace("\0", " "), context, runtime.dimension(dimension), False)
        )
    return tuple(Parsed(each["start"], each["end"], each["value"]) for each in found)


def _zone_folder() -> Path | None:
    """Where the time zones of the system, or of the package `tzdata`, lie."""
    places = [Path(each) for each in TZPATH]
    if find_spec("tzdata") is not None:
        package = import_module("tzdata")
        places += [Path(each) / "zoneinfo" for each in package.__path__]
    return next((each for each in places if (each / "UTC").is_file()), None)


class _Runtime:
    """The loaded library."""

    def __init__(self, module: Any, zones: Any) -> None:
        self.module = module
        self._zones = zones
        self._dimensions: dict[str, Any] = {}

    def context(self, language: str, now: datetime) -> Any:
        moment = self.module.parse_ref_time(self._zones, "UTC", int(now.replace(tzinfo=UTC).timestamp()))
        spoken = self.module.parse_locale(
            _LANGUAGES[language], self.module.default_locale_lang(self.module.parse_lang(language.upper()))
        )
        return self.module.Context(moment, spoken)

    def dimension(self, name: str) -> Any:
        if name not in self._dimensions:
            self._dimensions[name] = self.module.parse_dimensions([name])
        return self._dimensions[name]


@cache
def _runtime() -> _Runtime | None:
    folder = _zone_folder()
    if folder is None or find_spec("duckling") is None:
        return None
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        module: Any = import_module("duckling.duckling")
    except ImportError:
        return None
    return None if not _speak_unicode(before) else _Runtime(module, module.load_time_zones(str(folder)))


def _speak_unicode(before: str) -> bool:
    """Give the runtime a UTF-8 locale; its start takes the one of the environment, which may be plain `C`."""
    for name in (before, "C.UTF-8", "en_US.UTF-8"):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        if locale.nl_langinfo(locale.CODESET).upper().replace("-", "") == "UTF8":
            return True
    return False
