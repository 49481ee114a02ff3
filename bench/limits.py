"""What no builder can be quicker than: to look at every input, to read them, to write the same bytes again.

    python bench/limits.py read|write FOLDER [TARGET]

As a command of its own, so that it is measured as any other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path


def find(show: Path) -> list[str | Path]:
    """A command that asks the system for the date and size of every input, as a build without changes must."""
    return ["find", "-L", show / "episodes", show / "media", "-printf", "%s %T@\n"]


def read(show: Path) -> list[str | Path]:
    """A command that reads all inputs."""
    return [sys.executable, "-S", __file__, "read", show]


def write(public: Path, target: Path) -> list[str | Path]:
    """A command that writes what a build published, each file once, without asking what is in it."""
    return [sys.executable, "-S", __file__, "write", public, target]


def _below(folder: str) -> Iterator[tuple[str, str]]:
    for path, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from ((path, name) for name in names)


def _read_all(show: str) -> None:
    for part in ("episodes", "media"):
        for path, name in _below(os.path.join(show, part)):
            with open(os.path.join(path, name), "rb") as file:
                while file.read(1 << 20):
                    pass


def _write_all(public: str, target: str) -> None:
    data = b"x" * (64 << 20)
    made: set[str] = set()
    for path, name in _below(public):
        folder = os.path.join(target, os.path.relpath(path, public))
        if folder not in made:
            os.makedirs(folder, exist_ok=True)
            made.add(folder)
        size = os.stat(os.path.join(path, name)).st_size
        with open(os.path.join(folder, name), "wb", buffering=0) as file:
            file.write(memoryview(data)[:size])


if __name__ == "__main__":
    if sys.argv[1] == "read":
        _read_all(sys.argv[2])
    else:
        _write_all(sys.argv[2], sys.argv[3])
