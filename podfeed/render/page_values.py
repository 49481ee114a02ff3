"""What pages are made of: values that say exactly what a template may show, and no more.

A page sees exactly the values of its `Page`; their `repr` is its key. So they are kept small: `show` comes without
its episodes, people and stories, and an episode that is only named comes as its `brief`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from podfeed.appearances import Appearance, Mention, appearances_in, mentions_in, together
from podfeed.digest import Immutable, derived
from podfeed.model import Episode, Segment, Show, Story


@dataclass(frozen=True, slots=True)
class Page(Immutable):
    """One page before it is rendered: its template and everything that the template may show."""

    path: str
    template: str
    title: str
    description: str
    values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Index:
    """What several pages want to know, worked out once for a show."""

    briefs: dict[str, Episode]
    mentions: dict[str, tuple[Mention, ...]]
    appearances: dict[str, tuple[Appearance, ...]]


@derived
def masthead(show: Show) -> Show:
    """What every page says of the show: everything but its episodes, people, stories and what is live."""
    return replace(show, episodes=(), people=(), stories=(), live=())


@derived
def brief(episode: Episode) -> Episode:
    """An episode as another page names it: without what is inside."""
    return replace(
        episode,
        notes=None,
        segments=(),
        clips=(),
        airings=(),
        cuts=(),
        crew=(),
        transcripts=(),
        alternate_audio=(),
        links=(),
        socials=(),
        chat=None,
        images=(),
        funding=(),
        txt=(),
        locations=(),
        value=None,
        block=(),
        audio=replace(episode.audio, chapters=(), comment=None, cover=None),
    )


def index(show: Show) -> Index:
    """The show's stories and people, with every second of radio that they are in."""
    briefs = {episode.slug: brief(episode) for episode in show.episodes}
    told = together(told_in(episode) for episode in show.episodes)
    heard = together(heard_in(episode) for episode in show.episodes)
    return Index(briefs, told, heard)


@derived
def told_in(episode: Episode) -> dict[str, tuple[Mention, ...]]:
    """Story slug → where the episode discusses it, as pages say it."""
    return {
        slug: tuple(Mention(brief(episode), _without_stories(m.segment), m.link) for m in rows)
        for slug, rows in mentions_in(episode).items()
    }


@derived
def heard_in(episode: Episode) -> dict[str, tuple[Appearance, ...]]:
    """Person slug → their appearances in the episode, as pages say it."""
    return {
        slug: tuple(replace(row, episode=brief(episode)) for row in rows)
        for slug, rows in appearances_in(episode).items()
    }


@derived
def _without_stories(segment: Segment) -> Segment:
    return replace(segment, stories=())


def values(**shown: object) -> tuple[tuple[str, object], ...]:
    """The values of a page, by the names that its template knows them by."""
    return tuple(shown.items())


@derived
def named(story: Story) -> Story:
    """A story as another page names it."""
    return replace(story, image=None, summary=None, note=None, corrections=(), same_as=())


def hours(rows: Iterable[Appearance]) -> timedelta:
    """How long they are heard in all: a second in two roles counts once."""
    total = timedelta(0)
    spans: dict[str, list[tuple[timedelta, timedelta]]] = {}
    for row in rows:
        whole = [(timedelta(0), row.episode.audio.duration)]
        heard = [(segment.start, segment.end) for segment in row.segments] or whole
        spans.setdefault(row.episode.slug, []).extend(heard)
    for heard in spans.values():
        reached = timedelta(0)
        for start, end in sorted(heard):
            total += max(end - max(start, reached), timedelta(0))
            reached = max(reached, end)
    return total
