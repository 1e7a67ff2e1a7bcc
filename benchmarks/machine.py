"""The machine that was measured, since no figure means anything without it."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from app.bootstrap import tell_time
from benchmarks.stage import time_sync


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures depend on. `load` is how many processes wanted a core on average in the minute before."""

    date: str
    system: str
    processor: str
    cores: int
    memory_gb: float
    python: str
    load: float
    sync_ms: float


def look_at_machine(folder: Path) -> Machine:
    """Describe this machine, and the disk of this folder."""
    return Machine(
        date=tell_time().date().isoformat(),
        system=f"{platform.system()} {platform.machine()}",
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gb=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        load=os.getloadavg()[0],
        sync_ms=time_sync(folder),
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    named = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(named, platform.processor())
