"""The moments at which a process under test kills itself, when a file beside its data says so."""

import inspect
import json
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mcp_servers.sandbox.database import Database
from policy.control.approvals import SupervisorApprovals
from policy.control.pending import PendingActions
from policy.gate.effects import Effects
from policy.gate.gate import Gate
from router.memory.store import Store
from router.turn import Turns
from storage.unit_of_work import UnitOfWork

DIE_AT = "die_at.json"
PLACES: dict[str, tuple[type, str]] = {
    "turn": (Store, "begin_turn"),
    "yes": (PendingActions, "confirm"),
    "intent": (Effects, "begin"),
    "effect": (Database, "change"),
    "outcome": (Effects, "end"),
    "reply": (Store, "save"),
    "record": (Gate, "finish"),
    "end": (UnitOfWork, "end"),
}
APPROVAL_PLACES: dict[str, tuple[type, str]] = {
    "approval": (SupervisorApprovals, "decide"),
    "going on": (Turns, "approval_decided"),
}


@dataclass(frozen=True)
class Moment:
    """The `passing`th time that a process comes to this place; `side` is before or after the work there."""

    place: str
    side: str
    passing: int = 1

    def arm(self, folder: Path) -> None:
        """Let the process on that data die there."""
        (folder / DIE_AT).write_text(json.dumps(asdict(self)), "utf-8")

    def __str__(self) -> str:
        return f"{self.side} {self.place} ({self.passing})"


def disarm(folder: Path) -> None:
    """Let processes on that data live."""
    (folder / DIE_AT).unlink(missing_ok=True)


def mortal(folder: Path) -> None:
    """Make this process die where the file in `folder` says."""
    watch = _Watch(folder / DIE_AT)
    for place, (owner, name) in {**PLACES, **APPROVAL_PLACES}.items():
        wrap = _wrap_async if inspect.iscoroutinefunction(getattr(owner, name)) else _wrap
        setattr(owner, name, wrap(getattr(owner, name), place, watch.pass_by))


class _Watch:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._armed = ""
        self._passed = 0
        self._lock = threading.Lock()

    def pass_by(self, place: str, side: str) -> None:
        with self._lock:
            armed = self._file.read_text("utf-8") if self._file.exists() else ""
            if armed != self._armed:
                self._armed, self._passed = armed, 0
            if not armed or json.loads(armed) | {"passing": 0} != {"place": place, "side": side, "passing": 0}:
                return
            self._passed += 1
            if self._passed >= json.loads(armed)["passing"]:
                os.kill(os.getpid(), signal.SIGKILL)


PassBy = Callable[[str, str], None]


def _wrap(real: Callable[..., Any], place: str, pass_by: PassBy) -> Callable[..., Any]:
    def watched(*arguments: Any, **named: Any) -> Any:
        pass_by(place, "before")
        result = real(*arguments, **named)
        pass_by(place, "after")
        return result

    return watched


def _wrap_async(real: Callable[..., Any], place: str, pass_by: PassBy) -> Callable[..., Any]:
    async def watched(*arguments: Any, **named: Any) -> Any:
        pass_by(place, "before")
        result = await real(*arguments, **named)
        pass_by(place, "after")
        return result

    return watched
