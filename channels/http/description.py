"""How the API describes itself: `/openapi.json` with every answer that can come."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from channels.http.limits import BODY_BYTES, TEXT_CHARACTERS
from channels.http.problems import MEDIA_TYPE, Problem

DESCRIPTION = f"""Switchboard is an autonomous contact centre whose every action is governed: the model proposes, the
policy disposes, the record proves.

Send a customer's words in with `POST /v1/conversations/{{id}}/messages` and get the turn that they set off, or
follow it with `Accept: text/event-stream`. Times are UTC; money is in integer minor units. Errors are problem documents
(RFC 9457). A body may have {BODY_BYTES} bytes (413 beyond), a message text {TEXT_CHARACTERS} characters (422 beyond).
"""

TAGS: list[dict[str, Any]] = [
    {"name": "conversations", "description": "For channel front ends: chat, voice, e-mail, SMS."},
    {"name": "customer sessions", "description": "For companies' own sites and apps: tokens for their customers."},
    {"name": "desk", "description": "For representatives."},
    {"name": "approvals", "description": "For supervisors."},
    {"name": "journal", "description": "For auditors."},
    {"name": "webhooks", "description": "For administrators: who is told of conversations by signed HTTP requests."},
    {"name": "operations", "description": "For those who run the service."},
    {"name": "sandbox (development only)", "description": "What the sandbox sent, and the chat page's way in."},
]

_MEANINGS = {
    400: "The body is not strict JSON in UTF-8, or cannot be served as it is.",
    401: "No token, or one that was not issued here.",
    403: "The caller's role may not do this.",
    404: "Unknown, or another tenant's.",
    408: "The body did not arrive in time.",
    409: "It contradicts what already happened.",
    413: "The body is too long.",
    415: "The body is not sent as application/json.",
    422: "A field is missing, unknown or out of range; `errors` names it.",
    429: "Too many requests of this principal, or messages in this conversation; `Retry-After` says how long to wait.",
    500: "Something broke on our side; `reference` names the log entry.",
    503: "A system that is needed does not answer; try again.",
}

ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": meaning} for status, meaning in _MEANINGS.items()
}
"""Declared for every guarded endpoint."""


def name_operation(route: APIRoute) -> str:
    """An operation's name, which clients made from the description call it by: `open_conversations`."""
    nouns = [
        part.replace("-", "_") for part in route.path_format.split("/") if part not in ("", "v1") and "{" not in part
    ]
    return "_".join([route.name, *nouns])


def describe_api(app: FastAPI) -> None:
    """Have `/openapi.json` give errors under their own media type, and parameters examples."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problem_media_type(generate())
        return app.openapi_schema

    app.openapi = openapi


def _with_problem_media_type(document: dict[str, Any]) -> dict[str, Any]:
    for operations in document["paths"].values():
        for operation in operations.values():
            _name_optional_body(operation)
            for status, answer in operation["responses"].items():
                if status in map(str, _MEANINGS) and answer.get("content"):
                    answer["content"] = {MEDIA_TYPE: next(iter(answer["content"].values()))}
    return document


def _name_optional_body(operation: dict[str, Any]) -> None:
    """Describe a body that may be left out as the document it is: clients made from "that or null" fail without."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        kinds = [kind for kind in content.get("schema", {}).get("anyOf", []) if kind != {"type": "null"}]
        if len(kinds) == 1 and not operation["requestBody"].get("required"):
            content["schema"] = kinds[0]
