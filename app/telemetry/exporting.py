"""OpenTelemetry's SDK, put together; imported only where an endpoint is set and the extra `telemetry` is installed."""

from collections.abc import Sequence
from time import monotonic

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Status

from app.settings import TelemetrySettings

EXPORT_SECONDS = 2
"""How long one export may take: a collector that is gone must not hold up the end of the process."""
CLOSING_SECONDS = 0.5
"""For so long after the end has begun further exports are begun."""
TRACES = "/v1/traces"
OURS = "switchboard."
LISTED = frozenset(
    {
        "error.type",
        "gen_ai.operation.name",
        "gen_ai.tool.name",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "mcp.method.name",
        "mcp.protocol.version",
        "rpc.response.status_code",
        "server.port",
        "url.scheme",
    }
)
"""The attributes of other libraries' spans that are let out: names and numbers. Their events, and the words of a
status, are not: they hold the texts of exceptions, and with them a customer's words or an SQL statement's parameters.
"""


class ScreenedExporter(SpanExporter):
    """Passes spans on to an exporter without events, links, a status's words, and attributes that are not listed."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._closes_at: float | None = None

    def close_soon(self) -> None:
        """Begin no export later than in a moment: the process is about to end."""
        self._closes_at = monotonic() + CLOSING_SECONDS

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """See `SpanExporter.export`."""
        if self._closes_at is not None and monotonic() > self._closes_at:
            return SpanExportResult.FAILURE
        return self._exporter.export([screen_span(span) for span in spans])

    def shutdown(self) -> None:
        """See `SpanExporter.shutdown`."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """See `SpanExporter.force_flush`."""
        return self._exporter.force_flush(timeout_millis)


class Tracing:
    """A provider of spans that gives them, screened, to an exporter."""

    def __init__(self, settings: TelemetrySettings, exporter: SpanExporter, version: str, process: str) -> None:
        self._exporter = ScreenedExporter(exporter)
        attributes = {"service.name": settings.service_name, "service.version": version, "switchboard.process": process}
        sampler = ParentBased(TraceIdRatioBased(settings.sample_ratio))
        self.provider = TracerProvider(sampler, Resource.create(attributes), shutdown_on_exit=False)
        self.provider.add_span_processor(
            BatchSpanProcessor(self._exporter, schedule_delay_millis=1000, export_timeout_millis=EXPORT_SECONDS * 1000)
        )

    def close(self) -> None:
        """Export what waits, within some seconds, and end."""
        self._exporter.close_soon()
        self.provider.shutdown()


def make_exporter(settings: TelemetrySettings) -> SpanExporter:
    """An exporter that speaks OTLP over HTTP with the settings' endpoint."""
    headers = dict(each.split("=", 1) for each in settings.headers.get_secret_value().split(",") if "=" in each)
    endpoint = settings.endpoint.rstrip("/")
    endpoint = endpoint if endpoint.endswith(TRACES) else endpoint + TRACES
    return OTLPSpanExporter(endpoint=endpoint, headers=headers, timeout=EXPORT_SECONDS)


def screen_span(span: ReadableSpan) -> ReadableSpan:
    """The same span with nothing but what may leave the process."""
    attributes = span.attributes or {}
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={name: value for name, value in attributes.items() if name in LISTED or name.startswith(OURS)},
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
    )
