"""Work for several processors: a copy of this process (fork(2)) takes parts of it, as many as it gets done.

A copy knows all that we know and sends back only what it found, so nothing is packed on the way there. Linux only:
elsewhere a process with system libraries must not be copied, and does all by itself.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
NUMBER = struct.Struct("=I")
MOST = 8_000
"""Parts at most: their numbers wait in a pipe, which holds 64 KiB (pipe(7)); a read of four bytes is never divided."""


def processors() -> int:
    """How many of them this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def share(work: Callable[[int], object], parts: int, found: Callable[[], T], helpers: int) -> list[T]:
    """Calls `work` with every number below `parts` once, here or in one of `helpers` copies of this process.

    What `found()` then gives in each copy is returned, in no order. An exception of a copy is raised here; with any
    exception all copies are gone when it leaves.
    """
    if not helpers:
        for number in range(parts):
            work(number)
        return []
    numbers, fill = os.pipe()
    for number in range(parts):
        os.write(fill, NUMBER.pack(number))
    os.close(fill)
    copies: dict[int, int] = {}
    try:
        for _ in range(helpers):
            answer, send = os.pipe()
            copy = os.fork()
            if not copy:
                os.close(answer)
                _help(work, found, numbers, send)
            os.close(send)
            copies[copy] = answer
        _take_parts(work, numbers)
        return [_answer(copy, copies) for copy in tuple(copies)]
    finally:
        os.close(numbers)
        for copy, answer in copies.items():
            os.close(answer)
            os.kill(copy, signal.SIGKILL)
            os.waitpid(copy, 0)


def _take_parts(work: Callable[[int], object], numbers: int) -> None:
    while number := os.read(numbers, NUMBER.size):
        work(*NUMBER.unpack(number))


def _help(work: Callable[[int], object], found: Callable[[], T], numbers: int, send: int) -> None:
    """A copy's whole life."""
    parent = os.getppid()

    def unless_alone(number: int) -> None:
        if os.getppid() != parent:  # killed: what we make would be in the way of the next build
            os._exit(1)
        work(number)

    try:
        try:
            _take_parts(unless_alone, numbers)
            said = pickle.dumps((None, found()))
        except Exception as wrong:
            while os.read(numbers, 1 << 16):  # nobody need go on
                pass
            said = pickle.dumps((wrong, None))
        with open(send, "wb") as pipe:
            pipe.write(said)
        os._exit(0)
    finally:
        os._exit(1)


def _answer(copy: int, copies: dict[int, int]) -> Any:
    with open(copies.pop(copy), "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(copy, 0)
    if status or not said:
        raise ChildProcessError("a process that made part of the site was stopped")
    wrong, found = pickle.loads(said)
    if wrong:
        raise wrong
    return found
