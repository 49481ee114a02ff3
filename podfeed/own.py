"""Podfeed's own folders and files inside a show's folder: whether they are what podfeed made.

A show's folder may come from anybody, and with it links where podfeed would write and clear away. So whatever of these is there
has to be a real folder, else nothing is done at all; or an ordinary file, else it is as if it were not there.
"""

from __future__ import annotations

import os

FORMAT, FOLDER, FILE = 0o170000, 0o040000, 0o100000  # inode(7); the module stat costs a millisecond

FOLDERS = (".podfeed", ".podfeed/cache", ".podfeed/cache/published", ".podfeed/cache/art")


def foreign(folder: str) -> str | None:
    """The first folder of ours that podfeed did not make, by its path in the show's folder."""
    return next((name for name in FOLDERS if not is_own(f"{folder}/{name}", FOLDER)), None)


def is_own(path: str, kind: int) -> bool:
    """Whether it is of this kind (`FOLDER` or `FILE`) itself, and no link to one; or not there."""
    try:
        return os.lstat(path).st_mode & FORMAT == kind
    except OSError:
        return True
