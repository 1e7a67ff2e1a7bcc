"""Checking proposed arguments before the policy sees them; what is wrong is said so that a model can correct it."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from domain.digest import canonical
from domain.errors import NotCanonical

MAX_BYTES = 32 * 1024
MAX_DEPTH = 16
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make text read otherwise than it is: refused everywhere, since people approve what they read."""

_PHRASES: Mapping[str, str] = {
    "type": "must be of type {}",
    "enum": "must be one of {}",
    "const": "must be {}",
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be greater than {}",
    "exclusiveMaximum": "must be less than {}",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "pattern": "must match the pattern {}",
    "format": "must be a valid {}",
    "multipleOf": "must be a multiple of {}",
    "minItems": "must have at least {} items",
    "maxItems": "must have at most {} items",
}


class ArgumentCheck:
    """One tool's JSON Schema, compiled once; references outside the schema are never fetched."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._validator = Draft202012Validator(
            schema, registry=Registry[Any](), format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        self.usable = _is_usable(schema)

    def problem(self, arguments: Any) -> str | None:
        """The field and why it cannot be used, None where everything is well. Values are never repeated."""
        return _measure(arguments) or self._unknown_name(arguments) or self._misfit(arguments)

    def _unknown_name(self, arguments: dict[str, Any]) -> str | None:
        if self._schema.get("additionalProperties") not in (None, False):
            return None
        known = self._schema.get("properties", {})
        unknown = next((name for name in arguments if name not in known), None)
        return None if unknown is None else f"{_printable(unknown)}: is not an argument of this tool"

    def _misfit(self, arguments: dict[str, Any]) -> str | None:
        try:
            error = next(self._validator.iter_errors(arguments), None)
        except Unresolvable:
            return "arguments: cannot be checked against this tool's schema"
        return None if error is None else _explain(error)


def _is_usable(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "object" and _is_schema(json.dumps(schema, sort_keys=True))


@lru_cache(maxsize=1_000)
def _is_schema(text: str) -> bool:
    """Whether a text is a JSON Schema; asked at every listing of the same tools, and slow to find out."""
    try:
        Draft202012Validator.check_schema(json.loads(text))
    except SchemaError:
        return False
    return True


def _explain(error: ValidationError) -> str:
    field = ".".join(str(part) for part in error.absolute_path) or "arguments"
    keyword, expected = str(error.validator), error.validator_value
    if keyword == "required":
        return f"{_missing(error)}: is missing"
    phrase = _PHRASES.get(keyword, "does not fit the tool's schema")
    return f"{field}: {phrase.format(_listed(expected))}"


def _missing(error: ValidationError) -> str:
    present = cast(dict[str, Any], error.instance)
    required = cast(list[str], error.validator_value)
    path = [str(part) for part in error.absolute_path]
    return ".".join([*path, next(name for name in required if name not in present)])


def _listed(expected: Any) -> str:
    if isinstance(expected, list):
        return ", ".join(str(value) for value in cast(list[Any], expected))
    return str(expected)


def _measure(arguments: Any) -> str | None:
    """Refuse what is too deep, too big, not JSON or dressed up, before anything walks it by recursion."""
    if not isinstance(arguments, dict):
        return "arguments: must be an object"
    for name, value, depth in _walk(cast(dict[str, Any], arguments)):
        if depth > MAX_DEPTH:
            return f"{name}: is nested deeper than {MAX_DEPTH} levels"
        if isinstance(value, str) and (hidden := _hidden_character(name, value)):
            return f"{name}: contains the invisible character U+{ord(hidden):04X}"
    return _oversize(arguments)


def _oversize(arguments: Any) -> str | None:
    try:
        size = len(canonical(arguments))
    except NotCanonical:
        return "arguments: must be plain JSON (no NaN, no infinity, no integer beyond 2**53, no broken text)"
    return f"arguments: are {size} bytes, more than {MAX_BYTES}" if size > MAX_BYTES else None


def _walk(arguments: dict[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """Every value with the top-level argument it belongs to and its depth; never deeper than one past the limit."""
    stack: list[tuple[str, Any, int]] = [(_printable(name), value, 1) for name, value in arguments.items()]
    while stack:
        name, value, depth = stack.pop()
        yield name, value, depth
        if isinstance(value, dict) and depth <= MAX_DEPTH:
            stack += [(name, inner, depth + 1) for inner in cast(dict[str, Any], value).values()]
        elif isinstance(value, list) and depth <= MAX_DEPTH:
            stack += [(name, inner, depth + 1) for inner in cast(list[Any], value)]


def _hidden_character(name: str, text: str) -> str | None:
    """The first character that a reader would not see; free text may join letters, as Hindi does."""
    identifying = name.endswith("_id") or name in ("code", "field")
    return next((c for c in text if c in _TURNING or (identifying and unicodedata.category(c)[0] == "C")), None)


def _printable(name: Any) -> str:
    """An argument's name as it can be shown and recorded."""
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in str(name)[:64])
