"""A small show on disk, as a newsroom would have it: for tests that start where an editor starts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

SHOW = """\
title: The Morning Tide
description: News of the harbour, every weekday at six.
url: https://radio.example/morning/
language: en-gb
author: Radio Example
owner: {name: Radio Example, email: feed@radio.example}
category: News / Daily News
cover: cover.png
timezone: Europe/London
hosts: [dana-reyes]
"""
PEOPLE = """\
dana-reyes: {name: Dana Reyes}
bob-frost: {name: Bob Frost, role: Guest}
"""
STORIES = """\
ferry-pilot: {url: "https://news.example/ferry-pilot", title: The last ferry pilot}
"""
EPISODE = """\
title: "The harbour vote: what now?"
date: 2026-03-02 06:00
audio: morning.mp3
guests: [bob-frost]
segments:
  - 0:00 Headlines
  - start: 2:15
    title: Council approves the harbour bridge
    people: [bob-frost]
    stories:
      - https://news.example/2026/03/02/harbour-bridge
      - {url: "https://citypaper.example/harbour-costs", title: Who pays, rel: mentions, at: 5:40}
  - start: 14:05
    title: The last ferry pilot
    stories: ferry-pilot
"""

# MPEG 2.5 layer III, 8 kbit/s, 8 kHz, mono, silent: 72 bytes are 72 ms.
FRAME = bytes([0xFF, 0xE3, 0x18, 0xC0]) + bytes(68)


@cache
def mp3(seconds: float = 1721) -> bytes:
    """A valid, silent MP3 of constant bitrate."""
    return FRAME * round(seconds / 0.072)


@cache
def png(width: int = 1400, height: int = 1400) -> bytes:
    """A valid one-colour PNG."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x33\x66\x99" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def make(folder: Path, files: dict[str, str | bytes] | None = None) -> Path:
    """The show in `folder`, with `files` added or put in place of its own; the folder."""
    contents: dict[str, str | bytes] = {
        "show.yaml": SHOW,
        "people.yaml": PEOPLE,
        "stories.yaml": STORIES,
        "episodes/vote.yaml": EPISODE,
        "media/morning.mp3": mp3(),
        "media/cover.png": png(),
        **(files or {}),
    }
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
