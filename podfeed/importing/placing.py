"""Putting the files where they belong: all of them, or none; nothing that is there is written over.

They are written into a folder of their own first: beside the target, which it becomes in one step. Into a folder that is there
already (the current one, one with a README or version control in it) each is moved from a folder inside, show.yaml last,
so that a show is there only when all of it is; whoever was stopped half-way runs the import again: files with the same
content may stay.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path


class Occupied(Exception):
    """Files that are there already, with other content."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def place(target: Path, files: dict[str, str]) -> None:
    """Write the files into `target`. Raises Occupied before anything is written, OSError for a machine that fails."""
    taken = [name for name, text in sorted(files.items()) if _differs(target / name, text)]
    if taken:
        raise Occupied(taken)
    there = target.exists()
    target = target.absolute()
    staging = target / ".importing" if there else target.parent / f".{target.name}.importing"
    shutil.rmtree(staging, ignore_errors=True)  # of a run that was killed
    try:
        for name, text in files.items():
            _write(staging / name, text)
        if not there:
            os.replace(staging, target)
        else:
            for name in sorted(files, key=lambda name: (name == "show.yaml", name)):
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(staging / name, target / name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _differs(path: Path, text: str) -> bool:
    if not path.exists() and not path.is_symlink():
        return False
    return path.is_symlink() or not path.is_file() or path.read_bytes() != text.encode()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
