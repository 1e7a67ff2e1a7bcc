"""What somebody else's server may ask in the middle of a call (elicitation): what policy data lists, and no secrets.

A turn ends and its process may die, so that no call is held open until a customer has answered. Fields that policy data
lists under `asks` are arguments of the tool instead, in `answers`: decided, confirmed and recorded with the others, and
given to the server at once when it asks. What it asks beyond them is declined.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from jsonschema import Draft202012Validator
from mcp_types import ElicitRequestFormParams, ElicitRequestParams

ANSWERS = "answers"
ASKED = "asked a question in the middle of the call"
MAX_WORDS = 300
SIMPLE = frozenset({"string", "number", "integer", "boolean"})
SECRET = re.compile(
    r"pass(?:word|phrase|code)|secret|token|api.?key|\bpin\b|\bcv[vc]2?\b|\bcards?\b|\biban\b|account.?number|social.?security|\botp\b",
    re.IGNORECASE,
)
"""What nobody is asked by a server, whatever policy data lists."""


def check_asks(asks: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that may be asked, each a JSON Schema of a simple type.

    Raises:
        ValueError: one is not simple, or a secret.
    """
    for name, schema in asks.items():
        if schema.get("type") not in SIMPLE:
            raise ValueError(f"asks.{name}: its type is one of {', '.join(sorted(SIMPLE))}")
        if _is_secret(name, schema):
            raise ValueError(f"asks.{name}: secrets and card numbers are never asked for")
    return dict(asks)


def with_answers(schema: dict[str, Any], asks: Mapping[str, Any]) -> dict[str, Any]:
    """A tool's arguments with the answers that may be given beforehand, unless it has one of that name."""
    properties: dict[str, Any] = schema.get("properties") or {}
    if not asks or ANSWERS in properties:
        return schema
    told = "What its server may want to know in the middle of the call. Ask the customer; leave out what is unknown."
    answers = {"type": "object", "description": told, "properties": dict(asks), "additionalProperties": False}
    return {**schema, "properties": {**properties, ANSWERS: answers}}


@dataclass(slots=True)
class CallUnderWay:
    """One call that is not answered yet: what may be told, and what was asked and told to nobody."""

    asks: Mapping[str, Any]
    answers: Mapping[str, Any]
    asked: list[str] = field(default_factory=list[str])

    def answer(self, question: ElicitRequestParams) -> dict[str, Any] | None:
        """What to tell the server; None where it gets no answer, which is remembered."""
        given = self._find(question)
        if given is None:
            self.decline(question)
        return given

    def decline(self, question: ElicitRequestParams) -> None:
        """Remember a question that was put to nobody."""
        names = ", ".join(_fields(question))
        self.asked.append(f"{question.message[:MAX_WORDS]}{f' ({names[:MAX_WORDS]})' if names else ''}")

    def explain(self) -> str:
        """What was asked, and what to do about it."""
        words = "; ".join(f"“{each}”" for each in self.asked if each)
        told = f"{ASKED}, which was put to nobody{': ' if words else ''}{words}"
        if not self.asks:
            return f"{told}. Say it with the arguments, if the tool takes it, or list it under `asks` in policy data"
        return f"{told}. Ask the customer, and call again with `{ANSWERS}`: {', '.join(self.asks)}"

    def _find(self, question: ElicitRequestParams) -> dict[str, Any] | None:
        wanted = _fields(question)
        known = {name: self.answers[name] for name in wanted if name in self.answers and name in self.asks}
        if not known or any(_is_secret(name, wanted[name]) for name in known):
            return None
        schema = question.requested_schema if isinstance(question, ElicitRequestFormParams) else {}
        return known if Draft202012Validator(schema).is_valid(known) else None


def _fields(question: ElicitRequestParams) -> Mapping[str, Any]:
    if not isinstance(question, ElicitRequestFormParams):
        return {}
    found: Any = question.requested_schema.get("properties")
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _is_secret(name: str, schema: Any) -> bool:
    words = [name, *(str(schema.get(part, "")) for part in ("title", "description", "format"))] if schema else [name]
    return any(SECRET.search(re.sub(r"[_-]+", " ", each)) for each in words)
