"""The process that opens recordings: a question a line on its input, an answer a line on its output, both JSON.

It may be killed at any moment and ends itself when one file costs too much: status 75 for time, 77 for memory.
Started by `audio_pool`; no pickles, so that a broken worker can give wrong facts but never run code elsewhere.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress

TOO_SLOW, TOO_BIG = 75, 77


def main(seconds: float, memory: int) -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    _limit_memory(memory)
    if hasattr(signal, "SIGIO"):
        signal.signal(signal.SIGIO, signal.SIG_IGN)  # sent when somebody opens a file on which we hold a lease
    clock = Clock(seconds)
    threading.Thread(target=clock.watch, daemon=True).start()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        clock.start(request.get("seconds", seconds))
        answer = _answer(request)
        clock.stop()
        answers.write(json.dumps(answer).encode() + b"\n")
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


def _answer(request: dict) -> dict:
    from podfeed.source.audio_refusal import Refusal

    try:
        if request["job"] == "embed":
            from podfeed.source.audio_write import embed

            return {"facts": embed(request)}
        from podfeed.source.audio_read import read

        return {"facts": read(request["file"], request["art"])}
    except Refusal as refusal:
        return {"refused": refusal.as_dict()}
    except MemoryError:
        os._exit(TOO_BIG)  # what it still holds would count against the next file
    except Exception as error:  # mutagen raises IndexError, struct.error, RecursionError … for broken files
        return {"refused": _unreadable(request["file"], error).as_dict()}


def _unreadable(file: str, error: Exception):
    from podfeed.source.audio_refusal import Refusal

    name = os.path.basename(file)
    if isinstance(error, PermissionError):
        return Refusal("audio-unreadable", f"`{name}` may not be read by this user", f"chmod a+r {name}")
    if isinstance(error, FileNotFoundError):
        return Refusal("audio-missing", f"`{name}` is not there any more", "put the file into media/")
    if isinstance(error, OSError) and error.strerror:
        return Refusal("audio-unreadable", f"`{name}` cannot be read ({error.strerror})", "check the disk it lies on")
    hint = "if it plays to its end, open it in your audio editor and save it anew; else copy it again"
    return Refusal("audio-unreadable", f"`{name}` is damaged, or not a recording", hint)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
