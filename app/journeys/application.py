"""The application for trials: opened on a copy of freshly seeded data, and spoken to through its HTTP API."""

import json
import shutil
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from app.backends import SYSTEMS
from app.bootstrap import Switchboard, open_switchboard
from app.clock import tell_time
from app.journeys.systems import RowChange, WatchedSystems
from app.settings import AuthSettings, JournalSettings, LimitSettings, Settings
from mcp_servers.catalogue import SANDBOX

Json = dict[str, Any]
MOMENT = datetime(2026, 3, 11, 17, tzinfo=UTC)
"""When every trial takes place: on a Wednesday, by day in all regions, so that the same seed gives the same trial."""
LATER = timedelta(minutes=5)
"""How long after the seeding trials begin, so that a row that is written again can be told from the seeded one."""


class JourneyError(Exception):
    """The application answered a simulated customer with a problem."""


def tell_trial_time(start: datetime = MOMENT) -> Callable[[], datetime]:
    """A clock that goes on from the moment of the trials."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


async def seed(
    settings: Settings, folder: Path, report: Callable[[str], None], backends: Mapping[str, str] | None = None
) -> Settings:
    """Fill a data folder as a first start does, with what `switchboard train` taught this installation.

    Returns the settings for houses on copies of it: the sandbox's systems and databases of their own, never real ones
    but those that `backends` names by server.
    """
    taught = settings.data / "cache"
    if taught.is_dir():
        shutil.copytree(taught, folder / "cache", dirs_exist_ok=True)
    alone = settings.model_copy(update={"data": folder, **APART, "backends": {**APART["backends"], **(backends or {})}})
    async with open_switchboard(alone, clock=tell_trial_time(_start_of(alone) - LATER), report=report):
        return alone


def list_real(settings: Settings) -> frozenset[str]:
    """The servers that run on a real system."""
    return frozenset(name for name, backend in settings.backends.items() if backend != SANDBOX)


def _start_of(settings: Settings) -> datetime:
    """When trials take place: a real system's day is today."""
    return tell_time() if list_real(settings) else MOMENT + LATER


APART: Json = {
    "database_url": "",
    "environment": "development",
    "mcp_servers": {},
    "backends": dict.fromkeys(SYSTEMS, SANDBOX),
    "auth": AuthSettings(),
    "journal": JournalSettings(checkpoint_seconds=1e9),
    "limits": LimitSettings(requests_per_minute=10**9, messages_per_minute=10**9),
}
"""Settings that keep trials away from what is real: systems, databases, the record's anchor, the identity provider."""
RUNNING = ("alembic", "jobs", "leases", "processes")
"""Tables of our own database that are not put back: they are about what runs. The record is, with the rows that it
vouches for, or it would rightly say that they were changed behind its back.
"""


class TrialApplication:
    """One open application, its tokens, and the databases of it and of its systems."""

    def __init__(
        self,
        switchboard: Switchboard,
        systems: Sequence[WatchedSystems],
        own: WatchedSystems,
        http: httpx.AsyncClient,
    ) -> None:
        self._systems = systems
        self._own = own
        self.tools = switchboard.bundle.tools
        self.elsewhere = list_real(switchboard.settings)
        self._http = http
        self._tokens = json.loads((switchboard.settings.data / "tokens.json").read_text("utf-8"))

    async def call(self, role: str, method: str, path: str, body: Any = None) -> Json:
        """One call of the HTTP API as a principal.

        Raises:
            JourneyError: it was refused.
        """
        headers = {"Authorization": f"Bearer {self._tokens[role]}"}
        answer = await self._http.request(method, path, json=body, headers=headers)
        if answer.is_error:
            raise JourneyError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json()

    def restore(self) -> list[RowChange]:
        """Forget all that happened; every row of the systems that was not as at the start."""
        self._own.restore()
        return [change for system in self._systems for change in system.restore()]

    async def send(self, conversation_id: str, text: str) -> Json:
        """Send a customer's words; the turn."""
        body = {"client_message_id": uuid4().hex, "text": text}
        return await self.call("channel", "POST", f"/v1/conversations/{conversation_id}/messages", body)

    async def code_of(self, customer_id: str) -> str:
        """The newest verification code that was sent to a customer; empty where there is none."""
        outbox = await self.call("channel", "GET", f"/v1/sandbox/outbox?customer_id={customer_id}")
        return next((item["code"] for item in reversed(outbox["items"]) if item["code"]), "")


@asynccontextmanager
async def open_application(settings: Settings, seeded: Path, folder: Path) -> AsyncGenerator[TrialApplication]:
    """The application on a fresh copy of the seeded folder."""
    shutil.copytree(seeded, folder)
    own = settings.model_copy(update={"data": folder})
    async with open_switchboard(own, clock=tell_trial_time(_start_of(own))) as switchboard:
        transport = httpx.ASGITransport(app=switchboard.api, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            database = own.data / "switchboard.db"
            with ExitStack() as stack, WatchedSystems(database, RUNNING) as memory:
                systems = [stack.enter_context(WatchedSystems(own.data / f"{name}.db")) for name in SYSTEMS]
                yield TrialApplication(switchboard, systems, memory, http)
