"""What `<description>` says within 4,000 bytes: the summary, the segments by their times, their stories.

The form is the one that Apple (support article 5482) and Spotify (360043932711) read chapters from: a line each,
`MM:SS` or `HH:MM:SS`, a space, the title; the first at 00:00, ascending, at least three. Their parsers work by line and
feed readers take the text for HTML, in which a line break alone means nothing; `<br>` is not among the elements that
directories allow (PSP-1: p, ol, ul, li, a). So every line is a `<p>` or `<li>` of its own *and* ends with a line break:
whoever shows HTML and whoever strips the tags sees the same lines.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from podfeed import paths
from podfeed.model import Episode, Segment, Show, StoryLink
from podfeed.render import chapters, notes, words
from podfeed.render.words import Words
from podfeed.text import format_time, shorten

LIMIT = 4000
"""Bytes of UTF-8 that Apple takes, for a show and an episode."""

FEWEST = 3
"""Timestamps without which neither Apple nor Spotify makes chapters."""

LONGEST_TITLE = 60
"""Characters of a segment's title where nothing else helps: a dozen of them always fit, in any script."""

SHORTER_TITLES = (40, 25, 15)
"""The same where there are many: sixty segments fit."""

DROPS = (
    "notes",
    "links",
    "other stories",
    "corrections",
    "addresses",
    "summaries",
    "guests",
    "long summary",
    "stories",
    "summary",
    "long titles",
)
"""What is left out, one after the other, until it fits. The times, and the page's address, are in none of them."""


def paragraphs(text: str) -> str:
    """What a show says of itself: HTML paragraphs within the limit."""
    made: list[str] = []
    room = LIMIT
    for part in text.split("\n\n"):
        rows = [row for row in notes.paragraphs(part) if len(row.encode()) <= room]
        if not rows and part.strip():  # as much of the first one that does not fit as fits
            return "\n".join((*made, *_beginning(part, room)))
        made += rows
        room -= sum(len(row.encode()) + 1 for row in rows)
    return "\n".join(made)


def _beginning(text: str, room: int) -> Iterator[str]:
    """A paragraph cut between words, so that it has at most `room` bytes; none where not a word fits."""
    text = shorten(text, room)
    while len(text) > 1 and len((row := next(notes.paragraphs(text))).encode()) > room:
        text = shorten(text, len(text) - 1)
    if len(text) > 1:
        yield row


def of_episode(show: Show, episode: Episode) -> str:
    """An episode's description: as much as fits."""
    for count in range(len(DROPS) + 1):
        text = "\n".join(_lines(show, episode, frozenset(DROPS[:count])))
        if _fits(text):
            return text
    for longest in SHORTER_TITLES:
        text = "\n".join(_lines(show, episode, frozenset(DROPS), longest))
        if _fits(text):
            return text
    return _cut(show, episode)


def _fits(text: str) -> bool:
    return len(text.encode()) <= LIMIT


def _cut(show: Show, episode: Episode) -> str:
    """As many times as fit, and the page's address."""
    *lines, last = _lines(show, episode, frozenset(DROPS), SHORTER_TITLES[-1])
    while lines and not _fits("\n".join((*lines, last))):
        lines.pop()
    return "\n".join((*lines, last))


def _lines(show: Show, episode: Episode, without: frozenset[str], longest: int = LONGEST_TITLE) -> Iterator[str]:
    """The description line by line, without what was left out; the `longest` title in characters."""
    _ = words.of(show.language)
    if episode.summary and "summary" not in without:
        summary = shorten(episode.summary, 400) if "long summary" in without else episode.summary
        yield from notes.paragraphs(summary)
    if episode.guests and "guests" not in without:
        yield _paragraph(_("With {people}", people=_.names(credit.person.name for credit in episode.guests)))
    marks = chapters.marks(episode)
    if "long titles" in without:
        marks = tuple(replace(mark, title=shorten(mark.title, longest)) for mark in marks)
    stamped = makes_chapters(marks)
    for mark in marks:
        yield _paragraph(_stamped(mark, marks) if stamped else _placed(_, mark))
        if mark.segment:
            yield from _below(_, mark.segment, without)
    if episode.links and "links" not in without:
        yield _list([_linked(link.title, link.url) for link in episode.links])
    if episode.notes and "notes" not in without:
        yield notes.feed_markdown(episode.notes, paths.episode_url(show, episode))
    url = paths.episode_url(show, episode)
    yield f"<p>{_linked(url, url)}</p>"


def makes_chapters(marks: tuple[chapters.Mark, ...]) -> bool:
    """Whether apps may take the list for chapters: enough of them, from 0, each at a second of its own."""
    starts = [int(mark.start.total_seconds()) for mark in marks]
    return len(starts) >= FEWEST and starts[0] == 0 and all(a < b for a, b in pairwise(starts))


def _stamped(mark: chapters.Mark, marks: tuple[chapters.Mark, ...]) -> str:
    return f"{timestamp(mark.start, hours=marks[-1].start >= timedelta(hours=1))} {mark.title}"


def timestamp(time: timedelta, *, hours: bool) -> str:
    """`MM:SS`, or `HH:MM:SS` for all lines where one needs it.

    >>> timestamp(timedelta(seconds=65), hours=False), timestamp(timedelta(seconds=65), hours=True)
    ('01:05', '00:01:05')
    """
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    if not hours:
        return f"{minutes:02}:{seconds:02}"
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def _placed(_: Words, mark: chapters.Mark) -> str:
    """A line that no app takes for a chapter."""
    return _("{title} (from {time})", title=mark.title, time=format_time(mark.start))


def _below(_: Words, segment: Segment, without: frozenset[str]) -> Iterator[str]:
    """What stands under a segment's line."""
    if segment.summary and "summaries" not in without:
        yield from notes.paragraphs(segment.summary)
    rows = [_story(link, "addresses" not in without) for link in _stories(segment, without)]
    if rows:
        yield _list(rows)
    if "corrections" not in without:
        told = (link.story for link in segment.stories)
        for row in (*segment.corrections, *(row for story in told for row in story.corrections)):
            yield _paragraph(_("Correction, {day}: {what}", day=_.date_of(row.date), what=row.text))


def _stories(segment: Segment, without: frozenset[str]) -> tuple[StoryLink, ...]:
    first = chapters.primary(segment)
    if first is None or "stories" in without:
        return ()
    return (first,) if "other stories" in without else (first, *chapters.others(segment))


def _story(link: StoryLink, address: bool) -> str:
    """Publisher first: a headline that begins with a time must not begin a line."""
    story = link.story
    label = f"{story.publisher}: {story.label}" if story.publisher else story.label
    return _linked(label, story.link) if address and story.link else html.escape(label, quote=False)


def _linked(label: str, url: str) -> str:
    return f'<a href="{html.escape(url)}">{html.escape(label, quote=False)}</a>'


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text, quote=False)}</p>"


def _list(rows: list[str]) -> str:
    return "<ul>\n" + "\n".join(f"<li>{row}</li>" for row in rows) + "\n</ul>"
