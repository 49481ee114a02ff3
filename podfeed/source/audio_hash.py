"""Which recording it is: the SHA-256 of its bytes, remembered until the file changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from podfeed.source.audio_cache import Cache, Identity, identify


def sha256_all(files: Iterable[Path], cache: Path) -> list[tuple[str, Identity]]:
    """The SHA-256 of each file in hexadecimal, with what the file system said of the file whose bytes that were; read in pieces.
    What was read once is in the folder `cache`.

    Raises OSError if one cannot be read, or if it changes meanwhile.
    """
    known = Cache.load(cache)
    found = [(file, *_sha256(file, known)) for file in files]
    if known.fresh:  # which may have taken minutes
        for file, _, identity in found:
            _same(file, identity)
    known.save()
    return [(sha256, identity) for _, sha256, identity in found]


def sha256_of(file: Path, cache: Path) -> str:
    """The same for one file."""
    [(sha256, _)] = sha256_all([file], cache)
    return sha256


def _sha256(file: Path, known: Cache) -> tuple[str, Identity]:
    identity = identify(file)
    record = known.get(file, identity)
    if record and isinstance(record.get("sha256"), str):
        return record["sha256"], identity
    with open(file, "rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    _same(file, identity)
    known.put(file, identity, {**(record or {}), "sha256": sha256})
    return sha256, identity


def _same(file: Path, identity: Identity) -> None:
    if identify(file) != identity:
        raise OSError(None, "it changed while it was read", str(file))
