"""Asking a process that may be killed: each answer has its own time, and one thread looks after all of them."""

from __future__ import annotations

import threading
import time

from podfeed.worker import Died, Limits, Worker

ECHO = "tests.slow_echo"


def watching() -> list[threading.Thread]:
    """The threads that look after a process; what other tests have left may be ending at this moment."""
    return [thread for thread in threading.enumerate() if thread.name == "podfeed-watch"]


def test_each_answer_has_its_own_time():
    """A short one after a long one counts at once; who was killed is started again for the next question."""
    with Worker(ECHO, Limits(seconds=30, patience=30)) as worker:
        before = watching()
        for number in range(50):
            assert worker.ask({"say": number, "after": 0}) == {"said": number}
        assert len(set(watching()) - set(before)) == 1
        first = worker.process
        begun = time.monotonic()
        assert isinstance(worker.ask({"say": 1, "after": 20, "patience": 0.2}), Died)
        assert time.monotonic() - begun < 10
        assert worker.ask({"say": 2, "after": 0.3}) == {"said": 2}
        assert worker.process is not first
        time.sleep(0.3)  # the time of an answer that has come kills nobody
        assert worker.ask({"say": 3, "after": 0, "patience": 0.2}) == {"said": 3}
        time.sleep(0.3)
        assert worker.ask({"say": 4, "after": 0}) == {"said": 4}


def test_it_is_told_no_secrets(monkeypatch):
    """Whoever opens a stranger's recording has nothing in its environment that it could give away."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    with Worker(ECHO, Limits()) as worker:
        said = worker.ask({"say": "around", "after": 0})["said"]
    assert "hush" not in said.values() and said["PYTHONPATH"]


def test_nobody_looks_after_a_process_that_has_ended():
    before = set(watching())
    with Worker(ECHO, Limits()) as worker:
        worker.ask({"say": 1, "after": 0})
        (ours,) = set(watching()) - before
    ours.join(10)
    assert not ours.is_alive()
