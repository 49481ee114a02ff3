"""The command line, started again and again without importing it again and again.

`typed("check", cwd=folder)` is what `python -m podfeed check` does there: the standard streams, the environment and the
exit status of a process of its own. That process is a copy (fork(2)) of one that has imported the command already, which
is nine tenths of what a short command does. What depends on how Python itself starts needs the real command.
"""

from __future__ import annotations

import json
import os
import runpy
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS = 120.0
"""No command of a test takes that long: it only ends what hangs."""
_prepared: list[subprocess.Popen[bytes]] = []


def typed(
    *words: str, cwd: Path | str = ".", given: bytes = b"", seconds: float = SECONDS
) -> subprocess.CompletedProcess[bytes]:
    """What the command says and how it ends. Raises TimeoutExpired, and ends it, if it is not done in time."""
    if not hasattr(os, "fork"):
        command = [sys.executable, "-m", "podfeed", *words]
        return subprocess.run(command, cwd=cwd, input=given, capture_output=True, timeout=seconds)
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder, name) for name in ("in", "out", "err")]
        for stream in streams:
            stream.write_bytes(given if stream.name == "in" else b"")
        status = _asked({
            "words": words, "folder": os.path.abspath(cwd), "streams": [str(stream) for stream in streams],
            "around": dict(os.environ),
        }, seconds)  # fmt: skip
        return subprocess.CompletedProcess(words, status, streams[1].read_bytes(), streams[2].read_bytes())


def _asked(request: dict, seconds: float) -> int:
    if not _prepared:
        command = [sys.executable, "-P", __file__]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        _prepared.append(subprocess.Popen(command, **pipes, start_new_session=True))
    prepared = _prepared[0]
    assert prepared.stdin and prepared.stdout
    prepared.stdin.write(json.dumps(request).encode() + b"\n")
    prepared.stdin.flush()
    if not select.select([prepared.stdout], [], [], seconds)[0]:
        os.killpg(prepared.pid, signal.SIGKILL)
        end()
        raise subprocess.TimeoutExpired(request["words"], seconds)
    return int(prepared.stdout.readline())


def end() -> None:
    """Let the prepared process go."""
    while _prepared:
        with _prepared.pop() as prepared:
            assert prepared.stdin
            prepared.stdin.close()


def serve() -> None:
    """In the prepared process: a line for each command, and its status for an answer."""
    import podfeed.check
    import podfeed.cli
    import podfeed.feed_check
    import podfeed.publish.folder
    import podfeed.site
    import podfeed.source.load
    import podfeed.steps  # noqa: F401 - all to have it

    with os.fdopen(os.dup(0)) as requests:
        for line in requests:
            asked = json.loads(line)
            copy = os.fork()
            if not copy:
                return become(asked)
            _, status = os.waitpid(copy, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)


def become(asked: dict) -> None:
    """The command; from here on it ends as any program does."""
    for number, (name, flags) in enumerate(zip(asked["streams"], (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY), strict=True)):
        file = os.open(name, flags)
        os.dup2(file, number)
        os.close(file)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["around"])
    sys.argv = ["podfeed", *asked["words"]]
    runpy.run_module("podfeed", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve()
