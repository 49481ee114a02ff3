"""The other direction: from a story or a person to every second of radio that it or they are in.

Pure functions over a `Show`, each one pass over its episodes. What is found in an episode is found once, and stays with it
without the episode itself: values that hold each other in a circle do not go by themselves (`podfeed.rubbish`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, TypeVar

from podfeed.digest import Immutable, derived
from podfeed.model import Credit, Episode, Relation, Segment, Show, StoryLink

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Mention(Immutable):
    """A segment that discusses a story. `at` is the offset at which the story comes up."""

    episode: Episode
    segment: Segment
    link: StoryLink

    @property
    def at(self) -> timedelta:
        return self.link.at if self.link.at is not None else self.segment.start


@dataclass(frozen=True, slots=True)
class Appearance(Immutable):
    """A person in an episode in one role: in the segments that name them, or (`segments` empty) in all of it."""

    episode: Episode
    credit: Credit
    segments: tuple[Segment, ...] = ()

    @property
    def duration(self) -> timedelta:
        """How long they are heard: their segments' time, or the whole recording."""
        if self.segments:
            return sum((s.duration for s in self.segments), timedelta(0))
        return self.episode.audio.duration


class Moment(NamedTuple):
    """A mention as lists of the whole show want it: the slug of the `story`, the segment's `number`, `title`, `start` and `end`."""

    story: str
    rel: Relation
    at: timedelta
    number: int
    title: str
    start: timedelta
    end: timedelta


class Presence(NamedTuple):
    """An appearance as they want it: the slug of the `person`, the `role`, and from where to where; no `spans`: in all of it."""

    person: str
    role: str
    spans: tuple[tuple[timedelta, timedelta], ...]


@derived
def moments(episode: Episode) -> tuple[Moment, ...]:
    """Every mention of a story in the episode, in its order."""
    return tuple(
        Moment(slug, row.link.rel, row.at, row.segment.number, row.segment.title, row.segment.start, row.segment.end)
        for slug, rows in mentions_in(episode).items()
        for row in rows
    )


@derived
def presences(episode: Episode) -> tuple[Presence, ...]:
    """Every appearance of a person in the episode."""
    return tuple(
        Presence(slug, row.credit.role, tuple((segment.start, segment.end) for segment in row.segments))
        for slug, rows in appearances_in(episode).items()
        for row in rows
    )


@derived
def stories_in(episode: Episode) -> tuple[str, ...]:
    """The slugs of the stories that it discusses, each once."""
    return tuple(dict.fromkeys(moment.story for moment in moments(episode)))


@derived
def people_in(episode: Episode) -> tuple[str, ...]:
    """The slugs of the people who are heard in it, each once."""
    return tuple(dict.fromkeys(presence.person for presence in presences(episode)))


@derived
def segment_count(episode: Episode) -> int:
    """How many segments it has."""
    return len(episode.segments)


def appearances_of(episode: Episode, slug: str) -> tuple[Appearance, ...]:
    """Those of one person. Who is heard in all of it can be told without its segments."""
    rows = [presence for presence in presences(episode) if presence.person == slug]
    if any(presence.spans for presence in rows):
        return tuple(Appearance(episode, *row) for row in _heard(episode)[slug])
    credits = {credit.role: credit for credit in reversed(episode.credits) if credit.person.slug == slug}
    return tuple(Appearance(episode, credits[presence.role]) for presence in rows)


Span = tuple[timedelta, timedelta]


def hours_in(episodes: Iterable[Episode], slug: str) -> timedelta:
    """How long a person is heard in all: a second in two roles counts once."""
    total = timedelta(0)
    for episode in episodes:
        rows = [presence.spans or all_of(episode) for presence in presences(episode) if presence.person == slug]
        total += covered([span for spans in rows for span in spans])
    return total


def all_of(episode: Episode) -> tuple[Span, ...]:
    """From its first second to its last."""
    return ((timedelta(0), episode.audio.duration),)


def covered(spans: Iterable[Span]) -> timedelta:
    """How long they are together, where several share a time."""
    total = reached = timedelta(0)
    for start, end in sorted(spans):
        total += max(end - max(start, reached), timedelta(0))
        reached = max(reached, end)
    return total


def mentions(show: Show) -> dict[str, tuple[Mention, ...]]:
    """Story slug → the segments that discuss it, newest episode first."""
    return together(mentions_in(episode) for episode in show.episodes)


def mentions_in(episode: Episode) -> dict[str, tuple[Mention, ...]]:
    """The same of one episode."""
    return {slug: mentions_of(episode, slug) for slug in _told(episode)}


def mentions_of(episode: Episode, slug: str) -> tuple[Mention, ...]:
    """Those of one story that the episode discusses."""
    return tuple(Mention(episode, *row) for row in _told(episode)[slug])


@derived
def _told(episode: Episode) -> dict[str, list[tuple[Segment, StoryLink]]]:
    found: dict[str, list[tuple[Segment, StoryLink]]] = {}
    for segment in episode.segments:
        for link in segment.stories:
            found.setdefault(link.story.slug, []).append((segment, link))
    return found


def appearances(show: Show) -> dict[str, tuple[Appearance, ...]]:
    """Person slug → their appearances, newest episode first; one row for each role they have in an episode.

    A guest who is named in segments counts for those segments only, and once: being on the episode's guest list
    as well adds nothing.
    """
    return together(appearances_in(episode) for episode in show.episodes)


def appearances_in(episode: Episode) -> dict[str, tuple[Appearance, ...]]:
    """The same of one episode."""
    return {slug: tuple(Appearance(episode, *row) for row in rows) for slug, rows in _heard(episode).items()}


@derived
def _heard(episode: Episode) -> dict[str, list[tuple[Credit, tuple[Segment, ...]]]]:
    found: dict[str, list[tuple[Credit, tuple[Segment, ...]]]] = {}
    in_segments: dict[tuple[str, str], list[Segment]] = defaultdict(list)
    named: set[str] = set()
    for segment in episode.segments:
        for credit in segment.people:
            in_segments[credit.person.slug, credit.role.casefold()].append(segment)
            named.add(credit.person.slug)
    whole = {(c.person.slug, c.role.casefold()) for c in (*episode.hosts, *episode.crew)}
    for credit in episode.credits:
        slug, role = credit.person.slug, credit.role.casefold()
        segments = tuple(dict.fromkeys(in_segments[slug, role])) if (slug, role) in in_segments else ()
        if not segments and slug in named and (slug, role) not in whole:
            continue  # a guest of the episode whose segments are known under another role
        found.setdefault(slug, []).append((credit, segments))
    return found


def together(found: Iterable[Mapping[str, tuple[Row, ...]]]) -> dict[str, tuple[Row, ...]]:
    """What was found in several episodes, in their order."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for one in found:
        for slug, several in one.items():
            rows[slug] += several
    return {slug: tuple(several) for slug, several in rows.items()}


def by_story(episodes: Iterable[Episode]) -> dict[str, tuple[Episode, ...]]:
    """Story slug → the episodes that discuss it, in their order."""
    return _gathered(episodes, stories_in)


def by_person(episodes: Iterable[Episode]) -> dict[str, tuple[Episode, ...]]:
    """Person slug → the episodes in which they are heard, in their order."""
    return _gathered(episodes, people_in)


def _gathered(episodes: Iterable[Episode], slugs: Callable[[Episode], Iterable[str]]) -> dict[str, tuple[Episode, ...]]:
    found: dict[str, list[Episode]] = defaultdict(list)
    for episode in episodes:
        for slug in slugs(episode):
            found[slug].append(episode)
    return {slug: tuple(several) for slug, several in found.items()}
