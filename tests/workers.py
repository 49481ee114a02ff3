"""The processes that open recordings and pictures, left running from one test to the next.

The default run loads five hundred shows, and most of loading a small one is starting the process that opens its
recording. It is the real process with its limits; only its start is saved. Tests of that process itself start their own:
see `own_workers` in conftest.py.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

from podfeed import worker

IDLE: dict[tuple, list[worker.Worker]] = {}
"""Those that wait, by what they were started with and by which process: a copy of this one must not ask them."""

PICTURES = "podfeed.source.picture_worker"
MADE: dict[tuple, dict] = {}


class Kept(worker.Worker):
    """A `Worker` whose process waits, at the end, for the next one that wants the same."""

    def ask(self, request: dict, payload: bytes = b"") -> dict | worker.Died:
        """A picture that was made smaller before is not made smaller again: the same bytes give the same bytes."""
        if self.module != PICTURES:
            return super().ask(request, payload)
        asked = (self._kind(), str(request), hashlib.sha256(payload).digest())
        if asked not in MADE:
            answer = super().ask(request, payload)
            if isinstance(answer, worker.Died):
                return answer
            MADE[asked] = answer
        return MADE[asked]

    def _start(self) -> subprocess.Popen[bytes]:
        waiting = IDLE.setdefault(self._kind(), [])
        if not waiting:
            return super()._start()
        kept = waiting.pop()
        self.process, self.watch = kept.process, kept.watch
        assert self.process
        return self.process

    def __exit__(self, failed: object = None, *_: object) -> None:
        if self.process is None or failed is not None:
            return super().__exit__()
        waiting = worker.Worker(self.module, self.limits)
        waiting.process, waiting.watch, self.process = self.process, self.watch, None
        IDLE.setdefault(self._kind(), []).append(waiting)

    def _kind(self) -> tuple:
        around = tuple(os.environ.get(name) for name in (*worker.ENVIRONMENT, "PYTHONPATH"))
        return (os.getpid(), os.getcwd(), sys.executable, self.module, self.limits, around)


def end_all() -> None:
    """Let all of them end."""
    while IDLE:
        for waiting in IDLE.popitem()[1]:
            waiting.__exit__()
