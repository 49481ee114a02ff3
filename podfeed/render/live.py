"""Live broadcasts: as items of the feed, in the words of a page, and where each is to be found.

Source: Podcastindex-org/podcast-namespace at c0ff5ca, docs/tags/live-item.md. What is live now was decided when the
show was put together (`schedule.View`); nothing here knows a clock.
"""

from __future__ import annotations

from collections.abc import Iterator

from podfeed import paths
from podfeed.model import Link, Live, Show, Stream
from podfeed.render import description, words
from podfeed.render import podcast_elements as elements
from podfeed.render.tags import Tag, tag, true_false
from podfeed.text import shorten


def items(show: Show) -> Iterator[Tag]:
    """live-item.md: enclosure, alternateEnclosure and contentLink, all three, since each app knows another one."""
    for live in show.live:
        yield tag(
            "podcast:liveItem",
            None,
            *_children(show, live),
            status=live.status,
            start=live.start.isoformat(),
            end=live.end.isoformat(),
        )


def page_url(show: Show) -> str:
    """Where the page says when it is and plays it."""
    return paths.absolute(show, paths.HOME) + "#live"


def _children(show: Show, live: Live) -> Iterator[Tag]:
    yield tag("title", live.title)
    if live.summary:
        yield tag("description", description.paragraphs(live.summary))
    yield tag("guid", live.guid, isPermaLink="false")
    first = live.streams[0]
    yield tag("enclosure", url=first.url, length=0, type=first.media_type)  # RSS profile: 0 where none is known
    yield tag("itunes:explicit", true_false(live.explicit))
    if live.image:
        yield tag("itunes:image", href=paths.image_url(show, live.image))
    for stream in live.streams:
        yield _stream(stream, default=stream is first)
    _ = words.of(show.language)
    page = Link(url=page_url(show), title=_("Listen on the show’s page"))
    yield from elements.content_links((*live.links, page))
    yield from _persons(show, live)
    for place in live.locations:
        yield elements.location(place)
    yield from elements.license(live.license)
    yield from elements.chat(live.chat)
    yield from elements.socials(live.socials)
    yield from elements.funding(_, live.funding, live.title)
    yield from elements.txt(live.txt)
    yield from elements.value(live.value)
    if live.image:
        yield elements.image(show, live.image, "artwork")
    for row in live.images:
        yield elements.image(show, row)


def _stream(stream: Stream, *, default: bool) -> Tag:
    return tag(
        "podcast:alternateEnclosure",
        None,
        *elements.sources(stream.url, stream.media_type, stream.sources),
        type=stream.media_type,
        bitrate=stream.bitrate,
        height=stream.height,
        lang=stream.language,
        title=shorten(stream.title, elements.SHORT) if stream.title else None,
        rel=shorten(stream.rel, elements.SHORT) if stream.rel else None,
        codecs=stream.codecs,
        default="true" if default else None,
    )


def _persons(show: Show, live: Live) -> Iterator[Tag]:
    """person.md: an item's persons take the place of the channel's, so the show's crew is repeated."""
    for credits, fallback in ((live.hosts, "Host"), (live.guests, "Guest"), (show.crew, None)):
        for credit in credits:
            yield elements.person(show, credit, fallback or credit.role)
