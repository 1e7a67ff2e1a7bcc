"""A first procedure for a tool of somebody else's server, written from its pinned schema: to be worded, then used."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.catalogue import is_read
from agents.declared import FILE
from agents.folders import read_yaml
from app.policy_bundle import read_bundle
from app.settings import Settings
from domain.errors import BadRequest
from domain.names import require_known

CUSTOMER = "customer_id"
WORDS = {"tools": "what it will do, after “Shall I …”", "done": "what it did, as half a sentence"}
FORMATS = {"date": "date", "time": "time", "email": "email"}
TYPES = {"boolean": "yes_no", "integer": "number", "number": "number", "string": "text"}
MOST_FIELDS = 4
"""Fields of a result that the first wording names."""


@dataclass(frozen=True, slots=True)
class DraftedTool:
    """A pinned tool as its draft is made from it."""

    name: str
    entry: Mapping[str, Any]
    locales: Sequence[str]

    @property
    def called(self) -> str:
        """Its name as words."""
        return re.sub(r"[^a-z0-9]+", " ", self.name.partition(".")[2].lower()).strip()

    @property
    def reads(self) -> bool:
        """Whether policy data says that it only reads."""
        return self.entry.get("kind") == "read"

    @property
    def required(self) -> dict[str, Mapping[str, Any]]:
        """The arguments that it cannot do without, with their schemas."""
        schema: Mapping[str, Any] = self.entry["pinned"].get("input_schema") or {}
        properties: Mapping[str, Any] = schema.get("properties") or {}
        return {name: properties.get(name, {}) for name in schema.get("required") or ()}

    @property
    def fields(self) -> list[str]:
        """The fields of its result that can be said as they are; its text where it promises none."""
        schema: Mapping[str, Any] = self.entry["pinned"].get("output_schema") or {}
        properties: Mapping[str, Any] = schema.get("properties") or {}
        plain = [name for name, each in properties.items() if each.get("type") not in ("object", "array")]
        return plain[:MOST_FIELDS] if properties else ["text"]

    @property
    def facts(self) -> dict[str, str]:
        """Each required argument with the fact that it is."""
        whose = self.entry.get("customer", CUSTOMER)
        return {name: CUSTOMER if name == whose else slot_of(name) for name in self.required}

    @property
    def asked(self) -> dict[str, Mapping[str, Any]]:
        """What has to be asked, by slot."""
        return {slot: self.required[name] for name, slot in self.facts.items() if slot != CUSTOMER}


def slot_of(argument: str) -> str:
    """An argument's name as the name of a fact."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", argument).lower()).strip("_") or "value"


def write_draft(settings: Settings, name: str, specialist: str) -> list[Path]:
    """Write a procedure of `specialist`, by default the first that has the tool's group; returns its files.

    What is there is never overwritten.

    Raises:
        UnknownName: policy data has no such tool, or there is no such specialist.
        BadRequest: it is not pinned, nobody has its group, or the folder is there already.
    """
    bundle = read_bundle(settings)
    require_known("tool in policy data", name, bundle.tools)
    entry = bundle.tools[name]
    if "pinned" not in entry:
        raise BadRequest(f"{name} is not pinned with its schema: `switchboard mcp pin {name}` does that")
    granted: Mapping[str, Sequence[str]] = bundle.data["roles"]["default"]["specialists"]
    having = [each for each, groups in granted.items() if entry["group"] in groups and each != "router"]
    if specialist:
        require_known("specialist", specialist, granted)
    elif not having:
        raise BadRequest(f"no specialist has the group {entry['group']} of {name}: grant it first, or say --specialist")
    tool = DraftedTool(name, entry, settings.profile.locales)
    owner = specialist or having[0]
    folder = settings.company_folder / "procedures" / owner / slot_of(tool.called)
    if folder.exists():
        raise BadRequest(f"{folder} is there already; nothing was written")
    folder.mkdir(parents=True)
    texts = {FILE: _steps(tool), "replies.yaml": _replies(tool), "examples.yaml": _examples(tool, owner, folder.name)}
    for file, lines in texts.items():
        (folder / file).write_text("\n".join(lines) + "\n", "utf-8")
    worded = [] if tool.reads or is_read(name) else list(_add_words(tool, settings.company_folder / "voice"))
    return [*(folder / file for file in texts), *worded]


def _steps(tool: DraftedTool) -> Iterator[str]:
    description = " ".join(str(tool.entry["pinned"].get("description") or tool.called).split())
    yield f"about: {json.dumps(description, ensure_ascii=False)}"
    yield "steps:"
    for slot, schema in tool.asked.items():
        yield f"  - ask: {slot}"
        if choices := [each for each in schema.get("enum", ()) if isinstance(each, str)]:
            worded = {each: dict.fromkeys(tool.locales[:1], each.replace("_", " ")) for each in choices}
            yield f"    choices: {json.dumps(worded, ensure_ascii=False)}"
        elif (kind := FORMATS.get(schema.get("format", "")) or TYPES.get(schema.get("type", ""))) is None:
            yield f"    # {slot} is no plain value: take this question out, and write the argument under `values`"
        elif kind != "text":
            yield f"    kind: {kind}"
    yield f"  - {'look_up' if tool.reads else 'call'}: {tool.name}"
    if tool.facts:
        yield f"    facts: {{{', '.join(f'{argument}: {fact}' for argument, fact in tool.facts.items())}}}"
    yield "    keep: found" if tool.reads else "    keep: made"
    yield "  - say: told"


def _replies(tool: DraftedTool) -> Iterator[str]:
    yield "# What customers read, in every language of the company; the first ones are yours to mend."
    kept = "found" if tool.reads else "made"
    told = ", ".join(f"{each.replace('_', ' ')}: {{{{ {kept}.{each} }}}}" for each in tool.fields)
    texts = {"title": tool.called, **{f"ask_{slot}": _question(slot, each) for slot, each in tool.asked.items()}}
    for key, text in {**texts, "told": told}.items():
        yield from _worded(key, text, tool.locales)


def _question(slot: str, schema: Mapping[str, Any]) -> str:
    listed = ", ".join(map(str, schema.get("enum", ())))
    return f"{str(schema.get('description') or slot.replace('_', ' ')).rstrip('.?')}{f' ({listed})' if listed else ''}?"


def _examples(tool: DraftedTool, specialist: str, folder: str) -> Iterator[str]:
    yield f"intent: {specialist}.{folder}"
    yield "# How customers ask for it: twenty sentences in each language of the company are better than these."
    yield "examples:"
    for locale in tool.locales:
        yield f"  {locale}:"
        yield from (f"    - {json.dumps(each)}" for each in (tool.called, f"I want to {tool.called}"))


def _worded(key: str, text: str, locales: Sequence[str]) -> Iterator[str]:
    yield f"{key}:"
    yield from (f"  {locale}: {json.dumps(text, ensure_ascii=False)}" for locale in locales[:1])
    yield from (f"  # {locale}: is to be written" for locale in locales[1:])


def _add_words(tool: DraftedTool, voice: Path) -> Iterator[Path]:
    """The company's words for a call that changes something, where it has none yet."""
    named = ", ".join(f"{name} {{{{ {name} }}}}" for name in tool.required)
    for stem, meaning in WORDS.items():
        file = voice / f"{stem}.yaml"
        if tool.name in read_yaml(file):
            continue
        voice.mkdir(exist_ok=True)
        text = tool.called if stem == "tools" else f"this was done: {tool.called}"
        lines = [f"# {meaning}", *_worded(tool.name, f"{text} ({named})" if named else text, tool.locales)]
        before = file.read_text("utf-8").rstrip() + "\n" if file.is_file() else ""
        file.write_text(before + "\n".join(lines) + "\n", "utf-8")
        yield file
