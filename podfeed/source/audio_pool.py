"""Asking the worker: one process or two, each killed when a file takes too long, and started again."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import podfeed

MANY = 50  # files from which a second process is worth its start (measured: PERFORMANCE, parallelism)
ENVIRONMENT = "PATH HOME USERPROFILE APPDATA SYSTEMROOT TMPDIR TEMP LD_LIBRARY_PATH PYTHONHOME PYTHONUSERBASE".split()
"""What the worker needs to find Python and its packages; keys to a storage are not among it."""

LONGEST_ANSWER = 16_000_000  # bytes; a thousand chapters with long titles need two


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: seconds of processor time, bytes of memory, seconds on the clock.

    The processor counts, not the clock, because a disk may be asleep and a machine busy; the clock is the last resort.
    """

    seconds: float = 2.0
    memory: int = 512 * 1024 * 1024
    patience: float = 30.0


LIMITS = Limits()


def ask_all(requests: Sequence[dict], limits: Limits = LIMITS) -> list[dict]:
    """The worker's answer to each request, in order: `{"facts": …}` or `{"refused": …}`."""
    answers: list[dict] = [{}] * len(requests)
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(requests)):
        waiting.put(number)

    def work() -> None:
        with Worker(limits) as worker:
            while True:
                try:
                    number = waiting.get_nowait()
                except queue.Empty:
                    return
                answers[number] = worker.ask(requests[number])

    if len(requests) > MANY and (os.cpu_count() or 1) > 1:
        _twice(work, waiting)
    elif requests:
        work()
    return answers


def _twice(work: Callable[[], None], waiting: queue.SimpleQueue[int]) -> None:
    """Do it in two threads. If one is interrupted (Ctrl-C), nothing is left for the other."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        try:
            for done in (pool.submit(work), pool.submit(work)):
                done.result()
        except BaseException:
            with suppress(queue.Empty):
                while True:
                    waiting.get_nowait()
            raise


class Worker:
    """A process that reads recordings; it is there from the first question to the end of the `with` block."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def ask(self, request: dict) -> dict:
        """Its answer, or a refusal if it cannot give one in time."""
        process = self.process or self._start()
        patience = request.get("patience", self.limits.patience)
        timer = threading.Timer(patience, process.kill)
        timer.start()
        try:
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline(LONGEST_ANSWER)
            answer = json.loads(line) if line.endswith(b"\n") else None
        except (OSError, ValueError):
            answer = None
        finally:
            timer.cancel()
        if isinstance(answer, dict) and ("facts" in answer or "refused" in answer):
            return answer
        return {"refused": self._obituary(request)}

    def _start(self) -> subprocess.Popen[bytes]:
        """No shell, no credentials in its environment, and not the current folder on its path (-P): a show's folder
        may hold a `mutagen.py`."""
        around = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        paths = (str(Path(podfeed.__file__).parent.parent), os.environ.get("PYTHONPATH", ""))
        around["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        around["MALLOC_ARENA_MAX"] = "1"  # a second arena would take 64 MB of the address space that is allowed
        command = [sys.executable, "-P", "-m", "podfeed.source.audio_worker"]
        limits = [str(self.limits.seconds), str(self.limits.memory)]
        self.process = subprocess.Popen(
            command + limits, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=around
        )
        return self.process

    def _obituary(self, request: dict) -> dict:
        """Why the process ended, as the worker's manners have it: 75 too slow, 77 too much memory."""
        status = self._stop()
        name = os.path.basename(request["file"])
        if status == 77:
            code, message = "audio-too-big-for-memory", f"reading `{name}` takes more memory than any recording should"
        else:
            code, message = "audio-too-slow", f"reading `{name}` takes longer than any recording should"
        hint = "its tags are probably damaged: open it in your audio editor and save it anew"
        return {"code": code, "message": message, "hint": hint}

    def _stop(self) -> int:
        """Let it end, or end it; its exit status."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        assert process.stdin and process.stdout
        with suppress(OSError):
            process.stdin.close()  # tells it that there are no more questions
        try:
            status = process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        process.stdout.close()
        return status
