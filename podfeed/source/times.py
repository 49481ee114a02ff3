"""The times that an editor wrote for a recording: counted in the broadcast, and as one short text to compare.

Times belong to one recording. The ledger keeps the text of those that were published, so that a recording which is
replaced while its times stay can be told (`podfeed.check.continuity`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta

from podfeed.digest import digest
from podfeed.source.schema import EpisodeFile
from podfeed.text import parse_time

_MILLISECOND = timedelta(milliseconds=1)


def offset(text: str, on_air: time | None) -> timedelta:
    """A time as written → an offset into the broadcast. With `on_air`, `06:12` and `06:12:30` are times of day."""
    if on_air and (match := re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", text)):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        clock = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        began = timedelta(hours=on_air.hour, minutes=on_air.minute, seconds=on_air.second)
        return (clock - began) % timedelta(days=1)
    return parse_time(text)


def written_times(entry: EpisodeFile) -> str:
    """A digest of all times that belong to the recording, "" if none but a start at 0 is written.

    How a time is written does not count (`2:15` and `135` are one), nor do titles, stories without a time, or the
    order. A cut counts, for it says that somebody has looked.
    """
    found = sorted(_times(entry))
    return digest(found)[:16] if any(moment for _, moment, _ in found) else ""


def _times(entry: EpisodeFile) -> Iterator[tuple[str, int, int]]:
    for segment in entry.segments:
        written = [segment.start, *([segment.end] if segment.end else []), *(s.at for s in segment.stories if s.at)]
        for text in written:
            yield "segment", round(offset(text, entry.on_air) / _MILLISECOND), 0
    for clip in entry.clips:
        yield "clip", round(clip.start / _MILLISECOND), round(clip.length / _MILLISECOND)
    for cut in entry.cuts:
        yield "cut", round(cut.at / _MILLISECOND), round(cut.removed / _MILLISECOND)
    for split in entry.value.splits if entry.value else ():
        yield "split", round(split.start / _MILLISECOND), round(split.length / _MILLISECOND)
