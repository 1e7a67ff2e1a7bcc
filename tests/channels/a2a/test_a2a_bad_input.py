"""Whatever a partner sends, it gets a clear JSON-RPC error, and nothing is done."""

import logging
from typing import Any

import pytest
from a2a.utils.errors import A2AError

from channels.a2a.faults import UNAVAILABLE, told_to_partners
from domain.errors import BadRequest, Conflict, Misconfigured, NotFound, ToolUnavailable
from tests.channels.a2a.partner_agent import PartnerAgent, call_raw, facts
from tests.channels.http_service import Service

PARSE, INVALID_REQUEST, NO_METHOD, INVALID_PARAMS, INTERNAL = -32700, -32600, -32601, -32602, -32603
NOT_FOUND, UNSUPPORTED, CONTENT_TYPE, VERSION = -32001, -32004, -32005, -32009


def message(**changes: Any) -> dict[str, Any]:
    plain = {"messageId": "bad-1", "role": "ROLE_USER", "parts": [{"text": "hello"}]}
    return {"message": {name: value for name, value in {**plain, **changes}.items() if value is not None}}


def post(partners: Service, content: bytes) -> Any:
    with partners.client("partner") as client:
        return client.post("/a2a", content=content, headers={"A2A-Version": "1.0", "Content-Type": "application/json"})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b'{"jsonrpc":"2.0"',
        b"\xff\xfe\x00binary",
        b'{"jsonrpc":"2.0","jsonrpc":"2.0"}',
        b'{"jsonrpc":"2.0","id":NaN}',
        b'{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"parts":[{"text":"\\u0000"}]}}}',
        b"[" * 5000,
    ],
)
def test_what_is_not_json_is_a_parse_error(partners: Service, content: bytes) -> None:
    answer = post(partners, content)
    assert (answer.status_code, answer.json()["id"], answer.json()["error"]["code"]) == (200, None, PARSE)


def test_a_field_that_is_missing_is_named_in_the_errors_own_words(partners: Service) -> None:
    assert "message.message_id" in call_raw(partners, "SendMessage", message(messageId=None))["error"]["message"]


def test_what_is_not_json_is_refused_over_http_in_the_protocols_form(partners: Service) -> None:
    with partners.client("partner") as client:
        headers = {"A2A-Version": "1.0", "Content-Type": "application/json"}
        answer = client.post("/a2a/http/message:send", content=b"{bad", headers=headers)
        typed = client.post("/a2a/http/message:send", content=b"{}", headers={**headers, "Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]["code"], typed.json()["error"]["code"]) == (400, 400, 415)
    assert "not JSON" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "content", [b"[]", b"1", b'"x"', b"null", b'{"id":1}', b'[{"jsonrpc":"2.0","id":1,"method":"ListTasks"}]']
)
def test_what_is_no_json_rpc_request_is_refused(partners: Service, content: bytes) -> None:
    assert post(partners, content).json()["error"]["code"] == INVALID_REQUEST


def test_a_body_that_is_too_long_is_refused_before_it_is_read(partners: Service) -> None:
    answer = post(partners, b'{"x":"' + b"x" * 1_000_000 + b'"}')
    assert (answer.status_code, answer.json()["status"]) == (413, 413)


@pytest.mark.parametrize(
    ("params", "code", "names"),
    [
        ({}, INVALID_PARAMS, "message"),
        (message(messageId=None), INVALID_PARAMS, "message_id"),
        (message(parts=[]), INVALID_PARAMS, "parts"),
        (message(parts=None), INVALID_PARAMS, "parts"),
        (message(parts=[{"text": " \n"}]), INVALID_PARAMS, "says nothing"),
        (message(parts=[{"text": "x" * 16_001}]), INVALID_PARAMS, "longer than 16000"),
        (message(parts=[{"text": 5}]), INVALID_PARAMS, "text"),
        (message(parts="hello"), INVALID_PARAMS, "parts"),
        (message(role="ROLE_AGENT"), INVALID_PARAMS, "message.role"),
        (message(messageId="x" * 129), INVALID_PARAMS, "message.message_id"),
        (message(contextId="x" * 129), INVALID_PARAMS, "message.context_id"),
        (message(taskId="TK-unknown"), NOT_FOUND, "TK-unknown"),
        (message(metadata={"customer_id": "C 1001'; --"}), INVALID_PARAMS, "customer_id"),
        (message(metadata={"customer_id": 1001}), INVALID_PARAMS, "customer_id"),
        (message(metadata={"customer_id": {"id": "C-1001"}}), INVALID_PARAMS, "customer_id"),
        (message(metadata={"locale": "tlh"}), INVALID_PARAMS, "locale"),
        (message(metadata={"locale": 5}), INVALID_PARAMS, "locale"),
        (message(parts=[{"raw": "aGVsbG8=", "mediaType": "audio/wav"}]), CONTENT_TYPE, "text"),
        (message(parts=[{"text": "look"}, {"url": "https://contact.example/a.png"}]), CONTENT_TYPE, "text"),
        (message(parts=[{"data": {"refund": 5000}}]), CONTENT_TYPE, "text"),
        (message(parts=[{"text": "<b>hello</b>", "mediaType": "text/html"}]), CONTENT_TYPE, "text/plain"),
        ({**message(), "configuration": {"historyLength": -1}}, INVALID_PARAMS, "history"),
    ],
)
def test_a_message_that_cannot_be_served_is_refused_with_the_reason(
    partners: Service, params: Any, code: int, names: str
) -> None:
    before = call_raw(partners, "ListTasks", {})["result"]["totalSize"]
    for method in ("SendMessage", "SendStreamingMessage"):
        error = call_raw(partners, method, params)["error"]
        assert error["code"] == code, error
        assert names in str(error)
    assert call_raw(partners, "ListTasks", {})["result"]["totalSize"] == before


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("Refund", {}, NO_METHOD),
        ("GetTask", {}, INVALID_PARAMS),
        ("GetTask", {"id": "TK-unknown"}, NOT_FOUND),
        ("GetTask", {"id": "' OR 1=1 --"}, NOT_FOUND),
        ("CancelTask", {"id": "TK-unknown"}, NOT_FOUND),
        ("SubscribeToTask", {"id": "TK-unknown"}, NOT_FOUND),
        ("ListTasks", {"pageSize": 0}, INVALID_PARAMS),
        ("ListTasks", {"pageSize": 1000}, INVALID_PARAMS),
        ("CreateTaskPushNotificationConfig", {"taskId": "TK-unknown", "url": "https://93.184.216.34/x"}, NOT_FOUND),
        ("CreateTaskPushNotificationConfig", {"taskId": "TK-unknown"}, INVALID_PARAMS),
        ("GetTaskPushNotificationConfig", {"taskId": "TK-unknown", "id": "1"}, NOT_FOUND),
        ("ListTaskPushNotificationConfigs", {"taskId": "TK-unknown"}, NOT_FOUND),
        ("DeleteTaskPushNotificationConfig", {"taskId": "TK-unknown", "id": "1"}, NOT_FOUND),
    ],
)
def test_an_operation_that_cannot_be_served_is_refused(partners: Service, method: str, params: Any, code: int) -> None:
    assert call_raw(partners, method, params)["error"]["code"] == code


@pytest.mark.parametrize("version", ["", "0.3", "2.0", "x"])
def test_another_version_of_the_protocol_is_named_as_such(partners: Service, version: str) -> None:
    assert call_raw(partners, "ListTasks", {}, version=version)["error"]["code"] == VERSION


async def test_a_finished_task_cannot_be_subscribed_to(partners: Service, partner: PartnerAgent) -> None:
    task = await partner.say("hello")
    assert call_raw(partners, "SubscribeToTask", {"id": task.id})["error"]["code"] == UNSUPPORTED


async def test_a_card_number_is_neither_kept_nor_logged(
    partners: Service, partner: PartnerAgent, caplog: pytest.LogCaptureFixture
) -> None:
    number = "4" + "1" * 15
    with caplog.at_level(logging.DEBUG):
        task = await partner.say(f"my card is {number}")
        call_raw(partners, "SendMessage", message(parts=[{"text": {"number": number}}]))
    assert number not in str(await partner.get(task.id))
    assert number not in partners.call("GET", f"/v1/conversations/{facts(task)['conversation']}").text
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore", "a2a.client"))]
    assert not [record.name for record in ours if number in record.getMessage() or number in str(record.exc_info)]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NotFound("no conversation CV-1"), "Task not found"),
        (BadRequest("locale: 'x' is none of en"), "locale: 'x' is none of en"),
        (Conflict("this conversation is closed"), "this conversation is closed"),
        (ToolUnavailable("payments at 10.0.0.7 refused"), UNAVAILABLE),
    ],
)
def test_the_houses_errors_are_told_in_the_protocols_words(error: Exception, told: str) -> None:
    with pytest.raises(A2AError) as caught, told_to_partners():
        raise error
    assert caught.value.message == told


@pytest.mark.parametrize("error", [Misconfigured("limits.json at /srv/data"), ZeroDivisionError("x / 0")])
def test_what_breaks_inside_is_named_by_a_reference_only(error: Exception) -> None:
    with pytest.raises(A2AError, match=r"Reference [0-9a-f]{12}") as caught, told_to_partners():
        raise error
    assert str(error) not in str(caught.value)


def test_a_client_of_0_3_is_told_which_parameters_are_wrong_and_which_method_is_unknown(partners: Service) -> None:
    wrong = call_raw(partners, "message/send", {"message": {"kind": "message"}}, version="")["error"]
    assert (wrong["code"], wrong["message"].partition(";")[0]) == (-32602, "params.message.messageId: Field required")
    assert "pydantic" not in str(wrong)
    assert call_raw(partners, "tasks/get", ["no", "object"], version="")["error"]["code"] == -32602
    assert call_raw(partners, "invalid/nonexistent/method", {}, version="")["error"]["code"] == -32601
