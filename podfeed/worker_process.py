"""Inside the process that parses what strangers made: a question a line on its input, an answer a line on its output.

Both are JSON, so that a broken worker can give wrong facts but never run code elsewhere; bytes may follow a question.
It may be killed at any moment and ends itself when one question costs too much. Started by `podfeed.worker`.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

TOO_SLOW, TOO_BIG = 75, 77  # how it ends itself: exit statuses


def serve(answer: Callable[[dict, bytes], dict], seconds: float, memory: int, alone: bool = False) -> None:
    """Answer until the input ends. `alone`: from now on no file and no connection can be opened."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    _limit_memory(memory)
    clock = Clock(seconds)
    threading.Thread(target=clock.watch, daemon=True).start()
    if alone:
        _shut_off()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        payload = sys.stdin.buffer.read(request["payload"])
        clock.start(request.get("seconds", seconds))
        try:
            text = json.dumps(answer(request, payload))
        except MemoryError:
            os._exit(TOO_BIG)  # what it still holds would count against the next question
        clock.stop()
        answers.write(text.encode() + b"\n")
        answers.flush()


class Clock:
    """Ends the process when one request has used up its seconds of processor time, even inside a loop of a library."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.deadline: float | None = None

    def start(self, seconds: float) -> None:
        self.deadline = time.process_time() + seconds

    def stop(self) -> None:
        self.deadline = None

    def watch(self) -> None:
        while True:
            time.sleep(min(0.05, self.seconds / 4))
            deadline = self.deadline
            if deadline is not None and time.process_time() > deadline:
                os._exit(TOO_SLOW)


def _limit_memory(memory: int) -> None:
    """Windows has no such limit; there the limit on time is the only one."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


FORBIDDEN = ("open", "os.", "socket.", "subprocess.", "shutil.", "ctypes.", "urllib.", "glob.")
"""Beginnings of the names of audit events (Python's table of them) that reach beyond the process."""


def _shut_off() -> None:
    """Nothing can be opened any more: Python is asked first (an audit hook), and the system has no number left for a
    new file or connection, which holds for libraries in C too."""

    def refuse(event: str, _: tuple) -> None:
        if event.startswith(FORBIDDEN):
            raise PermissionError(f"{event} is not for a reader of foreign bytes")

    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    sys.addaudithook(refuse)
