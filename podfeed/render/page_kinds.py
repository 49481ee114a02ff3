"""Which pages there are, and what each may show: one generator for each kind, in the tuple at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote

from podfeed import paths
from podfeed.appearances import Appearance, Mention
from podfeed.model import RELATIONS, Episode, Link, Person, Segment, Show, Story
from podfeed.render import words
from podfeed.render.page_values import Index, Page, hours, masthead, named, values
from podfeed.text import format_time, shorten

LATEST = 10  # episodes on the home page under the newest
EARLIER = 6  # earlier conversations with a guest on an episode's page
MOST = 6  # stories at the top of their page


# --- home and lists --------------------------------------------------------------------------------


def home(show: Show, known: Index) -> Iterator[Page]:
    latest = show.episodes[0] if show.episodes else None
    rest = tuple(known.briefs[episode.slug] for episode in show.episodes[1 : LATEST + 1])
    if latest:
        latest = replace(latest, transcripts=(), notes=None)
    listing = replace(masthead(show), episodes=tuple(known.briefs.values())[: LATEST + 1])
    shown = values(latest=latest, recent=rest, count=len(show.episodes), listing=listing, live=show.live)
    yield Page(paths.HOME, "home.html", show.title, shorten(show.tagline or show.description, 200), shown)


def episodes(show: Show, known: Index) -> Iterator[Page]:
    _ = words.of(show.language)
    months: dict[str, list[Episode]] = {}
    for episode in known.briefs.values():
        months.setdefault(_.month(episode.date, show.timezone), []).append(episode)
    grouped = tuple((month, tuple(rows)) for month, rows in months.items())
    description = _("Every episode of {show}, by month.", show=show.title)
    yield Page(paths.EPISODES, "episodes.html", _("Episodes"), description, values(months=grouped))


def stories(show: Show, known: Index) -> Iterator[Page]:
    """Stories by the month in which they were last on air, and the ones that came up most."""
    _ = words.of(show.language)
    mentioned = ((story, known.mentions.get(story.slug, ())) for story in show.stories)
    rows = [(story, _per_episode(told)) for story, told in mentioned if told]
    rows.sort(key=lambda row: (row[1][0].episode.date, row[0].slug), reverse=True)
    most = sorted((row for row in rows if len(row[1]) > 1), key=lambda row: len(row[1]), reverse=True)[:MOST]
    months: dict[str, list[tuple[Story, int, Mention]]] = {}
    for story, told in rows:
        month = _.month(told[0].episode.date, show.timezone)
        months.setdefault(month, []).append((named(story), len(told), told[0]))
    publishers: dict[str, int] = {}
    for story, _told in rows:
        if story.publisher:
            publishers[story.publisher] = publishers.get(story.publisher, 0) + 1
    shown = values(
        most=tuple((named(story), len(told)) for story, told in most),
        months=tuple((month, tuple(group)) for month, group in months.items()),
        publishers=tuple(sorted(publishers.items(), key=lambda row: (-row[1], row[0].casefold()))),
    )
    description = _("The articles that {show} talks about, and where each is discussed.", show=show.title)
    yield Page(paths.STORIES, "stories.html", _("Stories"), description, shown)


def _per_episode(told: Iterable[Mention]) -> list[Mention]:
    """One mention for each episode, its first."""
    return list({mention.episode.slug: mention for mention in reversed(list(told))}.values())[::-1]


def people(show: Show, known: Index) -> Iterator[Page]:
    _ = words.of(show.language)
    rows = []
    for person in sorted(show.people, key=lambda person: person.name.casefold()):
        heard = known.appearances.get(person.slug, ())
        roles = tuple(dict.fromkeys(row.credit.role for row in heard)) or ((person.role,) if person.role else ())
        rows.append((replace(person, bio=None, links=()), roles, len(_episodes(heard)), hours(heard)))
    description = _("Everybody who is heard on {show}.", show=show.title)
    yield Page(paths.PEOPLE, "people.html", _("People"), description, values(rows=tuple(rows)))


def _episodes(rows: Iterable[Appearance]) -> set[str]:
    return {row.episode.slug for row in rows}


# --- one page for each -----------------------------------------------------------------------------


def episode(show: Show, known: Index) -> Iterator[Page]:
    for place, this in enumerate(show.episodes):
        newer = known.briefs[show.episodes[place - 1].slug] if place else None
        older = known.briefs[show.episodes[place + 1].slug] if place + 1 < len(show.episodes) else None
        shown = values(
            episode=this,
            newer=newer,
            older=older,
            also=tuple(_also(this, known)),
            earlier=tuple(_earlier(this, known)),
        )
        description = shorten(this.summary or _contents(this) or show.description, 300)
        yield Page(paths.episode(this.slug), "episode.html", this.title, description, shown)


def _contents(this: Episode) -> str:
    return ", ".join(f"{format_time(segment.start)} {segment.title}" for segment in this.segments)


def _also(this: Episode, known: Index) -> Iterator[tuple[str, int]]:
    """Story slug → how many other episodes discuss it."""
    slugs = dict.fromkeys(link.story.slug for segment in this.segments for link in segment.stories)
    for slug in slugs:
        others = {mention.episode.slug for mention in known.mentions[slug]} - {this.slug}
        if others:
            yield slug, len(others)


def _earlier(this: Episode, known: Index) -> Iterator[tuple[Person, tuple[Appearance, ...]]]:
    """Guest → where they were heard before, newest first."""
    regular = {credit.person.slug for credit in (*this.hosts, *this.crew)}
    guests = {credit.person.slug: credit.person for credit in this.credits if credit.person.slug not in regular}
    for slug, person in guests.items():
        rows = known.appearances.get(slug, ())
        before = tuple(row for row in rows if row.episode.date < this.date and row.episode.slug != this.slug)
        if before:
            yield person, before[:EARLIER]


def story(show: Show, known: Index) -> Iterator[Page]:
    _ = words.of(show.language)
    together = _together(show)
    for this in show.stories:
        told = known.mentions.get(this.slug, ())
        groups = tuple((rel, tuple(m for m in told if m.link.rel == rel)) for rel in RELATIONS)
        shown = values(
            story=this,
            mentions=told,
            groups=tuple((rel, rows) for rel, rows in groups if rows),
            count=len({mention.episode.slug for mention in told}),
            beside=together.get(this.slug, ()),
        )
        description = _("Where {show} discusses “{story}”.", show=show.title, story=this.label)
        yield Page(paths.story(this.slug), "story.html", this.label, shorten(description, 300), shown)


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
        roles: dict[str, list[Appearance]] = {}
        for row in heard:
            roles.setdefault(row.credit.role, []).append(row)
        shown = values(
            person=this,
            appearances=heard,
            roles=tuple((role, hours(rows), tuple(rows)) for role, rows in roles.items()),
            total=hours(heard),
            count=len(_episodes(heard)),
        )
        description = shorten(this.bio or _("{name} on {show}.", name=this.name, show=show.title), 300)
        yield Page(paths.person(this.slug), "person.html", this.name, description, shown)


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
    yield Page(paths.SEARCH, "search.html", _("Search"), description)


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
    stories,
    story,
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
