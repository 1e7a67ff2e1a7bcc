"""For those who run the service: alive, ready, measured, described, and safe in a browser."""

import asyncio
import logging
from datetime import UTC, datetime

import httpx
import jsonschema
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from channels.http import operations, readiness
from channels.http.operations import Health, OperationsDoor
from channels.http.problems import Faults, install
from domain.errors import PolicyUnavailable, RecordBroken
from tests.channels.http_service import Json, Service

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def get(service: Service, path: str) -> httpx.Response:
    return service.call("GET", path, principal="")


def test_a_body_that_may_be_left_out_is_described_as_the_document_that_it_is(service: Service) -> None:
    """Clients that are generated from "that or null" fail where nothing is given."""
    paths = service.call("GET", "/openapi.json", principal="").json()["paths"]
    for act, name in (("typing", "Typing"), ("read", "MarkRead"), ("handoff", "AskForPerson"), ("close", "Close")):
        body = paths[f"/v1/conversations/{{conversation_id}}/{act}"]["post"]["requestBody"]
        assert body["content"]["application/json"]["schema"] == {"$ref": f"#/components/schemas/{name}"}
        assert not body.get("required")


def test_the_service_is_alive_and_ready(service: Service) -> None:
    assert get(service, "/healthz").json()["status"] == "ok"
    ready = get(service, "/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert set(ready.json()["checks"].values()) == {"ok"}


async def fails() -> None:
    raise RuntimeError("password=secret at 10.0.0.7")


async def says_no() -> bool:
    return False


async def never_answers() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("check", [fails, says_no, never_answers])
async def test_what_is_not_ready_is_named_without_details(
    check: readiness.Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "CHECK_SECONDS", 0.05)
    app = FastAPI()
    app.include_router(
        operations.build_router(
            OperationsDoor("1", Health({"policy": check}, {}, CollectorRegistry(), lambda: NOON), {})
        )
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/readyz")

    assert answer.status_code == 503
    since = {"policy": NOON.isoformat()}
    assert answer.json() == {"status": "not_ready", "checks": {"policy": "failed"}, "failing_since": since}


@pytest.mark.parametrize(
    ("error", "status"),
    [(KeyError("secret"), 500), (RecordBroken("secret"), 500), (PolicyUnavailable("secret"), 503)],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
async def test_what_breaks_on_our_side_is_told_without_internals_and_logged(
    error: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    app = FastAPI()
    install(app)
    app.add_middleware(Faults)

    @app.get("/broken")
    async def broken() -> None:
        raise error

    with caplog.at_level(logging.WARNING):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            answer = await client.get("/broken")

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert "secret" not in answer.text
    assert "secret" in caplog.text
    assert answer.json().get("reference", "") in caplog.text


def test_requests_are_measured_by_route_and_never_by_customer(service: Service) -> None:
    conversation = service.open("C-10040")
    service.read(conversation)
    families = {family.name: family for family in text_string_to_metric_families(get(service, "/metrics").text)}

    routes = {sample.labels["route"] for sample in families["switchboard_http_requests"].samples}
    assert "/v1/conversations/{conversation_id}" in routes
    assert not [route for route in routes if conversation in route]
    assert "switchboard_http_answer_seconds" in families


def test_the_context_packets_schema_is_published_and_the_packets_obey_it(service: Service) -> None:
    schema = get(service, "/schemas/context-packet.json").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    conversation = service.open("C-10041")
    service.send(conversation, "I want to talk to a human being")
    queue = service.call("GET", "/v1/desk/queue", principal="representative").json()["items"]

    packet = next(each["packet"] for each in queue if each["conversation_id"] == conversation)
    jsonschema.validate(packet, schema)


@pytest.mark.parametrize("name", ["nothing", "../../etc/passwd", "context-packet.json"])
def test_no_other_schema_is_found(service: Service, name: str) -> None:
    assert get(service, f"/schemas/{name}.json").status_code == 404


@pytest.mark.parametrize("path", ["/", "/chat/page.js", "/healthz", "/v1/conversations", "/nothing", "/openapi.json"])
def test_every_answer_keeps_a_browser_safe(service: Service, path: str) -> None:
    headers = get(service, path).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "path", ["/chat/..%2f..%2fhttp%2fapi.py", "/chat/index.py", "/chat/", "/chat/%00", "/chat/api.py"]
)
def test_only_the_pages_own_files_are_served(service: Service, path: str) -> None:
    assert get(service, path).status_code == 404


@pytest.fixture(scope="module")
def document(service: Service) -> Json:
    return get(service, "/openapi.json").json()


class TestDescription:
    """`/openapi.json` tells the truth."""

    def operations(self, document: Json) -> list[tuple[str, Json]]:
        return [
            (f"{method} {path}", operation)
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        ]

    def test_every_operation_says_what_it_does_and_for_whom(self, document: Json) -> None:
        tags = {tag["name"] for tag in document["tags"]}
        for name, operation in self.operations(document):
            assert operation["description"], name
            assert set(operation["tags"]) <= tags, name

    def test_every_guarded_operation_names_its_token_and_its_errors(self, document: Json) -> None:
        for name, operation in self.operations(document):
            if " /v1/" in name and "session" not in name:
                assert operation["security"] == [{"bearer": []}], name
                assert {"401", "403", "404", "422"} <= set(operation["responses"]), name
                error = operation["responses"]["401"]["content"]
                assert list(error) == ["application/problem+json"], name

    def test_requests_have_examples_that_are_valid(self, document: Json) -> None:
        for name in ("OpenConversation", "SendMessage", "AskForPerson", "GiveFeedback"):
            schema = document["components"]["schemas"][name]
            for example in schema["examples"]:
                jsonschema.validate(example, {**schema, "components": document["components"]})

    def test_turns_answer_as_json_or_as_events(self, document: Json) -> None:
        answer = document["paths"]["/v1/conversations/{conversation_id}/messages"]["post"]["responses"]["200"]
        assert set(answer["content"]) == {"application/json", "text/event-stream"}
