"""Notes as safe HTML, and an episode's show notes: the only module that knows markdown-it and nh3."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urljoin

from podfeed import paths
from podfeed.model import Airing, Correction, Credit, Episode, Segment, Show, Story, StoryLink
from podfeed.render import chapters, words
from podfeed.render.words import Words
from podfeed.text import format_time, shorten_bytes, squash

LONGEST = 64 * 1024
"""Bytes of Markdown that are read: deeper nesting than fits here takes the cleaner many seconds."""

FEED_TAGS = frozenset({"p", "ol", "ul", "li", "a", "b", "i", "strong", "em"})
"""What directories allow (PSP-1, `<description>`)."""

PAGE_TAGS = FEED_TAGS | {"h3", "h4", "h5", "h6", "blockquote", "pre", "code", "br", "hr"}
SCHEMES = {"http", "https", "mailto"}


def markdown(text: str) -> str:
    """CommonMark as HTML for a page: no HTML of the writer's own, no pictures, headings from `h3` down."""
    return _clean(_rendered(text), PAGE_TAGS)


@lru_cache(maxsize=1024)  # a feed wants the same notes twice, and so do the feeds of people and stories
def feed_markdown(text: str, base: str) -> str:
    """CommonMark as HTML for an app: the few elements that all know, every address absolute (from `base`)."""
    made = _rendered(text)
    for level in range(3, 7):  # apps know no headings
        made = made.replace(f"<h{level}>", "<p><strong>").replace(f"</h{level}>", "</strong></p>")
    return _clean(made, FEED_TAGS, base).strip()


def plain(text: str) -> str:
    """What the Markdown says, without any marks; paragraphs are lines of their own.

    >>> plain("Music: *Tides* by [The Buoys](https://buoys.example/)\\n\\n- one & two")
    'Music: Tides by The Buoys\\none & two'
    """
    lines = html.unescape(_clean(_rendered(text), frozenset())).splitlines()
    return "\n".join(filter(None, map(squash, lines)))


@lru_cache(maxsize=1 << 14)  # a page and a feed want the same notes, at different times of a build
def _rendered(text: str) -> str:
    return str(_parser().render(shorten_bytes(text, LONGEST)))


PLAIN_LINK = re.compile(r"https?://[a-z0-9.-]{1,253}(/[\w/.~,+=&?-]*)?", re.ASCII)
"""Addresses that stay as they are; most do, and to find that out otherwise takes a quarter of a page of notes."""


@cache
def _parser() -> Any:
    from markdown_it import MarkdownIt

    def picture(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
        return html.escape(tokens[index].content)  # its words: a picture elsewhere would tell who reads

    parser = MarkdownIt("commonmark", {"html": False})
    normal = parser.normalizeLink
    parser.normalizeLink = lambda url: url if PLAIN_LINK.fullmatch(url) else normal(url)  # type: ignore[method-assign]
    parser.core.ruler.push("lower_headings", _lower_headings)
    parser.add_render_rule("image", picture)
    return parser


def _lower_headings(state: Any) -> None:
    """A page has its own h1 and h2: the first level that notes use is the third, whichever they begin with."""
    headings = [token for token in state.tokens if token.type in ("heading_open", "heading_close")]
    first = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - first + 3, 6)}"


def _clean(made: str, tags: frozenset[str], base: str = "") -> str:
    import nh3

    def absolute(element: str, attribute: str, value: str) -> str | None:
        return urljoin(base, value) if attribute == "href" else value

    return nh3.clean(
        made,
        tags=set(tags),
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        attribute_filter=absolute if base else None,
        link_rel="noopener nofollow",
        url_schemes=SCHEMES,
    )


# --- show notes -----------------------------------------------------------------------------------------


def show_notes(show: Show, episode: Episode) -> str:
    """All there is to read about an episode, as HTML of `FEED_TAGS` (content:encoded, JSON Feed)."""
    return "\n".join(part for make in PARTS for part in make(show, episode))


def _summary(show: Show, episode: Episode) -> Iterator[str]:
    yield from paragraphs(episode.summary or "")


def _guests(show: Show, episode: Episode) -> Iterator[str]:
    if episode.guests:
        yield _with(show, episode.guests)


def _segments(show: Show, episode: Episode) -> Iterator[str]:
    if episode.segments:
        rows = (_item("".join(_segment(show, episode, segment))) for segment in episode.segments)
        yield _list(rows)
    elif marks := chapters.marks(episode):
        yield _list(_item(f"{_clock(show, episode, mark)} {_linked(mark.title, mark.url)}") for mark in marks)


def _segment(show: Show, episode: Episode, segment: Segment) -> Iterator[str]:
    yield f"<p>{_clock(show, episode, segment)} <strong>{_text(segment.title)}</strong></p>"
    if segment.people:
        yield _with(show, segment.people)
    yield from paragraphs(segment.summary or "")
    _ = words.of(show.language)
    yield from _corrections(_, segment.corrections)
    if segment.stories:
        yield _list(_item("".join(_story(_, link))) for link in segment.stories)


def _story(_: Words, link: StoryLink) -> Iterator[str]:
    """One line, then what its editor notes about it."""
    story = link.story
    named = _linked(story.label, story.link)
    if link.rel != "about":
        named = _("{relation}: {story}", relation=_text(_.relation_label(link.rel)), story=named)
    yield named + _text(_sources(_, story))
    if story.archive and not story.gone and story.link != story.archive:
        yield f" ({_linked(_('archived copy'), story.archive)})"
    if note := link.note or story.note:
        yield f" – {_text(note)}"
    if story.corrections:
        yield "".join(_corrections(_, story.corrections))


def _sources(_: Words, story: Story) -> str:
    """Publisher, date, and that the link is not the original."""
    facts = [story.publisher or "", _.date_of(story.date) if story.date else ""]
    if story.gone and story.archive:
        facts.append(_("archived copy"))
    elif not story.url and story.listed:
        facts.append(_("listed there"))
    known = _.names(filter(None, facts))
    return f" ({known})" if known else ""


def _corrections(_: Words, corrections: Iterable[Correction]) -> Iterator[str]:
    for row in corrections:
        yield f"<p><em>{_('Correction, {day}:', day=_.date_of(row.date))}</em> {_text(row.text)}</p>"


def _links(show: Show, episode: Episode) -> Iterator[str]:
    if episode.links:
        _ = words.of(show.language)
        heading = _("Links")
        yield f"<p><strong>{_text(heading)}</strong></p>"
        yield _list(_item(_linked(link.title, link.url)) for link in episode.links)


def _notes(show: Show, episode: Episode) -> Iterator[str]:
    if episode.notes:
        yield feed_markdown(episode.notes, paths.episode_url(show, episode))


def _air_log(show: Show, episode: Episode) -> Iterator[str]:
    _ = words.of(show.language)
    for airing in sorted(episode.airings, key=lambda airing: airing.at):
        yield f"<p>{_text(aired(_, airing, show.timezone))}</p>"


def aired(_: Words, airing: Airing, timezone: str) -> str:
    """One line of the air log, by the show's clocks.

    >>> from datetime import datetime, UTC
    >>> aired(words.ENGLISH, Airing(station="KXYZ", at=datetime(2026, 3, 2, 6, tzinfo=UTC)), "UTC")
    'First aired on KXYZ, 2 March 2026, 06:00'
    """
    moment = _.aired(airing.at, timezone) if airing.timed else _.day(airing.at, timezone)
    if airing.repeat:
        return _("Repeated on {station}, {moment}", station=airing.station, moment=moment)
    return _("First aired on {station}, {moment}", station=airing.station, moment=moment)


def _page(show: Show, episode: Episode) -> Iterator[str]:
    _ = words.of(show.language)
    label = _("All of this, with the recording")
    yield f"<p>{_linked(label, paths.episode_url(show, episode))}</p>"


PARTS = (_summary, _guests, _segments, _links, _air_log, _notes, _page)


# --- small pieces of HTML ----------------------------------------------------------------------------------


def paragraphs(text: str) -> Iterator[str]:
    """Plain text as HTML paragraphs.

    >>> list(paragraphs("a < b\\n\\nc"))
    ['<p>a &lt; b</p>', '<p>c</p>']
    """
    for part in text.split("\n\n"):
        if part.strip():
            yield f"<p>{_text(squash(part))}</p>"


def _text(text: str) -> str:
    return html.escape(text, quote=False)


def _linked(label: str, url: str | None) -> str:
    return f'<a href="{html.escape(url)}">{_text(label)}</a>' if url else _text(label)


def _item(inner: str) -> str:
    return f"<li>{inner}</li>"


def _list(items: Iterable[str]) -> str:
    return "<ul>\n" + "\n".join(items) + "\n</ul>"


def _clock(show: Show, episode: Episode, mark: Segment | chapters.Mark) -> str:
    return _linked(format_time(mark.start), paths.episode_url(show, episode) + paths.at(mark.start))


def _with(show: Show, credits: Iterable[Credit]) -> str:
    _ = words.of(show.language)
    people = _.names(_credit(show, credit) for credit in credits)
    return f"<p>{_('With {people}', people=people)}</p>"


def _credit(show: Show, credit: Credit) -> str:
    return f"{_linked(credit.person.name, paths.person_url(show, credit.person))}{_text(_role(words.of(show.language), credit))}"


def _role(_: Words, credit: Credit) -> str:
    """`guest` says nothing after "with"."""
    return "" if credit.role.casefold() == "guest" else f" ({_.role(credit.role)})"
