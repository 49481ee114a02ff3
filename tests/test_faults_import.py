"""An import that is killed, or meets a full or broken disk, at any call to the file system."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from podfeed.importing.placing import place
from tests import placing_import
from tests.faults import FAULTS, TRACE, calls_between, files_in, strace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux") or not shutil.which("strace"), reason="needs strace"),
]

WHOLE = {name: text.encode() for name, text in placing_import.FILES.items()}
COMMAND = [sys.executable, "-I", "-S", placing_import.__file__]
TARGETS = {"a new folder": None, "a folder with something in it": "README.md"}


def run(folder: Path, *strace: object) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in (*strace, *COMMAND, folder)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("there", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_at_every_call(memory, fault, there):
    """A show is there only when all of its files are; nothing that was there is touched; the same import again makes it
    whole and leaves nothing beside it."""
    log, number = memory / "log", 0

    def target() -> Path:
        nonlocal number
        number += 1
        folder = memory / str(number) / "show"
        folder.parent.mkdir()
        if there:
            folder.mkdir()
            (folder / there).write_text("mine")
        return folder

    run(target())  # Python compiles modules when it first sees them
    done = run(target(), *strace(), "-o", log, "-e", TRACE)
    assert done.returncode == 0, done.stderr
    found = calls_between(log)
    assert len(found) > 40
    outcomes: Counter[str] = Counter()
    for call, nth in found:
        folder = target()
        inject = f"inject={call}:{fault}:when={nth}"
        done = run(folder, *strace(fault), "-o", log, "-e", f"trace={call}", "-e", inject)
        fired = done.returncode == -signal.SIGKILL if "KILL" in fault else "(INJECTED)" in log.read_text()
        assert fired, f"{inject} did not happen: {done}"
        files = files_in(folder) if folder.exists() else {}
        files = {name: data for name, data in files.items() if not name.startswith(".importing/")}
        assert files.pop(there, b"mine") == b"mine"
        outcomes["whole" if files == WHOLE else "part"] += 1
        if done.returncode == 0 or "show.yaml" in files:
            assert files == WHOLE, inject
        assert all(WHOLE[name] == data for name, data in files.items()), "a file that is half there"
        assert "KILL" in fault or done.returncode in (0, 3), done
        place(folder, placing_import.FILES)
        files = files_in(folder)
        assert files.pop(there, b"mine") == b"mine" and files == WHOLE
        assert [path.name for path in folder.parent.iterdir()] == ["show"], "the next import leaves nothing beside it"
        shutil.rmtree(folder.parent)
    assert outcomes["part"] > 20 and outcomes["whole"] >= 1
