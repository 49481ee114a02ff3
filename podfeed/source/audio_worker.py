"""What the process that opens recordings answers: facts, or why there are none. Started by `audio_pool`."""

from __future__ import annotations

import os
import signal
import sys

from podfeed.worker_process import serve


def answer(request: dict, _: bytes) -> dict:
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
        raise
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
    if hasattr(signal, "SIGIO"):
        signal.signal(signal.SIGIO, signal.SIG_IGN)  # sent when somebody opens a file on which we hold a lease
    serve(answer, float(sys.argv[1]), int(sys.argv[2]))
