"""Reading from a place in an open file that others read too."""

from __future__ import annotations

import os
import threading

_one = threading.Lock()


def read_at(descriptor: int, length: int, start: int) -> bytes:
    """At most `length` bytes from byte `start` on. Windows has no pread(2): there, one after the other."""
    if hasattr(os, "pread"):
        return os.pread(descriptor, length, start)
    with _one:
        os.lseek(descriptor, start, os.SEEK_SET)
        return os.read(descriptor, length)
