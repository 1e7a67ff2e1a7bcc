"""A run of the tests that is killed leaves no server behind."""

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres_server import find_binaries

ROOT = Path(__file__).parents[2]
RUN = """
import sys, tempfile
from pathlib import Path
from tests.postgres_server import find_binaries, free_port, shutil, os, start_server
folder = Path(tempfile.mkdtemp(prefix="switchboard-postgres-"))
if os.geteuid() == 0:
    shutil.chown(folder, "postgres")
port = free_port()
watchman = start_server(find_binaries(), folder, port)
print(port, folder, watchman.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL IS NOT INSTALLED")
def test_no_postgresql_outlives_a_killed_run() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", RUN], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    port, folder, watchman = run.stdout.readline().split()
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert select.select([os.pidfd_open(int(watchman))], [], [], 30)[0], "nobody stopped the server"
    assert not Path(folder).exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(port)))
