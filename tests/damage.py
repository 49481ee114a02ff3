"""What a broken renderer would publish: finished documents in which one thing has gone wrong.

For each surface and each deed one small edit of the bytes that were published, as if its renderer had made them. The
segment is the second of the rich show, at 2:15; it has three stories, of three relations.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable
from pathlib import Path

import mutagen

TIME, STORY, SEGMENT = "a time is two seconds late", "a story is lost", "a segment is lost"
DEEDS = (TIME, STORY, SEGMENT)

Edit = Callable[[str], str]


def document(surface: str, deed: str, body: bytes) -> bytes:
    """The document with the deed done in the part that is the surface's."""
    return DOCUMENTS[surface][deed](body.decode()).encode()


# --- text ------------------------------------------------------------------------------------------------


def swap(pattern: str, replacement: str = "") -> Edit:
    """Replaces the first place that the pattern finds; it must find one."""

    def edit(text: str) -> str:
        changed, times = re.subn(pattern, replacement, text, count=1, flags=re.DOTALL)
        assert times == 1, f"nothing to damage: {pattern}"
        return changed

    return edit


NOTES = {
    TIME: swap(r'#t=135">2:15<', '#t=137">2:17<'),
    STORY: swap(r'<li>Also mentioned: <a href="https://archive.example/abc".*?</li>'),
    SEGMENT: swap(r'<li><p><a href="[^"]*#t=135">.*?</ul></li>'),
}

# --- JSON ------------------------------------------------------------------------------------------------

Change = Callable[[dict], object]


def inside(change: Change) -> Edit:
    """Changes the document that a JSON text holds."""

    def edit(text: str) -> str:
        value = json.loads(text)
        change(value)
        return json.dumps(value, ensure_ascii=False)

    return edit


def late(rows: list[dict], name: str = "start") -> None:
    (row,) = [row for row in rows if row[name] == 135]
    row[name] += 2


def of_rows(rows: Callable[[dict], list[dict]]) -> dict[str, Edit]:
    """Damage for a list of segments that have a list of stories each."""
    return {
        TIME: inside(lambda value: late(rows(value))),
        STORY: inside(lambda value: rows(value)[1]["stories"].pop()),
        SEGMENT: inside(lambda value: rows(value).pop(1)),
    }


def of_notes(deed: str) -> Edit:
    def change(value: dict) -> None:
        value["items"][0]["content_html"] = NOTES[deed](value["items"][0]["content_html"])

    return inside(change)


DOCUMENTS: dict[str, dict[str, Edit]] = {
    "description": {
        TIME: swap("02:15 Council", "02:17 Council"),
        STORY: swap(r'&lt;li&gt;&lt;a href="https://archive.example/abc".*?&lt;/li&gt;'),
        SEGMENT: swap(r"&lt;p&gt;02:15 Council[^\n]*\n"),
    },
    "content:encoded": NOTES,
    "Podlove Simple Chapters": {
        TIME: swap('start="00:02:15.000"', 'start="00:02:17.000"'),
        STORY: swap(r'(?<=title="Headlines") href="[^"]*"'),
        SEGMENT: swap(r'<psc:chapter start="00:02:15[^>]*/>'),
    },
    "chapters.json": {
        TIME: inside(lambda value: late(value["chapters"], "startTime")),
        STORY: inside(lambda value: value["chapters"].remove(next(r for r in value["chapters"] if "toc" in r))),
        SEGMENT: inside(lambda value: value["chapters"].pop()),
    },
    "companion.json": of_rows(lambda value: value["segments"]),
    "feed.json": of_rows(lambda value: value["items"][0]["_podfeed"]["segments"]),
    "feed.json's notes": {deed: of_notes(deed) for deed in DEEDS},
    "JSON-LD": {
        TIME: swap('"startOffset":135,', '"startOffset":137,'),
        STORY: swap(r'"mentions":\[[^\]]*\],?'),
        SEGMENT: swap(r'(?<="hasPart":\[)\{"@id":"[^"]*"\},'),
    },
    "episode page": {
        TIME: swap('#t=135" data-seek', '#t=137" data-seek'),
        STORY: swap(r'<p class="headline"><a rel="noopener" href="https://archive.example/abc".*?</p>'),
        SEGMENT: swap(r'<li class="segment has-stories" id="t=135,845".*?(?=<li class="segment)'),
    },
    "story.json": {
        TIME: inside(lambda value: late(value["segments"])),
        STORY: inside(lambda value: value["segments"].clear()),
        SEGMENT: inside(lambda value: value["segments"].pop(0)),
    },
}

# --- recordings --------------------------------------------------------------------------------------------


def recording(file: Path, deed: str) -> None:
    """The deed, done to the chapters inside a recording."""
    if file.suffix == ".mp3":
        file.write_bytes(_id3(file.read_bytes(), deed))
        return
    opened = mutagen.File(file)
    if deed == TIME:
        at = [name.upper() for name, _ in opened.tags].index("CHAPTER001")
        opened.tags[at : at + 1] = [("CHAPTER001", "00:02:17.000")]  # in its place: ffmpeg wants the order
    for name in {TIME: (), STORY: ("URL",), SEGMENT: ("", "NAME", "URL")}[deed]:
        del opened.tags[f"CHAPTER001{name}"]
    opened.save()


def _id3(data: bytes, deed: str) -> bytes:
    """A frame that is lost gets a name that nobody knows."""
    chapter = data.index(b"chp1\0" + struct.pack(">I", 135_000))
    if deed == TIME:
        return data[: chapter + 5] + struct.pack(">I", 137_000) + data[chapter + 9 :]
    if deed == SEGMENT:
        frame = data.rindex(b"CHAP", 0, chapter)
    else:
        frame = data.rindex(b"WXXX", 0, data.index(b"https://news.radio.example/2026/03/02/harbour-bridge", chapter))
    return data[:frame] + b"XXXX" + data[frame + 4 :]
