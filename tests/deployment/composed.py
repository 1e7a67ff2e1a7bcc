"""`compose.yaml` played as plain processes: the same commands and settings, on loopback and in folders of a test."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from app.ports import free_port
from tests.deployment.database_server import database_server
from tests.deployment.tools import ROOT
from tests.learnt import give_learnt
from tests.opa_binary import require_opa

Json = dict[str, Any]
START_S = 120
GIVEN = {
    "POSTGRES_PASSWORD": "not-asked-for",
    "SWITCHBOARD_ENCRYPTION__KEY": "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=",
}
IMAGE = {"SWITCHBOARD_DATA": "/data", "SWITCHBOARD_HOST": "0.0.0.0", "SWITCHBOARD_PORT": "8080"}
"""What the image sets; tests/deployment/test_compose.py holds it against the Dockerfile."""


def read_compose() -> Json:
    """The file with its variables and merges filled in, as Compose reads it."""

    def fill(found: re.Match[str]) -> str:
        return GIVEN.get(found[1], found[3] if found[2] == ":-" else "")

    text = (ROOT / "compose.yaml").read_text("utf-8")
    return yaml.safe_load(re.sub(r"\$\{(\w+)(?:(:-|:\?)([^}]*))?\}", fill, text))


@dataclass
class Composed:
    """The services of the file that are ours, each a process, and what they need."""

    folder: Path
    file: Json
    ports: dict[tuple[str, str], int] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def url(self, service: str, port: str) -> str:
        """Where a service's port is on loopback."""
        return f"http://127.0.0.1:{self.ports.setdefault((service, port), free_port())}"

    def start(self, name: str) -> None:
        """Start a service as its container would be, once what it depends on is as it wants it."""
        service = self.file["services"][name]
        needs = {
            one: want for one, want in service.get("depends_on", {}).items() if "build" in self.file["services"][one]
        }
        for needed in needs:
            if needed not in self.running:
                self.start(needed)
        for needed, want in needs.items():
            self.wait(needed, want["condition"])
        mounts = self._mounts(name, service)
        words = [self._placed(str(word), mounts) for word in service["command"]]
        words = [self._own_port(name, words, index) for index in range(len(words))]
        settings = {**IMAGE, **service.get("environment", {})}
        environment = {key: self._placed(str(value or ""), mounts) for key, value in settings.items()}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "app.main", *words],
                env={**environment, "PATH": os.environ["PATH"]},
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )

    def await_ready(self, name: str, port: str, path: str) -> None:
        """Return once it answers 200 there."""
        deadline = time.monotonic() + START_S
        while self.running[name].poll() is None and time.monotonic() < deadline:
            try:
                if httpx.get(self.url(name, port) + path, timeout=5, trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise RuntimeError(f"{name} does not start: {self.log(name)[-3000:]}")

    def log(self, name: str) -> str:
        """What a service has printed."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def wait(self, name: str, condition: str) -> None:
        """Return once a service is as another one wants it."""
        if condition == "service_completed_successfully":
            code = self.running[name].wait(START_S)
            assert code == 0, f"{name} ended with {code}: {self.log(name)}"
        elif condition == "service_healthy":
            _, port, path = re.search(
                r"127\.0\.0\.1(:)(\d+)(/\w+)", str(self.file["services"][name]["healthcheck"])
            ).groups()  # type: ignore[union-attr]
            self.await_ready(name, port, path)

    def _mounts(self, name: str, service: Json) -> dict[str, Path]:
        """The folder of this test that stands for each path that is mounted."""
        mounts = {"/data": self.folder / f"{name}-data"}
        for volume in service.get("volumes", ()):
            source, target = volume.split(":")[:2]
            mounts[target] = self.folder / source
        for config in service.get("configs", ()):
            content = (ROOT / self.file["configs"][config["source"]]["file"]).read_text("utf-8")
            mounts[config["target"]] = self.folder / f"{name}-{Path(config['target']).name}"
            mounts[config["target"]].write_text(self._placed(content, {}), "utf-8")
        for target, path in mounts.items():
            if not Path(target).suffix:
                path.mkdir(exist_ok=True)
        if name.startswith("router"):  # what a first start learns is learnt by many other tests
            give_learnt(mounts["/data"] / "cache")
        return mounts

    def _placed(self, text: str, mounts: dict[str, Path]) -> str:
        """A word of the file with addresses and paths of this machine."""
        for target, path in mounts.items():
            if text == target or text.startswith(f"{target}/"):
                return str(path) + text[len(target) :]

        def address(found: re.Match[str]) -> str:
            return self.url(found[1], found[2]).removeprefix("http://")

        hosts = "|".join(map(re.escape, self.file["services"]))
        return re.sub(rf"(?<=[/@])({hosts}):(\d+)", address, text).replace("0.0.0.0", "127.0.0.1")

    def _own_port(self, name: str, words: list[str], index: int) -> str:
        if index and words[index - 1] == "--port":
            return self.url(name, words[index]).rpartition(":")[2]
        return words[index]

    def close(self) -> None:
        """End what still runs."""
        for process in self.running.values():
            process.kill()
            process.wait()


@contextmanager
def composed(folder: Path) -> Iterator[Composed]:
    """Everything of the file, up and ready but for the proxy."""
    given = Composed(folder, read_compose())
    with ExitStack() as stack:
        server = stack.enter_context(database_server())
        given.ports["postgres", "5432"] = server.port
        stack.callback(given.close)
        _start_opa(given)
        for name in ("router-1", "router-2"):
            given.start(name)
        for name in ("router-1", "router-2"):
            given.await_ready(name, "8080", "/readyz")
        yield given


def _start_opa(given: Composed) -> None:
    words = [
        str(word).replace("0.0.0.0:8181", given.url("opa", "8181").removeprefix("http://"))
        for word in given.file["services"]["opa"]["command"]
    ]
    given.start("bundle")
    given.wait("bundle", "service_completed_successfully")
    words = [str(given.folder / "bundle") if word == "/bundle" else word for word in words]
    with (given.folder / "opa.log").open("ab") as log:
        given.running["opa"] = subprocess.Popen([str(require_opa()), *words], stdout=log, stderr=log)
    given.await_ready("opa", "8181", "/health")
