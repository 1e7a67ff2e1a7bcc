"""MCP servers that are programs on this machine: started, spoken to over their pipes, started again when they end."""

import logging
import os
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO, cast

import anyio
import mcp.client.stdio
import structlog
from anyio.streams.text import TextReceiveStream
from mcp.client.stdio import StdioServerParameters, stdio_client

from policy.tools.contents import LONGEST_ANSWER

log = structlog.get_logger()
logging.getLogger("mcp.client.stdio").setLevel(logging.CRITICAL)  # it prints whole tracebacks of what is no MCP
LINES = 40
LONGEST_LINE = 400


class BoundedText(TextReceiveStream):
    """A server's output as text that breaks off within a line that is too long.

    MCP's client would gather it whole, in a time that grows with its square, while everybody else waits.
    """

    _line = 0

    async def receive(self) -> str:
        """The next piece.

        Raises:
            ConnectionError: the line is too long.
        """
        piece = await super().receive()
        rest = len(piece) - 1 - piece.rfind("\n")
        self._line = rest if "\n" in piece else self._line + rest
        if self._line > LONGEST_ANSWER:
            log.warning("mcp_server_answer_too_long", most=LONGEST_ANSWER)
            await self.aclose()  # else the client reads on to the end before it lets go
            raise ConnectionError("a line of the server's output is too long")
        return piece


# By this name the client reads what a program writes.
mcp.client.stdio.TextReceiveStream = BoundedText  # pyright: ignore[reportPrivateImportUsage]


@dataclass(frozen=True, slots=True)
class Command:
    """How a server is started: without a shell, with `env` over the few variables that are safe to inherit."""

    program: str
    arguments: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    folder: Path | None = None


class ErrorOutput:
    """The last lines of what a server writes to its standard error, for whoever has to find out why it failed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: deque[str] = deque(maxlen=LINES)

    @property
    def last(self) -> str:
        """The last line with words, empty where there is none."""
        return next((line for line in reversed(self._lines) if line), "")

    def open(self) -> TextIO:
        """A file to write to; what is written is read by a thread of its own until the last writer closes it."""
        reading, writing = os.pipe()
        threading.Thread(target=self._read, args=(reading,), daemon=True, name=f"stderr of {self._name}").start()
        return os.fdopen(writing, "w")

    def _read(self, descriptor: int) -> None:
        with os.fdopen(descriptor, "r", encoding="utf-8", errors="replace") as lines:
            while line := lines.readline(64 * 1024):
                shown = line.strip()[:LONGEST_LINE]
                self._lines.append(shown)
                log.debug("mcp_server_says", server=self._name, line=shown)


@asynccontextmanager
async def local_streams(command: Command, errors: ErrorOutput, ended: Callable[[], None]) -> AsyncGenerator[Any]:
    """Start the server and open MCP's streams to it; `ended` is called when it ends by itself.

    Raises:
        OSError: the program cannot be started.
    """
    parameters = StdioServerParameters(
        command=command.program, args=list(command.arguments), env=dict(command.env), cwd=command.folder
    )
    with errors.open() as output:
        async with stdio_client(parameters, errlog=output) as (read, write), anyio.create_task_group() as group:
            send, receive = anyio.create_memory_object_stream[Any](0)

            async def pass_on() -> None:
                async with send:
                    async for message in read:
                        await send.send(message)
                ended()

            group.start_soon(pass_on)
            yield receive, write
            group.cancel_scope.cancel()


def explain_start(command: Command, error: BaseException, errors: ErrorOutput) -> str:
    """Why a server that is a program cannot be used, after its name."""
    if isinstance(error, TimeoutError):
        return f"is slow: it said nothing in MCP in time; it wrote: {errors.last}" if errors.last else ""
    found = next(_flatten(error), None)
    if isinstance(found, FileNotFoundError):
        missing = command.folder if command.folder is not None and not command.folder.is_dir() else command.program
        return f"cannot be started: there is no {missing}"
    if isinstance(found, OSError):
        return f"cannot be started: {found.strerror or found}"
    said = f"; it said: {errors.last}" if errors.last else ""
    return f"ended, or does not speak MCP on its output{said}"


def _flatten(error: BaseException) -> Iterator[OSError]:
    """The OS errors within an exception, however it is wrapped."""
    if isinstance(error, OSError):
        yield error
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        for inner in group.exceptions:
            yield from _flatten(inner)
