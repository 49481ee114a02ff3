"""How long an MP3 really is, and whether all of it is there: its frame headers, read by hand.

Without a Xing header nobody knows the length of a file of varying bitrate but he who walks its frames: mutagen says
898.8 s for 3,600 s and ffprobe is wrong too. Headers: ISO 11172-3 §2.4.1.3, 13818-3; Xing and Info: LAME's `VbrTag.c`.
"""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass
from typing import BinaryIO

V1_L3 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
V1_L2 = (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
V1_L1 = tuple(range(32, 449, 32))
V2_L1 = (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256)
V2_L23 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}  # by the version's two bits

WINDOW = 1 << 20  # bytes read at once
SAMPLES = 48  # places at which the bitrate is looked at before a file is taken to have only one
SMALL = 1 << 21  # files below this are walked at once: that is as quick
LOST = 2000  # times that the thread may be lost before a walk is given up


@dataclass(frozen=True, slots=True)
class Frame:
    """A header: `length` in bytes, `padding` of them spare, `samples` a channel, `rate` in Hz, `bitrate` in bits a
    second."""

    length: int
    padding: int
    samples: int
    rate: int
    bitrate: int
    family: int  # version, layer and rate: what stays the same from frame to frame

    @property
    def seconds(self) -> float:
        return self.samples / self.rate


def _frames() -> dict[int, Frame]:
    """Every header there is, by its first 23 bits."""
    table = {}
    for version in RATES:
        for layer in (1, 2, 3):  # layer III, II, I
            rows = (V1_L3, V1_L2, V1_L1) if version == 3 else (V2_L23, V2_L23, V2_L1)
            for row, kilobits in enumerate(rows[layer - 1], 1):
                for column, rate in enumerate(RATES[version]):
                    for bits in range(4):  # protection, padding
                        protection, padding = bits >> 1, bits & 1
                        head = 0x7FF << 12 | version << 10 | layer << 8 | protection << 7
                        head |= row << 3 | column << 1 | padding
                        family = version << 4 | layer << 2 | column
                        table[head] = _frame(version, layer, kilobits * 1000, rate, padding, family)
    return table


def _frame(version: int, layer: int, bitrate: int, rate: int, padding: int, family: int) -> Frame:
    if layer == 3:
        return Frame((12 * bitrate // rate + padding) * 4, padding * 4, 384, rate, bitrate, family)
    samples = 576 if layer == 1 and version != 3 else 1152
    return Frame(samples // 8 * bitrate // rate + padding, padding, samples, rate, bitrate, family)


FRAMES = _frames()
LENGTHS: dict[int, dict[int, int]] = {}
for _head, _known in FRAMES.items():
    LENGTHS.setdefault(_known.family, {})[_head] = _known.length


@dataclass(frozen=True, slots=True)
class Sound:
    """Where the frames are, and what the header before them (Xing, Info, VBRI) says: -1 where it says nothing."""

    start: int
    end: int
    first: Frame
    frames: int = -1
    size: int = -1

    @property
    def bytes(self) -> int:
        return self.end - self.start


def find(file: BinaryIO) -> Sound | None:
    """The sound in the file, without the tags around it; None if there are no two frames in a row."""
    size = file.seek(0, os.SEEK_END)
    start, end = after_tags(file, size), before_tags(file, size)
    file.seek(start)
    head = file.read(WINDOW)
    at = _sync(head, 0)
    if at is None:
        return None
    frame = FRAMES[struct.unpack_from(">I", head, at)[0] >> 9]
    frames, length = _announced(head[at : at + max(frame.length, 200)])
    return Sound(start + at, max(end, start + at), frame, frames, length)


def after_tags(file: BinaryIO, size: int) -> int:
    """Where the ID3v2 tags end; some programs write several."""
    at = 0
    for _ in range(10):
        end = tag_end(file, at)
        if end == at or end > size:
            break
        at = end
    return at


def tag_end(file: BinaryIO, at: int = 0) -> int:
    """Where the ID3v2 tag ends that begins `at` this byte; the byte itself if none does."""
    file.seek(at)
    head = file.read(10)
    if len(head) < 10 or head[:3] != b"ID3":
        return at
    a, b, c, d = head[6:10]
    length = (a & 127) << 21 | (b & 127) << 14 | (c & 127) << 7 | d & 127
    return at + 10 + length + (10 if head[5] & 16 else 0)  # a footer


def before_tags(file: BinaryIO, size: int) -> int:
    """Where ID3v1 and APE tags begin."""
    end = size
    file.seek(max(0, end - 128))
    if file.read(3) == b"TAG":
        end -= 128
    file.seek(max(0, end - 32))
    foot = file.read(32)
    if foot[:8] == b"APETAGEX" and len(foot) == 32:
        length, _count, flags = struct.unpack_from("<III", foot, 12)
        length += 32 if flags & 1 << 31 else 0
        end -= length if length <= end else 0
    return end


# What may begin a frame: eleven ones, a version, a layer and a bitrate that exist.
_BEGINNING = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][\x10-\xef]")


def _sync(data: bytes, at: int) -> int | None:
    """Where the next two frames in a row begin. One header alone is too often a chance."""
    while match := _BEGINNING.search(data, at):
        at = match.start()
        if at + 4 > len(data):
            return None
        frame = FRAMES.get(struct.unpack_from(">I", data, at)[0] >> 9)
        if frame:
            beyond = at + frame.length
            if beyond + 4 > len(data):
                return at
            following = FRAMES.get(struct.unpack_from(">I", data, beyond)[0] >> 9)
            if following and following.family == frame.family:
                return at
        at += 1
    return None


def _announced(frame: bytes) -> tuple[int, int]:
    """The number of frames and of bytes that the header in the first frame announces; -1 where it does not."""
    first_version, mono = frame[1] & 0x18 == 0x18, frame[3] & 0xC0 == 0xC0
    at = (21 if mono else 36) if first_version else (13 if mono else 21)  # after the side information
    if frame[at : at + 4] in (b"Xing", b"Info") and len(frame) >= at + 16:
        flags, *numbers = struct.unpack_from(">III", frame, at + 4)
        frames = numbers.pop(0) if flags & 1 else -1
        return frames, numbers.pop(0) if flags & 2 else -1
    if frame[36:40] == b"VBRI" and len(frame) >= 54:
        length, frames = struct.unpack_from(">II", frame, 46)
        return frames, length
    return -1, -1


def by_samples(file: BinaryIO, sound: Sound) -> float | None:
    """The seconds of a file of one bitrate, from looking at frames all over it; None if it must be walked.

    Most encoders pad frames so that the bitrate comes out exactly; some never do, which is 17 seconds in an hour.
    """
    if sound.bytes < SMALL:
        return None
    count = spare = 0
    for number in range(SAMPLES):
        file.seek(sound.start + sound.bytes * number // SAMPLES)
        data = file.read(8192)
        at = _sync(data, 0)
        if at is None:
            return None
        while at + 4 <= len(data):
            frame = FRAMES.get(struct.unpack_from(">I", data, at)[0] >> 9)
            if not frame or (frame.bitrate, frame.family) != (sound.first.bitrate, sound.first.family):
                return None
            count, spare, at = count + 1, spare + frame.padding, at + frame.length
    bare, exact = sound.first.length - sound.first.padding, sound.first.bitrate * sound.first.seconds / 8
    if spare and abs(spare / count - (exact - bare)) > 0.1:
        return None  # padded by a rule of its own
    return sound.bytes / (exact if spare else bare) * sound.first.seconds


def walk(file: BinaryIO, sound: Sound) -> float | None:
    """The seconds of all frames, one by one (20 ms for 25 MB); None if it loses the thread too often."""
    seconds = 0.0
    family, lengths = sound.first.family, LENGTHS[sound.first.family]
    at, lost = sound.start, 0
    header = struct.Struct(">I").unpack_from
    while at < sound.end - 4:
        file.seek(at)
        data = file.read(min(WINDOW, sound.end - at))
        here, stop, count = 0, len(data) - 4, 0
        while here <= stop:
            length = lengths.get(header(data, here)[0] >> 9)
            if length is None:
                break
            here += length
            count += 1
        seconds += count * _seconds(family)
        if here > stop:
            at += here or 4
            continue
        found = _sync(data, here)
        lost += 1
        if lost > LOST:
            return None
        if found is not None:
            family = FRAMES[header(data, found)[0] >> 9].family
            lengths = LENGTHS[family]
        at += len(data) - 3 if found is None else found
    return seconds


def _seconds(family: int) -> float:
    return next(FRAMES[head].seconds for head in LENGTHS[family])
