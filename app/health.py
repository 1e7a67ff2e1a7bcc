"""What is looked at before the service calls itself ready."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from policy.engines.live import LivePolicy
from policy.tools.servers import ServerAddress, ToolServers

PROBE_BYTES = 64 * 1024
RESERVE_BYTES = 16 * 1024 * 1024
"""With less than this left the data folder's disk counts as full: a database that runs into its end writes no more."""

Check = Callable[[], Awaitable[object]]


def check_database(database: AsyncEngine) -> Check:
    """The database answers."""

    async def check() -> None:
        async with database.connect() as connection:
            await connection.execute(text("SELECT 1"))

    return check


def check_policy(policy: LivePolicy) -> Check:
    """The policy engine answers, with the bundle that is accepted here."""
    return partial(policy.escalate, {})


def check_servers(servers: ToolServers, addresses: tuple[ServerAddress, ...]) -> Check:
    """Each business system could be reached so far; one that could not is tried again."""

    async def check() -> None:
        for address in addresses:
            await servers.find(f"{address.name}.")

    return check


def check_disk(folder: Path) -> Check:
    """The data folder's disk has room and takes what is written to it."""

    async def check() -> None:
        await asyncio.to_thread(write_probe, folder)

    return check


def write_probe(folder: Path) -> None:
    """Write a little to a folder's disk, durably, and take it away again.

    Raises:
        OSError: the disk is full, or the folder is gone or cannot be written to.
    """
    room = os.statvfs(folder)
    if room.f_bavail * room.f_frsize < RESERVE_BYTES:
        raise OSError(f"less than {RESERVE_BYTES >> 20} MiB are left for {folder}")
    with tempfile.TemporaryFile(dir=folder, prefix="probe-") as probe:
        probe.write(bytes(PROBE_BYTES))
        probe.flush()
        os.fsync(probe.fileno())
