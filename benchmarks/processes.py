"""Servers in processes of their own on this machine, on free ports, stopped by their own process id."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from app.ports import free_port
from tests.cluster.program import tie

ROOT = Path(__file__).parents[1]
READY_S = 180
STOP_S = 20
POLL_S = 0.01


@dataclass(frozen=True, slots=True)
class Served:
    """A running server. `start_s` is the time from its start until it answered that it is ready."""

    url: str
    pid: int
    start_s: float

    @property
    def memory_mb(self) -> float:
        """What it occupies of the machine's memory now."""
        return int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(self.pid)])) / 1024


@asynccontextmanager
async def serve(
    arguments: Sequence[str], health: str, log: Path, *, port: int = 0, **settings: str
) -> AsyncGenerator[Served]:
    """Run `python -m <arguments>`; `{port}` in an argument is the port, and `health` the path that is asked.

    No setting of whoever runs the benchmarks reaches the process; `settings` do, as `SWITCHBOARD_<NAME>`.

    Raises:
        RuntimeError: it ended, or was not ready in time; with the end of its log.
    """
    port = port or free_port()
    command = [sys.executable, "-m", *(argument.format(port=port) for argument in arguments)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
    environment |= {f"SWITCHBOARD_{name.upper()}": value for name, value in settings.items()}
    environment["SWITCHBOARD_CONFIG"] = str(log.with_suffix(".toml"))
    started = time.perf_counter()
    with log.open("wb") as output:
        process = _begin(command, environment, output)
    try:
        url = f"http://127.0.0.1:{port}"
        await _await_ready(process, url + health, log)
        yield Served(url, process.pid, time.perf_counter() - started)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, STOP_S)


def _begin(command: Sequence[str], environment: dict[str, str], output: BinaryIO) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([*tie(""), *command], cwd=ROOT, env=environment, stdout=output, stderr=output)


async def _await_ready(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + READY_S
    async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
        while process.poll() is None and time.monotonic() < deadline:
            try:
                if (await http.get(url)).status_code < 500:
                    return
            except httpx.TransportError:
                await asyncio.sleep(POLL_S)
    raise RuntimeError(f"{process.args!r} did not start: {_end_of(log)}")


def _end_of(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-2000:]
