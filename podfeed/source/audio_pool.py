"""Asking the worker about recordings: one process or two, each killed when a file takes too long, and started again."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Sequence
from contextlib import suppress

from podfeed.worker import Died, Limits, Worker

MANY = 50  # files from which a second process is worth its start (measured: PERFORMANCE, parallelism)
LIMITS = Limits()  # a thousand chapters with long titles need two of the 16 MB of an answer
MODULE = "podfeed.source.audio_worker"


def ask_all(requests: Sequence[dict], limits: Limits = LIMITS) -> list[dict]:
    """The worker's answer to each request, in order: `{"facts": …}` or `{"refused": …}`."""
    answers: list[dict] = [{}] * len(requests)
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(requests)):
        waiting.put(number)

    def work() -> None:
        with Worker(MODULE, limits) as worker:
            while True:
                try:
                    number = waiting.get_nowait()
                except queue.Empty:
                    return
                answers[number] = _answer(worker, requests[number])

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


def _answer(worker: Worker, request: dict) -> dict:
    answer = worker.ask(request)
    if isinstance(answer, dict) and ("facts" in answer or "refused" in answer):
        return answer
    return {"refused": _obituary(request, isinstance(answer, Died) and answer.too_big)}


def _obituary(request: dict, too_big: bool) -> dict:
    """Why there are no facts: too much memory, or too slow."""
    name = os.path.basename(request["file"])
    if too_big:
        code, message = "audio-too-big-for-memory", f"reading `{name}` takes more memory than any recording should"
    else:
        code, message = "audio-too-slow", f"reading `{name}` takes longer than any recording should"
    hint = "its tags are probably damaged: open it in your audio editor and save it anew"
    return {"code": code, "message": message, "hint": hint}
