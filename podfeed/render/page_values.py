"""What pages are made of: values that say exactly what a template may show, and no more.

A page sees exactly the values of its `Page`; their `repr` is its key. So they are kept small: `show` comes without
its episodes, people and stories, and an episode that is only named comes as its `brief`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from podfeed.appearances import (
    Appearance,
    Mention,
    Span,
    all_of,
    appearances_of,
    by_person,
    by_story,
    covered,
    mentions_in,
)
from podfeed.digest import Immutable, derived
from podfeed.model import Episode, Segment, Show, Story
from podfeed.render.paging import Pager


@dataclass(frozen=True, slots=True)
class Page(Immutable):
    """One page before it is rendered: its template and everything that the template may show."""

    path: str
    template: str
    title: str
    description: str
    values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet(Immutable):
    """A further page of a long list, known by its rows: a large show has a thousand, and an edit touches a few. `page` makes
    of it what the template may show; the key of what that is made from is all of this, and the show's head."""

    page: Callable[[Show, Sheet], Page] = field(repr=False)
    path: str
    template: str
    title: str
    description: str
    rows: tuple[Any, ...]
    pager: Pager | None


@dataclass(frozen=True, slots=True)
class Index:
    """What several pages want to know, worked out once for a show: its episodes as other pages name them, and by the slugs of
    stories and people those that they are in, newest first."""

    briefs: dict[str, Episode]
    told: dict[str, tuple[Episode, ...]]
    heard: dict[str, tuple[Episode, ...]]


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


@derived
def index(show: Show) -> Index:
    """The show's stories and people, with every second of radio that they are in."""
    briefs = {episode.slug: brief(episode) for episode in show.episodes}
    return Index(briefs, by_story(show.episodes), by_person(show.episodes))


@derived
def told_in(episode: Episode) -> dict[str, tuple[Mention, ...]]:
    """Story slug → where the episode discusses it, as pages say it."""
    return {
        slug: tuple(Mention(brief(episode), _without_stories(m.segment), m.link) for m in rows)
        for slug, rows in mentions_in(episode).items()
    }


def heard_in(episode: Episode, slug: str) -> tuple[Appearance, ...]:
    """A person's appearances in the episode, as pages say it."""
    return tuple(replace(row, episode=brief(episode)) for row in appearances_of(episode, slug))


@derived
def _without_stories(segment: Segment) -> Segment:
    return replace(segment, stories=())


def values(**shown: object) -> tuple[tuple[str, object], ...]:
    """The values of a page, by the names that its template knows them by."""
    return tuple(shown.items())


@derived
def named(story: Story) -> Story:
    """A story as another page names it; of most there is nothing more to say."""
    if not (story.image or story.summary or story.note or story.corrections or story.same_as):
        return story
    return replace(story, image=None, summary=None, note=None, corrections=(), same_as=())


def hours(rows: Iterable[Appearance]) -> timedelta:
    """How long they are heard in all: a second in two roles counts once."""
    spans: dict[str, list[Span]] = {}
    for row in rows:
        heard = [(segment.start, segment.end) for segment in row.segments]
        spans.setdefault(row.episode.slug, []).extend(heard or all_of(row.episode))
    return sum(map(covered, spans.values()), timedelta(0))
