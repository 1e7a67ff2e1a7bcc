"""The page at `/docs`: every operation of the API, from the same description as `/openapi.json`, without a script."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

Json = Mapping[str, Any]
_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a document; `place` is empty for fields."""

    name: str
    place: str
    kind: Markup
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path; `bodies` and `answers` are media types, or statuses, and what they are."""

    method: str
    path: str
    id: str
    summary: str
    description: str
    tag: str
    parameters: tuple[Field, ...]
    bodies: tuple[tuple[str, Markup], ...]
    answers: tuple[tuple[str, str, Markup], ...]


def attach_reference(app: FastAPI) -> None:
    """Serve the page. It asks for nothing but its own styles."""
    kept: list[str] = []

    async def show() -> HTMLResponse:
        if not kept:
            kept.append(render_reference(app.openapi()))
        return HTMLResponse(kept[0], headers={"Cache-Control": "no-cache"})

    app.add_api_route("/docs", show, methods=["GET", "HEAD"], include_in_schema=False)


def render_reference(document: Json) -> str:
    """The page for an OpenAPI document."""
    operations = [
        _read(method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    tagged = [(tag, [each for each in operations if each.tag == tag["name"]]) for tag in document.get("tags", [])]
    known = {tag["name"] for tag, _ in tagged}
    tagged.append(({"name": "more", "description": ""}, [each for each in operations if each.tag not in known]))
    return _PAGES.get_template("reference.html").render(
        info=document["info"],
        paragraphs=[_code(each) for each in document["info"]["description"].strip().split("\n\n")],
        groups=[(tag, found) for tag, found in tagged if found],
        schemas=[(name, schema, _fields(schema)) for name, schema in document["components"]["schemas"].items()],
        code=_code,
    )


def _read(method: str, path: str, operation: Json) -> Operation:
    content: Json = operation.get("requestBody", {}).get("content", {})
    answers = operation["responses"].items()
    return Operation(
        method=method.upper(),
        path=path,
        id=operation["operationId"],
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        tag=next(iter(operation.get("tags", [])), ""),
        parameters=tuple(_parameter(each) for each in operation.get("parameters", [])),
        bodies=tuple((media, _kind(each.get("schema", {}))) for media, each in content.items()),
        answers=tuple((status, each["description"], _content(each)) for status, each in answers),
    )


def _parameter(given: Json) -> Field:
    kind = _kind(given.get("schema", {}))
    return Field(given["name"], given["in"], kind, given.get("required", False), given.get("description", ""))


def _fields(schema: Json) -> list[Field]:
    required = schema.get("required", [])
    fields: Json = schema.get("properties", {})
    return [
        Field(name, "", _kind(each), name in required, each.get("description", "")) for name, each in fields.items()
    ]


def _content(answer: Json) -> Markup:
    kinds = [_kind(each.get("schema", {})) for each in answer.get("content", {}).values()]
    return Markup(" or ").join(dict.fromkeys(each for each in kinds if each))


def _kind(schema: Json) -> Markup:
    """What a value is, in words; named documents are links to where they are described."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#schema-{0}">{0}</a>').format(name)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return Markup(" or ").join(dict.fromkeys(_kind(each) for each in schema[several]))
    if "enum" in schema or "const" in schema:
        return Markup(", ").join(Markup("<code>{}</code>").format(each) for each in _values(schema))
    if schema.get("type") == "array":
        return Markup("list of ") + _kind(schema.get("items", {}))
    return escape(" ".join(str(schema[key]) for key in ("type", "format") if key in schema))


def _values(schema: Json) -> list[Any]:
    return schema["enum"] if "enum" in schema else [schema["const"]]


def _code(text: str) -> Markup:
    """Words in which what stands between backticks is code."""
    parts = re.split(r"`([^`]+)`", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )
