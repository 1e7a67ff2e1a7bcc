"""A service to talk to from the terminal: the one that runs already, or one started for the purpose."""

import asyncio
import tempfile
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from app.bootstrap import open_switchboard
from app.client import ServiceClient, ServiceError, Tokens, is_up
from app.logs import logs_in
from app.ports import free_port
from app.serving import AnnouncingServer
from app.settings import Settings

LOG = "service.log"
"""Where a service that was started for a command logs, in the data folder."""
Report = Callable[[str], None]


@contextmanager
def running_service(settings: Settings, url: str | None, report: Report) -> Generator[ServiceClient]:
    """The service at that URL; without one, the one of the settings, started if it is not up.

    Raises:
        ServiceError: nothing answers at the given URL, or the service cannot be started.
    """
    wanted = url or f"http://{settings.host}:{settings.port}"
    if is_up(wanted):
        with ServiceClient(wanted, Tokens.read(settings.data)) as client:
            yield client
        return
    if url:
        raise ServiceError(f"nothing answers at {url}")
    settings.data.mkdir(parents=True, exist_ok=True)
    log = settings.data / LOG
    report(f"nothing runs at {wanted}: starting a service of our own on the same data; it logs into {log}")
    with logs_in(log), _started(settings, report) as client:
        yield client


@contextmanager
def fresh_service(settings: Settings, report: Report) -> Generator[ServiceClient]:
    """A service of its own on a fresh sandbox, gone afterwards; what was learnt before is used again."""
    with tempfile.TemporaryDirectory(prefix="switchboard-") as folder:
        data = Path(folder)
        cache = settings.data.absolute() / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        (data / "cache").symlink_to(cache)
        with _started(settings.model_copy(update={"data": data, "database_url": ""}), report) as client:
            yield client


@contextmanager
def _started(settings: Settings, report: Report) -> Generator[ServiceClient]:
    """Run a service in a thread on a free port of this machine."""
    settings = settings.model_copy(update={"host": "127.0.0.1", "port": free_port()})
    service = _Service(settings, report)
    service.start()
    service.wait_until_ready()
    try:
        with ServiceClient(f"http://{settings.host}:{settings.port}", Tokens.read(settings.data)) as client:
            yield client
    finally:
        service.stop()


class _Service(threading.Thread):
    """A whole Switchboard in a thread with an event loop of its own."""

    def __init__(self, settings: Settings, report: Report) -> None:
        super().__init__(daemon=True)
        self._settings = settings
        self._report = report
        self._ready = threading.Event()
        self._server: AnnouncingServer | None = None
        self._failure: BaseException | None = None

    def run(self) -> None:
        """Serve until stopped."""
        try:
            asyncio.run(self._serve())
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is raised again where the caller waits
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        async with open_switchboard(self._settings, report=self._report) as switchboard:
            host, port = self._settings.host, self._settings.port
            self._server = AnnouncingServer(switchboard.api, host, port, lambda _: self._ready.set())
            await self._server.serve()

    def wait_until_ready(self) -> None:
        """Wait until it listens, however long that takes: on a busy machine the first learning is minutes.

        Raises:
            ServiceError: it could not be started, with the reason.
        """
        self._ready.wait()
        if self._failure is not None or self._server is None:
            raise ServiceError(f"the service could not be started: {self._failure}") from self._failure

    def stop(self) -> None:
        """Stop serving and wait for the turns under way."""
        if self._server is not None:
            self._server.should_exit = True
        self.join(10)
