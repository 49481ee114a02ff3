"""Whether all of a recording is there, and how long it is: Ogg, FLAC and WAV, by their own structure.

Half of a FLAC or a WAV reports the full duration, for the header was written first; half of an Ogg reports whatever
page came last. mutagen believes them.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO, NamedTuple

from podfeed.source.audio_refusal import Refusal

TAIL = 1 << 18  # bytes at the end in which the last page or frame is looked for; an Ogg page has 65,307 at most
STREAMED = 0x7FFFF000  # and above: what programs write that do not know the length (sox, ffmpeg)
AGAIN = "copy it again; if it plays to its end, open it in your audio editor and save it anew"


class Whole(NamedTuple):
    """`seconds` None: the header is right."""

    seconds: float | None = None
    cut: bool = False


def _missing(what: str) -> Refusal:
    return Refusal("audio-truncated", f"the end of the recording is missing: {what}", AGAIN)


def ogg(file: BinaryIO) -> Whole:
    """The last page must be complete. If it is not marked as the last, somebody cut the stream (RFC 3533 §6)."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - TAIL))
    data = file.read()
    at = data.rfind(b"OggS\0")
    if at < 0 or len(data) - at < 27:
        raise _missing("its last page is cut")
    segments = data[at + 26]
    table = data[at + 27 : at + 27 + segments]
    if len(table) < segments or at + 27 + segments + sum(table) > len(data):
        raise _missing("its last page is cut")
    return Whole(cut=not data[at + 5] & 4)


def wav(file: BinaryIO) -> Whole:
    """The `data` chunk must be as long as it says. Recorders that stream cannot know and write 0 or the maximum."""
    size = file.seek(0, os.SEEK_END)
    at, bytes_a_second = 12, 0
    for _ in range(10_000):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        name, length = struct.unpack("<4sI", head)
        if name == b"fmt ":
            bytes_a_second = struct.unpack("<I", file.read(12).ljust(12, b"\0")[8:])[0]
        elif name == b"data":
            there = size - at - 8
            if (length == 0 or length >= STREAMED) and there and bytes_a_second:
                return Whole(there / bytes_a_second)
            if length > there:
                raise _missing(f"{there:,} of {length:,} bytes of sound are there")
            return Whole(length / bytes_a_second if bytes_a_second else None)
        at += 8 + length + length % 2
    raise Refusal("audio-unreadable", "there is no sound in the recording", "export it from your audio editor again")


def flac(file: BinaryIO, total: int, rate: int, block: int) -> Whole:
    """The last frame says which samples it holds (RFC 9639 §9.1); they must reach the total that the header promises.

    `total` samples, `rate` in Hz, `block` samples in an ordinary frame.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - TAIL))
    data = file.read()
    ends = [reached for reached in _ends(data, block) if not total or reached <= total + block]
    if not total:  # a recorder that streams cannot know
        return Whole(ends[-1] / rate if ends and rate else None)
    if ends and max(ends) < total:  # chance makes a false header now and then, so the furthest counts
        raise _missing(f"it stops after {max(ends) / rate:.0f} of {total / rate:.0f} seconds")
    return Whole()  # if there is no frame in a quarter of a megabyte, its size will tell


def _ends(data: bytes, block: int) -> list[int]:
    """The samples at which the frames in the data end."""
    found = []
    at = -1
    while (at := data.find(b"\xff", at + 1)) >= 0:
        reached = _reached(data[at : at + 16], block)
        if reached is not None:
            found.append(reached)
    return found


def _reached(head: bytes, block: int) -> int | None:
    """The sample at which a frame with this header ends; None if it is no header (its CRC-8 decides)."""
    if len(head) < 6 or head[1] not in (0xF8, 0xF9) or head[2] >> 4 == 0 or head[3] & 1:
        return None
    width = max(1, 8 - (head[4] ^ 0xFF).bit_length()) if head[4] & 0x80 else 1
    if head[4] & 0xC0 == 0x80 or width > 7:
        return None
    number = head[4] & (0x7F if width == 1 else (1 << (7 - width)) - 1)
    for byte in head[5 : 4 + width]:
        number = number << 6 | byte & 0x3F
    end = 4 + width
    samples, end = _block_size(head, end)
    end += {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
    if samples is None or end >= len(head) or _crc8(head[:end]) != head[end]:
        return None
    return (number if head[1] & 1 else number * block) + samples


def _block_size(head: bytes, end: int) -> tuple[int | None, int]:
    code = head[2] >> 4
    if code == 1:
        return 192, end
    if code <= 5:
        return 576 << (code - 2), end
    if code == 6:
        return (head[end] + 1, end + 1) if len(head) > end else (None, end)
    if code == 7:
        return (struct.unpack_from(">H", head, end)[0] + 1, end + 2) if len(head) > end + 1 else (None, end)
    return 256 << (code - 8), end


def _crc8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc
