"""Chapters written into a copy of a recording; everything else in its tags stays. Runs in the worker only.

ID3: v2.3.0 §4 and the Chapter Frame Addendum 1.0. Always version 2.3, also for a tag that was 2.4: ffmpeg reads the
sizes inside a chapter as 2.3 writes them (`read_chapter` in libavformat/id3v2.c, 5.1 measured), so in 2.4 every chapter
with a link or picture of 128 bytes is lost to the players built on it; getID3 had the same fault; Windows knows no 2.4.
The chapter frames are put together here, because mutagen sorts what is inside them by size and apps that show one link
show the last (AntennaPod's ChapterReader sets it anew for every WXXX, and so do players built on ExoPlayer's frames):
the primary story's stands last. Vorbis comments: wiki.xiph.org/Chapter_Extension.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
from typing import Any, BinaryIO

from mutagen import id3
from mutagen.flac import FLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from podfeed.source import audio_mp3
from podfeed.source.audio_kind import kind
from podfeed.source.audio_refusal import Refusal
from podfeed.source.audio_tags import CHAPTER
from podfeed.source.images import kind as picture_kind

PADDING = 1024  # bytes after the tags: always the same, so that the same input gives the same bytes
MOST_CHILDREN = 255  # the addendum counts them in one byte
TOP_LEVEL_ORDERED = 3
NO_OFFSET = 0xFFFFFFFF
FRONT_COVER = 3  # AntennaPod prefers it
TRANSLATED = ("TDRC", "TDOR", "TIPL", "TMCL")  # of 2.4, which become TYER, TDAT, TIME, TORY and IPLS
OGG_AND_FLAC = {"Ogg Vorbis": OggVorbis, "Ogg Opus": OggOpus, "FLAC": FLAC}


def embed(request: dict) -> dict:
    """Make `target`: the recording `file` with `chapters`, and nothing else changed. Answers its length in bytes."""
    with open(request["file"], "rb") as source, open(request["target"], "xb+") as target:
        sort = kind(source)
        source.seek(0)
        if sort == "an MP3":
            _mp3(source, target, request["chapters"])
        elif sort in OGG_AND_FLAC:
            shutil.copyfileobj(source, target, 1 << 20)
            _comments(OGG_AND_FLAC[sort], target, request["chapters"])
        else:
            raise Refusal("embed-unsupported", f"chapters cannot be written into {sort}", "export the recording as MP3")
        target.flush()
        os.fsync(target.fileno())
        return {"length": os.fstat(target.fileno()).st_size}


# --- MP3 ----------------------------------------------------------------------------------------------------------


def _mp3(source: BinaryIO, target: BinaryIO, chapters: list[dict]) -> None:
    """The new tag, then the sound as it is, with whatever stands after it (ID3v1, APE)."""
    try:
        tags = id3.ID3(source, translate=False, load_v1=False)
    except id3.ID3NoHeaderError:
        tags = id3.ID3()
    frames = _kept(tags) + b"".join(_chapter_frames(chapters[:MOST_CHILDREN])) + bytes(PADDING)
    target.write(b"ID3\3\0\0" + _synchsafe(len(frames)) + frames)
    source.seek(audio_mp3.tag_end(source))
    shutil.copyfileobj(source, target, 1 << 20)


def _kept(tags: id3.ID3) -> bytes:
    """Everything but chapters, as frames of ID3v2.3; what only 2.4 knows stays too, for most readers take it."""
    tags.delall("CHAP")
    tags.delall("CTOC")
    unknown = tags.unknown_frames if tags.version[:2] == (2, 4) else []  # mutagen writes those of 2.3 itself
    if tags.version[:2] != (2, 3):
        before = dict(tags.items())
        tags.update_to_v23()
        for key, frame in before.items():
            if key not in tags and frame.FrameID not in TRANSLATED:
                tags[key] = frame
    made = io.BytesIO()
    tags.save(made, v1=0, v2_version=3, v23_sep=None, padding=lambda _: 0)
    plain = (raw for raw in unknown if raw[8:10] == b"\0\0")  # neither packed nor encrypted
    return made.getvalue()[10:] + b"".join(_frame(raw[:4], raw[10:]) for raw in plain)


def _chapter_frames(chapters: list[dict]) -> list[bytes]:
    names = [b"chp%d" % number for number in range(len(chapters))]
    contents = b"toc\0" + bytes((TOP_LEVEL_ORDERED, len(names))) + b"".join(name + b"\0" for name in names)
    frames = [_frame(b"CTOC", contents)]
    for name, chapter in zip(names, chapters, strict=True):
        head = name + b"\0" + struct.pack(">4I", chapter["start"], chapter["end"], NO_OFFSET, NO_OFFSET)
        inside = [_frame(b"TIT2", _text(chapter["title"]))]
        for label, url in (*chapter["links"][1:], *chapter["links"][:1]):
            inside.append(_frame(b"WXXX", _text(label) + b"\0\0" + url.encode("latin-1", "replace")))
        if picture := _picture(chapter["picture"]):
            inside.append(_frame(b"APIC", picture))
        frames.append(_frame(b"CHAP", head + b"".join(inside)))
    return frames


def _frame(name: bytes, body: bytes) -> bytes:
    return name + struct.pack(">I", len(body)) + b"\0\0" + body


def _synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _text(text: str) -> bytes:
    """UTF-16 with its mark: 2.3 knows no UTF-8."""
    return b"\1\xff\xfe" + text.encode("utf-16-le")


def _picture(file: str | None) -> bytes | None:
    if file is None:
        return None
    with open(file, "rb") as opened:
        data = opened.read()
    media_type = {".jpg": b"image/jpeg", ".png": b"image/png"}.get(picture_kind(data) or "")
    return b"\0" + media_type + b"\0" + bytes((FRONT_COVER,)) + b"\0" + data if media_type else None


# --- Ogg and FLAC ---------------------------------------------------------------------------------------------------


def _comments(form: Any, target: BinaryIO, chapters: list[dict]) -> None:
    target.seek(0)
    recording = form(target)
    if recording.tags is None:
        recording.add_tags()
    for name in [name for name in recording.tags.keys() if CHAPTER.fullmatch(name)]:  # noqa: SIM118 - pairs, no dict
        del recording.tags[name]
    for number, chapter in enumerate(chapters[:1000]):
        key = f"CHAPTER{number:03}"
        recording.tags[key] = _clock(chapter["start"])
        recording.tags[f"{key}NAME"] = chapter["title"]
        if chapter["links"]:
            recording.tags[f"{key}URL"] = chapter["links"][0][1]
    target.seek(0)
    recording.save(target, padding=lambda _: PADDING)


def _clock(milliseconds: int) -> str:
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"
