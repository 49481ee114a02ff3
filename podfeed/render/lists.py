"""Lists for programs: the feed as OPML, and what robots may read. The sitemap is in `sitemap`."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from podfeed import media_types, paths
from podfeed.model import Show
from podfeed.output import Output, rendered

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def outputs(show: Show) -> Iterator[tuple[str, Output]]:
    """`opml.xml`, `robots.txt`."""
    feed = show.new_feed_url or paths.absolute(show, paths.FEED)
    yield paths.OPML, rendered(media_types.XML, opml, show.title, show.owner.name, show.language, show.url, feed)
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


def robots(sitemap_url: str) -> bytes:
    """Everything may be read; cards for other sites say `noindex` themselves."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {sitemap_url}\n".encode()
