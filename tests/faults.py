"""Faults at the calls to the file system: injected by strace(1) into a real program (`tests/publishing.py`, podfeed itself).

strace counts calls by name, so a point is a name and a number; that the fault happened is asserted each time, or the
proof would prove nothing.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path

from podfeed.publish import manifest
from tests import faulty, publishing

# Calls that touch the file system; getdents64 reads a folder, flock waits for the turn.
CALLS = """access openat open creat close read write pread64 pwrite64 lseek copy_file_range sendfile ftruncate fsync
fdatasync newfstatat fstat stat lstat statx mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat
symlink symlinkat readlink readlinkat utimensat chmod fchmod fchmodat getdents64 flock fcntl ioctl""".split()
TRACE = "trace=" + ",".join(f"?{call}" for call in CALLS)
# -I -S: without site-packages Python starts in 15 ms; publishing needs nothing from there.
BUILD = [sys.executable, "-I", "-S", publishing.__file__]
FAULTS = {"killed": "signal=KILL", "disk full": "error=ENOSPC", "disk broken": "error=EIO"}
HISTORIES = {"the first build": 0, "the second": 1, "with three releases in turn": 4}


@cache
def strace(fault: str = "") -> tuple[str, ...]:
    """The program and its first words. Where the kernel can sort calls, the others do not stop the build: a third less.
    A signal does not come through then."""
    if "signal" in fault:
        return ("strace", "-f")
    quick = ("strace", "--seccomp-bpf", "-f")
    tried = subprocess.run([*quick, "-qq", "-e", "trace=fsync", "true"], capture_output=True)
    return quick if tried.returncode == 0 and not tried.stderr else ("strace", "-f")


def build(folder: Path, state: str, *strace: object, **more) -> subprocess.CompletedProcess[str]:
    command = [*strace, *BUILD, folder, state, folder.parent / "sound.mp3"]
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, **more)


def show(folder: Path, history: int) -> Path:
    """A public folder after so many builds."""
    folder.mkdir()
    (folder / "sound.mp3").write_bytes(random.Random(1).randbytes(300_000))
    for state in range(history):
        assert build(folder / "public", str(state)).returncode == 0
    for file in folder.rglob("*"):
        # Later than any build, so that each build has to set the dates of what it changes: the calls stay the same.
        os.utime(file, (4e9, 4e9), follow_symlinks=False)
    return folder / "public"


def points(base: Path, work: Path) -> list[tuple[str, int]]:
    """Every call to the file system that a build makes: its name and its number among calls of that name."""
    shutil.copytree(base.parent, work, symlinks=True)
    build(work / "first", "new")  # Python compiles modules when it first sees them: calls that come only once
    log = work / "log"
    done = build(work / "public", "new", *strace(), "-o", log, "-e", TRACE)
    assert done.returncode == 0, done.stderr
    found = calls_between(log)
    assert len(found) > 60
    return found


def calls_between(log: Path) -> list[tuple[str, int]]:
    """The calls that a trace shows between the two marks, each with its number among calls of its name."""
    counts: Counter[str] = Counter()
    found, inside = [], False
    for line in log.read_text(errors="replace").splitlines():
        match = re.match(r"\d+\s+(\w+)\(", line)
        if not match:
            continue
        counts[match[1]] += 1
        if match[1] == "access" and faulty.END in line:
            break
        if inside:
            found.append((match[1], counts[match[1]]))
        inside = inside or (match[1] == "access" and faulty.START in line)
    return found


# --- what is public -----------------------------------------------------------------------------------------------


def tree(folder: Path) -> dict[str, bytes] | None:
    """What is public; None if nothing is."""
    if not folder.is_symlink():
        return None
    return files_in(folder.resolve(strict=True))


def files_in(root: Path) -> dict[str, bytes]:
    """What lies in one release."""

    def refuse(error: OSError) -> None:
        raise error

    found = [Path(top, name) for top, _, names in os.walk(root, onerror=refuse) for name in names]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def assert_sound(folder: Path) -> None:
    """The manifest of what is public says its bytes, and nothing lies about that should not."""
    release = folder.resolve()
    held = manifest.read(release.with_name(release.name + ".json"))
    found = tree(folder)
    assert found is not None and held is not None
    assert {p: (row.sha256, row.length) for p, row in manifest.entries(held).items()} == {
        p: (sha256(data).hexdigest(), len(data)) for p, data in found.items()
    }
    names = {name.removesuffix(".json") for name in os.listdir(release.parent)} - {"lock"}
    assert release.name in names and len(names) <= 3 and all(name.isdigit() for name in names)
