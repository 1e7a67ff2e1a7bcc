"""The widget as browsers get it: its modules, words and styles joined into one script, compressed once at the start."""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
MODULES = FOLDER / "widget"
WORDS = FOLDER / "words"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(async )?(function|class|const) )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Script:
    """A script as it is and as gzip makes it; `tag` changes with it (an entity tag of HTTP)."""

    text: bytes
    compressed: bytes
    tag: str


def build_script() -> Script:
    """Join the modules in the order in which they need each other, in a scope of their own.

    The modules are what browsers understand anyway; joined, a page asks for one file.
    """
    given = {"words.js": f"const WORDS = {_words()};\n", "css.js": f"const CSS = {json.dumps(_styles())};\n"}
    parts: dict[str, str] = {}
    _add("main.js", given, parts)
    text = f'(() => {{\n"use strict";\n{"".join(parts.values())}}})();\n'.encode()
    return Script(text, gzip.compress(text, 9, mtime=0), f'"{hashlib.sha256(text).hexdigest()[:32]}"')


def read_words() -> dict[str, dict[str, str]]:
    """The widget's own words by language."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(WORDS.glob("*.json"))}


def _add(name: str, given: dict[str, str], parts: dict[str, str]) -> None:
    """Add a module after those that it imports, each once."""
    if name in parts:
        return
    text = given[name] if name in given else (MODULES / name).read_text("utf-8")
    for needed in _IMPORT.findall(text):
        _add(needed, given, parts)
    parts[name] = _EXPORT.sub("", _IMPORT.sub("", text))


def _words() -> str:
    return json.dumps(read_words(), ensure_ascii=False, separators=(",", ":"))


def _styles() -> str:
    return re.sub(r"\s*\n\s*", "\n", (MODULES / "widget.css").read_text("utf-8"))
