"""The declared extension by which a partner names the customer for whom it acts."""

from typing import Any

import jsonschema
import pytest

from channels.a2a.customer_identity import URI
from tests.channels.a2a.partner_agent import PartnerAgent, ask, call_raw, facts, state
from tests.channels.http_service import Service

BILL = "what do I owe you"
AMIRA = {"customer_id": "C-1001"}


def said(serial: str, metadata: dict[str, Any], **more: Any) -> dict[str, Any]:
    message = {"messageId": serial, "role": "ROLE_USER", "parts": [{"text": BILL}], "metadata": metadata, **more}
    return {"message": message}


def test_the_card_declares_it_with_a_schema_that_can_be_read(partners: Service) -> None:
    card = partners.call("GET", "/.well-known/agent-card.json", principal="").json()
    (declared,) = card["capabilities"]["extensions"]
    assert (declared["uri"], declared.get("required", False)) == (URI, False)
    assert declared["description"]
    assert declared["params"]["schema"] == f"{partners.url}/schemas/a2a-customer-identity.json"
    schema = partners.call("GET", "/schemas/a2a-customer-identity.json", principal="").json()
    jsonschema.validate(AMIRA, schema)


async def test_a_customer_who_is_named_by_it_is_served(partners: Service, partner: PartnerAgent) -> None:
    task = await partner.send(ask(BILL, extensions=[URI], metadata={URI: {**AMIRA, "locale": "de"}}))
    assert state(task) == "completed"
    path = f"/v1/conversations/{facts(task)['conversation_id']}"
    told = partners.call("GET", path, principal="auditor").json()
    assert told["customer"] == {"id": "C-1001", "auth_level": "authenticated"}
    assert "Assistent" in told["messages"][0]["text"]


@pytest.mark.parametrize("header", ["A2A-Extensions", "X-A2A-Extensions"])
def test_an_answer_says_that_the_extension_that_was_asked_for_was_used(partners: Service, header: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "SendMessage", "params": said(f"by-{header}", {URI: AMIRA})}
    with partners.client("partner") as client:
        asked = {"A2A-Version": "1.0", header: f"https://other.example/v1, {URI}"}
        used = client.post("/a2a", json=body, headers=asked)
        unused = client.post("/a2a", json=body, headers={"A2A-Version": "1.0"})
    assert used.json()["result"]["task"]["status"]["state"] == "TASK_STATE_COMPLETED"
    assert used.headers["a2a-extensions"] == URI
    assert "a2a-extensions" not in unused.headers


@pytest.mark.parametrize(
    ("message", "names"),
    [
        (said("x-1", {URI: {"customer_id": "C 1001"}}), "customer_id"),
        (said("x-2", {URI: {}}), "customer_id"),
        (said("x-3", {URI: {**AMIRA, "auth_level": "strong"}}), "auth_level"),
        (said("x-4", {URI: "C-1001"}), URI),
        (said("x-5", {}, extensions=[URI]), "missing"),
        (said("x-6", {URI: AMIRA, "customer_id": "C-1002"}), "another"),
        (said("x-7", {URI: {**AMIRA, "locale": "tlh"}}), "locale"),
    ],
)
def test_what_contradicts_or_cannot_be_read_is_refused(partners: Service, message: dict[str, Any], names: str) -> None:
    error = call_raw(partners, "SendMessage", message)["error"]
    assert error["code"] == -32602
    assert names in error["message"]


def test_a_context_is_about_one_customer(partners: Service) -> None:
    first = call_raw(partners, "SendMessage", said("one-1", {URI: AMIRA}))["result"]["task"]
    other = said("one-2", {URI: {"customer_id": "C-1002"}}, contextId=first["contextId"])
    assert call_raw(partners, "SendMessage", other)["error"]["code"] == -32602
    again = said("one-1", {URI: {"customer_id": "C-1002"}}, contextId=first["contextId"])
    assert call_raw(partners, "SendMessage", again)["error"]["code"] == -32602, "else it were told of the first one"
    same = said("one-1", {URI: AMIRA}, contextId=first["contextId"])
    assert call_raw(partners, "SendMessage", same)["result"]["task"]["id"] == first["id"]
