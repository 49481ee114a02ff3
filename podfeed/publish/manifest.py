"""What a release holds, part by part: kept beside the release, never in it.

The first line is a table of the parts of the site, each with its key, how many files it has and how long they are. Then each
part has a line of its own with its files. Who wants to know of one part reads that line alone, and a part that stays as it
was keeps its line as it is: a show has hundreds of thousands of files, and a build touches a few hundred.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

from podfeed.output import Part
from podfeed.own import FILE, is_own

FORMAT = 4
LOOSE = ""
"""Stands for the folder of what belongs to no part."""


class Entry(NamedTuple):
    """A published file. `key` is its output's key (empty in a small part), `length` in bytes, `release` the number of the
    release that wrote its bytes: equal entries are one and the same file on the disk."""

    key: str
    media_type: str
    sha256: str
    length: int
    release: int


class Line(NamedTuple):
    """A part of the site, as `podfeed.output.Part` has it: `files` of `length` bytes in all. `text` has their entries,
    as JSON. Equal texts are the same files on the disk."""

    key: str
    beside: tuple[str, ...]
    more: tuple[str, ...]
    files: int
    length: int
    text: bytes

    def rows(self) -> dict[str, Entry]:
        """Path → entry, in ascending order of paths. Raises Damaged."""
        try:
            return {path: Entry._make(row) for path, row in json.loads(self.text).items()}
        except (ValueError, TypeError, AttributeError) as wrong:
            raise Damaged("a line of the manifest cannot be read") from wrong


Manifest: TypeAlias = Mapping[str, Line]
"""Folder of the part → its line; what belongs to no part is under LOOSE."""


class Damaged(Exception):
    """A manifest that looked whole is not."""


def line(part: Part | None, rows: Mapping[str, Entry]) -> Line:
    """The line of a part (None: of what belongs to none); the same for the same entries."""
    text = json.dumps(dict(sorted(rows.items())), ensure_ascii=False, separators=(",", ":")).encode()
    key, beside, more = (part.key, part.beside, part.more) if part else ("", (), ())
    return Line(key, beside, more, len(rows), sum(entry.length for entry in rows.values()), text)


def entries(manifest: Manifest) -> dict[str, Entry]:
    """All files of a release. Raises Damaged."""
    return {path: entry for one in manifest.values() for path, entry in one.rows().items()}


def dump(manifest: Manifest) -> bytes:
    """The manifest as lines of JSON, the same bytes for the same lines."""
    lines = sorted(manifest.items())
    table = [[folder, *one[:-1]] for folder, one in lines]
    head = json.dumps({"format": FORMAT, "parts": table}, ensure_ascii=False, separators=(",", ":")).encode()
    return b"\n".join([head, *(one.text for _folder, one in lines), b""])


def parse(data: bytes) -> Manifest | None:
    """The manifest of such bytes; None if another version of the program wrote them, or they are damaged."""
    try:
        head, *texts, end = data.split(b"\n")
        document = json.loads(head)
        if document["format"] != FORMAT:
            return None
        rows = [
            (folder, Line(key, tuple(beside), tuple(more), files, length, text))
            for (folder, key, beside, more, files, length), text in zip(document["parts"], texts, strict=True)
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(rows) if not end else None


def read(path: Path) -> Manifest | None:
    """The manifest at `path`; None where there is none that can be read."""
    if not is_own(str(path), FILE):
        return None
    try:
        return parse(path.read_bytes())
    except FileNotFoundError:
        return None
