"""Logs: one JSON object a line, readable ones on a terminal; never with a customer's words in them."""

import logging
import sys
from typing import TextIO, cast

import structlog


class StandardError:
    """Whatever is standard error at the moment of writing: whoever replaces it for a while closes what they gave."""

    def write(self, text: str) -> int:
        """Write a text."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Have it written now."""
        sys.stderr.flush()


def set_up_logs(level: str) -> None:
    """Configure logging for the whole process."""
    chosen = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(
        level=max(chosen, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s"
    )
    on_terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(chosen),
        logger_factory=structlog.PrintLoggerFactory(file=cast(TextIO, StandardError())),
        cache_logger_on_first_use=True,
    )
