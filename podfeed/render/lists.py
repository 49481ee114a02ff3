"""Lists for programs: the feed as OPML, the pages as a sitemap, and what robots may read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from podfeed import media_types, paths
from podfeed.appearances import moments, presences
from podfeed.digest import derived
from podfeed.model import Episode, Show
from podfeed.output import Output, rendered
from podfeed.render import topics
from podfeed.render.companion import corrected
from podfeed.render.page_values import index
from podfeed.render.paging import numbered_pages

MOST = 50_000
"""Addresses in one sitemap (sitemaps.org, protocol)."""

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """`opml.xml`, `sitemap.xml` (with more than it may hold: a list of `sitemap/<n>.xml`), `robots.txt`."""
    feed = show.new_feed_url or paths.absolute(show, paths.FEED)
    yield paths.OPML, rendered(media_types.XML, opml, show.title, show.owner.name, show.language, show.url, feed)
    rows = [_row(url, day) for url, day in pages(show)]
    if len(rows) <= MOST:
        yield paths.SITEMAP, rendered(media_types.XML, sitemap, "".join(rows))
    else:
        parts = range(0, len(rows), MOST)
        files = {paths.sitemap(n // MOST + 1): "".join(rows[n : n + MOST]) for n in parts}
        addresses = tuple(paths.absolute(show, path) for path in files)
        yield paths.SITEMAP, rendered(media_types.XML, sitemap_index, addresses)
        for path, part in files.items():
            yield path, rendered(media_types.XML, sitemap, part)
    text = media_types.media_type(paths.ROBOTS)
    yield paths.ROBOTS, rendered(text, robots, paths.absolute(show, paths.SITEMAP))


def opml(title: str, owner: str, language: str, site: str, feed: str) -> bytes:
    """The show as a subscription list (OPML 2.0, "subscription lists")."""
    name = quoteattr(title)
    outline = f"text={name} title={name} language={quoteattr(language)} htmlUrl={quoteattr(site)}"
    return (
        f'{DECLARATION}<opml version="2.0">\n'
        f"<head><title>{escape(title)}</title><ownerName>{escape(owner)}</ownerName></head>\n"
        f'<body><outline type="rss" {outline} xmlUrl={quoteattr(feed)}/></body>\n'
        "</opml>\n"
    ).encode()


def pages(show: Show) -> Iterator[tuple[str, date | None]]:
    """The address of every page worth finding, with the day on which it last changed."""
    changed = {episode.slug: changed_on(episode) for episode in show.episodes}
    newest = max(changed.values(), default=None)
    for path in (paths.HOME, paths.EPISODES, paths.STORIES, paths.PEOPLE):
        yield paths.absolute(show, path), newest
    for path in (paths.ABOUT, paths.SUBSCRIBE):
        yield paths.absolute(show, path), None
    for episode in show.episodes:
        yield paths.episode_url(show, episode), changed[episode.slug]
    told, heard = index(show).told, index(show).heard
    for story in show.stories:
        yield paths.story_url(show, story), _latest(changed, told.get(story.slug, ()))
    for person in show.people:
        yield paths.person_url(show, person), _latest(changed, heard.get(person.slug, ()))
    on_air = [story for story in show.stories if story.slug in told]
    fronts = dict(topics.fronts(show.episodes, on_air))
    for path in (*fronts, *_numbered(show, fronts, len(on_air))):
        yield paths.absolute(show, path), None


def _latest(changed: Mapping[str, date], episodes: Sequence[Episode]) -> date | None:
    """The last day on which one of them changed; most stories are told in one."""
    if len(episodes) == 1:
        return changed[episodes[0].slug]
    return max((changed[episode.slug] for episode in episodes), default=None)


def _numbered(show: Show, fronts: Mapping[str, int], on_air: int) -> Iterator[str]:
    """The further pages of long lists; `fronts` are those of topics, with their rows."""
    told = Counter(moment.story for episode in show.episodes for moment in moments(episode))
    heard = Counter(row.person for episode in show.episodes for row in presences(episode))
    lists = {paths.EPISODES: len(show.episodes), paths.STORIES: on_air, paths.PEOPLE: len(show.people), **fronts}
    lists |= {paths.story(slug): count for slug, count in told.items()}
    lists |= {paths.person(slug): count for slug, count in heard.items()}
    for front, count in lists.items():
        yield from (paths.numbered(front, number) for number in range(1, numbered_pages(count) + 1))


@derived
def changed_on(episode: Episode) -> date:
    """The day on which its page last changed."""
    return max((episode.release.date(), *corrected(episode)))


def _row(url: str, day: date | None) -> str:
    return f"<url><loc>{escape(url)}</loc>{_lastmod(day)}</url>\n"


@lru_cache(maxsize=1 << 14)  # of an episode and its stories alike
def _lastmod(day: date | None) -> str:
    return f"<lastmod>{day.isoformat()}</lastmod>" if day else ""


def sitemap(rows: str) -> bytes:
    """Sitemaps 0.9."""
    return f'{DECLARATION}<urlset xmlns="{SPACE}">\n{rows}</urlset>\n'.encode()


def sitemap_index(addresses: Iterable[str]) -> bytes:
    """A list of sitemaps (Sitemaps 0.9, "Using Sitemap index files")."""
    lines = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>\n" for url in addresses)
    return f'{DECLARATION}<sitemapindex xmlns="{SPACE}">\n{lines}</sitemapindex>\n'.encode()


def robots(sitemap_url: str) -> bytes:
    """Everything may be read; cards for other sites say `noindex` themselves."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {sitemap_url}\n".encode()
