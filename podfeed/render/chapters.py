"""What players show as chapters: from the segments, else from the recording itself.

JSON chapters 1.2 (podcast namespace, docs/examples/chapters/jsonChapters.md) allow one address a chapter. A segment's
primary story takes it; every other story becomes a silent chapter (`toc: false`) at the second it is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from podfeed import media_types, paths
from podfeed.digest import Immutable, derived
from podfeed.model import RELATIONS, Episode, Image, Segment, Show, StoryLink
from podfeed.output import Output, rendered
from podfeed.render import json_text
from podfeed.render.tags import Tag, tag
from podfeed.text import seconds

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(Immutable):
    """A chapter before it is written in any format; `silent` ones are not listed, they only carry a link."""

    start: timedelta
    end: timedelta
    title: str
    url: str | None = None
    image: Image | None = None
    silent: bool = False
    segment: Segment | None = None


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """`episodes/<slug>/chapters.json` for every episode that has chapters."""
    for episode in show.episodes:
        yield from of_episode(show, episode)


def of_episode(head: Show, episode: Episode) -> Iterator[tuple[str, Output]]:
    if has_chapters(episode):
        inner = replace(episode, notes=None, transcripts=(), alternate_audio=(), value=None, crew=(), guests=())
        yield paths.chapters(episode.slug), rendered(media_types.CHAPTERS_JSON, chapters_json, _head(head), inner)


@derived
def _head(show: Show) -> Show:
    """The show without what no chapters say."""
    return replace(show, description="", episodes=(), people=(), stories=(), live=(), trailers=(), value=None)


def has_chapters(episode: Episode) -> bool:
    return bool(episode.segments or episode.audio.chapters)


def primary(segment: Segment) -> StoryLink | None:
    """The one story that stands for the segment where there is room for one: the first of the closest relation."""
    if len(segment.stories) < 2:  # asked forty times an episode
        return segment.stories[0] if segment.stories else None
    return min(segment.stories, key=lambda link: RELATIONS.index(link.rel))


def others(segment: Segment) -> tuple[StoryLink, ...]:
    """The segment's stories after the primary one, as written."""
    first = primary(segment)
    return tuple(link for link in segment.stories if link is not first)


def marks(episode: Episode) -> tuple[Mark, ...]:
    """The visible chapters, ascending: segments if there are any, else what the recording says."""
    if episode.segments:
        return tuple(_segment_mark(segment) for segment in episode.segments)
    rows = sorted(episode.audio.chapters, key=lambda chapter: chapter.start)
    ends = [*(row.start for row in rows), episode.audio.duration][1:]
    return tuple(
        Mark(start=row.start, end=row.end or following, title=row.title, url=row.url, image=row.image)
        for row, following in zip(rows, ends, strict=True)
    )


def _segment_mark(segment: Segment) -> Mark:
    first = primary(segment)
    image = segment.image or (first.story.image if first else None)
    url = (first.story.link or None) if first else None
    return Mark(start=segment.start, end=segment.end, title=segment.title, url=url, image=image, segment=segment)


def silent_marks(segment: Segment) -> Iterator[Mark]:
    """Further stories, each from the second it is named until the next one, or to the segment's end.

    Where no second is known a story takes its turn: such stories share the time before the first one that has one.
    No two marks of a segment begin together, since players show only the last of them.
    """
    timed = sorted(((link.at, link) for link in others(segment) if link.at is not None), key=lambda row: row[0])
    untimed = [link for link in others(segment) if link.at is None]
    shared = timed[0][0] if timed else segment.end
    turn = (shared - segment.start) / (len(untimed) + 1)
    named = [(_whole(segment.start + turn * (n + 1)), link) for n, link in enumerate(untimed)] + timed
    starts: list[timedelta] = []
    for start, _link in named:
        starts.append(max(start, (starts[-1] if starts else segment.start) + SECOND))
    ends = [*starts, segment.end][1:]
    for start, end, (_start, link) in zip(starts, ends, named, strict=True):
        if start < segment.end and link.story.link:
            image = link.story.image or segment.image
            title = link.story.label
            until = min(end, segment.end)
            yield Mark(start=start, end=until, title=title, url=link.story.link, image=image, silent=True)


def _whole(time: timedelta) -> timedelta:
    return time - time % SECOND


def all_marks(episode: Episode) -> tuple[Mark, ...]:
    """Visible and silent chapters, ascending."""
    silent = (mark for segment in episode.segments for mark in silent_marks(segment))
    return tuple(sorted((*marks(episode), *silent), key=lambda mark: mark.start))


def chapters_json(show: Show, episode: Episode) -> bytes:
    """JSON chapters 1.2."""
    document = {
        "version": "1.2.0",
        "title": episode.title,
        "podcastName": show.title,
        "author": show.author,
        "chapters": [_entry(show, mark) for mark in all_marks(episode)],
    }
    return json_text.indented(document)


def _entry(show: Show, mark: Mark) -> dict[str, object]:
    entry: dict[str, object] = {"startTime": number(mark.start), "endTime": number(mark.end), "title": mark.title}
    if mark.url:
        entry["url"] = mark.url
    if mark.image:
        entry["img"] = paths.image_url(show, mark.image)
    if mark.silent:
        entry["toc"] = False
    return entry


def number(time: timedelta) -> int | float:
    """Seconds as JSON numbers people would write: whole where they are whole, else to the millisecond.

    >>> number(timedelta(seconds=2)), number(timedelta(seconds=2.5))
    (2, 2.5)
    """
    if not time.microseconds:
        return time // SECOND
    text = seconds(time)
    return float(text) if "." in text else int(text)


# --- the same inside the feed ----------------------------------------------------------------------------


def simple_chapters(show: Show, episode: Episode) -> Iterator[Tag]:
    """Podlove Simple Chapters 1.2 (podlove.org/simple-chapters): the visible chapters, inline; Spotify reads them."""
    rows = [
        tag(
            "psc:chapter",
            None,
            start=normal_play_time(mark.start),
            title=mark.title,
            href=mark.url,
            image=paths.image_url(show, mark.image) if mark.image else None,
        )
        for mark in marks(episode)
    ]
    if rows:
        yield tag("psc:chapters", None, *rows, version="1.2")


def normal_play_time(time: timedelta) -> str:
    """RFC 2326 §3.6, with milliseconds.

    >>> normal_play_time(timedelta(hours=1, seconds=62.5))
    '01:01:02.500'
    """
    milliseconds = round(time / timedelta(milliseconds=1))
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
