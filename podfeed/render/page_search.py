"""What the search page looks through: segments, stories, people and episodes, as one small JSON file.

It is loaded when a reader first searches. Rows are lists, not objects, because names would double its size.
Transcripts are not in it: they would make it many times as large.
"""

from __future__ import annotations

import json

from podfeed.model import Credit, Episode, Segment, Show
from podfeed.render import words
from podfeed.text import seconds, squash

Row = tuple[str | int, ...]
Rows = tuple[tuple[str, tuple[Row, ...]], ...]


def rows(show: Show) -> Rows:
    """What can be found, by kind, newest first:

    `episodes` [slug, title, date, more]; `segments` [episode's place, start, end, title, more];
    `stories` [slug, title, publisher, more]; `people` [slug, name, role]. `more` is searched but not shown.
    """
    segments = ((place, segment) for place, this in enumerate(show.episodes) for segment in this.segments)
    return (
        ("episodes", tuple(_episode(show, this) for this in show.episodes)),
        ("segments", tuple(_segment(place, segment) for place, segment in segments)),
        ("stories", tuple((s.slug, s.label, s.publisher or "", " ".join(s.authors)) for s in show.stories)),
        ("people", tuple((p.slug, p.name, words.of(show.language).role(p.role or "")) for p in show.people)),
    )


def _episode(show: Show, this: Episode) -> Row:
    more = (this.summary or "", _names((*this.hosts, *this.guests)), *this.tags)
    return this.slug, this.title, words.of(show.language).day(this.date, show.timezone), _more(more)


def _segment(place: int, segment: Segment) -> Row:
    more = _more((segment.summary or "", _names(segment.people)))
    return place, seconds(segment.start), seconds(segment.end), segment.title, more


def _names(credits: tuple[Credit, ...]) -> str:
    return " ".join(credit.person.name for credit in credits)


def _more(parts: tuple[str, ...]) -> str:
    return squash(" ".join(parts))


def index(found: Rows) -> bytes:
    """The rows as the search page reads them."""
    return json.dumps(dict(found), ensure_ascii=False, separators=(",", ":")).encode()
