"""Logs: one JSON object a line, readable ones on a terminal; never a customer's words, an SQL statement or its values.

Whatever is logged in this process goes one way, be it by us, by a library, or by Python about a crash.
"""

import logging
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from opentelemetry.trace import get_current_span
from structlog.typing import EventDict, Processor, WrappedLogger

from app.logged_errors import render_error, screen_words


class StandardError:
    """Whatever is standard error at the moment of writing: whoever replaces it for a while closes what they gave."""

    def write(self, text: str) -> int:
        """Write a text."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Have it written now."""
        sys.stderr.flush()


def set_up_logs(level: str, *, brief: bool = False) -> None:
    """Configure logging for the whole process; other libraries are heard from warnings on.

    `brief` is for a terminal in which somebody talks: of an exception what it says, without where it came from.
    """
    chosen = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_trace,
        render_exception,
        *([shorten_exception] if brief else []),
        screen_line_of_log,
    ]
    form: Processor = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, form],
        wrapper_class=structlog.make_filtering_bound_logger(chosen),
        logger_factory=structlog.PrintLoggerFactory(file=cast(TextIO, StandardError())),
        cache_logger_on_first_use=True,
    )
    _route_libraries(shared, form, max(chosen, logging.WARNING))
    sys.excepthook = _log_crash
    threading.excepthook = _log_crash_of_thread


def render_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put the exception that a line was logged with into the line, as one text."""
    given: Any = event.pop("exc_info", None)
    info: Any = sys.exc_info() if given is True else given
    error = cast(Any, info)[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = render_error(error)
    return event


def shorten_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave of a rendered exception the lines that say what was wrong: those that are not indented."""
    if text := event.get("exception"):
        event["exception"] = " / ".join(line for line in str(text).splitlines() if line and not line.startswith(" "))
    return event


def name_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Name the trace that a line belongs to, where there is one."""
    context = get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
    return event


def screen_line_of_log(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take SQL statements, their parameters and rows' values out of whatever texts a line holds."""
    for name, value in event.items():
        event[name] = value if name == "exception" else _screened(value)
    return event


def _screened(value: Any) -> Any:
    if isinstance(value, BaseException):
        return screen_words(str(value))
    if isinstance(value, str):
        return screen_words(value)
    if isinstance(value, Mapping):
        return {key: _screened(each) for key, each in cast(Mapping[Any, Any], value).items()}
    if isinstance(value, list | tuple):
        return [_screened(each) for each in cast(list[Any], value)]
    return value


def _route_libraries(shared: list[Processor], form: Processor, level: int) -> None:
    """Let what libraries log, and warnings, take the same way as our own lines."""
    handler = logging.StreamHandler(cast(TextIO, StandardError()))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, form],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last words of a process, in one line as all others."""
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger().critical("crashed", exc_info=(kind, error, trace))


def _log_crash_of_thread(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None:
        _log_crash(crash.exc_type, crash.exc_value, crash.exc_traceback)
