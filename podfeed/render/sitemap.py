"""The address of every page worth finding, for search engines (Sitemaps 0.9, sitemaps.org/protocol.html).

A large show has tens of thousands of addresses, and most edits change none. So what they are made of has a name (`Plan`), and
they are written when that is another one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, islice
from xml.sax.saxutils import escape

from podfeed import media_types, paths
from podfeed.appearances import moments, presences
from podfeed.digest import Immutable, derived
from podfeed.model import Episode, Show, Story
from podfeed.output import Output, rendered
from podfeed.render import topics
from podfeed.render.companion import corrected, nameplate
from podfeed.render.lists import DECLARATION
from podfeed.render.paging import numbered_pages

MOST = 50_000
"""Addresses in one sitemap (sitemaps.org/protocol.html)."""

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"

FRONTS = (paths.HOME, paths.EPISODES, paths.STORIES, paths.PEOPLE)
STILL = (paths.ABOUT, paths.SUBSCRIBE)

Row = tuple[str, date | None]
"""An address, and the day on which its page last changed."""


@dataclass(frozen=True, slots=True)
class Mapped(Immutable):
    """What the sitemap says of an episode: its `stories` once for each mention, its `people` once for each appearance."""

    slug: str
    changed: date
    stories: tuple[str, ...]
    people: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan(Immutable):
    """All that the addresses are made of; `episodes` come newest first, `people` are their slugs."""

    show: Show
    episodes: tuple[Mapped, ...]
    stories: tuple[Story, ...]
    people: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many addresses there are, without those of `further`."""
        return len(FRONTS) + len(STILL) + len(self.episodes) + len(self.stories) + len(self.people)


@derived
def mapped(episode: Episode) -> Mapped:
    changed = max((episode.release.date(), *corrected(episode)))
    stories = tuple(moment.story for moment in moments(episode))
    return Mapped(episode.slug, changed, stories, tuple(row.person for row in presences(episode)), episode.tags)


def plan(show: Show) -> Plan:
    people = tuple(person.slug for person in show.people)
    return Plan(nameplate(show), tuple(map(mapped, show.episodes)), show.stories, people)


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """`sitemap.xml`. With more than half of what it may hold it lists others: `sitemap/<n>.xml`, of which the last has the lists."""
    made = plan(show)
    if 2 * made.count <= MOST:
        yield paths.SITEMAP, rendered(media_types.XML, whole, made)
        return
    starts = range(0, made.count, MOST)
    files = [paths.sitemap(number) for number in range(1, len(starts) + 2)]
    yield paths.SITEMAP, rendered(media_types.XML, index, tuple(paths.absolute(show, path) for path in files))
    for path, start in zip(files, starts, strict=False):
        yield path, rendered(media_types.XML, some, made, start)
    yield files[-1], rendered(media_types.XML, of_lists, made)


# --- files ----------------------------------------------------------------------------------------------


def whole(made: Plan) -> bytes:
    return _file(chain(addresses(made), further(made)))


def some(made: Plan, start: int) -> bytes:
    return _file(islice(addresses(made), start, None))


def of_lists(made: Plan) -> bytes:
    return _file(further(made))


def _file(rows: Iterable[Row]) -> bytes:
    """What one may not hold is left out: it could only be pages of lists, and what they list has addresses of its own."""
    text = "".join([f"<url><loc>{escape(url)}</loc>{_lastmod(day)}</url>\n" for url, day in islice(rows, MOST)])
    return f'{DECLARATION}<urlset xmlns="{SPACE}">\n{text}</urlset>\n'.encode()


@lru_cache(maxsize=1 << 14)  # of an episode and its stories alike
def _lastmod(day: date | None) -> str:
    return f"<lastmod>{day.isoformat()}</lastmod>" if day else ""


def index(urls: Iterable[str]) -> bytes:
    """A list of sitemaps ("Using Sitemap index files")."""
    lines = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>\n" for url in urls)
    return f'{DECLARATION}<sitemapindex xmlns="{SPACE}">\n{lines}</sitemapindex>\n'.encode()


# --- addresses --------------------------------------------------------------------------------------------


def addresses(made: Plan) -> Iterator[Row]:
    """Of every page but `further` ones. What is about a story or a person changed with the last of their episodes."""
    newest = max((episode.changed for episode in made.episodes), default=None)
    changed: dict[str, date] = {}
    heard: dict[str, date] = {}
    for episode in made.episodes:
        for slugs, days in ((episode.stories, changed), (episode.people, heard)):
            for slug in slugs:
                if slug not in days or days[slug] < episode.changed:
                    days[slug] = episode.changed
    pages = chain(
        ((path, newest) for path in FRONTS),
        ((path, None) for path in STILL),
        ((paths.episode(episode.slug), episode.changed) for episode in made.episodes),
        ((paths.story(story.slug), changed.get(story.slug)) for story in made.stories),
        ((paths.person(slug), heard.get(slug)) for slug in made.people),
    )
    return ((paths.absolute(made.show, path), day) for path, day in pages)


def further(made: Plan) -> Iterator[Row]:
    """Of the lists of topics, and of the further pages of all lists."""
    told = Counter(slug for episode in made.episodes for slug in episode.stories)
    heard = Counter(slug for episode in made.episodes for slug in episode.people)
    on_air = [story for story in made.stories if story.slug in told]
    fronts = dict(topics.fronts((episode.tags for episode in made.episodes), on_air))
    counts = {paths.EPISODES: len(made.episodes), paths.STORIES: len(on_air), paths.PEOPLE: len(made.people), **fronts}
    counts |= {paths.story(slug): count for slug, count in told.items()}
    counts |= {paths.person(slug): count for slug, count in heard.items()}
    for path in fronts:
        yield paths.absolute(made.show, path), None
    for front, count in counts.items():
        for number in range(1, numbered_pages(count) + 1):
            yield paths.absolute(made.show, paths.numbered(front, number)), None
