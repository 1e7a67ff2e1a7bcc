"""Programs under test, with all their children: started, killed, frozen and continued; none outlives the harness."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

START_S = 60
POLL_S = 0.05
Answers = Callable[[], Awaitable[bool]]


class Program:
    """One program at one address for its whole life; `answers` says whether it serves.

    Linux kills it when the thread that started it ends, however that comes about: start it from the main thread.
    """

    def __init__(self, command: Sequence[str], log: Path, answers: Answers, user: str = "") -> None:
        self.log = log
        self._command = [*tie(user), *command]
        self._answers = answers
        self._process: subprocess.Popen[bytes] | None = None
        self._frozen = False

    async def start(self) -> None:
        """Start it; returns when it answers.

        Raises:
            RuntimeError: it ended, or does not answer in time; with the end of its log.
        """
        with self.log.open("ab") as output:
            self._process = _begin(self._command, output)
        deadline = time.monotonic() + START_S
        while self._process.poll() is None and time.monotonic() < deadline:
            if await self._answers():
                return
            await asyncio.sleep(POLL_S)
        raise RuntimeError(f"{self._command} does not start: {self.log.read_text('utf-8', 'replace')[-2000:]}")

    def kill(self) -> None:
        """SIGKILL to it and its children at one moment; returns when it is gone."""
        if self._process is None:
            return
        self._signal_all(signal.SIGSTOP, signal.SIGKILL)
        self._process.wait()
        self._process, self._frozen = None, False

    def freeze(self) -> None:
        """SIGSTOP to it and its children: they keep their sockets, and answer nothing."""
        self._signal_all(signal.SIGSTOP)
        self._frozen = True

    def thaw(self) -> None:
        """Let them go on where they were stopped."""
        if self._frozen:
            self._signal_all(signal.SIGCONT)
            self._frozen = False

    def _signal_all(self, *signals: signal.Signals) -> None:
        """Send signals, the parent first, so that no child is made between two looks."""
        assert self._process is not None
        for one in signals:
            for pid in [self._process.pid, *descendants(self._process.pid)]:
                with suppress(ProcessLookupError):
                    os.kill(pid, one)


def _begin(command: Sequence[str], output: IO[bytes]) -> "subprocess.Popen[bytes]":
    nothing = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=nothing, stdout=output, stderr=output, cwd="/", start_new_session=True)


def tie(user: str) -> list[str]:
    """What makes a command end with whoever started it, as that user where we may choose."""
    become = ["--reuid", user, "--regid", user, "--clear-groups"] if user and os.geteuid() == 0 else []
    return [*["setpriv", "--pdeathsig", "KILL", *become]] if shutil.which("setpriv") else []


def descendants(pid: int) -> list[int]:
    """The children of a process, and theirs."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found, waiting = list[int](), [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found
