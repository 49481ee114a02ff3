"""Chapters of an MP3 as AntennaPod finds them: written anew after how its ID3Reader and ChapterReader go about it.

Source: AntennaPod/AntennaPod at 0224112, parser/media/…/id3/ChapterReader.java and ID3Reader.java. It reads on to the
first frame whose name is none, takes sizes as the tag's version writes them, and of several links keeps the last.
Its one step that is left out: it percent-decodes a link.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

ENCODINGS = ("latin-1", "utf-16", "utf-16", "utf-8")


@dataclass
class Chapter:
    start: float  # seconds
    title: str | None = None
    link: str | None = None
    picture: bytes | None = None


def chapters(data: bytes) -> list[Chapter]:
    """The chapters in the order of the file."""
    assert data[:3] == b"ID3"
    synchsafe = data[3] >= 4
    size = _size(data[6:10], synchsafe=True)
    return [_chapter(body, synchsafe) for name, body in _frames(data[10 : 10 + size], synchsafe) if name == b"CHAP"]


def _size(four: bytes, synchsafe: bool) -> int:
    if not synchsafe:
        return int.from_bytes(four, "big")
    return sum((byte & 0x7F) << shift for byte, shift in zip(four, (21, 14, 7, 0), strict=True))


def _frames(data: bytes, synchsafe: bool) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 10 <= len(data) and b"0"[0] <= data[place] <= b"z"[0]:
        end = place + 10 + _size(data[place + 4 : place + 8], synchsafe)
        yield data[place : place + 4], data[place + 10 : end]
        place = end


def _chapter(body: bytes, synchsafe: bool) -> Chapter:
    _name, _, rest = body.partition(b"\0")
    found = Chapter(struct.unpack(">I", rest[:4])[0] / 1000)
    for name, inner in _frames(rest[16:], synchsafe):  # end time and the two offsets are passed over
        if name == b"TIT2":
            found.title, _ = _text(inner[0], inner[1:])
        elif name == b"WXXX":
            _words, link = _text(inner[0], inner[1:])
            found.link = link.partition(b"\0")[0].decode("latin-1")
        elif name == b"APIC":
            _kind, _, picture = inner[1:].partition(b"\0")
            _words, found.picture = _text(inner[0], picture[1:])
    return found


def _text(encoding: int, data: bytes) -> tuple[str, bytes]:
    """A text up to its end, and what follows it."""
    step = 2 if encoding in (1, 2) else 1
    end = next((n for n in range(0, len(data), step) if not any(data[n : n + step])), len(data))
    return data[:end].decode(ENCODINGS[encoding]), data[end + step :]
