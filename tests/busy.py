"""How long this machine lets a thread wait: what a test allows beyond what the program promises.

A test that holds a promise in seconds would fail where other programs keep the processors busy. So it looks, while it
measures, how late a thread wakes that wants to wake every hundredth of a second, and allows that as well.
"""

from __future__ import annotations

import threading
import time

EVERY = 0.01


class Pauses:
    """While the `with` block lasts. `allowed` is, in seconds, what an answer may be later for them: an answer passes some
    threads and processes, each of which may have to wait."""

    def __init__(self) -> None:
        self._longest = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Pauses:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def allowed(self) -> float:
        return 4 * self._longest

    def _watch(self) -> None:
        over = False
        while not over:
            began = time.monotonic()
            over = self._over.wait(EVERY)
            if not over:
                self._longest = max(self._longest, time.monotonic() - began - EVERY)
