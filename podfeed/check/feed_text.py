"""Rules of the rendered feed: its texts, and the chapters that stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from podfeed.check.finding import Finding, doubtful, short, wrong
from podfeed.check.xml import Element, Feed
from podfeed.text import format_time, parse_time

DESCRIPTION_BYTES = 4000
VALUE_CHARACTERS = 255
HTML_TAGS = frozenset("p ol ul li a b i strong em".split())
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])")


def _descriptions(feed: Feed) -> Iterator[Element]:
    for parent in (feed.channel, *feed.items):
        yield from (*parent.all("description"), *parent.all("itunes:summary"))


def description_size(feed: Feed) -> Iterator[Finding]:
    """A description is longer than 4,000 bytes.

    Apple cuts descriptions there, in the middle of a word or a link; letters with accents count two bytes, others up to
    four.

    Shorten it; the whole text may stand in content:encoded and on the page.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for element in _descriptions(feed):
        size = len(element.text.strip().encode())
        if size > DESCRIPTION_BYTES:
            yield doubtful(element, f"this description has {size:,} bytes", "directories take 4,000; shorten it")


def description_html(feed: Feed) -> Iterator[Finding]:
    """A description uses HTML that directories take out.

    Apple and PSP-1 allow p, ol, ul, li and a (and b, i, strong, em). Others are dropped with what they meant: line breaks,
    headings and pictures disappear.

    Write paragraphs with <p> and lists with <ul>; the rest belongs in content:encoded.

    Source: https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification,
    https://podcasters.apple.com/support/823-podcast-requirements
    """
    for element in _descriptions(feed):
        used = {name.lower() for name in _TAG.findall(element.text)} - HTML_TAGS
        if used:
            names = ", ".join(f"<{name}>" for name in sorted(used)[:5])
            yield doubtful(element, f"this description uses {names}", "write p, ol, ul, li and a only")


LINES = ("title", "itunes:title", "itunes:subtitle", "itunes:author", "itunes:name", "itunes:email", "itunes:keywords",
         "copyright")  # fmt: skip


def value_length(feed: Feed) -> Iterator[Finding]:
    """A line is longer than 255 characters.

    Apple keeps 255 characters of every value but descriptions; some directories refuse more.

    Shorten it; what does not fit belongs in the description.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for element in feed.all(*LINES):
        length = len(element.text.strip())
        if length > VALUE_CHARACTERS:
            yield doubtful(element, f"this line has {length} characters", "directories keep 255; shorten it")


EXACT = ("guid", "link", "language", "pubDate", "itunes:type", "itunes:explicit", "itunes:block", "itunes:complete",
         "itunes:duration", "itunes:episode", "itunes:season", "itunes:episodeType", "podcast:guid", "podcast:medium",
         "podcast:locked")  # fmt: skip


def value_space(feed: Feed) -> Iterator[Finding]:
    """There is space around a value that programs compare.

    Some readers keep the space: rss-parser and Totem take a guid with it for another episode than without.

    Write the value directly between the tags. Take the space out of a guid only before it is published: afterwards it
    is part of the name.

    Source: https://podcasters.apple.com/support/823-podcast-requirements
    """
    for element in feed.all(*EXACT):
        if element.text.strip() and element.text != element.text.strip():
            yield doubtful(element, f"there is space around {short(element.text)}", "take it out")
    for element in feed.all("enclosure", "itunes:image", "itunes:category"):
        for name in ("url", "href", "text"):
            value = element.get(name)
            if value and value.strip() and value != value.strip():
                yield doubtful(element, f"there is space around {short(value)}", "take it out", name)


_MARKUP = re.compile(r"</?(?:b|i|em|strong|p|br|span|a|font|u|h[1-6])(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TWICE = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{2,5}|#x[\da-f]{2,5});", re.IGNORECASE)


def title_markup(feed: Feed) -> Iterator[Finding]:
    """A title has HTML in it, or was escaped twice.

    A title is plain text (RSS Advisory Board): some apps show <b> and &amp;amp; as they are, one swallowed the words
    between the tags.

    Take the HTML out, and escape & once, as &amp;.

    Source: https://www.rssboard.org/rss-profile#data-types-characterdata
    """
    for parent in (feed.channel, *feed.items):
        for element in (*parent.all("title"), *parent.all("itunes:title")):
            if found := _MARKUP.search(element.text):
                yield doubtful(element, f"this title has HTML in it: {short(found[0])}", "write plain words")
            elif found := _TWICE.search(element.text):
                yield doubtful(element, f"this title was escaped twice: {short(found[0])}", "escape it once")


def simple_chapters(feed: Feed) -> Iterator[Finding]:
    """Chapters inside the feed are not in order, have no title or lie outside the recording.

    Podlove Simple Chapters give each chapter a start in normal play time and a title; players show them in order of time,
    and one after the end is never heard.

    Correct the time, or put the chapters in order.

    Source: https://podlove.org/simple-chapters/
    """
    for block in feed.all("psc:chapters"):
        parent = feed.parent(block)
        end = _time(parent.value("itunes:duration") if parent else None)
        before = None
        for chapter in block.all("psc:chapter"):
            start = _time(chapter.get("start"))
            if start is None:
                yield wrong(chapter, "this chapter has no time that can be read", 'write start="00:02:15"', "start")
                continue
            if not (chapter.get("title") or "").strip():
                yield wrong(chapter, "this chapter has no title", 'add title="…"')
            if before is not None and start <= before:
                yield wrong(
                    chapter, "this chapter does not start after the one before it", "put them in order", "start"
                )
            if end and start > end + 1:
                yield wrong(
                    chapter, f"this chapter starts after the recording ends ({_clock(end)})", "correct it", "start"
                )
            before = start


def _time(text: str | None) -> float | None:
    try:
        return parse_time(text).total_seconds() if text else None
    except ValueError:
        return None


def _clock(seconds: float) -> str:
    from datetime import timedelta

    return format_time(timedelta(seconds=seconds))


RULES = (
    description_size,
    description_html,
    value_length,
    value_space,
    title_markup,
    simple_chapters,
)
