"""What rules say about themselves and what they look at: read from their syntax trees when the bundle is compiled."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

from domain.errors import Misconfigured

Name = tuple[str, ...]
"""A definition: its package's path and its own name."""

RULES: Name = ("contact_centre", "rules")
_ASSIGN = [{"type": "var", "value": "assign"}]
LIMITS: Name = ("contact_centre", "limits")
LIMIT_READERS = {"money": ("money_back",), "value": ()}
"""How the limits are asked for: `limits.money("automatic_minor")`, `limits.value("identity", "strong_max_age_s")`."""
SPOKEN = ("report", "obligation", "reservation")
COMPUTED = "{}"
"""What stands in a message for what the rule puts in: an amount, a number of days."""


@dataclass
class _Definition:
    """What one definition mentions itself: other definitions, parts of the input, limits.

    `values` are the parts of the input that it stands for; `tails` are parts of what other definitions stand for.
    """

    mentions: set[Name] = field(default_factory=set[Name])
    inputs: set[str] = field(default_factory=set[str])
    limits: set[str] = field(default_factory=set[str])
    values: set[str] = field(default_factory=set[str])
    tails: set[tuple[Name, str]] = field(default_factory=set[tuple[Name, str]])


def describe_rules(folder: Path, sources: Sequence[str], binary: str) -> dict[str, dict[str, Any]]:
    """Each rule's title and description, what it says, the parts of the input that it looks at, the limits it applies.

    Raises:
        Misconfigured: a file cannot be parsed; the message is opa's.
    """
    with ThreadPoolExecutor(2) as threads:
        trees = list(threads.map(partial(_parse, folder, binary), sources))
    definitions: dict[Name, _Definition] = {}
    for tree in trees:
        _collect(tree, definitions)
    return {"/".join(_path(tree)[len(RULES) :]): _describe(tree, definitions) for tree in trees if _is_rule(tree)}


def _parse(folder: Path, binary: str, source: str) -> dict[str, Any]:
    command = [binary, "parse", "--format=json", source]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Misconfigured(f"the policy does not compile: {(done.stderr or done.stdout).strip()}")
    return json.loads(done.stdout)


def _path(tree: dict[str, Any]) -> Name:
    return tuple(part["value"] for part in tree["package"]["path"][1:])


def _is_rule(tree: dict[str, Any]) -> bool:
    return _path(tree)[: len(RULES)] == RULES


def _describe(tree: dict[str, Any], definitions: dict[Name, _Definition]) -> dict[str, Any]:
    annotations: list[dict[str, Any]] = tree.get("annotations") or [{}]
    words = annotations[0]
    package = _path(tree)
    reached = _reach({(*package, spoken) for spoken in SPOKEN}, definitions)
    return {
        "title": words.get("title", ""),
        "description": " ".join(words.get("description", "").split()),
        "looks_at": sorted({part for name in reached for part in _parts(definitions[name], definitions)}),
        "limits": sorted({limit for name in reached for limit in definitions[name].limits if "." in limit}),
        "messages": sorted({message for rule in tree.get("rules", ()) for message in _messages(rule, tree)}),
    }


def _messages(rule: dict[str, Any], tree: dict[str, Any]) -> Iterator[str]:
    """What a report may say, `COMPUTED` for what is put in; where it is looked up, any sentence of the file."""
    key = rule["head"].get("key")
    if rule["head"].get("name") != "report" or not _is(key, "object"):
        return
    for name, told in key["value"]:
        if name["value"] != "message":
            continue
        made = [*_assigned(rule, tree, told)] if _is(told, "var") else [told]
        yield from (_form(each) for each in made) if made else _sentences(tree)


def _assigned(rule: dict[str, Any], tree: dict[str, Any], variable: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the body of a rule, or else its file, says that a variable is."""
    for expression in rule.get("body", ()):
        terms = expression["terms"]
        if isinstance(terms, list) and terms[0].get("value") == _ASSIGN and terms[1] == variable:
            yield cast(dict[str, Any], terms[2])
    for other in tree["rules"]:
        head = other["head"]
        if head.get("name") == variable["value"] and "value" in head:
            yield head["value"]


def _form(term: dict[str, Any]) -> str:
    """A text, or several that are put together, without what is computed."""
    if _is(term, "string"):
        return str(term["value"])
    called: list[Any] = term["value"] if _is(term, "call") else []
    if not called or _constants(called[0]) != ("concat",) or not (_is(called[1], "string") and _is(called[2], "array")):
        return COMPUTED
    return str(called[1]["value"]).join(_form(part) for part in called[2]["value"])


def _sentences(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in cast(list[Any], node):
            yield from _sentences(each)
    elif isinstance(node, dict):
        known = cast(dict[str, Any], node)
        value = known.get("value")
        if _is(known, "string") and isinstance(value, str) and " " in value and value.endswith("."):
            yield value
        yield from _sentences([part for name, part in known.items() if name != "annotations"])


def _parts(found: _Definition, definitions: dict[Name, _Definition]) -> set[str]:
    """The parts of the input that a definition looks at: by themselves, and as parts of what another stands for."""
    named = ((definitions[name], tail) for name, tail in found.tails if name in definitions)
    return found.inputs | {f"{value}.{tail}" for other, tail in named if tail for value in other.values}


def _reach(names: set[Name], definitions: dict[Name, _Definition]) -> set[Name]:
    """The definitions that these ones lead to, themselves included."""
    reached: set[Name] = set()
    open_ = {name for name in names if name in definitions}
    while open_:
        reached |= open_
        mentioned = {other for name in open_ for other in definitions[name].mentions}
        open_ = (mentioned & definitions.keys()) - reached
    return reached


def _collect(tree: dict[str, Any], definitions: dict[Name, _Definition]) -> None:
    package = _path(tree)
    aliases = {path[-1]: path for path in (_constants(one["path"])[1:] for one in tree.get("imports", ()))}
    for rule in tree.get("rules", ()):
        found = definitions.setdefault((*package, rule["head"]["ref"][0]["value"]), _Definition())
        value = rule["head"].get("value")
        if _is(value, "ref") and _constants(value)[:1] == ("input",):
            found.values.add(".".join(_constants(value)[1:]))
        for path, arguments in ((path, arguments) for path, arguments in _references(rule) if path):
            _note(found, package, aliases, path, arguments)


def _note(found: _Definition, package: Name, aliases: dict[str, Name], path: Name, arguments: Name) -> None:
    head, *rest = path
    if head == "input":
        found.inputs.add(".".join(rest))
    whole = tuple(rest) if head == "data" else (*aliases.get(head, (*package, head)), *rest)
    for length in range(1, len(whole) + 1):
        found.mentions.add(whole[:length])
        found.tails.add((whole[:length], ".".join(whole[length:])))
    if whole[:-1] == LIMITS and whole[-1] in LIMIT_READERS and arguments:
        found.limits.add(".".join((*LIMIT_READERS[whole[-1]], *arguments)))


def _references(node: Any) -> Iterator[tuple[Name, Name]]:
    """Every reference below a node, with the constant texts that it is called with."""
    if isinstance(node, list):
        terms = cast(list[Any], node)
        yield from _called(terms)
        for term in terms:
            yield from _references(term)
    elif isinstance(node, dict):
        known = cast(dict[str, Any], node)
        if known.get("type") == "ref":
            yield _constants(known), ()
            head, *rest = known["value"]
            yield from _references([part for part in (head, *rest) if part is not head or part["type"] != "var"])
        elif known.get("type") == "var":
            yield (known["value"],), ()
        else:
            for inner in known.values():
                yield from _references(inner)


def _called(terms: list[Any]) -> Iterator[tuple[Name, Name]]:
    """A call's function with its constant arguments; `object.get(input.facts, "x", …)` looks at `input.facts.x`."""
    if not terms or not _is(terms[0], "ref"):
        return
    function = _constants(terms[0])
    yield function, tuple(term["value"] for term in terms[1:] if _is(term, "string"))
    if function == ("object", "get") and len(terms) > 2 and _is(terms[1], "ref") and _is(terms[2], "string"):
        yield (*_constants(terms[1]), terms[2]["value"]), ()


def _is(term: Any, kind: str) -> bool:
    return isinstance(term, dict) and cast(dict[str, Any], term).get("type") == kind


def _constants(reference: dict[str, Any]) -> Name:
    """The constant beginning of a reference."""
    names: list[str] = []
    for part in reference["value"]:
        if part["type"] not in ("var", "string") or (names and part["type"] == "var"):
            break
        names.append(part["value"])
    return tuple(names)
