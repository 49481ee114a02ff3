"""What a release holds: one line of facts for every published path, kept beside the release, never in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

FORMAT = 1


class Entry(NamedTuple):
    """A published file. `key` is its output's key, `length` in bytes, `release` the number of the release that
    wrote its bytes: equal entries are one and the same file on the disk."""

    key: str
    media_type: str
    sha256: str
    length: int
    release: int


Manifest: TypeAlias = Mapping[str, Entry]
"""Path → entry, in ascending order of paths."""


def dump(manifest: Manifest) -> bytes:
    """The manifest as JSON, the same bytes for the same entries."""
    return json.dumps(
        {"format": FORMAT, "files": dict(sorted(manifest.items()))}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def parse(data: bytes) -> Manifest | None:
    """The manifest of such bytes; None if another version of the program wrote them, or they are damaged."""
    try:
        document = json.loads(data)
        if document["format"] != FORMAT:
            return None
        return {path: Entry._make(row) for path, row in document["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def read(path: Path) -> Manifest | None:
    """The manifest at `path`; None where there is none that can be read."""
    try:
        return parse(path.read_bytes())
    except FileNotFoundError:
        return None
