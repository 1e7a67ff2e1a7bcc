"""OPA on this machine, and a sidecar for tests: `from tests.opa_binary import opa_binary, opa_sidecar`."""

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from policy.engines.bundle import BUNDLE

ROOT = Path(__file__).parent.parent
PLACES = (ROOT / ".tools" / "bin", ROOT / ".tools", Path.home() / "go" / "bin")
START_S = 20


def find_opa() -> Path | None:
    """The opa that tests use: on PATH, else where `make test` and Go put it."""
    found = shutil.which("opa") or next((str(place / "opa") for place in PLACES if (place / "opa").is_file()), None)
    return Path(found) if found else None


def require_opa() -> Path:
    """The opa that tests use; without one the test is skipped, and in CI it fails."""
    found = find_opa()
    if found is None:
        reason = "OPA IS NOT INSTALLED: nothing was tested against it (`make test` says how to get it)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return found


@pytest.fixture(scope="session")
def opa_binary() -> Path:
    """The opa that tests use."""
    return require_opa()


@pytest.fixture(scope="session")
def opa_sidecar() -> Iterator[str]:
    """The address of a sidecar that serves the bundle."""
    with serve(require_opa()) as url:
        yield url


@contextmanager
def serve(opa: Path, folder: Path = BUNDLE) -> Iterator[str]:
    """Run a sidecar as production does, and yield its address once it answers."""
    port = free_port()
    command = [str(opa), "run", "--server", f"--addr=127.0.0.1:{port}", "--skip-version-check", "--log-level=error"]
    process = subprocess.Popen(
        [*command, "--ignore=*_test.rego", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        await_health(process, url)
        yield url
    finally:
        process.terminate()
        process.wait(START_S)


def await_health(process: subprocess.Popen[bytes], url: str) -> None:
    """Return once the sidecar answers; fail if it ends or takes too long."""
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/health", timeout=1).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the opa sidecar did not start")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
