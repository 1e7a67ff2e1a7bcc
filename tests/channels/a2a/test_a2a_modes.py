"""Results as data in the HTTP API's terms, and only such parts as the partner takes, on every method."""

from typing import Any

import jsonschema
import pytest
from a2a.types import Artifact, Message, Task
from google.protobuf.json_format import MessageToDict

from tests.channels.a2a.partner_agent import PartnerAgent, ask, call_raw, connect, facts, state
from tests.channels.http_service import Service

TEXT, DATA = "text/plain", "application/json"
BILL = "what do I owe you"


def kinds(message: Message | Artifact) -> set[str]:
    return {part.media_type for part in message.parts}


def kinds_of(task: Task) -> set[str]:
    """The kinds of all parts that a task shows."""
    messages = [task.status.message, *task.history, *task.artifacts]
    return {part.media_type for one in messages for part in one.parts}


def data_of(parts: Any) -> dict[str, Any]:
    (found,) = (MessageToDict(part.data) for part in parts if part.media_type == DATA)
    return found


async def test_what_came_of_a_task_is_data_as_the_http_api_tells_its_conversation(
    partners: Service, partner: PartnerAgent
) -> None:
    task = await partner.say(BILL, "C-1001")
    assert state(task) == "completed"
    reply, result = task.artifacts
    assert (reply.name, kinds(reply), result.name) == ("reply", {TEXT}, "result")
    told = data_of(result.parts)
    http = partners.call("GET", f"/v1/conversations/{told['conversation_id']}", principal="auditor").json()
    same = ("specialist", "procedure", "intent", "status", "actions", "pending", "handoff")
    assert {name: told[name] for name in same} == {name: http[name] for name in same}
    assert told["actions"]
    assert told["messages"] == [line for line in http["messages"] if line["role"] == "assistant"]
    jsonschema.validate(told, partners.call("GET", "/schemas/a2a-task.json").json())


async def test_what_a_task_waits_for_is_data_as_the_http_api_tells_it(partners: Service, partner: PartnerAgent) -> None:
    task = await partner.send(ask(BILL), accepted_output_modes=[TEXT, DATA])
    told = data_of(task.status.message.parts)
    http = partners.call("GET", f"/v1/conversations/{facts(task)['conversation_id']}", principal="auditor").json()
    assert told["pending"] == http["pending"]
    assert told["pending"]["arguments"]["slot"] == "identity"


@pytest.mark.parametrize(
    ("accepted", "shown"),
    [([TEXT], {TEXT}), ([DATA], {DATA}), (["application/*"], {DATA}), (["text"], {TEXT}), (["*/*"], {TEXT, DATA})],
)
async def test_a_partner_is_shown_what_it_takes_by_every_method(
    partners: Service, partner: PartnerAgent, accepted: list[str], shown: set[str]
) -> None:
    task = await partner.send(ask(BILL), accepted_output_modes=accepted)
    assert state(task) == "input_required"
    assert kinds_of(task) == shown
    answered = await partner.say(BILL, "C-1001", task_id=task.id)
    assert state(answered) == "completed"
    listed = await partner.list(context_id=task.context_id, include_artifacts=True)
    for each in (answered, await partner.get(task.id), *listed.tasks):
        assert kinds_of(each) == shown
        assert {kind for one in each.artifacts for kind in kinds(one)} == shown


async def test_a_stream_keeps_to_what_the_partner_takes(partners: Service) -> None:
    async with connect(partners, streaming=True) as agent:
        message = ask(BILL, "C-1001")
        told = [each async for each in agent.stream(message, accepted_output_modes=[DATA])]
    parts = [part for each in told for part in each.artifact_update.artifact.parts]
    parts += [part for each in told for part in each.status_update.status.message.parts]
    assert parts
    assert {part.media_type for part in parts} == {DATA}


def test_who_takes_nothing_that_there_is_gets_nothing_done(partners: Service) -> None:
    message = {"messageId": "sees-images", "role": "ROLE_USER", "parts": [{"text": BILL}]}
    asked = {"message": message, "configuration": {"acceptedOutputModes": ["image/png", "audio/*"]}}
    before = call_raw(partners, "ListTasks", {})["result"]["totalSize"]
    for method in ("SendMessage", "SendStreamingMessage"):
        error = call_raw(partners, method, asked)["error"]
        assert error["code"] == -32005
        assert TEXT in error["message"]
        assert DATA in error["message"]
    assert call_raw(partners, "ListTasks", {})["result"]["totalSize"] == before


def test_a_client_of_a2a_0_3_that_says_it_takes_json_alone_is_told_in_words_too(partners: Service) -> None:
    part = {"kind": "text", "text": BILL}
    message = {"messageId": "crew-1", "role": "user", "kind": "message", "parts": [part]}
    asked = {"message": message, "configuration": {"acceptedOutputModes": [DATA]}}
    task = call_raw(partners, "message/send", asked, version="")["result"]
    assert [each["kind"] for each in task["status"]["message"]["parts"]] == ["text", "data"]
