"""Which pages there are, and what each may show: one generator for each kind, in the tuple at the end."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import quote

from podfeed import paths
from podfeed.appearances import Appearance, Mention
from podfeed.model import RELATIONS, Episode, Link, Person, Segment, Show, Story
from podfeed.render import page_transcript, words
from podfeed.render.page_lists import episodes, episodes_of, people, publishers, stories, tags
from podfeed.render.page_values import Index, Page, hours, masthead, named, values
from podfeed.render.paging import parts
from podfeed.text import format_time, shorten

LATEST = 10  # episodes on the home page under the newest
EARLIER = 6  # earlier conversations with a guest on an episode's page
MANY = 20  # other episodes with a story: beyond, the page does not count, or each would change with the next one


# --- home ----------------------------------------------------------------------------------------


def home(show: Show, known: Index) -> Iterator[Page]:
    latest = show.episodes[0] if show.episodes else None
    rest = tuple(known.briefs[episode.slug] for episode in show.episodes[1 : LATEST + 1])
    if latest:
        latest = replace(latest, transcripts=(), notes=None)
    listing = replace(masthead(show), episodes=tuple(known.briefs.values())[: LATEST + 1])
    shown = values(latest=latest, recent=rest, count=len(show.episodes), listing=listing, live=show.live)
    yield Page(paths.HOME, "home.html", show.title, shorten(show.tagline or show.description, 200), shown)


# --- one page for each -----------------------------------------------------------------------------


def episode(show: Show, known: Index) -> Iterator[Page]:
    counts = {slug: len({mention.episode.slug for mention in rows}) for slug, rows in known.mentions.items()}
    for place, this in enumerate(show.episodes):
        newer = known.briefs[show.episodes[place - 1].slug] if place else None
        older = known.briefs[show.episodes[place + 1].slug] if place + 1 < len(show.episodes) else None
        shown = values(
            episode=this,
            newer=newer,
            older=older,
            also=tuple(_also(this, counts)),
            earlier=tuple(_earlier(this, known)),
        )
        description = shorten(this.summary or _contents(this) or show.description, 300)
        yield Page(paths.episode(this.slug), "episode.html", this.title, description, shown)


def _contents(this: Episode) -> str:
    return ", ".join(f"{format_time(segment.start)} {segment.title}" for segment in this.segments)


def _also(this: Episode, counts: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Story slug → how many other episodes discuss it, up to one more than `MANY`."""
    slugs = dict.fromkeys(link.story.slug for segment in this.segments for link in segment.stories)
    for slug in slugs:
        if counts[slug] > 1:
            yield slug, min(counts[slug] - 1, MANY + 1)


def _earlier(this: Episode, known: Index) -> Iterator[tuple[Person, tuple[Appearance, ...]]]:
    """Guest → where they were heard before, newest first."""
    regular = {credit.person.slug for credit in (*this.hosts, *this.crew)}
    guests = {credit.person.slug: credit.person for credit in this.credits if credit.person.slug not in regular}
    for slug, person in guests.items():
        rows = known.appearances.get(slug, ())
        start = bisect_right(rows, -this.date.timestamp(), key=lambda row: -row.episode.date.timestamp())
        before = rows[start : start + EARLIER]  # strictly before, in a list that is newest first
        if before:
            yield person, before


def story(show: Show, known: Index) -> Iterator[Page]:
    _ = words.of(show.language)
    together = _together(show)
    for this in show.stories:
        told = known.mentions.get(this.slug, ())
        count = len({mention.episode.slug for mention in told})
        description = _("Where {show} discusses “{story}”.", show=show.title, story=this.label)
        for part in parts(paths.story(this.slug), told):
            groups = tuple((rel, tuple(m for m in part.rows if m.link.rel == rel)) for rel in RELATIONS)
            shown = values(
                story=named(this) if part.number else this,
                mentions=part.rows,
                groups=tuple((rel, rows) for rel, rows in groups if rows),
                count=None if part.number else count,
                beside=() if part.number else together.get(this.slug, ()),
                pager=part.pager,
                timeline=_timeline(show, part.rows, told),
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


def _together(show: Show) -> dict[str, tuple[Story, ...]]:
    """Story slug → the other stories of its segments."""
    found: dict[str, dict[str, Story]] = {}
    for this in show.episodes:
        for segment in this.segments:
            for link in segment.stories:
                others = {other.story.slug: named(other.story) for other in segment.stories if other is not link}
                found.setdefault(link.story.slug, {}).update(others)
    return {slug: tuple(other for key, other in rows.items() if key != slug) for slug, rows in found.items()}


def person(show: Show, known: Index) -> Iterator[Page]:
    _ = words.of(show.language)
    for this in show.people:
        heard = known.appearances.get(this.slug, ())
        in_role: dict[str, list[Appearance]] = {}
        for row in heard:
            in_role.setdefault(row.credit.role, []).append(row)
        total = {role: hours(rows) for role, rows in in_role.items()}
        description = shorten(this.bio or _("{name} on {show}.", name=this.name, show=show.title), 300)
        for part in parts(paths.person(this.slug), heard):
            roles: dict[str, list[Appearance]] = {}
            for row in part.rows:
                roles.setdefault(row.credit.role, []).append(row)
            shown = values(
                person=replace(this, bio=None, links=()) if part.number else this,
                appearances=part.rows,
                roles=tuple((role, None if part.number else total[role], tuple(rows)) for role, rows in roles.items()),
                total=None if part.number else hours(heard),
                count=None if part.number else len(episodes_of(heard)),
                pager=part.pager,
            )
            title = _("{name}, page {n}", name=this.name, n=part.number) if part.number else this.name
            yield Page(part.path, "person.html", title, description, shown)


# --- about the show --------------------------------------------------------------------------------


def about(show: Show, known: Index) -> Iterator[Page]:
    _ = words.of(show.language)
    description = shorten(show.description, 300)
    yield Page(paths.ABOUT, "about.html", _("About"), description)


def subscribe(show: Show, known: Index) -> Iterator[Page]:
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


def search(show: Show, known: Index) -> Iterator[Page]:
    _ = words.of(show.language)
    description = _("Find a segment, a story or a person in {show}.", show=show.title)
    said = any(page_transcript.chosen(episode) for episode in show.episodes)
    yield Page(paths.SEARCH, "search.html", _("Search"), description, values(said=said))


def not_found(show: Show, known: Index) -> Iterator[Page]:
    _ = words.of(show.language)
    yield Page(paths.NOT_FOUND, "404.html", _("Page not found"), _("This page does not exist."))


# --- cards for other sites ----------------------------------------------------------------------------


def cards(show: Show, known: Index) -> Iterator[Page]:
    """The card of every episode, and of every segment."""
    for this in show.episodes:
        plain = replace(known.briefs[this.slug], segments=tuple(_card_segment(s) for s in this.segments))
        description = shorten(this.summary or this.title, 300)
        yield Page(paths.embed(this.slug), "embed.html", this.title, description, values(episode=plain, segment=None))
        for segment in plain.segments:
            alone = values(episode=known.briefs[this.slug], segment=segment)
            yield Page(paths.embed(this.slug, segment.number), "embed.html", segment.title, description, alone)


def _card_segment(segment: Segment) -> Segment:
    return replace(segment, summary=None, people=())


def story_cards(show: Show, known: Index) -> Iterator[Page]:
    _ = words.of(show.language)
    for this in show.stories:
        shown = values(story=this, mentions=known.mentions.get(this.slug, ()))
        description = _("Where {show} discusses “{story}”.", show=show.title, story=this.label)
        yield Page(paths.story_embed(this.slug), "embed_story.html", this.label, shorten(description, 300), shown)


PAGES: tuple[Callable[[Show, Index], Iterator[Page]], ...] = (
    home,
    episodes,
    episode,
    tags,
    stories,
    story,
    publishers,
    people,
    person,
    about,
    subscribe,
    search,
    not_found,
    cards,
    story_cards,
)
"""Every kind of page, in the order of the site's menu."""
