"""Real processes of `switchboard serve` and `switchboard mcp serve`: killed, frozen, stopped and started again."""

import asyncio
import ctypes
import json
import os
import signal
import sys
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import httpx

from app.ports import free_port
from tests.chaos.moments import disarm, mortal

START_S = 120
PR_SET_PDEATHSIG = 1
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["app.main", "app.bootstrap", "tests.chaos.moments", "uvicorn.protocols.http.h11_impl"])


def run(folder: Path, log: str, arguments: list[str], settings: dict[str, str]) -> None:
    """Be that command of `switchboard`, with these settings and no others; gone when the harness is."""
    _end_with_harness()
    for name in [name for name in os.environ if name.startswith("SWITCHBOARD_")]:
        del os.environ[name]
    os.environ.update(settings, SWITCHBOARD_CONFIG=str(folder / "no.toml"), SWITCHBOARD_DATA=str(folder))
    output = os.open(folder / log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.argv = ["switchboard", *arguments]
    mortal(folder)
    from app.main import main

    main()


def _end_with_harness() -> None:
    """Be killed when the fork server ends, and let that end with the harness: it lives while anybody holds its pipe."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.close(forkserver._forkserver._forkserver_alive_fd)


class AsTold(httpx.AsyncHTTPTransport):
    """Sends a request again after the seconds that a 503 names, as the API asks its callers; then gives up."""

    TIMES = 5

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        for _ in range(self.TIMES):
            wait = answer.headers.get("retry-after")
            if answer.status_code != 503 or wait is None:
                break
            await answer.aclose()
            await asyncio.sleep(float(wait))
            answer = await super().handle_async_request(request)
        return answer


class Running:
    """One command on one data folder, at the same port for its whole life. Python is warm, the process is new."""

    def __init__(self, folder: Path, *arguments: str, health: str = "/readyz", name: str = "", **settings: str) -> None:
        self.folder, self.port, self.health = folder, free_port(), health
        self.url = f"http://127.0.0.1:{self.port}"
        self.ready = asyncio.Event()
        self.starts = 0
        self.name = name or arguments[-1]
        self._command = (folder, f"{self.name}.log", [*arguments, "--port", str(self.port)], settings)
        self._process: ForkServerProcess | None = None

    @property
    def tokens(self) -> dict[str, str]:
        """The principals' development tokens."""
        return json.loads((self.folder / "tokens.json").read_text("utf-8"))

    @property
    def log(self) -> Path:
        """What it printed, over all its starts."""
        return self.folder / self._command[1]

    @property
    def pid(self) -> int:
        """The id of the process that was started last."""
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """What the process that was started last ended with; None while it runs."""
        return None if self._process is None else self._process.exitcode

    @property
    def dead(self) -> bool:
        """Whether the process is gone."""
        return self._process is None or not self._process.is_alive()

    async def start(self) -> None:
        """Start, and again where the process was armed to die on its way; returns when it is ready."""
        for _ in range(3):
            self._process = _CONTEXT.Process(target=run, args=self._command, daemon=True)
            self._process.start()
            self.starts += 1
            if await self._comes_up():
                self.ready.set()
                return
            disarm(self.folder)
        raise RuntimeError(f"{self._command[2]} does not start: {self.log.read_text('utf-8', 'replace')[-2000:]}")

    def caller(self, role: str) -> httpx.AsyncClient:
        """A client of its API with that principal's token; what it cannot take now is sent again as it says."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        return httpx.AsyncClient(
            base_url=self.url, headers=headers, timeout=60, transport=AsTold(trust_env=False), trust_env=False
        )

    def kill(self) -> None:
        """SIGKILL; returns when it is gone."""
        self.ready.clear()
        if self._process is not None:
            self._process.kill()
            self._process.join()

    def freeze(self) -> None:
        """SIGSTOP: it keeps its sockets, and answers nothing."""
        self.ready.clear()
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it was stopped."""
        os.kill(self.pid, signal.SIGCONT)
        self.ready.set()

    async def stop(self) -> int | None:
        """SIGTERM, as a service manager stops it; returns its exit code."""
        self.ready.clear()
        assert self._process is not None
        self._process.terminate()
        await asyncio.to_thread(self._process.join, START_S)
        return self._process.exitcode

    async def _comes_up(self) -> bool:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as http, asyncio.timeout(START_S):
            while not self.dead:
                try:
                    if (await http.get(self.url + self.health)).status_code < 500:
                        return True
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
        return False

    async def __aenter__(self) -> "Running":
        await self.start()
        return self

    async def __aexit__(self, *_: Any) -> None:
        self.kill()
