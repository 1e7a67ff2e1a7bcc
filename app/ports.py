"""Ports of this machine: whether one is free, and one that is."""

import os
import socket

from domain.errors import Misconfigured


def check_free(host: str, port: int) -> None:
    """See that nobody listens there.

    Raises:
        Misconfigured: somebody does, or the address is not this machine's; the message says what to set.
    """
    try:
        with socket.create_server((host, port)):
            return
    except OSError as error:
        raise Misconfigured(
            f"cannot listen on {host}:{port} ({os.strerror(error.errno or 0)}); set SWITCHBOARD_PORT"
        ) from error


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
