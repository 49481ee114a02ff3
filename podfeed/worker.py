"""Asking a process that may be killed: what strangers made (recordings, feeds) is never parsed in this one.

A `Worker` is one process that runs one of our modules, answers questions one after the other, is killed when an answer
takes too long, and started again for the next question. `podfeed.worker_process` is the other side.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import podfeed
from podfeed.worker_process import TOO_BIG

ENVIRONMENT = "PATH HOME USERPROFILE APPDATA SYSTEMROOT TMPDIR TEMP LD_LIBRARY_PATH PYTHONHOME PYTHONUSERBASE".split()
"""What the worker needs to find Python and its packages; keys to a storage are not among it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may cost: seconds of processor time, bytes of memory, seconds on the clock.

    The processor counts, not the clock, because a disk may be asleep and a machine busy; the clock is the last resort.
    `longest` is how many bytes an answer may have.
    """

    seconds: float = 2.0
    memory: int = 512 * 1024 * 1024
    patience: float = 30.0
    longest: int = 16_000_000


@dataclass(frozen=True, slots=True)
class Died:
    """No answer: `status` is how the process ended, TOO_SLOW, TOO_BIG or another."""

    status: int

    @property
    def too_big(self) -> bool:
        return self.status == TOO_BIG


class Worker:
    """A process that runs `module`; it is there from the first question to the end of the `with` block."""

    def __init__(self, module: str, limits: Limits) -> None:
        self.module = module
        self.limits = limits
        self.process: subprocess.Popen[bytes] | None = None
        self.watch: Watch | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def ask(self, request: dict, payload: bytes = b"") -> dict | Died:
        """Its answer, or how it died. `payload` travels beside the request, as bytes.

        A request may have its own `seconds` and `patience`.
        """
        process = self.process or self._start()
        assert self.watch
        self.watch.begin(request.get("patience", self.limits.patience))
        try:
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps({**request, "payload": len(payload)}).encode() + b"\n" + payload)
            process.stdin.flush()
            line = process.stdout.readline(self.limits.longest)
            answer = json.loads(line) if line.endswith(b"\n") else None
        except (OSError, ValueError):
            answer = None
        finally:
            self.watch.stop()
        return answer if isinstance(answer, dict) else Died(self._stop())

    def _start(self) -> subprocess.Popen[bytes]:
        """No shell, no credentials in its environment, and not the current folder on its path (-P): a show's folder
        may hold a `mutagen.py`."""
        around = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        paths = (str(Path(podfeed.__file__).parent.parent), os.environ.get("PYTHONPATH", ""))
        around["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        around["MALLOC_ARENA_MAX"] = "1"  # a second arena would take 64 MB of the address space that is allowed
        command = [sys.executable, "-P", "-m", self.module]
        limits = [str(self.limits.seconds), str(self.limits.memory)]
        self.process = subprocess.Popen(
            command + limits, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=around
        )
        self.watch = Watch(self.process)
        return self.process

    def _stop(self) -> int:
        """Let it end, or end it; its exit status."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        assert process.stdin and process.stdout and self.watch
        self.watch.end()
        with suppress(OSError):
            process.stdin.close()  # tells it that there are no more questions
        try:
            status = process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        process.stdout.close()
        return status


class Watch:
    """Kills a process if an answer takes longer than it may. One thread for all of its answers: to start one for each took a
    fifth of a millisecond, as long as the answer to an ordinary question."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._changed = threading.Condition()
        self._deadline = self._wakes = math.inf  # seconds of the monotonic clock
        self._over = False
        threading.Thread(target=self._run, name="podfeed-watch", daemon=True).start()

    def begin(self, patience: float) -> None:
        """From now on it has so many seconds."""
        with self._changed:
            self._deadline = time.monotonic() + patience
            if self._deadline < self._wakes:  # else it wakes in time by itself
                self._changed.notify()

    def stop(self) -> None:
        """The answer is there; the process is not killed any more."""
        with self._changed:
            self._deadline = math.inf

    def end(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while not self._over:
                left = self._deadline - time.monotonic()
                if left <= 0:
                    self._process.kill()
                    self._deadline = left = math.inf
                self._wakes = self._deadline
                self._changed.wait(None if left == math.inf else left)
