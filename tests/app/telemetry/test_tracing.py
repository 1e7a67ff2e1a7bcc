"""One trace a turn, through router, policy, MCP call and commit; nothing that a customer said in it."""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.settings import TelemetrySettings
from app.telemetry import tracing as by_settings
from app.telemetry.exporting import Tracing
from app.telemetry.tracing import tracing
from domain.errors import Misconfigured
from tests.chaos.processes import Running
from tests.house_guest import Guest

SECRETS = ("Zebulon", "4111", "C-1001", "P-500", "charged twice", "SELECT", "INSERT")


class Memory:
    """Spans that were exported, as a collector would have them."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.tracing = Tracing(TelemetrySettings(), self.exporter, "0", "test")

    def traces(self) -> list[list[ReadableSpan]]:
        """The traces that hold a turn, each with its spans in the order of their beginning."""
        self.tracing.provider.force_flush()
        spans = sorted(self.exporter.get_finished_spans(), key=lambda span: span.start_time or 0)
        wanted = [span.context.trace_id for span in spans if span.name == "turn" and span.context]
        return [[span for span in spans if span.context and span.context.trace_id == one] for one in wanted]


@pytest.fixture(scope="module")
def memory() -> Memory:
    """Traces of this process; OpenTelemetry takes one provider in the life of a process."""
    memory = Memory()
    trace.set_tracer_provider(memory.tracing.provider)
    return memory


async def test_a_turn_is_one_trace_through_policy_mcp_call_and_commit(memory: Memory, house: Guest) -> None:
    talk = await house.customer("C-1001")
    await talk.says("I was charged twice for my last bill")
    memory.traces()
    memory.exporter.clear()
    await talk.says("yes")
    (spans,) = memory.traces()

    by_id = {span.context.span_id: span for span in spans if span.context}
    paths = {tuple(_path(span, by_id)) for span in spans}
    turn = ("POST /v1/conversations/{conversation_id}/messages", "turn")
    assert (*turn, "policy escalate") in paths
    assert (*turn, "gate call", "policy decide") in paths
    assert (*turn, "gate call", "tools/call refund_payment") in paths
    assert (*turn, "gate call", "commit") in paths
    assert (turn[0], "commit") in paths
    (refund,) = [span for span in spans if (span.attributes or {}).get("switchboard.tool") == "payments.refund_payment"]
    assert refund.attributes
    assert (refund.attributes["switchboard.effect"], refund.attributes["switchboard.outcome"]) == ("allow", "succeeded")


async def test_no_word_of_a_customer_and_no_statement_leaves_in_a_trace(memory: Memory, house: Guest) -> None:
    memory.exporter.clear()
    talk = await house.customer("C-1001")
    await talk.says("I am Zebulon, my card is 4111 1111 1111 1111 and I was charged twice for my last bill")
    await talk.says("yes, Zebulon says yes")
    tracer = trace.get_tracer("somebody else's library")
    with (
        pytest.raises(ValueError, match="Zebulon"),
        tracer.start_as_current_span("turn", attributes={"words": "Zebulon"}),
    ):
        raise ValueError("INSERT INTO words VALUES ('Zebulon')")
    told = [span.to_json() for spans in memory.traces() for span in spans]

    assert len(told) > 10
    assert not [(secret, span) for span in told for secret in SECRETS if secret in span]


class Collector(BaseHTTPRequestHandler):
    """An OTLP/HTTP receiver."""

    received: list[tuple[str, ExportTraceServiceRequest]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((self.path, ExportTraceServiceRequest.FromString(body)))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[ThreadingHTTPServer]:
    """A receiver that listens."""
    Collector.received = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


async def test_a_service_sends_its_traces_over_otlp_and_none_is_lost_at_its_end(
    collector: ThreadingHTTPServer, seeded_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    endpoint = f"http://127.0.0.1:{collector.server_port}"
    async with Running(folder, "serve", SWITCHBOARD_TELEMETRY__ENDPOINT=endpoint) as service:
        async with service.caller("channel") as http:
            who = {"channel": "chat", "customer": {"id": "C-1001", "auth_level": "authenticated"}, "locale": "en"}
            conversation = (await http.post("/v1/conversations", json=who)).json()["id"]
            body = {"client_message_id": "m", "text": "what do I owe?"}
            await http.post(f"/v1/conversations/{conversation}/messages", json=body)
        code = await service.stop()
    resources = [each for _, request in Collector.received for each in request.resource_spans]
    names = {span.name for each in resources for scope in each.scope_spans for span in scope.spans}
    service_names = {
        a.value.string_value for each in resources for a in each.resource.attributes if a.key == "service.name"
    }

    assert code == 0
    assert {path for path, _ in Collector.received} == {"/v1/traces"}
    assert service_names == {"switchboard"}
    assert {"turn", "gate call", "policy decide", "commit"} <= names
    assert not [name for name in names if "readyz" in name]


def test_an_endpoint_without_the_extra_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_settings, "NEEDED", ("opentelemetry.no_sdk",))
    settings = TelemetrySettings(endpoint="http://127.0.0.1:1")
    with pytest.raises(Misconfigured, match=r"requirements/telemetry\.txt"), tracing(settings, "0", "test"):
        pass


def _path(span: ReadableSpan, by_id: dict[int, ReadableSpan]) -> list[str]:
    """The names from the outermost span to this one."""
    outer = _path(by_id[span.parent.span_id], by_id) if span.parent and span.parent.span_id in by_id else []
    return [*outer, span.name]
