"""Which recording it is: the SHA-256 of its bytes, remembered until the file changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from podfeed.source.audio_cache import Cache, identify


def sha256_all(files: Iterable[Path], cache: Path) -> dict[Path, str]:
    """The SHA-256 of each file in hexadecimal, read in pieces; what was read once is in the folder `cache`.

    Raises OSError if one cannot be read, or if it changes meanwhile.
    """
    known = Cache.load(cache)
    found = {file: _sha256(file, known) for file in dict.fromkeys(files)}
    known.save()
    return found


def sha256_of(file: Path, cache: Path) -> str:
    """The same for one file."""
    return sha256_all([file], cache)[file]


def _sha256(file: Path, known: Cache) -> str:
    identity = identify(file)
    record = known.get(file, identity)
    if record and isinstance(record.get("sha256"), str):
        return record["sha256"]
    with open(file, "rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    if identify(file) != identity:
        raise OSError(None, "it changed while it was read", str(file))
    known.put(file, identity, {**(record or {}), "sha256": sha256})
    return sha256
