"""An RSS 2.0 document from values: the only module that knows feedgen and lxml.

feedgen writes the core of RSS; one extension of ours writes everything that has a namespace, and the dates. What
feedgen 1.0.0 would do otherwise (each held by a test named test_quirk_feedgen_*):

* it puts new entries first, takes the last link of any kind as the site's, and says that it was built just now;
* it switches the locale of the whole process and back for every date, which other threads see;
* it knows no `true`/`false` for itunes:explicit, silently drops artwork whose address has a query or ends in .jpeg,
  writes no atom:link but the first rel="self", and knows nothing of the podcast namespace.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cache, lru_cache
from typing import Any
from xml.sax.saxutils import escape

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from podfeed.render.tags import Tag
from podfeed.text import legal
from podfeed.vocabulary import PODCAST_NAMESPACE

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": PODCAST_NAMESPACE,
    "psc": "http://podlove.org/simple-chapters",
    "fh": "http://purl.org/syndication/history/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """`length` in bytes; 0 where it is not known (RSS Advisory Board profile)."""

    url: str
    length: int
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`description` and `content` are HTML."""

    title: str
    link: str
    guid: str
    guid_is_permalink: bool
    date: datetime
    description: str
    content: str
    enclosure: Enclosure
    categories: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """`description` is plain text or HTML; `published` is the `date` of the newest item, `updated` that of the last change;
    `stylesheet` its address.

    `live` are items of the podcast namespace. They come right after the channel's title: feedparser, and what is built
    on it, takes whatever is in them for the channel's, of a title the first one and of everything else the last.
    """

    title: str
    link: str
    description: str
    language: str
    copyright: str | None
    image: str | None
    published: str | None
    updated: str | None
    stylesheet: str
    live: tuple[Tag, ...] = ()
    tags: tuple[Tag, ...]


def render(feed: Feed, items: Iterable[bytes]) -> bytes:
    """The feed as UTF-8, indented; `items` come from `item`."""
    return _around(_channel(feed), items)


def _around(channel: bytes, items: Iterable[bytes]) -> bytes:
    end = channel.rindex(b"  </channel>")
    return b"".join((channel[:end], *items, channel[end:]))


def _channel(feed: Feed) -> bytes:
    document = FeedGenerator()
    document.register_extension("podfeed", _Channel, atom=False, rss=True)
    document.podfeed.feed = feed
    # Without this every build differs, and the process's locale is switched: feedgen offers no way to clear it.
    document._FeedGenerator__rss_lastBuildDate = None
    document.title(legal(feed.title))
    document.description(legal(feed.description))
    document.language(feed.language)
    document.generator("podfeed")
    if feed.image:
        document.image(url=feed.image, title=legal(feed.title), link=feed.link)
    if feed.copyright:
        document.copyright(legal(feed.copyright))
    document.link(href=feed.link, rel="alternate")  # the last link() of all becomes <link>
    return bytes(document.rss_str(pretty=True))


class Form:
    """A feed with gaps, for many that say the same but for a few words: filling it costs a fiftieth of making a feed.

    `gaps` are words that stand for what is to come, each the whole text of an element or value of an attribute, or within
    one; nothing else in the feed may contain them.
    """

    def __init__(self, feed: Feed, gaps: Iterable[str]) -> None:
        known = "|".join(re.escape(gap) for gap in gaps)
        self._pieces = re.split(f"({known})", _channel(feed).decode())

    def render(self, values: Mapping[str, str], items: Iterable[bytes]) -> bytes:
        """What `render` would make of the feed with the value of each gap in its place."""
        pieces = self._pieces[:]
        for at in range(1, len(pieces), 2):
            text = legal(values[pieces[at]])
            if _SPECIAL.search(text):  # most have none, and translating takes letter by letter
                text = text.translate(IN_ATTRIBUTE if pieces[at - 1].endswith('="') else IN_TEXT)
            pieces[at] = text
        return _around("".join(pieces).encode(), items)


IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
IN_ATTRIBUTE = IN_TEXT | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})
"""What lxml writes otherwise than as it is."""
_SPECIAL = re.compile(f"[{''.join(map(chr, IN_ATTRIBUTE))}]")


def item(item: Item) -> bytes:
    """The item as it stands in any feed: made once, put into many."""
    entry = FeedEntry()
    entry.register_extension("podfeed", _Entry, atom=False, rss=True)
    entry.podfeed.item = item
    entry.title(legal(item.title))
    entry.link(href=item.link)
    entry.guid(legal(item.guid), permalink=item.guid_is_permalink)
    entry.description(legal(item.description))  # always both: content alone would be written as the description
    entry.content(legal(item.content or item.description), type="CDATA")
    entry.enclosure(item.enclosure.url, str(item.enclosure.length), item.enclosure.type)
    for word in item.categories:
        entry.category(term=legal(word))
    parent = etree.Element("rss", nsmap=NAMESPACES)
    etree.SubElement(parent, "channel").append(entry.rss_entry())
    document = etree.tostring(parent, encoding="UTF-8", pretty_print=True)
    return bytes(document[document.index(b"    <item>") : document.rindex(b"  </channel>")])


@lru_cache(maxsize=1 << 12)  # an episode's is wanted by its stories' feeds too
def date(moment: datetime) -> str:
    """RFC 2822 with an offset, in English whatever the locale."""
    return format_datetime(moment)


def escaped(text: str) -> bytes:
    """The text as it stands in an element of `item`."""
    return escape(legal(text)).encode()


class _Channel(BaseExtension):
    """What the channel says beyond core RSS."""

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        return dict(NAMESPACES)

    def extend_rss(self, feed: Any) -> Any:
        style = f'type="text/css" href="{self.feed.stylesheet}"'
        feed.addprevious(etree.ProcessingInstruction("xml-stylesheet", style))
        channel = feed[0]
        for name, moment in (("lastBuildDate", self.feed.updated), ("pubDate", self.feed.published)):
            if moment:
                etree.SubElement(channel, name).text = moment
        _append(channel, self.feed.tags)
        before = channel.find("title")
        for tag in self.feed.live:
            _append(channel, (tag,))
            before.addnext(channel[-1])
            before = before.getnext()
        return feed


class _Entry(BaseEntryExtension):
    """What an item says beyond core RSS."""

    item: Item

    def extend_rss(self, entry: Any) -> Any:
        etree.SubElement(entry, "pubDate").text = date(self.item.date)
        _append(entry, self.item.tags)
        return entry


def _append(parent: Any, tags: Iterable[Tag]) -> None:
    for tag in tags:
        element = etree.SubElement(parent, _qualified(tag.name))
        for name, value in tag.attributes:
            element.set(name, legal(value))
        if tag.text is not None:
            element.text = legal(tag.text)
        _append(element, tag.children)


@cache
def _qualified(name: str) -> str:
    """A prefixed name as lxml writes it.

    >>> _qualified("psc:chapter"), _qualified("title")
    ('{http://podlove.org/simple-chapters}chapter', 'title')
    """
    prefix, colon, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if colon else name
