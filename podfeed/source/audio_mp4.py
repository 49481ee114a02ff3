"""What mutagen does not see in an MP4: whether all of it is there, how long fragments are, chapters in a track.

Auphonic and Hindenburg, the radio tool, write chapters as a QuickTime text track; most others as Nero's `chpl`.
Atoms: ISO 14496-12 and Apple's QuickTime File Format (chapter lists: "Track reference types", `chap`).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from podfeed.source.audio_refusal import Refusal

LARGEST_INDEX = 64_000_000  # bytes of `moov`; ten hours of AAC need six million
MOST_ATOMS = 200_000
MOST_CHAPTERS = 2_000


class Atom(NamedTuple):
    """A named stretch of bytes: of the file at the top level, of its parent's data below."""

    name: bytes
    start: int
    end: int


class Mark(NamedTuple):
    """A chapter: seconds, and what it says."""

    start: float
    title: str
    url: str | None = None


def top_atoms(file: BinaryIO) -> tuple[Atom, ...]:
    """The atoms of the file. Raises Refusal where one is longer than what is there."""
    size = file.seek(0, os.SEEK_END)
    found: list[Atom] = []
    at = 0
    while at + 8 <= size and len(found) < MOST_ATOMS:
        file.seek(at)
        length, name = struct.unpack(">I4s", file.read(8))
        start = at + 8
        if length == 1:
            (length,) = struct.unpack(">Q", file.read(8).ljust(8, b"\0"))
            start += 8
        elif length == 0:  # to the end of the file
            length = size - at
        if length < start - at:
            break  # junk after the last atom does no harm
        if at + length > size and name in (b"mdat", b"moov", b"moof"):
            missing = at + length - size
            hint = "copy it again; if it plays to its end, open it in your audio editor and save it anew"
            raise Refusal("audio-truncated", f"the last {missing:,} bytes of the recording are missing", hint)
        found.append(Atom(name, start, min(at + length, size)))
        at += length
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Index:
    """`moov`: what is where in the file."""

    data: bytes
    root: Atom

    def inside(self, atom: Atom) -> Iterator[Atom]:
        at = atom.start
        while at + 8 <= atom.end:
            length, name = struct.unpack_from(">I4s", self.data, at)
            if length < 8 or at + length > atom.end:
                return
            yield Atom(name, at + 8, at + length)
            at += length

    def find(self, atom: Atom | None, *path: bytes) -> Atom | None:
        for name in path:
            atom = next((child for child in self.inside(atom) if child.name == name), None) if atom else None
        return atom

    def body(self, atom: Atom | None, *path: bytes) -> bytes:
        found = self.find(atom, *path)
        return self.data[found.start : found.end] if found else b""

    def tracks(self) -> Iterator[Atom]:
        return (child for child in self.inside(self.root) if child.name == b"trak")

    def kind(self, track: Atom) -> bytes:
        return self.body(track, b"mdia", b"hdlr")[8:12]

    def number(self, track: Atom) -> int:
        head = self.body(track, b"tkhd")
        return struct.unpack_from(">I", head, 20 if head[:1] == b"\1" else 12)[0]

    def timescale(self, track: Atom) -> int:
        head = self.body(track, b"mdia", b"mdhd")
        return struct.unpack_from(">I", head, 20 if head[:1] == b"\1" else 12)[0] or 1


def index(file: BinaryIO, atoms: tuple[Atom, ...]) -> Index:
    """Raises Refusal where there is none: it is written last, so it is what a half-copied file lacks."""
    moov = next((atom for atom in atoms if atom.name == b"moov"), None)
    if moov is None:
        hint = "copy it again, or let your audio editor save it anew"
        raise Refusal("audio-truncated", "the recording lacks its index, which stands at the end", hint)
    if moov.end - moov.start > LARGEST_INDEX:
        hint = "open it in your audio editor and save it anew"
        raise Refusal("audio-too-big-for-memory", "the index of the recording is larger than any should be", hint)
    file.seek(moov.start)
    data = file.read(moov.end - moov.start)
    return Index(data, Atom(b"moov", 0, len(data)))


# --- fragments ------------------------------------------------------------------------------------------------


def fragments(file: BinaryIO, atoms: tuple[Atom, ...], moov: Index) -> float:
    """The seconds of sound in the fragments (`moof`); 0.0 if there are none."""
    sound = next((track for track in moov.tracks() if moov.kind(track) == b"soun"), None)
    if sound is None:
        return 0.0
    number, usual = moov.number(sound), 0
    for trex in moov.inside(moov.find(moov.root, b"mvex") or Atom(b"", 0, 0)):
        if trex.name == b"trex":
            track, _description, duration = struct.unpack_from(">III", moov.data, trex.start + 4)
            usual = duration if track == number else usual
    ticks = 0
    for moof in atoms:
        if moof.name != b"moof" or moof.end - moof.start > LARGEST_INDEX:
            continue
        file.seek(moof.start)
        part = Index(file.read(moof.end - moof.start), Atom(b"moof", 0, moof.end - moof.start))
        ticks += sum(_ticks(part, traf, number, usual) for traf in part.inside(part.root) if traf.name == b"traf")
    return ticks / moov.timescale(sound)


def _ticks(part: Index, traf: Atom, number: int, usual: int) -> int:
    """The length of a track's part of a fragment, in units of its time scale (ISO 14496-12 §8.8.7, 8.8.8)."""
    head = part.body(traf, b"tfhd")
    flags, track = struct.unpack_from(">II", head)
    if track != number:
        return 0
    if flags & 8:
        (usual,) = struct.unpack_from(">I", head, 8 + (8 if flags & 1 else 0) + (4 if flags & 2 else 0))
    ticks = 0
    for run in part.inside(traf):
        if run.name != b"trun":
            continue
        flags, count = struct.unpack_from(">II", part.data, run.start)
        if not flags & 0x100:
            ticks += count * usual
            continue
        width = 4 * sum(bool(flags & bit) for bit in (0x100, 0x200, 0x400, 0x800))
        first = run.start + 8 + 4 * bool(flags & 1) + 4 * bool(flags & 4)
        rows = part.data[first : min(run.end, first + count * width)]
        ticks += sum(struct.unpack_from(">I", rows, at)[0] for at in range(0, len(rows) - width + 1, width))
    return ticks


# --- chapters ---------------------------------------------------------------------------------------------------


def chapters(file: BinaryIO, moov: Index) -> tuple[Mark, ...]:
    """The chapter track if there is one (it has room for long titles and links), else Nero's list."""
    return _in_track(file, moov) or _nero(moov)


def _nero(moov: Index) -> tuple[Mark, ...]:
    data = moov.body(moov.root, b"udta", b"chpl")
    at = 8 if data[:1] == b"\1" else 4
    marks = []
    for _ in range(data[at] if len(data) > at else 0):
        if at + 10 > len(data):
            break
        start, length = struct.unpack_from(">QB", data, at + 1)
        title = data[at + 10 : at + 10 + length].decode("utf-8", "replace")
        marks.append(Mark(start / 10_000_000, title))
        at += 9 + length
    return tuple(marks)


def _in_track(file: BinaryIO, moov: Index) -> tuple[Mark, ...]:
    wanted = set()
    for track in moov.tracks():
        named = moov.body(track, b"tref", b"chap")
        wanted |= set(struct.unpack(f">{len(named) // 4}I", named[: len(named) // 4 * 4]))
    for track in moov.tracks():
        if moov.kind(track) in (b"text", b"sbtl") and moov.number(track) in wanted:
            return tuple(_texts(file, moov, track))
    return ()


def _texts(file: BinaryIO, moov: Index, track: Atom) -> Iterator[Mark]:
    scale, time = moov.timescale(track), 0
    for (offset, size), duration in zip(_places(moov, track), _durations(moov, track), strict=False):
        file.seek(offset)
        sample = file.read(min(size, 4096))
        if len(sample) >= 2:
            yield Mark(time / scale, _text(sample), _link(sample))
        time += duration


def _text(sample: bytes) -> str:
    (length,) = struct.unpack_from(">H", sample)
    text = sample[2 : 2 + length]
    wide = text[:2] in (b"\xfe\xff", b"\xff\xfe")
    return text.decode("utf-16" if wide else "utf-8", "replace")


def _link(sample: bytes) -> str | None:
    """The `href` atom after the text, as Apple's ChapterTool and Auphonic write it."""
    at = sample.find(b"href", 2)
    if at < 0 or at + 9 > len(sample):
        return None
    return sample[at + 9 : at + 9 + sample[at + 8]].decode("utf-8", "replace")


def _table(moov: Index, track: Atom, name: bytes, skip: int, row: str) -> list[tuple[int, ...]]:
    """The rows of a sample table after its count, `MOST_CHAPTERS` at most."""
    data = moov.body(track, b"mdia", b"minf", b"stbl", name)
    if len(data) < skip + 4:
        return []
    (count,) = struct.unpack_from(">I", data, skip)
    count = min(count, MOST_CHAPTERS, (len(data) - skip - 4) // struct.calcsize(row))
    return [struct.unpack_from(row, data, skip + 4 + i * struct.calcsize(row)) for i in range(count)]


def _durations(moov: Index, track: Atom) -> Iterator[int]:
    for count, duration in _table(moov, track, b"stts", 4, ">II"):
        for _ in range(min(count, MOST_CHAPTERS)):
            yield duration


def _places(moov: Index, track: Atom) -> Iterator[tuple[int, int]]:
    """Where each text lies in the file, and its size: chunks hold one sample or several."""
    chunks = _table(moov, track, b"stco", 4, ">I") or _table(moov, track, b"co64", 4, ">Q")
    runs = {first: count for first, count, _description in _table(moov, track, b"stsc", 4, ">III")}
    same = struct.unpack_from(">I", moov.body(track, b"mdia", b"minf", b"stbl", b"stsz").ljust(8, b"\0"), 4)[0]
    sizes = iter([(same,)] * MOST_CHAPTERS if same else _table(moov, track, b"stsz", 8, ">I"))
    in_chunk = 1
    for number, (offset,) in enumerate(chunks, 1):
        in_chunk = runs.get(number, in_chunk)
        for _, (size,) in zip(range(min(in_chunk, MOST_CHAPTERS)), sizes, strict=False):
            yield offset, size
            offset += size
