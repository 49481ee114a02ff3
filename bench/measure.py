"""What a command costs: wall time, processor time and memory, of all its processes together.

Two commands are compared in pairs, one after the other, so that what else the machine does at that moment falls on
both; what counts is the median of the pairs' ratios.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


class Failed(Exception):
    """A command ended with another status than it should, or said something else."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`wall` and `cpu` in seconds; `peak` is the largest sum of the memory of all processes, in bytes; 0 if unknown."""

    wall: float
    cpu: float
    peak: int = 0


@dataclass(frozen=True, slots=True)
class Ratio:
    """Medians over `pairs` pairs of what one command costs by what the other does."""

    wall: float
    cpu: float
    peak: float
    ours: Cost
    theirs: Cost
    pairs: int


Work = Callable[[], Cost]
MOST = 99
"""No more pairs than this, whatever is asked for."""


def run(command: Sequence[str | Path], folder: Path | None = None, *, memory: bool = False, fine=(0,)) -> Cost:
    """Runs a command to its end and says what it took, the processes that it waited for included.

    Raises Failed if its status is not among `fine`.
    """
    with Path(os.devnull).open("r+b") as nothing:
        began = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], cwd=folder, stdout=nothing, stderr=nothing)
        watch = Watch(process.pid) if memory else None
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    peak = watch.end() if watch else 0
    if process.returncode not in fine:
        raise Failed(f"status {process.returncode} of {' '.join(map(str, command))}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak)


def within(work: Callable[[], object]) -> Cost:
    """What a piece of work in this process takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(c.wall for c in costs), statistics.median(c.cpu for c in costs), max(c.peak for c in costs)
    )


def several(work: Work, count: int) -> Cost:
    """The medians of a piece of work that is done `count` times."""
    return median([work() for _ in range(min(count, MOST))])


def paired(ours: Work, theirs: Work, *, most: int = 5, seconds: float = 20) -> Ratio:
    """Runs both in turn up to `most` times, but no new pair once `seconds` have gone; at least one."""
    began = time.perf_counter()
    pairs: list[tuple[Cost, Cost]] = []
    while not pairs or (len(pairs) < min(most, MOST) and time.perf_counter() - began < seconds):
        pairs.append((ours(), theirs()))
    return of_pairs(pairs)


def of_pairs(pairs: Sequence[tuple[Cost, Cost]]) -> Ratio:
    peaks = [one.peak / other.peak for one, other in pairs if other.peak]
    return Ratio(
        wall=statistics.median(one.wall / other.wall for one, other in pairs),
        cpu=statistics.median(one.cpu / max(other.cpu, 1e-6) for one, other in pairs),
        peak=statistics.median(peaks) if peaks else 0,
        ours=median([one for one, _ in pairs]),
        theirs=median([other for _, other in pairs]),
        pairs=len(pairs),
    )


class Watch:
    """Looks up to twenty times a second at how much memory a process and all below it use together.

    What processes share (after a fork) counts once: the figures are the kernel's proportional sizes. To work them out takes the
    longer the larger a process is, so it rests forty times as long: what is watched shall not be slowed.
    """

    def __init__(self, pid: int):
        self._pid, self._peak, self._stop = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        pause = 0.05
        while not self._stop.wait(pause):
            began = time.perf_counter()
            self._peak = max(self._peak, resident(self._pid))
            pause = max(0.05, 40 * (time.perf_counter() - began))

    def end(self) -> int:
        self._stop.set()
        self._thread.join()
        return self._peak


def _family(pid: int) -> list[int]:
    """A process and its descendants, as far as they still run."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{one}/task"):
                waiting += map(int, Path(f"/proc/{one}/task/{task}/children").read_text().split())
    return found


def busy(pid: int) -> float:
    """Seconds of processor time that a process and those below it have had, as far as they still run."""
    ticks = 0
    for one in _family(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> int:
    """Bytes of memory that a process and those below it use now."""
    return sum(map(_memory, _family(pid)))


def _memory(pid: int) -> int:
    """Bytes of memory that a process uses (Pss); 0 if it has gone."""
    with contextlib.suppress(OSError, IndexError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
