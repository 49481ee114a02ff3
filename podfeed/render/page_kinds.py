"""Which pages there are, and what each may show: one generator for each kind.

The pages of an episode, a story or a person see only what concerns them; those about the whole show, in the tuple at the end,
see all of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from podfeed import paths
from podfeed.appearances import Appearance, Mention, mentions_of, people_in, stories_in
from podfeed.digest import Immutable, derived
from podfeed.model import RELATIONS, Episode, Link, Person, Segment, Show, Story
from podfeed.render import page_transcript, words
from podfeed.render.page_lists import episodes, people, publishers, stories, tags
from podfeed.render.page_values import Page, Sheet, brief, heard_in, hours, index, masthead, named, told_in, values
from podfeed.render.paging import parts
from podfeed.text import format_time, shorten

LATEST = 10  # episodes on the home page under the newest
EARLIER = 6  # earlier conversations with a guest on an episode's page
MANY = 20  # other episodes with a story: beyond, the page does not count, or each would change with the next one


# --- home ----------------------------------------------------------------------------------------


def home(show: Show) -> Iterator[Page]:
    latest = show.episodes[0] if show.episodes else None
    rest = tuple(index(show).briefs[episode.slug] for episode in show.episodes[1 : LATEST + 1])
    if latest:
        latest = replace(latest, transcripts=(), notes=None)
    listing = replace(masthead(show), episodes=tuple(index(show).briefs.values())[: LATEST + 1])
    shown = values(latest=latest, recent=rest, count=len(show.episodes), listing=listing, live=show.live)
    yield Page(paths.HOME, "home.html", show.title, shorten(show.tagline or show.description, 200), shown)


# --- one page for each -----------------------------------------------------------------------------


def episode(head: Show, this: Episode, around: Around) -> Iterator[Page]:
    shown = values(
        episode=this,
        newer=around.newer and brief(around.newer),
        older=around.older and brief(around.older),
        also=around.also,
        earlier=tuple((person, _rows(person, episodes)[:EARLIER]) for person, episodes in around.earlier),
    )
    description = shorten(this.summary or _contents(this) or head.description, 300)
    yield Page(paths.episode(this.slug), "episode.html", this.title, description, shown)


def _rows(person: Person, episodes: tuple[Episode, ...]) -> tuple[Appearance, ...]:
    return tuple(row for episode in episodes for row in heard_in(episode, person.slug))


@dataclass(frozen=True, slots=True)
class Around(Immutable):
    """What an episode's page says of the rest of the show: its neighbours, how many other episodes discuss its stories
    (by slug, up to one more than `MANY`), and in which its guests were heard before, newest first."""

    newer: Episode | None
    older: Episode | None
    also: tuple[tuple[str, int], ...]
    earlier: tuple[tuple[Person, tuple[Episode, ...]], ...]


def arounds(show: Show) -> Iterator[tuple[Episode, Around]]:
    """Each episode of the show with what is around it."""
    told: dict[str, int] = defaultdict(int)
    heard: dict[str, Heard] = defaultdict(Heard)
    for this in show.episodes:
        moment = -this.date.timestamp()
        for slug in stories_in(this):
            told[slug] += 1
        for slug in people_in(this):
            heard[slug].episodes.append(this)
            heard[slug].moments.append(moment)
    for place, this in enumerate(show.episodes):
        newer = show.episodes[place - 1] if place else None
        older = show.episodes[place + 1] if place + 1 < len(show.episodes) else None
        also = tuple((slug, min(told[slug] - 1, MANY + 1)) for slug in stories_in(this) if told[slug] > 1)
        yield this, Around(newer, older, also, tuple(_earlier(this, heard)))


@dataclass(slots=True)
class Heard:
    """Somebody's episodes, newest first, and when each was, counted backwards so that the numbers ascend."""

    episodes: list[Episode] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)


def _earlier(this: Episode, heard: Mapping[str, Heard]) -> Iterator[tuple[Person, tuple[Episode, ...]]]:
    """Guest → the episodes before in which they were heard last; more than a page names, of one that names each."""
    for person in guests(this):
        if person.slug in heard:
            known = heard[person.slug]
            start = bisect_right(known.moments, -this.date.timestamp())  # strictly before
            if before := known.episodes[start : start + EARLIER]:
                yield person, tuple(before)


@derived
def guests(this: Episode) -> tuple[Person, ...]:
    regular = {credit.person.slug for credit in (*this.hosts, *this.crew)}
    return tuple({c.person.slug: c.person for c in this.credits if c.person.slug not in regular}.values())


def _contents(this: Episode) -> str:
    return ", ".join(f"{format_time(segment.start)} {segment.title}" for segment in this.segments)


def story(head: Show, this: Story, episodes: tuple[Episode, ...]) -> Iterator[Page]:
    """`episodes` are those that discuss it, newest first."""
    _ = words.of(head.language)
    told = discussed(this, episodes)
    description = _("Where {show} discusses “{story}”.", show=head.title, story=this.label)
    for part in parts(paths.story(this.slug), told):
        groups = tuple((rel, tuple(m for m in part.rows if m.link.rel == rel)) for rel in RELATIONS)
        shown = values(
            story=named(this) if part.number else this,
            mentions=part.rows,
            groups=tuple((rel, rows) for rel, rows in groups if rows),
            count=None if part.number else len(episodes),
            beside=() if part.number else tuple(_beside(this, episodes)),
            pager=part.pager,
            timeline=_timeline(head, part.rows, told),
        )
        title = _("{name}, page {n}", name=this.label, n=part.number) if part.number else this.label
        yield Page(part.path, "story.html", title, shorten(description, 300), shown)


def _timeline(
    show: Show, rows: tuple[Mention, ...], all_: tuple[Mention, ...]
) -> tuple[tuple[int, tuple[Mention, ...]], ...]:
    """The mentions by year, where a story was on air in more than one."""
    years: dict[int, list[Mention]] = {}
    for mention in rows:
        years.setdefault(words.local(mention.episode.date, show.timezone).year, []).append(mention)
    first, last = (words.local(row.episode.date, show.timezone).year for row in (all_[-1], all_[0])) if all_ else (0, 0)
    return tuple((year, tuple(told)) for year, told in years.items()) if first != last else ()


def _beside(this: Story, episodes: tuple[Episode, ...]) -> Iterator[Story]:
    """The other stories of its segments."""
    found: dict[str, Story] = {}
    for row in (row for episode in episodes for row in mentions_of(episode, this.slug)):
        found |= {other.story.slug: named(other.story) for other in row.segment.stories if other is not row.link}
    return (other for slug, other in found.items() if slug != this.slug)


def person(head: Show, this: Person, episodes: tuple[Episode, ...]) -> Iterator[Page]:
    """`episodes` are those in which they are heard, newest first."""
    _ = words.of(head.language)
    heard = _rows(this, episodes)
    in_role: dict[str, list[Appearance]] = {}
    for row in heard:
        in_role.setdefault(row.credit.role, []).append(row)
    total = {role: hours(rows) for role, rows in in_role.items()}
    description = shorten(this.bio or _("{name} on {show}.", name=this.name, show=head.title), 300)
    for part in parts(paths.person(this.slug), heard):
        roles: dict[str, list[Appearance]] = {}
        for row in part.rows:
            roles.setdefault(row.credit.role, []).append(row)
        shown = values(
            person=replace(this, bio=None, links=()) if part.number else this,
            appearances=part.rows,
            roles=tuple((role, None if part.number else total[role], tuple(rows)) for role, rows in roles.items()),
            total=None if part.number else hours(heard),
            count=None if part.number else len(episodes),
            pager=part.pager,
        )
        title = _("{name}, page {n}", name=this.name, n=part.number) if part.number else this.name
        yield Page(part.path, "person.html", title, description, shown)


# --- about the show --------------------------------------------------------------------------------


def about(show: Show) -> Iterator[Page]:
    _ = words.of(show.language)
    description = shorten(show.description, 300)
    yield Page(paths.ABOUT, "about.html", _("About"), description)


def subscribe(show: Show) -> Iterator[Page]:
    _ = words.of(show.language)
    feed = show.new_feed_url or paths.absolute(show, paths.FEED)
    description = _("Hear {show} in the app of your choice.", show=show.title)
    shown = values(feed=feed, apps=apps(feed))
    yield Page(paths.SUBSCRIBE, "subscribe.html", _("Subscribe"), description, shown)


def apps(feed: str) -> tuple[Link, ...]:
    """Addresses that open an app at a feed; they need nothing but the feed's address (podlove-subscribe-button).

    >>> [link.url for link in apps("https://radio.example/feed.xml")][:2]
    ['podcast://radio.example/feed.xml', 'overcast://x-callback-url/add?url=https%3A%2F%2Fradio.example%2Ffeed.xml']
    """
    bare = feed.partition("://")[2]
    coded = quote(feed, safe="")
    return (
        Link(title="Apple Podcasts", url=f"podcast://{bare}"),
        Link(title="Overcast", url=f"overcast://x-callback-url/add?url={coded}"),
        Link(title="Pocket Casts", url=f"pktc://subscribe/{bare}"),
        Link(title="Castro", url=f"castro://subscribe/{bare}"),
        Link(title="AntennaPod", url=f"https://antennapod.org/deeplink/subscribe/?url={coded}"),
        Link(title="Podcast Addict", url=f"podcastaddict://{bare}"),
    )


def search(show: Show) -> Iterator[Page]:
    _ = words.of(show.language)
    description = _("Find a segment, a story or a person in {show}.", show=show.title)
    said = any(page_transcript.chosen(episode) for episode in show.episodes)
    yield Page(paths.SEARCH, "search.html", _("Search"), description, values(said=said))


def not_found(show: Show) -> Iterator[Page]:
    _ = words.of(show.language)
    yield Page(paths.NOT_FOUND, "404.html", _("Page not found"), _("This page does not exist."))


# --- cards for other sites ----------------------------------------------------------------------------


def cards(head: Show, this: Episode) -> Iterator[Page]:
    """The card of the episode, and of every segment."""
    plain = replace(brief(this), segments=tuple(_card_segment(s) for s in this.segments))
    description = shorten(this.summary or this.title, 300)
    yield Page(paths.embed(this.slug), "embed.html", this.title, description, values(episode=plain, segment=None))
    for segment in plain.segments:
        alone = values(episode=brief(this), segment=segment)
        yield Page(paths.embed(this.slug, segment.number), "embed.html", segment.title, description, alone)


def _card_segment(segment: Segment) -> Segment:
    return replace(segment, summary=None, people=())


def story_card(head: Show, this: Story, episodes: tuple[Episode, ...]) -> Iterator[Page]:
    _ = words.of(head.language)
    shown = values(story=this, mentions=discussed(this, episodes))
    description = _("Where {show} discusses “{story}”.", show=head.title, story=this.label)
    yield Page(paths.story_embed(this.slug), "embed_story.html", this.label, shorten(description, 300), shown)


def discussed(this: Story, episodes: Iterable[Episode]) -> tuple[Mention, ...]:
    """The segments that discuss it, as pages say it."""
    return tuple(row for episode in episodes for row in told_in(episode)[this.slug])


PAGES: tuple[Callable[[Show], Iterator[Page] | Iterator[Page | Sheet]], ...] = (
    home,
    episodes,
    tags,
    stories,
    publishers,
    people,
    about,
    subscribe,
    search,
    not_found,
)
"""The pages that are about the whole show, in the order of the site's menu."""
