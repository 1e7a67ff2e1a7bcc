"""The sentences that the understanding learns from: each intent's own `examples.yaml`."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any, cast

import yaml

from domain.errors import Misconfigured
from understanding.language.text import clean


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence of a customer, the intent it expresses and the language it is in."""

    intent: str
    locale: str
    text: str


IN_ORDER = attrgetter("intent", "locale", "text")
"""The one order of examples."""


def load_examples(folders: Iterable[Path]) -> tuple[Example, ...]:
    """Read every examples file below the folders, in a fixed order, without repeats.

    Files are named `examples.yaml`, or are the yaml files of a folder called `examples`.

    Raises:
        Misconfigured: a file does not have the form `intent: name`, `examples: {locale: [sentence]}`.
    """
    files = sorted({file.resolve() for folder in folders for file in _example_files(folder)})
    return tuple(sorted({example for file in files for example in _read_file(file)}, key=IN_ORDER))


def load_covers(folders: Iterable[Path]) -> dict[str, frozenset[str]]:
    """Read which other wishes an intent's procedure takes care of (`covers`), by intent.

    Raises:
        Misconfigured: a file is malformed.
    """
    return _load_names(folders, "covers")


def load_needs(folders: Iterable[Path]) -> dict[str, frozenset[str]]:
    """Read which concepts a wish must name in order to be begun and not only asked about (`needs`), by intent.

    Raises:
        Misconfigured: a file is malformed.
    """
    return _load_names(folders, "needs")


def _load_names(folders: Iterable[Path], field: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for file in sorted({file.resolve() for folder in folders for file in _example_files(folder)}):
        document = _document(file)
        if field in document:
            found[str(document.get("intent"))] = frozenset(map(str, document[field]))
    return found


def digest_examples(examples: Iterable[Example]) -> str:
    """Name a set of examples by the SHA-256 of its content."""
    whole = hashlib.sha256()
    for example in sorted(examples, key=IN_ORDER):
        whole.update(f"{example.intent}\x1f{example.locale}\x1f{example.text}\x1e".encode())
    return whole.hexdigest()


def _example_files(folder: Path) -> Iterator[Path]:
    yield from folder.rglob("examples.yaml")
    yield from (file for file in folder.rglob("*.yaml") if file.parent.name == "examples")


def _read_file(file: Path) -> tuple[Example, ...]:
    _document(file)
    try:
        return _sentences(_text(file))
    except (KeyError, TypeError, AttributeError) as error:
        raise Misconfigured(f"{file}: expected `intent` and `examples` by locale ({error})") from error


def _document(file: Path) -> dict[str, Any]:
    try:
        document = _parse(_text(file))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Misconfigured(f"{file}: cannot be read as YAML ({error})") from error
    if not isinstance(document, dict):
        raise Misconfigured(f"{file}: expected `intent` and `examples` by locale")
    return cast("dict[str, Any]", document)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _parse(text: str) -> Any:
    """Parsed once: a start reads each file three times, for its sentences, what it covers and what it needs."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return yaml.load(text, Loader=loader)  # noqa: S506 - makes strings, lists and mappings only


@lru_cache(maxsize=512)
def _sentences(text: str) -> tuple[Example, ...]:
    """Cleaned once: whoever opens a second company, or a second reader, has the same files before them."""
    document = _parse(text)
    intent, by_locale = str(document["intent"]), cast("dict[str, list[Any]]", document["examples"])
    return tuple(
        Example(intent, str(locale), clean(str(sentence)))
        for locale, sentences in by_locale.items()
        for sentence in sentences
    )
