"""An OPA sidecar that can be killed and frozen."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from policy.engines.bundle import BUNDLE
from tests.cluster.program import Program
from tests.opa_binary import find_opa, free_port


class Sidecar(Program):
    """The sidecar at `url`, which serves the bundle that ships with the program."""

    def __init__(self, opa: Path, log: Path) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        serve = [str(opa.absolute()), "run", "--server", f"--addr=127.0.0.1:{port}"]
        quiet = ["--skip-version-check", "--log-level=error", "--ignore=*_test.rego"]
        super().__init__([*serve, *quiet, str(BUNDLE)], log, self._serves)

    async def _serves(self) -> bool:
        async with httpx.AsyncClient(timeout=2, trust_env=False) as http:
            try:
                return (await http.get(f"{self.url}/health")).is_success
            except httpx.TransportError:
                return False


@asynccontextmanager
async def running_sidecar(log: Path) -> AsyncGenerator[Sidecar]:
    """A sidecar, gone at the end.

    Raises:
        RuntimeError: OPA is not installed.
    """
    opa = find_opa()
    if opa is None:
        raise RuntimeError("OPA is not installed (`make opa`)")
    sidecar = Sidecar(opa, log)
    await sidecar.start()
    try:
        yield sidecar
    finally:
        sidecar.kill()
