"""Traces by settings: off until an endpoint is set."""

from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec

import structlog
from opentelemetry import trace

from app.settings import TelemetrySettings
from domain.errors import Misconfigured

log = structlog.get_logger()
NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


@contextmanager
def tracing(settings: TelemetrySettings, version: str, process: str) -> Generator[None]:
    """Send traces to the settings' endpoint while the block runs, once in a process; without one nothing is done.

    Raises:
        Misconfigured: an endpoint is set, and the extra `telemetry` is not installed.
    """
    if not settings.endpoint:
        yield
        return
    if not all(_is_installed(name) for name in NEEDED):
        raise Misconfigured(
            "SWITCHBOARD_TELEMETRY__ENDPOINT is set, and the extra `telemetry` is not installed: "
            "pip install --require-hashes -r requirements/telemetry.txt, or unset the endpoint"
        )
    from app.telemetry.exporting import Tracing, make_exporter

    opened = Tracing(settings, make_exporter(settings), version, process)
    trace.set_tracer_provider(opened.provider)
    log.info("tracing", endpoint=settings.endpoint, process=process)
    try:
        yield
    finally:
        opened.close()


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
