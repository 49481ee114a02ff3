"""Titles, chapters and pictures out of a recording's tags: ID3, Vorbis comments, MP4.

Tags are what strangers wrote. Every text is made legal and short, every link is http or https, every picture is one
by its first bytes. Chapters: ID3v2 Chapter Frame Addendum 1.0; wiki.xiph.org/Chapter_Extension for Vorbis.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mutagen import id3
from mutagen.flac import Picture

from podfeed.source.audio_cache import MAY_NOT_WRITE, write_atomically
from podfeed.source.audio_mp4 import Mark
from podfeed.source.images import facts_of
from podfeed.text import is_web_address, legal, squash

LONGEST_TEXT = 1_000  # characters
LARGEST_PICTURE = 20_000_000  # bytes
MOST_PICTURES = 200
MOST_CHAPTERS = 2_000
DEEPEST_CONTENTS = 4  # tables of contents within tables of contents
NEVER = 0xFFFFFFFF  # a time that is not given

WANTED = {
    name: frame
    for table in (id3.Frames, id3.Frames_2_2)
    for name, frame in table.items()
    if name in "TIT2 TPE1 TALB COMM APIC CHAP CTOC WXXX TT2 TP1 TAL COM PIC".split()
}
"""The ID3 frames that are read; making objects of the others takes as long again."""


@dataclass(slots=True)
class Tags:
    """What was found; times in seconds. `pictures` are the bytes of covers, the best first."""

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    comment: str | None = None
    pictures: list[bytes] = field(default_factory=list)
    chapters: list[RawChapter] = field(default_factory=list)


@dataclass(slots=True)
class RawChapter:
    start: float
    end: float | None
    title: str
    url: str | None = None
    picture: bytes | None = None


def text(value: object) -> str | None:
    """The first of its values that says something, on one line."""
    values = value if isinstance(value, list | tuple) else [value]
    for one in values:
        if isinstance(one, str) and (said := squash(legal(one[: 4 * LONGEST_TEXT]).replace("\0", " "))):
            return said[:LONGEST_TEXT].rstrip()
    return None


def link(value: object) -> str | None:
    """The address, if it is one that a listener may be sent to."""
    address = value.strip() if isinstance(value, str) else ""
    return address if len(address) <= 2 * LONGEST_TEXT and is_web_address(address) else None


# --- ID3 ----------------------------------------------------------------------------------------------------------


def of_id3(frames: id3.ID3Tags) -> Tags:
    found = Tags(
        title=_frame(frames, "TIT2"),
        artist=_frame(frames, "TPE1"),
        album=_frame(frames, "TALB"),
        comment=_comment(frames),
        pictures=_pictures(frames),
    )
    found.chapters = [_chapter(frame) for frame in _in_order(frames) if frame.start_time != NEVER]
    return found


def _frame(frames: id3.ID3Tags, name: str) -> str | None:
    found = frames.getall(name)
    return text([str(part) for part in found[0].text]) if found else None


def _comment(frames: id3.ID3Tags) -> str | None:
    """The comment proper: iTunes keeps numbers in others, which have a description."""
    found = sorted(frames.getall("COMM"), key=lambda frame: (frame.desc != "", frame.desc))
    return next((text(frame.text) for frame in found if not frame.desc.startswith("iTun")), None)


def _pictures(frames: id3.ID3Tags) -> list[bytes]:
    found = sorted(frames.getall("APIC"), key=lambda frame: frame.type != id3.PictureType.COVER_FRONT)
    return [frame.data for frame in found if isinstance(frame.data, bytes)]


def _in_order(frames: id3.ID3Tags) -> list[Any]:
    """The chapters that the table of contents names, in its order; all of them if there is none."""
    chapters = {frame.element_id: frame for frame in frames.getall("CHAP")}
    tables = {frame.element_id: frame for frame in frames.getall("CTOC")}
    top = next((t for t in tables.values() if t.flags & id3.CTOCFlags.TOP_LEVEL), None)
    if top is None:
        return list(chapters.values())
    named = dict.fromkeys(_named(top.element_id, tables, set(), DEEPEST_CONTENTS))
    listed = [chapters[name] for name in named if name in chapters]
    return listed or list(chapters.values())


def _named(name: str, tables: dict[str, Any], seen: set[str], depth: int) -> Iterator[str]:
    if name not in tables:
        yield name
    elif name not in seen and depth:
        seen.add(name)
        for child in tables[name].child_element_ids:
            yield from _named(child, tables, seen, depth - 1)


def _chapter(frame: Any) -> RawChapter:
    inner = frame.sub_frames
    end = None if frame.end_time == NEVER else frame.end_time / 1000
    links = (link(found.url) for found in inner.getall("WXXX"))
    pictures = _pictures(inner)
    url = next((address for address in reversed(list(links)) if address), None)  # as AntennaPod, and as we write them
    return RawChapter(frame.start_time / 1000, end, _frame(inner, "TIT2") or "", url, next(iter(pictures), None))


# --- Vorbis comments ------------------------------------------------------------------------------------------------

CHAPTER = re.compile(r"chapter(\d{1,4})(name|url)?", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d(?:\.\d{1,9})?)")


def of_vorbis(comments: Any, pictures: Iterable[Any] = ()) -> Tags:
    """`comments` is a list of pairs; `pictures` those of FLAC's own blocks."""
    values: dict[str, list[str]] = {}
    for name, value in comments or ():
        values.setdefault(name.lower(), []).append(value)
    described = [_picture_block(value) for value in values.get("metadata_block_picture", ())[:MOST_PICTURES]]
    covers = sorted((p for p in (*pictures, *described) if p), key=lambda p: p.type != id3.PictureType.COVER_FRONT)
    comment = values.get("comment") or values.get("description")
    return Tags(
        **{name: text(values.get(name)) for name in ("title", "artist", "album")},
        comment=text(comment),
        pictures=[picture.data for picture in covers],
        chapters=list(_vorbis_chapters(values)),
    )


def _picture_block(value: str) -> Picture | None:
    try:
        return Picture(base64.b64decode(value, validate=True))
    except Exception:  # one broken picture is no reason to refuse the sound
        return None


def _vorbis_chapters(values: dict[str, list[str]]) -> Iterator[RawChapter]:
    rows: dict[int, dict[str, str]] = {}
    for name in values:
        if match := CHAPTER.fullmatch(name):
            rows.setdefault(int(match[1]), {})[(match[2] or "time").lower()] = values[name][0]
    for _, row in sorted(rows.items()):
        if match := _TIME.fullmatch(row.get("time", "").strip()):
            start = int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])
            yield RawChapter(start, None, text(row.get("name")) or "", link(row.get("url")))


# --- MP4 ----------------------------------------------------------------------------------------------------------------


def of_mp4(tags: Any, marks: Iterable[Mark]) -> Tags:
    tags = tags or {}
    return Tags(
        title=text(tags.get("\xa9nam")),
        artist=text(tags.get("\xa9ART")),
        album=text(tags.get("\xa9alb")),
        comment=text(tags.get("\xa9cmt")) or text(tags.get("desc")),
        pictures=[bytes(cover) for cover in tags.get("covr") or ()],
        chapters=[RawChapter(mark.start, None, text(mark.title) or "", link(mark.url)) for mark in marks],
    )


# --- ready for the answer -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Art:
    """Where pictures are kept, by the hash of their bytes, and how many there are already."""

    folder: str
    kept: int = 0

    def keep(self, data: bytes | None) -> dict | None:
        """A picture as the answer names it; None if it is none that a browser shows, or may not be kept: who may only read the
        show's folder hears the recording without."""
        if not data or len(data) > LARGEST_PICTURE or self.kept >= MOST_PICTURES:
            return None
        facts = facts_of(data)
        if facts is None:
            return None
        self.kept += 1
        media_type, ending, width, height = facts
        name = hashlib.sha256(data).hexdigest() + ending
        file = Path(self.folder, name)
        try:
            if not file.exists() or os.path.getsize(file) != len(data):
                write_atomically(file, data)
        except OSError as error:
            if error.errno in MAY_NOT_WRITE:
                return None
            raise
        return {"name": name, "media_type": media_type, "width": width, "height": height, "length": len(data)}


def chapters(found: list[RawChapter], duration: float, art: Art) -> tuple[list[dict], list[tuple[str, str, str]]]:
    """The chapters by time, and a remark if some had to go. Times in milliseconds."""
    inside = sorted((c for c in found if 0 <= c.start < duration), key=lambda c: c.start)[:MOST_CHAPTERS]
    ready = [
        {
            "start": round(chapter.start * 1000),
            "end": round(chapter.end * 1000) if chapter.end and chapter.start < chapter.end <= duration else None,
            "title": chapter.title or f"Chapter {number}",
            "url": chapter.url,
            "picture": art.keep(chapter.picture),
        }
        for number, chapter in enumerate(inside, 1)
    ]
    gone = len(found) - len(inside)
    if not gone:
        return ready, []
    message = f"{gone} of {len(found)} chapters inside the recording start after its end and are left out"
    return ready, [("audio-odd-chapters", message, "correct them in the program that made the recording")]
