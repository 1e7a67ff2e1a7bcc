"""Chatwoot's own OpenAPI document holds what we ask of it, and what the local server in its place answers."""

import json
import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.channels.desks.chatwoot_server import ChatwootServer, Exchange, chatwoot_server
from tests.channels.desks.test_chatwoot import handed_over, profile, send
from tests.conftest import OpenHouse
from tests.journeys.afterwards import Clock

FILE = Path(__file__).parents[3] / ".tools" / "chatwoot" / "openapi.json"
LOOSE_IDS = ("inbox_id", "contact_id")
"""Numbers that this document calls words in one place; later ones call them numbers. Chatwoot takes both."""
pytestmark = pytest.mark.skipif(
    not FILE.is_file() and not os.environ.get("CI"), reason="`make node-modules` has put no document of Chatwoot there"
)


class ChatwootDocument:
    """The document."""

    def __init__(self) -> None:
        self._document: dict[str, Any] = json.loads(FILE.read_text("utf-8"))

    def find_faults(self, exchange: Exchange) -> list[str]:
        """What is not as the document has it, in request and answer."""
        for place, item in self._document["paths"].items():
            pattern = re.sub(r"\\\{\w+\\\}", r"(\\d+)", re.escape(place))
            operation = item.get(exchange.method.lower())
            if operation and re.fullmatch(pattern, exchange.path):
                return self._of_request(operation, exchange) + self._of_answer(operation, exchange)
        return [f"there is no {exchange.method} {exchange.path}"]

    def _of_request(self, operation: dict[str, Any], exchange: Exchange) -> list[str]:
        known = {each["name"] for each in operation["parameters"] if each["in"] == "query"}
        faults = [f"there is no parameter {name}" for name in exchange.query if name not in known]
        content = operation.get("requestBody", {}).get("content", {})
        if not content or exchange.body is None:
            return faults + (["it has no body"] if exchange.body is not None or content else [])
        [form] = content.values()
        return faults + self._compare(form["schema"], exchange.body, closed=True)

    def _of_answer(self, operation: dict[str, Any], exchange: Exchange) -> list[str]:
        found = operation["responses"].get(str(exchange.status))
        if found is None:
            return [f"{exchange.status} is no answer of it"]
        content = list(found.get("content", {}).values())
        if not content:
            return []
        answer = exchange.answer
        if self._plain(content[0]["schema"]).get("type") == "array" and isinstance(answer, dict):
            answer = answer["payload"]
        return self._compare(content[0]["schema"], answer)

    def _compare(self, schema: dict[str, Any], value: Any, *, closed: bool = False) -> list[str]:
        plain = self._plain(schema, closed=closed)
        return [f"{each.json_path}: {each.message}" for each in Draft7Validator(plain).iter_errors(value)]

    def _plain(self, schema: dict[str, Any], *, closed: bool = False) -> dict[str, Any]:
        """The schema with its references followed, also those that lead nowhere; `closed` at its top."""
        if "$ref" in schema:
            return self._plain(
                self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], closed=closed
            )
        plain = {key: value for key, value in schema.items() if key in ("type", "enum", "required")}
        if "allOf" in schema:
            plain["allOf"] = [self._plain(each) for each in schema["allOf"]]
        if schema.get("properties"):
            inner = {name: self._plain(each) for name, each in schema["properties"].items()}
            loose = {name: {"type": ["string", "integer"]} for name in LOOSE_IDS if name in inner}
            plain["properties"] = {name: _or_null(each) for name, each in {**inner, **loose}.items()}
            plain |= {"additionalProperties": False} if closed else {}
        if "items" in schema:
            plain["items"] = self._plain(schema["items"])
        return plain


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """What Chatwoot has nothing of is null; its document does not say so."""
    return {"anyOf": [schema, {"type": "null"}]}


@pytest.fixture
async def server() -> AsyncIterator[ChatwootServer]:
    async with chatwoot_server() as one:
        yield one


@pytest.mark.parametrize("bare", [True, False])
async def test_what_we_ask_and_are_answered_is_what_the_document_allows(
    open_house: OpenHouse, server: ChatwootServer, bare: bool
) -> None:
    clock, document = Clock(), ChatwootDocument()
    guest = await open_house(clock=clock, **profile(server))
    server.bare, server.lose, server.losing = bare, 1, "/messages"
    talk = await handed_over(guest)
    await talk.says("hello?")
    clock.move(minutes=1)
    await send(guest)
    assert await guest.house.connectors.desks["helpdesk"].check() == ""
    await guest.house.connectors.desks["helpdesk"].desk.look(str(server.conversations[0]["id"]))
    await guest.call("supervisor", "PUT", f"/v1/desk/{talk.id}/labels", {"labels": ["outage"]})
    await send(guest)
    assert server.conversations[0]["labels"] == ["outage"]
    await guest.call("channel", "POST", f"/v1/conversations/{talk.id}/close", {})
    await send(guest)
    asked = {(each.method, each.path.rpartition("/")[2]) for each in server.exchanges}
    assert {("POST", "contacts"), ("POST", "conversations"), ("POST", "messages"), ("POST", "toggle_status")} <= asked
    assert ("GET", "search") in asked
    assert [fault for each in server.exchanges for fault in document.find_faults(each)] == []
    assert server.said() == ["hello?"]


async def test_what_the_document_does_not_allow_is_found(open_house: OpenHouse, server: ChatwootServer) -> None:
    guest, document = await open_house(**profile(server)), ChatwootDocument()
    await handed_over(guest)
    good = next(each for each in server.exchanges if each.path.endswith("/messages") and each.method == "POST")
    spoilt: list[dict[str, Any]] = [
        {"method": "PUT"},
        {"path": good.path + "s"},
        {"query": {"more": "1"}},
        {"body": {**good.body, "text": "hello"}},
        {"body": {**good.body, "message_type": "note"}},
        {"body": {**good.body, "private": "yes"}},
        {"body": {"private": True}},
        {"status": 418},
        {"answer": {**good.answer, "id": "one"}},
        {"answer": {**good.answer, "message_type": "note"}},
    ]
    assert document.find_faults(good) == []
    assert [each for each in spoilt if not document.find_faults(replace(good, **each))] == []
