"""The other direction: from a story or a person to every second of radio that it or they are in.

Pure functions over a `Show`, each one pass over its episodes. What is found in an episode is found once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from podfeed.digest import Immutable, derived
from podfeed.model import Credit, Episode, Segment, Show, StoryLink

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


def mentions(show: Show) -> dict[str, tuple[Mention, ...]]:
    """Story slug → the segments that discuss it, newest episode first."""
    return together(mentions_in(episode) for episode in show.episodes)


@derived
def mentions_in(episode: Episode) -> dict[str, tuple[Mention, ...]]:
    """The same of one episode."""
    found: dict[str, list[Mention]] = {}
    for segment in episode.segments:
        for link in segment.stories:
            found.setdefault(link.story.slug, []).append(Mention(episode, segment, link))
    return {slug: tuple(rows) for slug, rows in found.items()}


def appearances(show: Show) -> dict[str, tuple[Appearance, ...]]:
    """Person slug → their appearances, newest episode first; one row for each role they have in an episode.

    A guest who is named in segments counts for those segments only, and once: being on the episode's guest list
    as well adds nothing.
    """
    return together(appearances_in(episode) for episode in show.episodes)


@derived
def appearances_in(episode: Episode) -> dict[str, tuple[Appearance, ...]]:
    """The same of one episode."""
    found: dict[str, list[Appearance]] = {}
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
        found.setdefault(slug, []).append(Appearance(episode, credit, segments))
    return {slug: tuple(rows) for slug, rows in found.items()}


def together(found: Iterable[Mapping[str, tuple[Row, ...]]]) -> dict[str, tuple[Row, ...]]:
    """What was found in several episodes, in their order."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for one in found:
        for slug, several in one.items():
            rows[slug] += several
    return {slug: tuple(several) for slug, several in rows.items()}


def episodes_of(rows: Iterable[Mention | Appearance]) -> tuple[Episode, ...]:
    """Whose rows they are, each episode once, in their order."""
    return tuple({row.episode.slug: row.episode for row in rows}.values())
