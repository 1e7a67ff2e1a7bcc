"""Keeps the process's memory flat: large pieces go back to the system as soon as they are free."""

import ctypes
import sys

_LARGE_BYTES = 128 * 1024
_ARENAS = 2
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Parameters of `mallopt`, from glibc's malloc.h."""


def return_large_pieces() -> None:
    """Have the C library map large pieces by themselves; where it is not glibc nothing is changed.

    By default glibc learns to keep pieces of up to 32 MB on its heap once one was freed. What lives long, such as a
    conversation's key, then lies between the holes that they leave, and on PostgreSQL a process grew by 30 kB a
    conversation without holding more (`make load`).
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for parameter, value in (
            (_M_MMAP_THRESHOLD, _LARGE_BYTES),
            (_M_TRIM_THRESHOLD, _LARGE_BYTES),
            (_M_ARENA_MAX, _ARENAS),
        ):
            mallopt(parameter, value)
