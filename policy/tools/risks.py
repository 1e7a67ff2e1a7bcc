"""What to look at in a tool before it is trusted: that it writes, takes anything, is about anybody, or gives orders."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from policy.tools.pins import Tool

READING = ("get", "list", "search", "find", "read", "look", "show", "describe", "track", "count")
FREE = frozenset(
    {"command", "cmd", "code", "script", "sql", "query", "path", "file", "url", "uri", "prompt", "expression"}
)
"""Arguments by which a tool does whatever its caller writes."""
ORDERS = re.compile(
    r"ignore (all|any|the|previous|other)|disregard|do not (tell|mention|show)|don't (tell|mention|show)|system prompt"
    r"|you must|you should always|always (call|use|send|include)|before (using|calling) (any|other)"
    r"|<important>|instead of|instead use|secret|password|api key|credential",
    re.IGNORECASE,
)
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\U000e0000-\U000e007f]")
PEOPLE = re.compile(
    r"customer|client|member|user|account|subscriber|patient|person|owner|holder|guest|e?mail|phone", re.IGNORECASE
)
"""Arguments that name somebody."""
SHOWN = 60


def find_risks(tool: Tool) -> list[str]:
    """Sentences about a tool as it is listed; an empty list is no promise that it is harmless."""
    return [*_writes(tool), *_wide(tool.input_schema), *_whose(tool.input_schema), *find_orders(_texts(tool))]


def find_orders(texts: Iterable[str]) -> Iterator[str]:
    """Sentences about words that whoever reads them may take for instructions."""
    for text in texts:
        if INVISIBLE.search(text):
            yield "words: they have invisible characters in them"
        found = ORDERS.search(text)
        if found is not None:
            around = " ".join(text[max(0, found.start() - 20) : found.end() + SHOWN].split())
            yield f"words: they read like instructions to a model: “{around[:SHOWN]}”"


def _writes(tool: Tool) -> Iterator[str]:
    hints: Mapping[str, Any] = tool.listing.get("annotations") or {}
    verb = re.split(r"[^a-z]", tool.name.partition(".")[2].lower())[0]
    if hints.get("destructive_hint") and not hints.get("read_only_hint"):
        yield "writes: its server says that it may destroy"
    elif hints.get("read_only_hint") is not True and verb not in READING:
        yield "may write: neither its server nor its name says that it only reads"


def _whose(schema: Mapping[str, Any]) -> Iterator[str]:
    """That a tool is about somebody who is not called `customer_id`, by which the policy knows a customer."""
    named = _people(schema)
    if len(named) == 1:
        yield f"whose: `{named[0]}` names somebody: it has to be the conversation's customer, as policy data will say"
    elif named:
        yield f"whose: {', '.join(f'`{name}`' for name in named)} may be anybody's: say which is the customer's"


def customer_argument(tool: Tool) -> str:
    """The one argument by which a tool names somebody; empty where it is `customer_id`, or none or several do."""
    named = _people(tool.input_schema)
    return named[0] if len(named) == 1 else ""


def _people(schema: Mapping[str, Any]) -> list[str]:
    names = list(cast("Mapping[str, Any]", schema.get("properties") or {}))
    return [] if "customer_id" in names else [name for name in names if PEOPLE.search(name) is not None]


def _wide(schema: Mapping[str, Any]) -> Iterator[str]:
    properties = cast("Mapping[str, Any]", schema.get("properties") or {})
    if schema.get("additionalProperties") not in (None, False):
        yield "wide: it takes arguments that it does not name"
    for name, kind in properties.items():
        described = cast("Mapping[str, Any]", kind if isinstance(kind, Mapping) else {})
        free_text = described.get("type") == "string" and not {"enum", "pattern", "const"} & set(described)
        if name.lower() in FREE and free_text:
            yield f"wide: `{name}` is free text by which it does whatever is written"
        if described.get("type") == "object" and not described.get("properties"):
            yield f"wide: `{name}` is an object of any shape"


def _texts(tool: Tool) -> Iterator[str]:
    yield tool.description
    yield str(tool.listing.get("title") or "")
    yield from _described(tool.input_schema)


def _described(schema: Any) -> Iterator[str]:
    """Every description within a schema."""
    if isinstance(schema, Mapping):
        known = cast("Mapping[str, Any]", schema)
        for key, value in known.items():
            if key == "description" and isinstance(value, str):
                yield value
            else:
                yield from _described(value)
    elif isinstance(schema, list):
        for each in cast("list[Any]", schema):
            yield from _described(each)
